// How many of a list a start would skip: asked until all were looked at, told in the words that
// stand on the place where it is shown.

import { send } from "./http.js";

const count = new Intl.NumberFormat(document.documentElement.lang);
let asked = 0;

/** Shows in `place` what the API says at `path`; a later call takes the place of one under way. */
export async function foresee(place, path, body = {}) {
  if (!place) return;
  const mine = ++asked;
  let found;
  do {
    try {
      found = await send("POST", path, body);
    } catch {
      return void (place.hidden = true);
    }
    if (mine !== asked) return;
    place.hidden = false;
    place.textContent = words(place.dataset, found);
  } while (!found.done);
  place.classList.toggle("good", !found.skipped.length);
  place.classList.toggle("run", found.skipped.length > 0);
  place.dispatchEvent(new CustomEvent("ringonce:foreseen", { bubbles: true, detail: found }));
}

function words({ working, none, called, blocked, rest }, found) {
  const say = (text, n) => text.replace("%n%", count.format(n));
  if (!found.done) return say(working, found.contacts);
  if (!found.skipped.length) return none;
  const each = found.skipped.map(({ reason, contacts }) =>
    say(reason === "already_called" ? called : blocked, contacts));
  return [...each, say(rest, found.calls)].join(" ");
}
