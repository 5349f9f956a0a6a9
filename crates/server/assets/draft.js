// A draft: fills its fields from the settings, and saves each change as it is made.

import { complain } from "./actions.js";
import { send } from "./http.js";
import { fill, read } from "./settings.js";
import { foresee } from "./skips.js";
import { forecast } from "./forecast.js";
import { week } from "./week.js";
import { agent } from "./agent-choice.js";

const PAUSE_MS = 500;
const form = document.getElementById("draft");
const saved = document.getElementById("saved");
const api = `/api/v1/campaigns/${form.dataset.id}`;
const settings = JSON.parse(form.dataset.settings);
const waiting = new Set();
let timer;
let last;
let saving = Promise.resolve(true);
let starting = false;

fill(form, settings);
const hears = agent(form, settings, api);
const drawn = week(form);
foreseen();
predict();

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", ({ target }) => {
  drawn();
  if (target.id === "delay-range") form.elements["pacing.delay_seconds"].value = target.value;
  changed(target.id === "delay-range" ? form.elements["pacing.delay_seconds"] : target);
});
for (const id of ["answer-rate", "call-seconds"]) {
  document.getElementById(id).addEventListener("change", predict);
}
document.addEventListener("ringonce:foreseen", ({ detail }) => {
  const count = new Intl.NumberFormat(document.documentElement.lang);
  document.getElementById("sum-calls").textContent = count.format(detail.calls);
  document.getElementById("sum-skips").textContent = count.format(detail.contacts - detail.calls);
});

/** A field changed: its setting is sent after a little rest. */
function changed(field) {
  const key = read(form, settings, field);
  if (!key) return;
  last = field;
  waiting.add(key);
  saved.textContent = form.dataset.saving;
  soon();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(queue, PAUSE_MS);
}

/** Saves once what is being saved is through: the later of two edits is the one that stays. */
function queue() {
  return (saving = saving.then(save));
}

/** What is not saved yet is saved before anything starts; what cannot be saved keeps it from starting. */
document.getElementById("start")?.addEventListener("click", async (event) => {
  const { currentTarget: button } = event;
  if ("saved" in button.dataset) return void delete button.dataset.saved;
  event.stopPropagation();
  if (starting) return;
  starting = true;
  clearTimeout(timer);
  let taken = await queue();
  while (taken && waiting.size) taken = await queue();
  starting = false;
  if (!taken) return form.querySelector("[aria-invalid]")?.focus();
  button.dataset.saved = "";
  button.click();
});

/** Sends what waits; returns whether it was taken. */
async function save() {
  const keys = [...waiting];
  if (keys.length === 0) return true;
  const edit = { settings: {} };
  for (const key of keys) {
    if (key === "name") edit.name = form.elements.name.value;
    else edit.settings[key] = settings[key];
  }
  waiting.clear();
  complain(form);
  try {
    const { settings: now } = await send("PATCH", api, edit);
    for (const key of keys) if (!waiting.has(key) && key !== "name") settings[key] = now[key];
    saved.textContent = form.dataset.saved;
    form.dispatchEvent(new Event("ringonce:saved"));
    if (keys.includes("repeat")) foreseen();
    if (keys.some((key) => key.startsWith("agent"))) hears();
    if (keys.includes("carrier")) document.getElementById("carrier-absent")?.remove();
    predict();
    return true;
  } catch (refusal) {
    for (const key of keys) waiting.add(key);
    saved.textContent = form.dataset.unsaved;
    show(refusal);
    return false;
  }
}

/** A refusal stands at its field; one that names none, at the field that was changed last. */
function show(refusal) {
  const named = [...form.elements].find((field) => field.name && refusal.field === field.name);
  const close = [...form.elements].find((field) => field.name?.startsWith(`${refusal.field}.`));
  const field = (named ?? close ?? last)?.closest(".field, fieldset");
  if (!field) return void (document.getElementById("draft-error").textContent = refusal.message);
  const place = field.querySelector(".complaint") ?? field.appendChild(document.createElement("span"));
  place.className = "complaint";
  place.role = "alert";
  place.textContent = refusal.message;
  const input = named ?? close ?? last;
  if (input.closest("details")) input.closest("details").open = true;
  place.id = `complaint-${input.name || input.id}`;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", place.id);
}

function foreseen() {
  foresee(document.getElementById("skips"), `${api}/skips`, { repeat: settings.repeat });
}

function predict() {
  forecast(`${api}/forecast`, {
    answer_rate: Number(document.getElementById("answer-rate").value) / 100,
    call_seconds: Number(document.getElementById("call-seconds").value),
  });
}

form.addEventListener("ringonce:set", ({ detail, target }) => {
  for (const [key, value] of Object.entries(detail)) {
    settings[key] = value;
    waiting.add(key);
  }
  last = target;
  soon();
});
