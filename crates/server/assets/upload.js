// The form that makes a campaign of a file: drop or choose, see how far it is, read what was taken
// and what was not.

import { notify } from "./http.js";

const form = document.getElementById("upload");
const drop = form.querySelector(".drop");
const input = document.getElementById("file");
const bar = document.getElementById("upload-progress");
const result = document.getElementById("upload-result");
const button = form.querySelector("button[type=submit]");
let key = crypto.randomUUID?.() ?? String(Math.random());

guessPlace();
input.addEventListener("change", showChoice);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", name === "dragenter" || name === "dragover");
    if (name === "drop" && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      showChoice();
    }
  });
}

/** The browser's own zone and region are the best first guess. */
function guessPlace() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (timeZone) form.elements.time_zone.value = timeZone;
  const region = navigator.language.split("-").find((part) => /^[A-Z]{2}$/.test(part));
  if (region) form.elements.region.value = region;
}

function showChoice() {
  const file = input.files[0];
  document.getElementById("file-name").textContent = file?.name ?? "Drop a contact file here";
  document.getElementById("file-hint").textContent = file
    ? `${Math.max(1, Math.round(file.size / 1024)).toLocaleString("en")} KiB`
    : "or choose one: CSV, XLSX, XLS or TXT";
  key = crypto.randomUUID?.() ?? String(Math.random());
}

function send() {
  const { name, time_zone: zone, region, start } = form.elements;
  const settings = { time_zone: zone.value.trim() };
  if (region.value) settings.region = region.value.toUpperCase();
  const body = new FormData();
  body.append("settings", JSON.stringify(settings));
  if (name.value.trim()) body.append("name", name.value.trim());
  if (start.checked) body.append("start", "true");
  body.append("file", input.files[0]);

  // fetch() cannot tell how much was sent.
  const request = new XMLHttpRequest();
  request.open("POST", "/api/v1/campaigns");
  request.setRequestHeader("Idempotency-Key", key);
  request.responseType = "json";
  request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = loaded / total));
  request.upload.addEventListener("load", () => bar.removeAttribute("value"));
  request.addEventListener("load", () => finish(request.status, request.response ?? {}));
  request.addEventListener("error", () => finish(0, { detail: "The server cannot be reached." }));
  bar.value = 0;
  bar.hidden = false;
  button.disabled = true;
  result.replaceChildren();
  request.send(body);
}

function finish(status, answer) {
  bar.hidden = true;
  button.disabled = false;
  const ok = status === 200 || status === 201;
  if (ok) {
    const { accepted, duplicates, rejected } = answer.campaign.import;
    const counts = [
      count(accepted, "contact"),
      `${count(duplicates, "duplicate")} dropped`,
      count(rejected, "bad row"),
    ];
    result.append(paragraph(`${answer.campaign.name}: ${counts.join(", ")}.`));
    notify(answer.started?.message ?? `Created as a draft: ${answer.campaign.name}. Start it when you are ready.`);
    form.reset();
    guessPlace();
    showChoice();
    document.dispatchEvent(new CustomEvent("ringonce:changed"));
  } else {
    const detail = answer.detail ?? `The server answered ${status}.`;
    result.append(paragraph(answer.field ? `${answer.field}: ${detail}` : detail, "error"));
  }
  if (answer.rejected?.length) result.append(rejectedRows(answer.rejected, answer.campaign));
}

function count(n, word) {
  return `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
}

function paragraph(text, className = "") {
  const element = document.createElement("p");
  element.textContent = text;
  element.className = className;
  return element;
}

function rejectedRows(rows, campaign) {
  const list = document.createElement("ul");
  list.className = "problems small";
  for (const { line, value, reason } of rows.slice(0, 10)) {
    const item = document.createElement("li");
    item.textContent = `Line ${line}: ${value ? `“${value}” ` : ""}${reason}`;
    list.append(item);
  }
  if (rows.length > 10 && campaign) {
    const link = document.createElement("a");
    link.href = `/api/v1/campaigns/${campaign.id}/problems.csv`;
    link.textContent = "All of them as CSV";
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  return list;
}
