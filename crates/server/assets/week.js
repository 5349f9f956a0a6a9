// The week as a picture: days are check boxes, hours two fields of time; the squares show what they
// come to, and can be pressed by whoever has a mouse.

const hour = (text) => Number(text.slice(0, 2)) + Number(text.slice(3)) / 60;

/** Draws the week of a form; returns what draws it again. */
export function week(form) {
  const fields = form.elements;
  const week = document.getElementById("week");
  const start = () => hour(fields["business_hours.start"].value || "00:00");
  const end = () => hour(fields["business_hours.end"].value || "24:00") || 24;
  const draw = () => {
    const [from, to] = [start(), end()];
    const days = [...fields.days].filter((box) => box.checked).map((box) => box.value);
    const all = [...fields.days].map((box) => box.value);
    const holds = (day, at) => {
      if (to > from) return days.includes(day) && at + 1 > from && at < to;
      const before = all[(all.indexOf(day) + 6) % 7];
      return (days.includes(day) && at + 1 > from) || (days.includes(before) && at < to);
    };
    week.disabled = !fields["business_hours.enabled"].checked;
    for (const row of week.querySelectorAll("[data-day]")) {
      for (const square of row.querySelectorAll("rect")) {
        square.classList.toggle("on", holds(row.dataset.day, Number(square.dataset.hour)));
      }
    }
  };
  const tell = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
  const set = (name, value) => (fields[name].value = `${String(value % 24).padStart(2, "0")}:00`);

  week.addEventListener("click", ({ target }) => {
    const square = target.closest("[data-hour]");
    if (!square || week.disabled) return;
    const at = Number(square.dataset.hour);
    const box = [...fields.days].find((day) => day.value === square.closest("[data-day]").dataset.day);
    const isOn = square.classList.contains("on");
    if (!box.checked) box.checked = true;
    else if (!isOn && at < start()) set("business_hours.start", at);
    else if (!isOn) set("business_hours.end", at + 1);
    else if (at - start() < end() - at) set("business_hours.start", at + 1);
    else set("business_hours.end", at);
    tell(box);
  });
  for (const button of form.querySelectorAll("[data-preset]")) {
    button.addEventListener("click", () => {
      const [days, from, to] = button.dataset.preset.split(",");
      fields["business_hours.enabled"].checked = Boolean(days);
      if (days) {
        for (const box of fields.days) box.checked = days.split(" ").includes(box.value);
        fields["business_hours.start"].value = from;
        fields["business_hours.end"].value = to;
        tell(fields["business_hours.start"]);
      }
      tell(fields["business_hours.enabled"]);
    });
  }
  draw();
  return draw;
}
