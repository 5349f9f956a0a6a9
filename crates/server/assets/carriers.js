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

/** One thing that was looked at; what it is about may stand behind its name. */
function line({ name, verdict, words }, place) {
  const [kind, about] = name.split(":");
  const made = document.createElement("li");
  const mark = document.createElement("span");
  mark.className = `tag ${{ ok: "good", warn: "warn", fail: "bad" }[verdict]}`;
  mark.textContent = place.dataset[verdict];
  const what = document.createElement("div");
  const title = document.createElement("b");
  title.textContent = [place.dataset[kind] ?? kind, about].filter(Boolean).join(" ");
  const said = document.createElement("p");
  said.textContent = words;
  what.append(title, said);
  made.append(mark, what);
  return made;
}
