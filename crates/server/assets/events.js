// The server's events, over one connection however many tabs are open: browsers hold only six
// connections to a server, and a stream keeps one for good. One tab holds the stream and tells the
// others; when it goes, the next takes over.

const CHANNEL = "ringonce-events";

/** Calls `changed` when something changed, and `connected` with whether the server is heard. */
export function listen({ changed, connected }) {
  const tell = (kind) => {
    if (kind === "changed") changed();
    else connected(kind === "open");
  };
  if (!navigator.locks || !("BroadcastChannel" in window)) {
    open(tell);
    return;
  }
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }) => tell(data));
  navigator.locks.request(CHANNEL, () => {
    open((kind) => {
      tell(kind);
      channel.postMessage(kind);
    });
    return new Promise(() => {});
  });
}

function open(tell) {
  const events = new EventSource("/api/v1/events");
  events.addEventListener("state", () => tell("changed"));
  events.addEventListener("open", () => tell("open"));
  events.addEventListener("error", () => tell("lost"));
}
