// Keeps the page in step with the server: an event says that something changed, the page fetches
// its changing part again and takes over what differs.

import { morph } from "./morph.js";

const PARTS = ["strip", "campaigns", "calls"];
const LEAST_GAP_MS = 600;

const connection = document.getElementById("connection");
const announce = document.getElementById("announce");
let isFetching = false;
let isStale = false;

const events = new EventSource("/api/v1/events");
events.addEventListener("state", refresh);
events.addEventListener("open", () => (connection.textContent = ""));
events.addEventListener("error", () => (connection.textContent = "Reconnecting…"));
document.addEventListener("ringonce:changed", refresh);

async function refresh() {
  isStale = true;
  if (isFetching) return;
  isFetching = true;
  while (isStale) {
    isStale = false;
    await fetchParts();
    await new Promise((resolve) => setTimeout(resolve, LEAST_GAP_MS));
  }
  isFetching = false;
}

async function fetchParts() {
  try {
    const response = await fetch("/live");
    if (response.redirected) location.assign("/login");
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const before = states();
    for (const id of PARTS) {
      const wanted = fresh.getElementById(id);
      if (wanted) morph(document.getElementById(id), wanted);
    }
    tell(before, states());
  } catch {
    connection.textContent = "Reconnecting…";
  }
}

/** What is worth saying aloud: the state of each campaign and of the emergency stop. */
function states() {
  const all = new Map();
  for (const card of document.querySelectorAll("[data-state]")) {
    all.set(card.dataset.name, card.dataset.state);
  }
  const isStopped = document.getElementById("strip").dataset.stopped === "true";
  all.set("Emergency stop", isStopped ? "tripped, nothing is called" : "armed");
  document.title = (isStopped ? "STOPPED · " : "") + "Ringonce";
  return all;
}

function tell(before, after) {
  const changes = [...after].filter(([name, state]) => before.get(name) !== state);
  if (changes.length) {
    announce.textContent = changes.map(([name, state]) => `${name}: ${state}`).join(". ");
  }
}
