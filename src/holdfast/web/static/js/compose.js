// Writing: what is typed and chosen is kept in this browser at once, and goes only when the server has acknowledged it.

import { completing } from "./completion.js";
import { forget, keep, kept } from "./draft-store.js";
import { movable } from "./focus-point.js";
import { queue } from "./outbox.js";
import { tell } from "./telling.js";

const KEPT_APART = new Set(["form_token", "utc_offset", "files", "kind", "target"]);
const AFTER_MS = 1000;
const STATES = {
  idle: "",
  saved: "Kept in this browser.",
  uploading: "Uploading…",
  sending: "Sending…",
  failed: "Not posted. Your text is kept. Try again.",
};
let form = document.getElementById("write");
let waiting = []; // files that the server does not have yet
let timer = 0;
let isUnsaved = false;
let isLeaving = false;

const place = () => `${form.dataset.member}-${form.dataset.place}`;

function state(name, words = STATES[name]) {
  const shown = document.getElementById("state");
  if (shown) shown.textContent = words;
  form.dataset.state = name;
  if (name !== "saved") tell(words); // what is kept every second is not told every second
}

async function save() {
  clearTimeout(timer);
  if (isLeaving) return;
  const fields = [...new FormData(form)].filter(([name, value]) => !KEPT_APART.has(name) && typeof value === "string");
  try {
    await keep(place(), { fields, files: waiting, at: Date.now() });
    isUnsaved = false;
    if (form.dataset.state !== "uploading") state("saved");
  } catch {
    state("idle", "This browser keeps no drafts. Use “Save draft”.");
  }
}

function changed() {
  isUnsaved = true;
  count();
  clearTimeout(timer);
  timer = setTimeout(save, AFTER_MS);
}

function count() {
  const place = document.getElementById("counter");
  const limit = Number(form.dataset.limit);
  const words = form.elements.text.value + form.elements.spoiler_text.value;
  const plain = words.replace(/https?:\/\/\S+/g, "x".repeat(23)).replace(/(@\w+)@[\w.-]+\w/g, "$1");
  const left = limit - [...new Intl.Segmenter().segment(plain)].length;
  place.className = left < 0 ? "over" : "";
  place.textContent = left < 0 ? ` ${-left} too many.` : ` ${left} left.`;
}

async function restore() {
  const draft = await kept(place()).catch(() => undefined);
  if (!draft) return;
  if (draft.at < Number(form.dataset.savedAt)) return offer(draft); // the server's is newer
  await fill(draft);
}

// An older version is brought back when it is asked for; until something is typed it is not lost.
function offer(draft) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button-link" });
  button.textContent = "Bring back the older version that this browser has";
  button.addEventListener("click", () => fill(draft));
  document.getElementById("state").replaceChildren(button);
}

async function fill(draft) {
  const values = new Map(draft.fields);
  for (const id of (values.get("media_ids") ?? "").split(",").filter(Boolean)) await bring(id);
  for (const field of form.elements) {
    if (!field.name || KEPT_APART.has(field.name) || field.type === "submit") continue;
    if (field.type === "checkbox") field.checked = values.has(field.name);
    else if (values.has(field.name)) field.value = values.get(field.name);
  }
  const shared = form.dataset.shared;
  const text = form.elements.text;
  if (shared && !text.value.includes(shared)) text.value = [text.value, shared].filter(Boolean).join("\n\n");
  for (const id of ["warning", "poll", "later"]) {
    const part = document.getElementById(id);
    if (part && [...part.querySelectorAll("input:not([type=checkbox])")].some((field) => field.value)) part.open = true;
  }
  state("saved", "Here is what you wrote before.");
  tell("Here is what you wrote before.");
  await upload(draft.files);
}

// ── files ──

async function bring(id) {
  if (document.getElementById(`attachment-${id}`)) return;
  const answer = await fetch(`/write/files/${id}`, { headers: { "HX-Request": "true" } });
  if (answer.ok && !answer.redirected) put(await answer.text());
}

function put(html) {
  const part = new DOMParser().parseFromString(html, "text/html").querySelector("fieldset");
  document.getElementById("attachments").insertBefore(part, form.elements.files.closest(".field"));
  movable(part);
  const ids = form.elements.media_ids;
  const all = new Set(ids.value.split(",").filter(Boolean)).add(part.dataset.media);
  ids.value = [...all].join(",");
  number();
  return part;
}

function number() {
  const parts = [...form.querySelectorAll(".attachment")];
  parts.forEach((part, at) => {
    const legend = part.querySelector("legend");
    legend.textContent = `${legend.textContent.trim().split(" ")[0]} ${at + 1}`;
  });
}

async function upload(files) {
  if (!files.length) return;
  waiting = [...waiting, ...files];
  await save();
  state("uploading");
  while (waiting.length) {
    const data = new FormData();
    data.set("form_token", form.elements.form_token.value);
    data.set("file", waiting[0], waiting[0].name);
    const answer = await fetch("/write/files", { method: "POST", body: data, headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer) return state("failed", "No connection. The file is kept here; try again with “Post” or “Save draft”.");
    if (!answer.ok) {
      const isJson = answer.headers.get("content-type")?.includes("json");
      const said = isJson ? (await answer.json()).error : "The file was not taken.";
      state("failed", `${waiting[0].name}: ${said}`);
    } else put(await answer.text()).querySelector("textarea").focus();
    waiting.shift();
    await save();
  }
  if (form.dataset.state === "uploading") state("saved", "Uploaded. Describe it for those who do not see it.");
}

function remove(button) {
  const part = button.closest(".attachment");
  const ids = form.elements.media_ids;
  ids.value = ids.value.split(",").filter((id) => id !== part.dataset.media).join(",");
  part.remove();
  number();
  form.elements.files.focus();
  changed();
}

// ── sending ──

async function send(button) {
  if (form.dataset.state === "sending") return;
  await save();
  if (waiting.length) await upload(waiting.splice(0));
  if (waiting.length) return;
  state("sending");
  const data = new FormData(form, button);
  data.delete("files");
  let answer;
  try {
    answer = await fetch("/write", { method: "POST", body: data, headers: { "HX-Request": "true" } });
  } catch {
    return button.value === "publish" ? toOutbox(data) : state("failed");
  }
  if (answer.status === 503 && button.value === "publish") return toOutbox(data);
  if (answer.ok && answer.headers.get("content-type")?.includes("json")) {
    const { to } = await answer.json();
    isLeaving = true;
    await forget(place()).catch(() => undefined);
    isUnsaved = false;
    location.assign(to);
    return;
  }
  refused(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

// What cannot be sent now waits in the browser and is sent once: it carries the key that was made with the draft.
async function toOutbox(data) {
  try {
    await queue(data, "/write");
  } catch {
    return state("failed"); // no room, or a private window: the draft on this page stays as it is
  }
  isLeaving = true;
  await forget(place()).catch(() => undefined);
  isUnsaved = false;
  location.assign("/outbox");
}

function refused(page) {
  const fresh = page.getElementById("writing");
  if (!fresh) return state("failed", `${page.querySelector("h1")?.textContent ?? "Not posted"}. Your text is kept.`);
  document.getElementById("writing").replaceWith(document.adoptNode(fresh));
  form = document.getElementById("write");
  begin();
  const summary = document.getElementById("summary");
  summary?.setAttribute("tabindex", "-1");
  summary?.focus();
  state("failed", "Not done yet. What you wrote is kept.");
  save();
}

// ── beginning ──

function zone() {
  const field = form.elements.scheduled_at;
  if (!field) return;
  const shifted = (value, sign) => {
    const at = new Date(`${value}Z`);
    return new Date(at.getTime() - sign * at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  };
  if (field.value && !form.elements.utc_offset.value) field.value = shifted(field.value, 1);
  field.min = shifted(field.min, 1);
  const note = () => {
    form.elements.utc_offset.value = String(-new Date(field.value || Date.now()).getTimezoneOffset());
  };
  note();
  field.addEventListener("input", note);
  document.getElementById("zone").textContent = `In your time (${Intl.DateTimeFormat().resolvedOptions().timeZone})`;
}

function begin() {
  form.dataset.ready = "";
  zone();
  count();
  form.querySelectorAll(".attachment").forEach(movable);
  completing(form.elements.text, tell);
  form.addEventListener("input", (event) => event.target.type !== "file" && changed());
  form.elements.files.addEventListener("change", async (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    await upload(files);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter ?? document.getElementById("publish");
    if (button.value.startsWith("remove-")) remove(button);
    else send(button);
  });
  document.getElementById("discard")?.addEventListener("submit", () => {
    isLeaving = true;
    forget(place());
  });
}

addEventListener("beforeunload", (event) => {
  if (isUnsaved && !isLeaving) event.preventDefault();
});

begin();
restore();
