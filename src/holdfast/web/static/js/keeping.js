// What is typed and chosen is kept in this browser at once, and goes only when the server has acknowledged it.

import { count } from "./counter.js";
import { forget, keep } from "./draft-store.js";
import { form, place, state } from "./sheet.js";
import { say } from "./words.js";

export const KEPT_APART = new Set(["form_token", "utc_offset", "files", "kind", "target"]);
export const waiting = []; // files that the server does not have yet
const AFTER_MS = 1000;
let timer = 0;
let isUnsaved = false;
let isLeaving = false;

export async function save() {
  clearTimeout(timer);
  if (isLeaving) return;
  const fields = [...new FormData(form)].filter(([name, value]) => !KEPT_APART.has(name) && typeof value === "string");
  try {
    await keep(place(), { fields, files: [...waiting], at: Date.now() });
    isUnsaved = false;
    if (form.dataset.state !== "uploading") state("saved");
  } catch {
    state("idle", say("This browser keeps no drafts. Use “Save draft”."));
  }
}

export function changed() {
  isUnsaved = true;
  count();
  clearTimeout(timer);
  timer = setTimeout(save, AFTER_MS);
}

// The draft has arrived somewhere, or was thrown away: nothing is kept any more, and the page may go.
export async function letGo() {
  isLeaving = true;
  await forget(place()).catch(() => undefined);
  isUnsaved = false;
}

addEventListener("beforeunload", (event) => {
  if (isUnsaved && !isLeaving) event.preventDefault();
});
