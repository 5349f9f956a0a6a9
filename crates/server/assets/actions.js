// Buttons and forms that do something, by what stands on them:
//   data-post, data-patch, data-put, data-delete = address of the API; a form sends its fields as JSON
//   data-done = what to say when it worked      data-undo-post = address that takes it back
//   data-go = where to go then                  data-ask = what to confirm first
//   data-open = id of a dialog, data-close      data-copy = text for the clipboard

import { notify, send } from "./http.js";

const METHODS = ["post", "patch", "put", "delete"];

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { open, copy, ask } = button.dataset;
  if (open) document.getElementById(open).showModal();
  if ("close" in button.dataset) button.closest("dialog").close();
  if (copy) {
    navigator.clipboard?.writeText(copy).then(() => notify(document.body.dataset.copied));
  }
  if (order(button) && (!ask || confirm(ask))) act(button, button);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!order(form)) return;
  event.preventDefault();
  complain(form);
  const refusal = await act(event.submitter ?? form, form, fields(form));
  if (refusal) {
    complain(form, refusal);
  } else {
    form.closest("dialog")?.close();
    if (!("keep" in form.dataset)) form.reset();
  }
});

/** What was complained of and is changed is not complained of any more. */
document.addEventListener("input", ({ target }) => {
  const wrong = target.closest("[aria-invalid]");
  wrong?.removeAttribute("aria-invalid");
  for (const place of wrong?.closest(".field, fieldset")?.querySelectorAll(".complaint") ?? []) place.textContent = "";
});

function order({ dataset }) {
  const method = METHODS.find((name) => dataset[name]);
  return method && { method: method.toUpperCase(), path: dataset[method] };
}

/** The fields of a form: texts, numbers of number fields, truth of check boxes, lists of `name[]`. */
function fields(form) {
  const found = {};
  for (const input of form.elements) {
    if (!input.name || input.disabled || (input.type === "radio" && !input.checked)) continue;
    if (input.name.endsWith("[]")) {
      const list = (found[input.name.slice(0, -2)] ??= []);
      if (input.checked) list.push(input.value);
    } else if (input.type === "checkbox") found[input.name] = input.checked;
    else if (input.value === "" && "optional" in input.dataset) found[input.name] = null;
    else found[input.name] = input.type === "number" ? Number(input.value) : input.value;
  }
  return found;
}

/** Does it and says so; returns the refusal if there was one. */
async function act(button, source, body) {
  const { method, path } = order(source);
  const { done, undoPost, go } = source.dataset;
  button.ariaBusy = "true";
  button.disabled = true;
  try {
    const answer = await send(method, path, body);
    source.dispatchEvent(new CustomEvent("ringonce:done", { bubbles: true, detail: answer }));
    if (go) return void location.assign(go);
    const undo = undoPost && (async () => {
      await send("POST", undoPost).catch((error) => notify(error.message, { isError: true }));
      document.dispatchEvent(new CustomEvent("ringonce:changed"));
    });
    const words = answer.message ?? done;
    if (words) notify(words, { undo });
    document.dispatchEvent(new CustomEvent("ringonce:changed"));
  } catch (error) {
    if (!body) notify(error.message, { isError: true });
    return error;
  } finally {
    button.disabled = false;
    button.ariaBusy = null;
  }
}

/** Shows a refusal at the field that it is about, else at the form; without one, clears both. */
export function complain(form, refusal) {
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  for (const place of form.querySelectorAll(".complaint, [role=alert]")) place.textContent = "";
  if (!refusal) return;
  const name = refusal.field?.split(".").pop();
  const input = name && form.elements[name];
  const field = input?.closest?.(".field");
  if (!field) {
    const place = form.querySelector("[role=alert]");
    const words = refusal.field ? `${refusal.field}: ${refusal.message}` : refusal.message;
    if (place) place.textContent = words;
    else notify(words, { isError: true });
    return;
  }
  let place = field.querySelector(".complaint");
  if (!place) {
    place = document.createElement("span");
    place.className = "complaint";
    place.id = `complaint-${name}`;
    field.append(place);
  }
  place.textContent = refusal.message;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", place.id);
  input.focus();
}
