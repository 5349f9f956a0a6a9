// What the contacts of a draft have of the fields that its agent says: what can be said, what no
// contact has, and what some lack, in the words that stand on the place where it is shown.

import { send } from "./http.js";

const count = new Intl.NumberFormat(document.documentElement.lang);
let asked = 0;

/** Shows in `place` what the API says at `path`; a later call takes the place of one under way. */
export async function fields(place, path) {
  const mine = ++asked;
  place.ariaBusy = "true";
  try {
    const found = await send("GET", path);
    if (mine === asked) place.replaceChildren(...lines(place.dataset, found));
  } catch (refusal) {
    if (mine === asked) place.textContent = refusal.message;
  }
  if (mine === asked) place.ariaBusy = null;
}

function lines(words, { fields, missing, lacking, contacts }) {
  const named = (text, field) => text.replace("%f%", () => `{${field}}`);
  const known = words.known.replace("%f%", () => fields.map((field) => `{${field}}`).join(" "));
  const none = missing.map(({ field, nearest }) => {
    const advice = nearest ? named(words.nearest, nearest) : "";
    return line("verdict bad", `${named(words.missing, field)} ${advice}`.trim());
  });
  const some = lacking.map(({ field, contacts: n, otherwise, hears }) => {
    const heard = hears ? words.hears.replace("%w%", () => hears) : words.silence;
    const who = named(words.lacking, field).replace("%n%", count.format(n)).replace("%all%", count.format(contacts));
    return line(otherwise === null ? "verdict run" : "muted", `${who} ${heard}`);
  });
  return [line("muted", known), ...none, ...some];
}

function line(name, text) {
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  return made;
}
