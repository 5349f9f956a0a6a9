// Sends a file with progress: fetch does not tell how far a body is.

import { Refusal } from "./http.js";

/** Posts a form; `tell` hears the share that was sent. Resolves to the answer. */
export function sendForm(path, form, tell) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => tell(loaded / total));
    request.addEventListener("error", () => reject(new Refusal(tell.failed)));
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
      if (status < 300) resolve(response);
      else reject(new Refusal(response?.detail ?? tell.failed, response?.field));
    });
    request.send(form);
  });
}

/** A form of texts, those that are empty left out (zero is not), and a file behind them. */
export function formOf(texts, file) {
  const form = new FormData();
  for (const [name, text] of Object.entries(texts)) if (text || text === 0) form.append(name, text);
  if (file) form.append("file", file);
  return form;
}

/** Calls back with the file that is chosen in, or dropped on, anything of `place`. */
export function onFile(place, take) {
  place.addEventListener("change", ({ target }) => {
    if (target.type === "file" && target.files[0]) take(target.files[0]);
  });
  const over = (is) => document.getElementById("drop")?.classList.toggle("over", is);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", () => over(false));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
}
