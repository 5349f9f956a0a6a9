// The editor of an agent: shows the fields of its kind, says how it sounds while one writes, saves.

import { complain } from "./actions.js";
import { content, fill } from "./agent-fields.js";
import { bubble } from "./agent-heard.js";
import { sound } from "./agent-sound.js";
import { notify, send } from "./http.js";

const PAUSE_MS = 300;
const form = document.getElementById("agent");
const fields = form.elements;
const place = document.getElementById("previews");
const sample = document.getElementById("sample");
let timer;

const choose = sound(form);
show(JSON.parse(form.dataset.content));
for (const part of [form, sample]) {
  part.addEventListener("input", () => {
    reveal();
    clearTimeout(timer);
    timer = setTimeout(hear, PAUSE_MS);
  });
}
document.addEventListener("click", ({ target }) => {
  const version = target.closest("[data-version]")?.dataset.version;
  if (!version) return;
  show(JSON.parse(version));
  fields.name.focus();
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  complain(form);
  const { id, done } = form.dataset;
  const body = { name: fields.name.value, content: content(form) };
  try {
    const saved = await send(id ? "PATCH" : "POST", `/api/v1/agents${id ? `/${id}` : ""}`, body);
    notify(done);
    location.assign(`/agents/${saved.id}`);
  } catch (refusal) {
    complain(form, placed(refusal));
  }
});

function show(agent) {
  fill(form, agent);
  reveal();
  hear();
}

/** Where a refusal is said: some fields of an agent have another name in the form, or share one. */
function placed({ field, message }) {
  const [part, ...rest] = field?.split(".") ?? [];
  const at = {
    audio: () => (fields.audio.value ? "audio" : "address"),
    content: unread,
    keys: () => (rest.length ? ofKey(...rest) : "keys"),
    no_key: () => ofKey("", rest[0]),
    parameters: () => "parameters",
  }[part]?.() ?? field;
  return { field: at, message: part === "parameters" && rest.length ? `${rest.join(".")}: ${message}` : message };
}

/** The field of a key's row: what happens, with whom or for how long, what is said. */
function ofKey(key, what) {
  const says = ["text", "whisper", "fallback"].includes(what);
  return `${says ? "says" : what ? "with" : "does"}${key}`;
}

/** What cannot be read at all is, with few exceptions, a number that is none. */
function unread() {
  if (fields.kind.value === "transfer") return "number";
  const rows = [...form.querySelectorAll("[data-key-does]")];
  const named = rows.find(({ value }) => value === "transfer") ?? rows.find(({ value }) => value === "record");
  return fields.kind.value === "menu" && named ? `with${named.dataset.keyDoes}` : "content";
}

/** Shows what the chosen kind and the chosen keys need. */
function reveal() {
  const kind = fields.kind.value;
  const prompt = `${kind}:${fields.prompt.value}`;
  for (const part of form.querySelectorAll("[data-kinds]")) {
    const kinds = part.dataset.kinds.split(" ");
    part.hidden = !kinds.includes(kind) && !kinds.includes(prompt);
  }
  form.dataset.ready = "";
  document.getElementById("kind-about").textContent = document.getElementById("kind-about").dataset[kind];
  const words = form.querySelector(".keypad").dataset;
  for (const select of form.querySelectorAll("[data-key-does]")) {
    const key = CSS.escape(select.dataset.keyDoes);
    const [first, second] = ["with", "text"].map((name) => form.querySelector(`[data-key-${name}="${key}"]`));
    const needs = { transfer: "number", disposition: "word", record: "seconds" }[select.value];
    const says = { transfer: "whisper", record: "spoken" }[select.value];
    first.hidden = !needs;
    first.placeholder = words[needs] ?? "";
    second.hidden = !says;
    second.placeholder = words[says] ?? "";
  }
  choose();
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
  const said = content(form);
  try {
    const asked = people.map((person) => send("POST", "/api/v1/agents/preview", { content: said, ...person }));
    place.replaceChildren(...(await Promise.all(asked)).map((heard) => bubble(heard, place)));
  } catch (refusal) {
    place.replaceChildren(bubble({ problem: refusal.message }, place));
  }
}
