// Finds, in a page, what a person would point at. Called with a kind and words; answers with one
// element, or null. In an open dialog only what is in it can be pointed at.
const [kind, words] = arguments;
const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const dialogs = [...document.querySelectorAll("dialog:modal")];
const root = dialogs.at(-1) ?? document;
const visible = (element) => element.checkVisibility({ visibilityProperty: true });
const all = (css) => [root, ...root.querySelectorAll("*")].filter((element) => element.matches?.(css));

// The element whose name is these words, or else begins with them.
const named = (elements, name) =>
  elements.find((element) => tidy(name(element)) === words) ??
  elements.find((element) => tidy(name(element)).startsWith(words)) ??
  null;

const ways = {
  // What can be pressed.
  control() {
    const css =
      "button, a[href], summary, input[type=submit], [role=tab], [role=button], [role=menuitem], label";
    const name = (element) => element.getAttribute("aria-label") ?? (element.innerText || element.value);
    return named(all(css).filter(visible), name);
  },
  // What can be filled in, by its label.
  field() {
    const label = named(all("label").filter((label) => label.control), (label) => label.textContent);
    const name = (field) => {
      const by = field.getAttribute("aria-labelledby");
      return by ? document.getElementById(by)?.textContent : field.getAttribute("aria-label");
    };
    return label?.control ?? named(all("input, select, textarea"), name);
  },
  css() {
    return all(words).find(visible) ?? null;
  },
  // Also what is hidden, such as the input behind a drop zone.
  any() {
    return all(words)[0] ?? null;
  },
};
return ways[kind]();
