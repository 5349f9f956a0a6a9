// Shortcuts: `data-key` on a link or button names its key; `g` and a letter go somewhere. They rest
// while somebody types, and `?` lists them.

const PLACES = { c: "/", r: "/calls", n: "/numbers" };
let isGoing = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const act = actionOf(event.key);
  isGoing = event.key === "g";
  if (!act) return;
  event.preventDefault();
  act();
});

function actionOf(key) {
  if (isGoing && PLACES[key]) return () => location.assign(PLACES[key]);
  if (key === "?") return () => document.getElementById("keys-dialog")?.showModal();
  if (key === "/") {
    const search = document.querySelector("main input[type=search]");
    return search && (() => search.focus());
  }
  const named = [...document.querySelectorAll("[data-key]")].find((part) => part.dataset.key === key);
  return named && (() => named.click());
}

function isTyping(element) {
  return element.isContentEditable || /^(input|select|textarea)$/i.test(element.tagName);
}
