// The draft that this browser has for a form, put into it again.

import { kept } from "./draft-store.js";
import { KEPT_APART } from "./keeping.js";
import { form, place, state } from "./sheet.js";
import { tell } from "./telling.js";
import { bring, upload } from "./uploads.js";
import { say } from "./words.js";

const BROUGHT = say("Here is what you wrote before.");

export async function restore() {
  const draft = await kept(place()).catch(() => undefined);
  if (!draft) return;
  if (draft.at < Number(form.dataset.savedAt)) return offer(draft); // the server's is newer
  await fill(draft);
}

// An older version is brought back when it is asked for; until something is typed it is not lost.
function offer(draft) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button-link" });
  button.textContent = say("Bring back the older version that this browser has");
  button.addEventListener("click", async () => {
    await fill(draft);
    form.elements.text.focus(); // the button is gone
  });
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
  state("saved", BROUGHT);
  tell(BROUGHT);
  await upload(draft.files);
}
