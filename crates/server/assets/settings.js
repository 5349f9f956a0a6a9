// Between a campaign's settings and the fields of its form. A field's name is the path of its setting;
// those that stand for several, or whose value has another shape, are written out.

const SHAPED = {
  start: fromStart, start_at: fromStart, pace: fromPace, repeat: fromRepeat, repeat_days: fromRepeat,
  days: fromHours, "business_hours.start": fromHours, "business_hours.end": fromHours,
  "retry.backoff_hours": fromWaits, "retry.outcomes": fromOutcomes, caller_ids: fromIds,
};

/** Puts the settings into the fields. */
export function fill(form, settings) {
  const fields = form.elements;
  for (const field of fields) {
    const value = field.name?.split(".").reduce((part, name) => part?.[name], settings);
    if (value === undefined || SHAPED[field.name] || field.name === "name") continue;
    if (field.type === "checkbox") field.checked = value;
    else if (field.type === "radio") field.checked = field.value === value;
    else field.value = value ?? "";
  }
  const hours = settings.business_hours;
  for (const box of fields.days) box.checked = hours.days.includes(box.value);
  fields["business_hours.start"].value = hours.start;
  fields["business_hours.end"].value = hours.end === "24:00" ? "00:00" : hours.end;
  fields["callee_hours.end"].value = settings.callee_hours.end.replace("24:00", "23:59");
  fields.start.value = settings.start_at === null ? "now" : "later";
  if (settings.start_at !== null) fields.start_at.value = local(Date.parse(settings.start_at), settings.time_zone);
  fields.pace.value = settings.pacing.calls_at_once === 1 && !settings.pacing.calls_per_second ? "one" : "many";
  const { repeat } = settings;
  fields.repeat.value = typeof repeat === "string" ? repeat : "after_days";
  if (repeat.after_days) fields.repeat_days.value = repeat.after_days;
  fields["retry.backoff_hours"].value = settings.retry.backoff_hours.join(", ");
  for (const box of fields["retry.outcomes"]) box.checked = settings.retry.outcomes.includes(box.value);
  fields.caller_ids.value = settings.caller_ids.join("\n");
  if (typeof settings.caps !== "string") fields.caps.value = "own";
  document.getElementById("delay-range").value = settings.pacing.delay_seconds;
  reveal(fields);
}

/** Takes a changed field into the settings; returns the name of the setting, if it is one. */
export function read(form, settings, field) {
  reveal(form.elements);
  const { name } = field;
  if (name === "name") return name;
  if (SHAPED[name]) return SHAPED[name](settings, form.elements);
  const path = name?.split(".") ?? [];
  const last = path.pop();
  const part = path.reduce((part, key) => part?.[key], settings);
  if (!last || !part || !(last in part) || (name === "caps" && field.value === "own")) return null;
  part[last] = valueOf(field);
  if (name === "pacing.delay_seconds") document.getElementById("delay-range").value = field.value;
  return path[0] ?? last;
}

function valueOf(field) {
  if (field.type === "checkbox") return field.checked;
  const text = field.value.trim();
  if (text === "" && "optional" in field.dataset) return null;
  return field.type === "number" ? Number(text) : text;
}

/** Shows the fields that the chosen ones need. */
function reveal(fields) {
  fields.start_at.hidden = fields.start.value !== "later";
  document.getElementById("pace-one").hidden = fields.pace.value !== "one";
  document.getElementById("pace-many").hidden = fields.pace.value !== "many";
  document.getElementById("detection").hidden = fields["machines.then"].value === "ignore";
  document.getElementById("recording").hidden = !fields.record.checked;
  document.getElementById("repeat-days").hidden = fields.repeat.value !== "after_days";
}

function fromStart(settings, { start, start_at }) {
  if (start.value === "later" && !start_at.value) return null;
  settings.start_at = start.value === "now" ? null : instant(start_at.value, settings.time_zone);
  return "start_at";
}

function fromPace(settings, fields) {
  const { pacing } = settings;
  if (fields.pace.value === "one") Object.assign(pacing, { calls_at_once: 1, calls_per_second: null, delay_seconds: Math.max(5, pacing.delay_seconds) });
  else Object.assign(pacing, { calls_at_once: Math.max(2, pacing.calls_at_once), delay_seconds: 0 });
  fields["pacing.calls_at_once"].value = pacing.calls_at_once;
  fields["pacing.calls_per_second"].value = pacing.calls_per_second ?? "";
  fields["pacing.delay_seconds"].value = document.getElementById("delay-range").value = pacing.delay_seconds;
  return "pacing";
}

function fromRepeat(settings, { repeat, repeat_days }) {
  settings.repeat = repeat.value === "after_days" ? { after_days: Number(repeat_days.value) } : repeat.value;
  return "repeat";
}

/** A window whose end is not after its start goes on into the next day; midnight ends a day. */
function fromHours(settings, fields) {
  const [start, end] = ["start", "end"].map((name) => fields[`business_hours.${name}`].value);
  const midnight = end === "00:00";
  const days = [...fields.days].filter((box) => box.checked).map((box) => box.value);
  settings.business_hours = {
    ...settings.business_hours, days, start, end: midnight ? "24:00" : end, overnight: !midnight && end <= start,
  };
  return "business_hours";
}

function fromWaits(settings, fields) {
  const waits = fields["retry.backoff_hours"].value.split(/[\s,;]+/).filter(Boolean);
  settings.retry.backoff_hours = waits.map(Number);
  return "retry";
}

function fromOutcomes(settings, fields) {
  const kept = settings.retry.outcomes.filter((word) => ![...fields["retry.outcomes"]].some((box) => box.value === word));
  const chosen = [...fields["retry.outcomes"]].filter((box) => box.checked).map((box) => box.value);
  settings.retry.outcomes = [...chosen, ...kept];
  return "retry";
}

function fromIds(settings, { caller_ids }) {
  settings.caller_ids = caller_ids.value.split(/\n/).map((line) => line.replace(/[\s().-]/g, "")).filter(Boolean);
  return "caller_ids";
}

/** An instant as a clock on the wall of the zone shows it, for a field of date and time. */
function local(millis, timeZone) {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return parts.format(millis).replace(" ", "T");
}

/** The instant at which a clock on the wall of the zone shows this. */
function instant(text, timeZone) {
  const wanted = Date.parse(`${text}Z`);
  let found = wanted;
  for (let round = 0; round < 2; round += 1) found += wanted - Date.parse(`${local(found, timeZone)}Z`);
  return new Date(found).toISOString();
}
