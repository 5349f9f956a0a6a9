// The page of carriers: a button asks whether calls can be made.

import { send } from "./http.js";

for (const button of document.querySelectorAll("button[data-test]")) {
  const place = document.getElementById(`${button.dataset.test}-checks`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    place.setAttribute("aria-busy", "true");
    try {
      const checks = await send("POST", `/api/v1/carriers/${button.dataset.test}/test`);
      place.replaceChildren(...checks.map((check) => line(check, place)));
    } catch (refusal) {
      place.textContent = refusal.message;
    } finally {
      place.removeAttribute("aria-busy");
      button.disabled = false;
    }
  });
}

/** One thing that was looked at. */
function line({ name, verdict, words }, place) {
  const made = document.createElement("li");
  const mark = document.createElement("b");
  mark.className = { ok: "tag good", warn: "tag", fail: "tag bad" }[verdict];
  mark.textContent = place.dataset[verdict];
  const what = document.createElement("span");
  what.textContent = ` ${name.replaceAll("_", " ")}: ${words}`;
  made.append(mark, what);
  return made;
}
