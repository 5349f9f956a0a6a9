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
  const complaint = form.querySelector("[role=alert]");
  const fields = Object.fromEntries(new FormData(form));
  complaint.textContent = "";
  const error = await act(event.submitter, form.dataset, fields);
  if (error) {
    complaint.textContent = error.message;
  } else {
    form.reset();
    form.closest("dialog").close();
  }
});

/** Does it and says so; returns the error if there was one. */
async function act(button, { post: path, done }, body) {
  button.disabled = true;
  try {
    const answer = await post(path, body);
    notify(answer.message ?? done ?? "Done.");
    document.dispatchEvent(new CustomEvent("ringonce:changed"));
  } catch (error) {
    if (!body) notify(error.message, true);
    return error;
  } finally {
    button.disabled = false;
  }
}
