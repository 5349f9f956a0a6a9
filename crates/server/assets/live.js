// Keeps the page in step with the server: an event says that something changed, the page fetches its
// own address again and takes over what differs in its live parts.

import { listen } from "./events.js";
import { morph } from "./morph.js";

const LEAST_GAP_MS = 400;
const announce = document.getElementById("announce");
const connection = document.getElementById("connection");
let isFetching = false;
let isStale = false;

listen({
  changed: refresh,
  connected: (is) => (connection.textContent = is ? "" : document.body.dataset.offline),
});
document.addEventListener("ringonce:changed", refresh);
document.addEventListener("visibilitychange", () => isStale && refresh());

async function refresh() {
  isStale = true;
  if (isFetching || document.hidden) return;
  isFetching = true;
  while (isStale && !document.hidden) {
    isStale = false;
    await fetchParts();
    await new Promise((resolve) => setTimeout(resolve, LEAST_GAP_MS));
  }
  isFetching = false;
}

async function fetchParts() {
  try {
    const response = await fetch(document.body.dataset.address, { headers: { "X-Live": "1" } });
    if (response.redirected) location.assign(response.url);
    if (!response.ok) return;
    takeOver(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    connection.textContent = document.body.dataset.offline;
  }
}

/** Makes the live parts of this page like those of a fresh one. */
function takeOver(fresh) {
  const before = sayings();
  for (const part of document.querySelectorAll("[data-live]")) {
    const wanted = fresh.getElementById(part.id);
    if (wanted) morph(part, wanted);
  }
  document.title = fresh.title;
  for (const [id, name] of [["favicon", "href"], ["stop-button", "disabled"]]) {
    const [present, wanted] = [document.getElementById(id), fresh.getElementById(id)];
    if (present && wanted && present[name] !== wanted[name]) present[name] = wanted[name];
  }
  const said = sayings();
  const news = [...said].filter((text) => !before.has(text));
  if (news.length) announce.textContent = news.join(". ");
  document.dispatchEvent(new CustomEvent("ringonce:refreshed"));
}

/** What is worth saying aloud, such as the state of each campaign. */
function sayings() {
  return new Set([...document.querySelectorAll("[data-announce]")].map((part) => part.dataset.announce));
}
