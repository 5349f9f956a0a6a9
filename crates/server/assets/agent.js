// The editor of an agent: shows the fields of its kind, says how it sounds while one writes, saves.

import { complain } from "./actions.js";
import { bubble } from "./agent-choice.js";
import { notify, send } from "./http.js";

const PAUSE_MS = 300;
const form = document.getElementById("agent");
const fields = form.elements;
const place = document.getElementById("previews");
const sample = document.getElementById("sample");
let timer;

fill(JSON.parse(form.dataset.content));
hear();
for (const part of [form, sample]) {
  part.addEventListener("input", () => {
    reveal();
    clearTimeout(timer);
    timer = setTimeout(hear, PAUSE_MS);
  });
}
document.addEventListener("click", ({ target }) => {
  const content = target.closest("[data-version]")?.dataset.version;
  if (!content) return;
  fill(JSON.parse(content));
  hear();
  fields.text.focus();
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  complain(form);
  const { id, done } = form.dataset;
  const body = { name: fields.name.value, content: content() };
  try {
    const saved = await send(id ? "PATCH" : "POST", `/api/v1/agents${id ? `/${id}` : ""}`, body);
    notify(done);
    location.assign(`/agents/${saved.id}`);
  } catch (refusal) {
    complain(form, refusal);
  }
});

function fill(agent) {
  fields.kind.value = agent.kind;
  for (const name of ["text", "audio", "language", "voice", "opt_out", "voicemail"]) {
    fields[name].value = agent[name] ?? (name === "language" ? "en-US" : "");
  }
  for (const select of form.querySelectorAll("[data-key-does]")) {
    const action = agent.keys?.[select.dataset.keyDoes];
    select.value = action?.do ?? "";
    withOf(select).value = action?.number ?? action?.word ?? "";
  }
  reveal();
}

function withOf(select) {
  return form.querySelector(`[data-key-with="${select.dataset.keyDoes}"]`);
}

/** Shows what the chosen kind and the chosen keys need. */
function reveal() {
  for (const part of form.querySelectorAll("[data-kinds]")) {
    part.hidden = !part.dataset.kinds.split(" ").includes(fields.kind.value);
  }
  for (const select of form.querySelectorAll("[data-key-does]")) {
    withOf(select).hidden = !["transfer", "disposition"].includes(select.value);
    withOf(select).placeholder = select.value === "transfer" ? "+12025550123" : "";
  }
}

/** The agent as it stands in the fields. */
function content() {
  const kind = fields.kind.value;
  const found = { kind };
  const wanted = {
    text: ["text", "language", "voice", "opt_out", "voicemail"],
    audio: ["audio", "opt_out", "voicemail"],
    menu: ["text", "language", "voice", "voicemail"],
  };
  for (const name of wanted[kind]) {
    const value = fields[name].value.trim();
    if (value || name === "text" || name === "audio") found[name] = value;
  }
  if (kind === "menu") found.keys = keys();
  return found;
}

function keys() {
  const found = {};
  for (const select of form.querySelectorAll("[data-key-does]")) {
    const action = { do: select.value };
    const value = withOf(select).value.trim();
    if (action.do === "transfer") action.number = value.replace(/[\s().-]/g, "");
    if (action.do === "disposition") action.word = value;
    if (action.do) found[select.dataset.keyDoes] = action;
  }
  return found;
}

/** Two people: one of whom everything is known, one of whom nothing is. */
async function hear() {
  const known = {};
  for (const line of sample.querySelector("[name=sample-fields]").value.split("\n")) {
    const [title, ...value] = line.split(":");
    if (title.trim()) known[title.trim()] = value.join(":").trim();
  }
  const name = sample.querySelector("[name=sample-name]").value;
  const people = [{ name, fields: known }, { name: "", fields: {} }];
  try {
    const asked = people.map((person) => send("POST", "/api/v1/agents/preview", { content: content(), ...person }));
    place.replaceChildren(...(await Promise.all(asked)).map((heard) => bubble(heard, place)));
  } catch (refusal) {
    place.replaceChildren(bubble({ problem: refusal.message }, place));
  }
}
