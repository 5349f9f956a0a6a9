// Which agent a draft speaks with, and how it sounds for its first contacts.

import { bubble } from "./agent-heard.js";
import { fields } from "./fields.js";
import { send } from "./http.js";

/** Makes the chooser of a form work; returns what shows the previews again. */
export function agent(form, settings, api) {
  const choice = document.getElementById("agent-choice");
  const own = document.getElementById("own-agent");
  const place = document.getElementById("previews");
  const reveal = () => (own.hidden = choice.value !== "");
  const set = (detail) => choice.dispatchEvent(new CustomEvent("ringonce:set", { bubbles: true, detail }));

  choice.addEventListener("change", async () => {
    reveal();
    if (choice.value === "other") return;
    if (choice.value) {
      const { version } = choice.selectedOptions[0].dataset;
      const id = Number(choice.value);
      const { content } = await send("GET", `/api/v1/agents/${id}`);
      set({ agent: content, agent_version: { id, version: Number(version) } });
    } else {
      const text = form.elements["agent.text"].value || settings.agent.text || "";
      const language = form.elements["agent.language"].value || settings.agent.language || "en-US";
      form.elements["agent.text"].value = text;
      form.elements["agent.language"].value = language;
      set({ agent: { kind: "text", text, language }, agent_version: null });
    }
  });

  const hear = async () => {
    fields(document.getElementById("fields"), `${api}/fields`);
    try {
      place.replaceChildren(...(await send("POST", `${api}/preview`, {})).map((heard) => bubble(heard, place)));
    } catch (refusal) {
      place.textContent = refusal.message;
    }
  };
  reveal();
  hear();
  return hear;
}
