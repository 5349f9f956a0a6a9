// Pages about accounts: secrets that are shown once and then forgotten, the QR code of a second
// factor, passwords that may be looked at, the browser's time zone and the region that it is in.

for (const input of document.querySelectorAll("[data-zone]")) {
  input.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

for (const select of document.querySelectorAll("[data-region]")) {
  if (!select.value) select.value = hereIn([...select.options])?.value ?? "";
}

/** The region in which the browser's clock is, or else the one that its language names. */
function hereIn(options) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const region = new Intl.Locale(navigator.language || "en").region;
  return (
    options.find(({ dataset }) => dataset.zones?.split(" ").includes(zone)) ??
    options.find(({ value }) => value && value === region)
  );
}

document.addEventListener("change", ({ target }) => {
  if (!("showPassword" in target.dataset)) return;
  for (const input of target.form.querySelectorAll("[autocomplete$=password]")) {
    input.type = target.checked ? "text" : "password";
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && "print" in button.dataset) print();
});

document.addEventListener("ringonce:done", ({ target, detail }) => {
  const { shown, offer } = target.dataset;
  if (offer) showOffer(document.getElementById(offer), detail);
  if (shown) show(document.getElementById(shown), secretOf(detail));
});

/** The part of an answer that nobody can show again. */
function secretOf({ token, recovery_codes: codes, path }) {
  if (codes) return codes.join("\n");
  return token ?? new URL(path, location.origin).href;
}

function show(dialog, secret) {
  const copy = dialog.querySelector("[data-copy-secret]");
  dialog.querySelector("[data-secret]").textContent = secret;
  copy.dataset.copy = secret;
  dialog.addEventListener("close", () => {
    dialog.querySelector("[data-secret]").textContent = "";
    delete copy.dataset.copy;
  }, { once: true });
  dialog.showModal();
}

function showOffer(dialog, { secret, path, side }) {
  const qr = dialog.querySelector("[data-qr]");
  qr.setAttribute("viewBox", `0 0 ${side} ${side}`);
  qr.querySelector("path").setAttribute("d", path);
  dialog.querySelector("[data-secret]").textContent = secret;
  dialog.addEventListener("close", () => {
    qr.querySelector("path").removeAttribute("d");
    dialog.querySelector("[data-secret]").textContent = "";
  }, { once: true });
  dialog.showModal();
}
