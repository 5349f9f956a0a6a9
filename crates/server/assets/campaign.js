// A campaign's page: which columns are shown, filters that act at once, calls as dialogs.

const COLUMNS = "ringonce-columns";
const place = document.getElementById("contacts-table");
const chooser = document.getElementById("columns");
const filter = document.getElementById("filter");

// ---- columns: what is left out is remembered in this browser ----

const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);
const boxes = [...chooser.querySelectorAll("input")];
const left = new Set((localStorage.getItem(COLUMNS) ?? "line,due").split(","));
for (const box of boxes) box.checked = !left.has(box.value);
show();
chooser.addEventListener("change", () => {
  localStorage.setItem(COLUMNS, boxes.filter((box) => !box.checked).map((box) => box.value).join(","));
  show();
});
document.addEventListener("click", (event) => {
  if (!chooser.contains(event.target)) chooser.open = false;
});
chooser.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  chooser.open = false;
  chooser.querySelector("summary").focus();
});

function show() {
  const hidden = boxes.filter((box) => !box.checked).map((box) => `#${place.id} .c-${box.value}`);
  sheet.replaceSync(hidden.length ? `${hidden.join()} { display: none; }` : "");
}

// ---- filters ----

for (const choice of filter.querySelectorAll("select")) {
  choice.addEventListener("change", () => filter.requestSubmit());
}

// ---- a call, over the page, with its own address ----

const dialog = document.getElementById("call-dialog");
let shown = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="/calls/"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  // From call to call the dialog stays one step away from the page.
  history[dialog.open ? "replaceState" : "pushState"]({ call: link.href }, "", link.href);
  open(link.href);
});
window.addEventListener("popstate", () => {
  const call = history.state?.call;
  if (call) open(call);
  else if (dialog.open) dialog.close();
});
dialog.addEventListener("close", () => {
  shown = null;
  if (history.state?.call) history.back();
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
document.addEventListener("ringonce:refreshed", () => shown && open(shown, true));

async function open(address, again = false) {
  const response = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  const page = response?.ok && new DOMParser().parseFromString(await response.text(), "text/html");
  const call = page && page.getElementById("call");
  if (!call) return void (again || location.assign(address));
  if (again && (shown !== address || dialog.querySelector("details[open]"))) return;
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "quiet close", textContent: "×" });
  close.dataset.close = "";
  close.ariaLabel = dialog.dataset.closeWords;
  call.removeAttribute("data-live");
  dialog.replaceChildren(close, call);
  shown = address;
  if (!dialog.open) dialog.showModal();
}
