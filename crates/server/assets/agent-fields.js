// An agent in the fields of its form, and back.

const PLAIN = ["text", "url", "language", "voice", "token_parameter", "opt_out", "voicemail"];
const NUMBERS = { repeats: 1, timeout_seconds: 5 };
/** What of each kind stands in a field of its name. */
const OF_KIND = {
  text: ["text"],
  audio: [],
  menu: [],
  stream: ["url", "token_parameter", "text"],
  transfer: ["text"],
};
/** Without these an agent is refused in words, so they are sent even when they are empty. */
const NEEDED = ["text:text", "url:stream"];

/** Puts an agent into the form. What a row of the keypad has no field for is kept with it. */
export function fill(form, agent) {
  const fields = form.elements;
  fields.kind.value = agent.kind;
  for (const name of PLAIN) fields[name].value = agent[name] ?? (name === "language" ? "en-US" : "");
  for (const [name, usual] of Object.entries(NUMBERS)) fields[name].value = agent[name] ?? usual;
  fields.prompt.value = agent.kind === "menu" && agent.audio ? "audio" : "text";
  const audio = agent.audio ?? "";
  const isUploaded = audio.startsWith("media:");
  fields.audio.value = isUploaded ? audio : "";
  fields.address.value = isUploaded ? "" : audio;
  const told = Object.entries(agent.parameters ?? {});
  fields.parameters.value = told.map(([name, value]) => `${name}: ${value}`).join("\n");
  const to = agent.to ?? {};
  for (const name of ["number", "whisper", "fallback"]) fields[name].value = to[name] ?? "";
  fields.caller_id.value = to.caller_id ?? "own";
  fields.ring_seconds.value = to.ring_seconds ?? 30;
  for (const row of rows(form)) {
    const action = row.key ? agent.keys?.[row.key] : (agent.no_key ?? { do: "hang_up" });
    row.does.value = action?.do ?? "";
    row.with.value = action?.number ?? action?.word ?? action?.seconds ?? "";
    row.text.value = action?.whisper ?? action?.text ?? "";
    row.does.kept = action;
  }
}

/** The agent as it stands in the form. */
export function content(form) {
  const fields = form.elements;
  const kind = fields.kind.value;
  const found = { kind };
  const take = (name, at = name) => {
    const value = fields[at].value.trim();
    if (value || NEEDED.includes(`${name}:${kind}`)) found[name] = value;
  };
  OF_KIND[kind].forEach((name) => take(name));
  const isPlayed = kind === "audio" || (kind === "menu" && fields.prompt.value === "audio");
  if (isPlayed) found.audio = fields.audio.value || fields.address.value.trim();
  if (kind === "menu") {
    if (!isPlayed) found.text = fields.text.value.trim();
    for (const name of Object.keys(NUMBERS)) found[name] = whole(fields[name].value);
    const all = rows(form);
    const used = all.filter((row) => row.key && row.does.value);
    found.keys = Object.fromEntries(used.map((row) => [row.key, action(row)]));
    const silence = action(all.find((row) => !row.key));
    if (silence.do !== "hang_up") found.no_key = silence;
  } else {
    take("opt_out");
  }
  if (kind === "stream") found.parameters = parameters(fields.parameters.value);
  if (kind === "transfer") found.to = person(fields);
  for (const name of ["language", "voice", "voicemail"]) take(name);
  return found;
}

function rows(form) {
  return [...form.querySelectorAll("[data-key-does]")].map((does) => {
    const key = does.dataset.keyDoes;
    const part = (name) => form.querySelector(`[data-key-${name}="${CSS.escape(key)}"]`);
    return { key, does, with: part("with"), text: part("text") };
  });
}

function action({ does, with: first, text }) {
  const kept = does.kept?.do === does.value ? does.kept : {};
  const made = { ...kept, do: does.value };
  const [value, words] = [first.value.trim(), text.value.trim()];
  const say = (name) => (words ? (made[name] = words) : delete made[name]);
  if (made.do === "disposition") made.word = value;
  if (made.do === "record") {
    made.seconds = whole(value || "60");
    say("text");
  }
  if (made.do === "transfer") {
    made.number = dialled(value);
    say("whisper");
  }
  return made;
}

function person(fields) {
  const found = { number: dialled(fields.number.value), caller_id: fields.caller_id.value, ring_seconds: whole(fields.ring_seconds.value) };
  for (const name of ["whisper", "fallback"]) {
    const words = fields[name].value.trim();
    if (words) found[name] = words;
  }
  return found;
}

function parameters(lines) {
  const pairs = lines.split("\n").filter((line) => line.trim());
  return Object.fromEntries(pairs.map((line) => {
    const [name, ...value] = line.split(":");
    return [name.trim(), value.join(":").trim()];
  }));
}

/** A number without what people write between its digits; a SIP address as it is. */
const dialled = (text) => (/^\s*sips?:/.test(text) ? text.trim() : text.trim().replace(/[\s().-]/g, ""));

/** What is no whole number goes as it is, to be refused in words. */
const whole = (text) => (/^\d+$/.test(text.trim()) ? Number(text) : text);
