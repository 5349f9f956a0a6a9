// Makes one element like another by changing only what differs, so that focus, selection and
// transitions survive an update.

/** Makes `present` equal to `wanted`; both have the same tag name. */
export function morph(present, wanted) {
  syncAttributes(present, wanted);
  const olds = [...present.childNodes];
  const byId = new Map(olds.filter((node) => node.id).map((node) => [node.id, node]));
  let cursor = present.firstChild;
  for (const next of [...wanted.childNodes]) {
    const match = next.id ? byId.get(next.id) : nextAlike(cursor, next);
    if (match && match.nodeName === next.nodeName) {
      if (match === cursor) cursor = cursor.nextSibling;
      else present.insertBefore(match, cursor);
      if (match.nodeType === Node.ELEMENT_NODE) morph(match, next);
      else if (match.nodeValue !== next.nodeValue) match.nodeValue = next.nodeValue;
    } else {
      present.insertBefore(document.importNode(next, true), cursor);
    }
  }
  while (cursor) {
    const surplus = cursor;
    cursor = cursor.nextSibling;
    surplus.remove();
  }
}

/** The node at the cursor if it can become `next` without losing a named element. */
function nextAlike(cursor, next) {
  return cursor && !cursor.id && cursor.nodeName === next.nodeName ? cursor : null;
}

/** What somebody has opened stays open. */
const KEPT = new Set(["open"]);

function syncAttributes(present, wanted) {
  for (const { name, value } of wanted.attributes) {
    if (present.getAttribute(name) !== value) present.setAttribute(name, value);
  }
  for (const { name } of [...present.attributes]) {
    if (!wanted.hasAttribute(name) && !KEPT.has(name)) present.removeAttribute(name);
  }
}
