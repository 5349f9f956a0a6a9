// The recorded message of an agent: chosen among uploaded files, uploaded, or at another address.

import { notify } from "./http.js";
import { sendForm, formOf } from "./upload.js";

/** Makes the chooser work; returns what shows what the choice needs. */
export function sound(form) {
  const part = document.getElementById("sound");
  const player = document.getElementById("player");
  const { audio, upload } = form.elements;

  upload?.addEventListener("change", async () => {
    const [file] = upload.files;
    if (!file) return;
    const sending = document.getElementById("sending");
    const tell = (share) => (document.getElementById("progress").value = share * 100);
    tell.failed = part.dataset.failed;
    sending.hidden = false;
    try {
      const sent = await sendForm("/api/v1/media", formOf({}, file), tell);
      const option = new Option(sent.name, sent.audio, true, true);
      option.dataset.path = sent.path;
      audio.append(option);
      audio.dispatchEvent(new Event("input", { bubbles: true }));
      notify(part.dataset.sent);
    } catch (refusal) {
      notify(refusal.message, { isError: true });
    } finally {
      sending.hidden = true;
      upload.value = "";
    }
  });

  return () => {
    const path = audio.selectedOptions[0]?.dataset.path;
    document.getElementById("elsewhere").hidden = audio.value !== "";
    player.hidden = !path;
    if (path && player.getAttribute("src") !== path) player.src = path;
    if (!path) player.removeAttribute("src");
  };
}
