// Requests to the API of this server. Never sends anything elsewhere.

/** An answer that is an error: words for people, and the field that they are about. */
export class Refusal extends Error {
  constructor(words, field) {
    super(words);
    this.field = field;
  }
}

/** Sends JSON (or nothing) and returns the answer; throws a Refusal with words for people. */
export async function send(method, path, body) {
  const options = { method };
  if (body instanceof FormData) {
    options.body = body;
  } else if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refusal("The server cannot be reached. Is it running?");
  }
  if (response.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  if (!response.ok) throw await refusal(response);
  return response.status === 204 ? {} : response.json();
}

/** The words of a problem document, or of whatever else came. */
async function refusal(response) {
  try {
    const { detail, field } = await response.json();
    return new Refusal(detail, field);
  } catch {
    return new Refusal(`The server answered ${response.status}. Try again.`);
  }
}

const NOTICE_MS = 8_000;
let leaving;

/** Shows a sentence for a while, an error until it is closed; `undo` offers to take back what was done. */
export function notify(text, { isError = false, undo } = {}) {
  const notice = document.getElementById("notice");
  notice.replaceChildren(text);
  if (undo) notice.append(button(document.body.dataset.undo, undo));
  if (isError) notice.append(button(document.body.dataset.close));
  notice.classList.toggle("error", isError);
  notice.hidden = false;
  clearTimeout(leaving);
  if (!isError) leaving = setTimeout(() => (notice.hidden = true), NOTICE_MS);
}

function button(words, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = words;
  element.addEventListener("click", () => {
    document.getElementById("notice").hidden = true;
    act?.();
  });
  return element;
}
