// Requests to the API of this server. Never sends anything elsewhere.

/** The words of a problem document, or of whatever else came. */
export async function problemText(response) {
  try {
    const problem = await response.json();
    return problem.field ? `${problem.field}: ${problem.detail}` : problem.detail;
  } catch {
    return `The server answered ${response.status}. Try again.`;
  }
}

/** Posts JSON (or nothing) and returns the answer; throws an Error with words for people. */
export async function post(path, body) {
  const options = { method: "POST" };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The server cannot be reached. Is it running?");
  }
  if (response.status === 401) location.assign("/login");
  if (!response.ok) throw new Error(await problemText(response));
  return response.status === 204 ? {} : response.json();
}

const NOTICE_MS = 8_000;
let leaving;

/** Shows a sentence for a while, an error until the next one; screen readers say it. */
export function notify(text, isError = false) {
  const notice = document.getElementById("notice");
  notice.textContent = text;
  notice.classList.toggle("error", isError);
  notice.hidden = false;
  clearTimeout(leaving);
  if (!isError) leaving = setTimeout(() => (notice.hidden = true), NOTICE_MS);
}
