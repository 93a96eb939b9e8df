// What happens on the server, as events of the document: "live:home", "live:public", "live:notification", and
// "live:hello" whenever the stream has begun anew and something may have been missed.
//
// One stream serves all tabs of a browser, for HTTP/1.1 allows six connections in all: the tab that holds the lock
// reads it and passes everything on. When that tab goes, the next one that waits for the lock takes over.

const EVENTS = ["hello", "home", "public", "notification"];
const SHORTEST_WAIT = 30_000; // ms, after a refusal; doubled each time
const LONGEST_WAIT = 600_000;

let close = () => {};

export function listen(member) {
  begin(member);
  // A page that the browser keeps for Back may hold neither lock nor connection.
  addEventListener("pagehide", () => close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      begin(member);
      tell("hello", {});
    }
  });
}

function begin(member) {
  if (!navigator.locks || !window.BroadcastChannel) return beginAlone();
  const channel = new BroadcastChannel(`live ${member}`);
  const waiting = new AbortController();
  let release = () => {};
  let stop = () => {};
  channel.onmessage = (message) => tell(message.data.name, message.data.detail);
  navigator.locks
    .request(`live ${member}`, { signal: waiting.signal }, () => {
      stop = read((name, detail) => {
        tell(name, detail);
        channel.postMessage({ name, detail });
      });
      return new Promise((resolve) => {
        release = resolve;
      });
    })
    .catch(() => {}); // given up before it was our turn
  close = () => {
    waiting.abort();
    stop();
    release();
    channel.close();
    close = () => {};
  };
}

// Locks exist over https and on this machine only; elsewhere the tab that is looked at has a stream of its own.
function beginAlone() {
  let stop = () => {};
  const follow = () => {
    stop();
    stop = document.visibilityState === "visible" ? read(tell) : () => {};
  };
  document.addEventListener("visibilitychange", follow);
  follow();
  close = () => {
    document.removeEventListener("visibilitychange", follow);
    stop();
    close = () => {};
  };
}

function read(hear) {
  let source;
  let timer;
  let wait = SHORTEST_WAIT;
  const open = () => {
    source = new EventSource("/events");
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => {
        wait = SHORTEST_WAIT;
        hear(name, JSON.parse(event.data));
      });
    }
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return; // the browser comes back by itself
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
}
