// Files in the form of a post: sent one by one while it is written, each with a part of the form to describe it in.

import { movable } from "./focus-point.js";
import { changed, save, waiting } from "./keeping.js";
import { form, state } from "./sheet.js";
import { say } from "./words.js";

const LATER = new Set([429, 503]); // not now, but the same file in a while

// The part of a file that the server has already, as a draft knows it.
export async function bring(id) {
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
  parts.forEach((part, at) => part.querySelectorAll("[data-number]").forEach((place) => (place.textContent = at + 1)));
}

export async function upload(files) {
  if (!files.length) return;
  waiting.push(...files);
  await save();
  state("uploading");
  while (waiting.length) {
    const answer = await sent(waiting[0]);
    if (!answer) return state("failed", say("No connection. The file is kept here; try again with “Post” or “Save draft”."));
    if (answer.ok) put(await answer.text()).querySelector("textarea").focus();
    else state("failed", `${waiting[0].name}: ${await why(answer)}`);
    if (LATER.has(answer.status)) return;
    waiting.shift();
    await save();
  }
  if (form.dataset.state === "uploading") state("saved", say("Uploaded. Describe it for those who do not see it."));
}

function sent(file) {
  const data = new FormData();
  data.set("form_token", form.elements.form_token.value);
  data.set("file", file, file.name);
  return fetch("/write/files", { method: "POST", body: data, headers: { "HX-Request": "true" } }).catch(() => null);
}

async function why(answer) {
  const isJson = answer.headers.get("content-type")?.includes("json");
  return isJson ? (await answer.json()).error : say("The file was not taken.");
}

export function remove(button) {
  const part = button.closest(".attachment");
  const ids = form.elements.media_ids;
  ids.value = ids.value.split(",").filter((id) => id !== part.dataset.media).join(",");
  part.remove();
  number();
  form.elements.files.focus();
  changed();
}
