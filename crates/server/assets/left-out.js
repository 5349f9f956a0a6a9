// Which phone column comes first, and which rows are left out: the lists that a person changes on the page
// of a new campaign. They stand in the document; what changes them asks for the file to be read again.

/** What the columns are for, the phone columns first and in their order. */
export function columnsOf(wizard) {
  const uses = new Map();
  for (const select of wizard.querySelectorAll("[data-column]")) uses.set(select.dataset.column, select.value);
  const columns = {};
  for (const { dataset } of wizard.querySelectorAll("[data-phone]")) {
    if (uses.get(dataset.phone) === "phone") columns[dataset.phone] = "phone";
  }
  for (const [title, use] of uses) columns[title] = use;
  return columns;
}

/** The rules by which rows are left out. */
export function leftOut(wizard) {
  const rules = [...wizard.querySelectorAll("[data-left-out]")];
  return rules.map(({ dataset }) => ({ column: dataset.leftOut, value: dataset.value }));
}

/** Whether a box of the page is checked. */
export const isChecked = (wizard, name) => wizard.querySelector(`[name=${name}]`)?.checked ?? false;

/** Listens for changes of the lists; `again` reads the file again. */
export function onLists(wizard, again) {
  wizard.addEventListener("click", ({ target }) => {
    const item = target.closest("[data-earlier], [data-call-again]")?.closest("li");
    if (!item) return;
    if (item.dataset.phone) item.previousElementSibling?.before(item);
    else item.remove();
    again();
  });
  wizard.addEventListener("submit", (event) => {
    if (event.target.id !== "left-out") return;
    const { column, value } = event.target.elements;
    const rule = document.createElement("i");
    rule.hidden = true;
    rule.dataset.leftOut = column.value;
    rule.dataset.value = value.value.trim();
    event.target.after(rule);
    value.value = "";
    again();
  });
}
