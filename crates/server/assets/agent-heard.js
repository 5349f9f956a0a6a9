// What one contact would hear, as a bubble with everything that happens.

/** Makes it of a preview; `place` has the words. */
export function bubble({ name, number, text, seconds, problem, heard = [] }, place) {
  const made = document.createElement("figure");
  made.className = problem ? "bubble bad" : "bubble";
  const words = document.createElement("blockquote");
  words.textContent = problem ?? text ?? "♪";
  const who = document.createElement("figcaption");
  who.className = "small muted";
  const long = seconds ? place.dataset.seconds.replace("%n%", seconds) : "";
  who.textContent = [name || number, long].filter(Boolean).join(" · ");
  made.append(words, who);
  const steps = place.dataset.words ? lines(heard, JSON.parse(place.dataset.words)) : [];
  if (steps.length) {
    const list = document.createElement("dl");
    list.className = "small";
    for (const [title, what] of steps) {
      const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
      dt.textContent = title;
      dd.textContent = what;
      list.append(dt, dd);
    }
    made.append(list);
  }
  return made;
}

/** What happens besides the opening, each with its title. */
function lines(heard, words) {
  const does = (action, says) => {
    const subject = action.number ?? action.word ?? (action.do === "record" ? `${action.seconds} s` : "");
    return [`${words[action.do] ?? ""} ${subject}`.trim(), says && `“${says}”`, action.whisper && `“${action.whisper}”`].filter(Boolean).join(" · ");
  };
  const line = {
    on_key: ({ key, action, says }) => [words.key.replace("%k", key), does(action, says)],
    without_key: ({ repeats, action, says }) => [words["no-key"].replace("%n", repeats), does(action, says)],
    streams: ({ url, parameters }) => [words.streams, [url, ...Object.entries(parameters).map(([name, value]) => `${name}: ${value}`)].join(" · ")],
    connects: ({ to }) => [words.transfer, does({ ...to, do: "" })],
    machine: ({ text, audio }) => [words.machine, text ? `“${text}”` : audio ? "♪" : words["machine-nothing"]],
  };
  return heard.filter(({ what }) => line[what]).map((step) => line[step.what](step));
}
