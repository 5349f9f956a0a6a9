// When a campaign would end, with a small chart of its calls a day.

import { send } from "./http.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [320, 72];
const count = new Intl.NumberFormat(document.documentElement.lang);
let asked = 0;

/** Asks the API at `path` under these assumptions and shows the answer. */
export async function forecast(path, assume) {
  const mine = ++asked;
  const words = document.getElementById("forecast");
  words.ariaBusy = "true";
  try {
    const found = await send("POST", path, { assume });
    if (mine !== asked) return;
    words.textContent = found.text[0].toUpperCase() + found.text.slice(1);
    words.classList.toggle("error", Boolean(found.never));
    draw(document.getElementById("chart"), found);
  } catch (refusal) {
    if (mine === asked) words.textContent = refusal.message;
  }
  words.ariaBusy = null;
}

function draw(figure, { days }) {
  figure.hidden = days.length === 0;
  const most = Math.max(...days.map((day) => day.calls), 1);
  const wide = WIDTH / Math.max(days.length, 7);
  const picture = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  picture.setAttribute("aria-label", `${figure.dataset.words}: ${days.map(told).join(", ")}`);
  days.forEach((day, index) => {
    const high = day.calls ? Math.max(2, (day.calls / most) * (HEIGHT - 4)) : 1;
    const bar = element("rect", {
      x: index * wide + 1, y: HEIGHT - high, width: Math.max(wide - 2, 1), height: high, rx: Math.min(3, wide / 4),
    });
    bar.append(element("title", {}, told(day)));
    picture.append(bar);
  });
  const ends = document.createElement("figcaption");
  ends.className = "small muted";
  ends.textContent = [...new Set([days[0], days.at(-1)])].filter(Boolean).map(date).join(" – ");
  figure.replaceChildren(picture, ends);
}

const date = ({ date: text }) =>
  new Date(`${text}T12:00:00Z`).toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "short" });
const told = (day) => `${date(day)}: ${count.format(day.calls)}`;

function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}
