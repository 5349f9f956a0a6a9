// A new campaign: sends the file, shows what the server understood, sends corrections, makes a draft.
// The page holds the file, so that it can be sent again to a server that no longer has it.

import { complain } from "./actions.js";
import { send } from "./http.js";
import { columnsOf, isChecked, leftOut, onLists } from "./left-out.js";
import { morph } from "./morph.js";
import { foresee } from "./skips.js";
import { formOf, onFile, sendForm } from "./upload.js";

const wizard = document.getElementById("wizard");
const sending = document.getElementById("sending");
let file;

onFile(wizard, (chosen) => take(chosen, { region: region() }));
wizard.addEventListener("change", ({ target }) => {
  if (target.dataset.column || target.form?.id === "reading") correct();
});
wizard.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.id === "make") make(event.target);
});
onLists(wizard, correct);
document.addEventListener("ringonce:refreshed", skips);
skips();

const region = () => wizard.querySelector("[name=region]")?.value.trim().toUpperCase() ?? "";

const boxes = () => ({ call_marked: isChecked(wizard, "call_marked"), insist: isChecked(wizard, "insist") });

/** How the file is to be read, as it stands on the page. */
function reading() {
  const found = { region: region(), columns: columnsOf(wizard), leave_out: leftOut(wizard), ...boxes() };
  const [sheet, header, hidden] = ["sheet", "header_line", "hidden_rows"].map(named);
  if (sheet) found.sheet = sheet.value;
  if (header) found.header_line = Number(header.value);
  if (hidden) found.hidden_rows = hidden.checked;
  return found;
}

/** The same as parts of a form. */
const inForm = ({ columns, leave_out, ...how }) => ({
  ...how,
  columns: columns && JSON.stringify(columns),
  leave_out: leave_out && JSON.stringify(leave_out),
});

const named = (name) => wizard.querySelector(`[name=${name}]`);

/** Whether another choice was made than the page came with. */
function isChanged(name) {
  const before = named(name)?.querySelector("[selected]");
  return before && before.value !== named(name).value;
}

async function take(chosen, how) {
  file = chosen;
  const texts = inForm(how);
  const tell = (share) => (document.getElementById("progress").value = share * 100);
  tell.failed = wizard.dataset.failed;
  sending.hidden = false;
  tell(0);
  try {
    await show((await sendForm("/api/v1/uploads", formOf(texts, file), tell)).id);
    document.getElementById("announce").textContent = wizard.dataset.said;
    document.getElementById("file-title")?.scrollIntoView({ block: "center" });
  } catch (refusal) {
    wrong(refusal);
  }
  sending.hidden = true;
}

/** Makes the page like the server's own of this upload. */
async function show(id) {
  const address = `/campaigns/new?upload=${id}`;
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  morph(wizard, fresh.getElementById("wizard"));
  for (const select of wizard.querySelectorAll("select")) {
    const chosen = [...select.options].find((option) => option.hasAttribute("selected"));
    if (chosen) select.value = chosen.value;
  }
  history.replaceState(null, "", address);
  document.body.dataset.address = address;
  skips();
}

/** Another sheet or header has other columns: what was said of those of the first does not hold. */
async function correct() {
  const how = reading();
  if (isChanged("sheet") || isChanged("header_line")) {
    delete how.columns;
    delete how.leave_out;
  }
  if (isChanged("sheet")) delete how.header_line;
  const id = wizard.dataset.upload;
  wizard.ariaBusy = "true";
  try {
    await send("POST", `/api/v1/uploads/${id}/check`, how);
    await show(id);
    wrong();
  } catch (refusal) {
    if (refusal.field === "upload" && file) await take(file, how);
    else wrong(refusal);
  }
  wizard.ariaBusy = null;
}

function wrong(refusal) {
  const place = document.getElementById("reading-error");
  if (place) place.textContent = refusal?.message ?? "";
}

function skips() {
  const id = wizard.dataset.upload;
  const place = document.getElementById("skips");
  if (id && place) foresee(place, `/api/v1/uploads/${id}/skips`);
}

async function make(form) {
  const button = form.querySelector("[type=submit]");
  const { region, ...how } = reading();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const settings = JSON.stringify({ time_zone: zone || "UTC", region: region || null });
  const texts = { name: form.elements.name.value, settings, ...inForm(how) };
  button.disabled = true;
  button.ariaBusy = "true";
  complain(form);
  const id = wizard.dataset.upload;
  // The upload ends with the campaign: nothing more is asked of it.
  delete wizard.dataset.upload;
  try {
    const upload = { ...texts, upload: id };
    let made = send("POST", "/api/v1/campaigns", formOf(upload));
    made = made.catch((refusal) => {
      if (refusal.field !== "upload" || !file) throw refusal;
      return send("POST", "/api/v1/campaigns", formOf(texts, file));
    });
    const { campaign } = await made;
    location.assign(`/campaigns/${campaign.id}`);
  } catch (refusal) {
    wizard.dataset.upload = id;
    complain(form, refusal);
    button.disabled = false;
    button.ariaBusy = null;
  }
}
