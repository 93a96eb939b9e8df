// Posts that cannot be sent now wait in this browser and are sent once: each has carried its idempotency key since it
// was written, so that a second try of one that did arrive makes no second post.
//
// A form takes part by data-outbox; its value names the button that sends (others, like "add a picture", need a
// connection). State of a post: waiting, sending, refused (with why), old (asks before it is sent).

import { give } from "./focus.js";
import { tell } from "./telling.js";
import { say, sayMany } from "./words.js";

const BASE = "outbox";
const STORE = "posts";
const OLD = 24 * 3_600_000; // ms after which a post is sent only when its author says so
const SOON = 1_000; // ms until the second try, when there is a connection; doubled from then on
const AGAIN = 30_000; // ms between tries at the most, while something waits

const me = document.body.dataset.member;

// ── what waits ──

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(BASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, work) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const change = base.transaction(STORE, mode);
      const asked = work(change.objectStore(STORE));
      change.oncomplete = () => resolve(asked?.result);
      change.onerror = () => reject(change.error);
      change.onabort = () => reject(change.error);
    });
  } finally {
    base.close();
  }
}

// The member's own posts that wait, in the order in which they were written.
export async function all() {
  return (await within("readonly", (store) => store.getAll())).filter((one) => one.member === me);
}

// Keep a form until it can be sent; resolves with its number once it is on disk.
export async function queue(form, action = "/write") {
  const fields = [...form].filter(([name]) => name !== "form_token");
  if (!fields.some(([name, value]) => (name === "idempotency_key" || name === "key") && value)) {
    fields.push(["idempotency_key", crypto.randomUUID()]);
  }
  const post = { member: me, action, fields, at: Date.now(), state: "waiting", why: "" };
  const id = await within("readwrite", (store) => store.add(post));
  changed();
  return id;
}

export async function discard(id) {
  await within("readwrite", (store) => store.delete(id));
  changed();
}

async function put(post, values) {
  Object.assign(post, values);
  await within("readwrite", (store) => store.put(post));
  changed();
}

function changed() {
  document.dispatchEvent(new CustomEvent("outbox:changed"));
}

// ── sending ──

let running = null; // the present round of sending in this tab
let isWanted = false; // another round, as something has changed since the present one began
let pause = SOON; // ms until the next try, when one has failed although there is a connection
let timer = 0;

// Send what may be sent, one after the other, in one tab at a time; `only` sends one whatever its age.
export async function send(only = 0) {
  if (only) {
    await running;
    return locked(only);
  }
  if (running) {
    isWanted = true; // the connection may have come back while a try was about to fail
    return running;
  }
  running = rounds();
  try {
    await running;
  } finally {
    running = null;
  }
}

async function rounds() {
  do {
    isWanted = false;
    await locked(0);
  } while (isWanted);
  const waits = (await all()).some((post) => post.state === "waiting");
  clearTimeout(timer);
  if (!waits || !navigator.onLine) pause = SOON;
  else {
    timer = setTimeout(() => send(), pause);
    pause = Math.min(2 * pause, AGAIN);
  }
}

function locked(only) {
  const work = async () => {
    for (const post of await all()) {
      if (only ? post.id !== only : post.state === "refused" || post.state === "old") continue;
      if (!only && Date.now() - post.at > OLD) {
        await put(post, { state: "old" });
        continue;
      }
      if (!(await sendOne(post))) return;
    }
  };
  if (!navigator.locks) return work();
  return navigator.locks.request(`outbox ${me}`, { ifAvailable: !only }, (lock) => lock && work());
}

// Whether the next may be tried.
async function sendOne(post) {
  await put(post, { state: "sending", why: "" });
  const body = new FormData();
  body.set("form_token", document.body.dataset.formToken);
  for (const [name, value] of post.fields) body.append(name, value);
  try {
    // A redirect leads to what was made: it has arrived, and the page need not be loaded.
    const answer = await fetch(post.action, { method: "POST", body, redirect: "manual", headers: { accept: "text/html" } });
    if (answer.type === "opaqueredirect" || answer.ok) {
      await discard(post.id);
      tell(say("A post from your outbox was sent."));
      return true;
    }
    if (answer.status === 422 || answer.status === 413 || answer.status === 400) {
      await put(post, { state: "refused", why: await reason(answer) });
      return true;
    }
    const signedOut = answer.status === 401 || answer.status === 403;
    const why = signedOut ? say("You were signed out. Load a page again, and it is sent.") : await reason(answer);
    await put(post, { state: "waiting", why });
  } catch {
    await put(post, { state: "waiting", why: "" });
  }
  return false;
}

async function reason(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = page.querySelector("#summary li") ?? page.querySelector("#main p");
  return said?.textContent.trim() || say("The server has refused it.");
}

// ── forms ──

function takePart() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-outbox]") || event.defaultPrevented) return;
    const { submitter } = event;
    if (form.dataset.outbox && submitter?.value !== form.dataset.outbox) return;
    if (navigator.onLine && !document.querySelector("[data-posting-paused]")) return;
    event.preventDefault();
    await queue(new FormData(form, submitter), form.getAttribute("action"));
    location.assign("/outbox");
  });
  // Signing out takes what waits with it: not without asking.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("action") !== "/auth/sign_out" || form.dataset.asked) return;
    event.preventDefault();
    leave(form);
  });
}

async function leave(form) {
  const waiting = await all().catch(() => []);
  if (waiting.length) {
    const question = sayMany(
      "%(num)s post waits in your outbox and would be thrown away. Sign out all the same?",
      "%(num)s posts wait in your outbox and would be thrown away. Sign out all the same?",
      waiting.length,
    );
    if (!confirm(question)) {
      location.assign("/outbox");
      return;
    }
    for (const post of waiting) await discard(post.id);
  }
  form.dataset.asked = "yes";
  form.requestSubmit();
}

// ── the page /outbox ──

const STATES = { waiting: say("Waiting"), sending: say("Sending"), refused: say("Refused"), old: say("Written more than a day ago") };

async function draw() {
  const list = document.getElementById("outbox-list");
  if (!list || list.querySelector("form:not([hidden])")) return; // somebody is editing
  const posts = await all();
  const heirs = list.contains(document.activeElement) ? [document.activeElement.id, "main"] : [];
  list.replaceChildren(...posts.map(item));
  give(heirs);
  document.getElementById("outbox-empty").hidden = posts.length > 0;
}

function item(post) {
  const made = document.getElementById("outbox-item").content.cloneNode(true).firstElementChild;
  const part = (name) => made.querySelector(`[data-part="${name}"]`);
  const text = post.fields.find(([name]) => name === "text")?.[1] ?? "";
  part("state").textContent = STATES[post.state];
  part("when").textContent = new Date(post.at).toLocaleString(document.documentElement.lang);
  part("text").textContent = text;
  part("why").textContent = post.why;
  part("why").hidden = !post.why;
  const editor = part("editor");
  const buttons = {
    send: () => send(post.id),
    edit: () => {
      editor.elements.text.value = text;
      editor.hidden = false;
      editor.elements.text.focus();
    },
    discard: async () => {
      await discard(post.id);
      tell(say("Discarded."));
    },
  };
  for (const button of made.querySelectorAll("[data-do]")) {
    button.id = `${button.dataset.do}-${post.id}`;
    button.addEventListener("click", buttons[button.dataset.do]);
  }
  editor.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = editor.elements.text.value;
    made.querySelector('[data-do="edit"]').focus();
    editor.hidden = true;
    const fields = post.fields.map(([name, value]) => [name, name === "text" ? words : value]);
    await put(post, { fields, state: "waiting", why: "" });
    send();
  });
  return made;
}

export function begin() {
  if (!window.indexedDB) return;
  takePart();
  document.addEventListener("outbox:changed", draw);
  addEventListener("online", () => {
    pause = SOON; // what failed before says nothing any more
    send();
  });
  setInterval(async () => (await all()).some((post) => post.state === "waiting") && send(), AGAIN); // another tab's, too
  draw();
  send().catch(() => {});
}
