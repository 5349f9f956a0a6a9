// A new campaign: sends the file, shows what the server understood, sends corrections, makes a draft.
// The page holds the file, so that it can be sent again to a server that no longer has it.

import { complain } from "./actions.js";
import { send } from "./http.js";
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
document.addEventListener("ringonce:refreshed", skips);
skips();

const region = () => wizard.querySelector("[name=region]")?.value.trim().toUpperCase() ?? "";

/** How the file is to be read, as it stands on the page. */
function reading() {
  const columns = {};
  for (const select of wizard.querySelectorAll("[data-column]")) columns[select.dataset.column] = select.value;
  const found = { region: region(), columns };
  const sheet = wizard.querySelector("[name=sheet]");
  if (sheet) found.sheet = sheet.value;
  return found;
}

async function take(chosen, how) {
  file = chosen;
  const texts = { ...how, columns: how.columns && JSON.stringify(how.columns) };
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

/** Another sheet has other columns: what was said of those of the first does not hold. */
async function correct() {
  const how = reading();
  const sheet = wizard.querySelector("[name=sheet] [selected]")?.value;
  if (sheet && sheet !== how.sheet) delete how.columns;
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
  const { region, sheet, columns } = reading();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const settings = JSON.stringify({ time_zone: zone || "UTC", region: region || null });
  const texts = { name: form.elements.name.value, settings, sheet, columns: JSON.stringify(columns) };
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
