// Buttons and dialogs that change something: `data-post` names the address, `data-done` what to say
// when it worked.

import { notify, post } from "./http.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.open) document.getElementById(button.dataset.open).showModal();
  if ("close" in button.dataset) button.closest("dialog").close();
  if (button.dataset.post) act(button, button.dataset, undefined);
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-post]");
  if (!form) return;
  event.preventDefault();
  const dialog = form.closest("dialog");
  const fields = Object.fromEntries(new FormData(form));
  await act(event.submitter, form.dataset, fields);
  form.reset();
  dialog?.close();
});

async function act(button, { post: path, done }, body) {
  button.disabled = true;
  try {
    const answer = await post(path, body);
    notify(answer.message ?? done ?? "Done.");
    document.dispatchEvent(new CustomEvent("ringonce:changed"));
  } catch (error) {
    notify(error.message, true);
  } finally {
    button.disabled = false;
  }
}
