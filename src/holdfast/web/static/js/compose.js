// Writing a post: what the parts of its form do, each in a module of its own.

import { completing } from "./completion.js";
import { count } from "./counter.js";
import { movable } from "./focus-point.js";
import { changed, letGo } from "./keeping.js";
import { restore } from "./restoring.js";
import { send } from "./sending.js";
import { form } from "./sheet.js";
import { tell } from "./telling.js";
import { remove, upload } from "./uploads.js";
import { say } from "./words.js";

// A time to publish is written in the browser's zone, which goes with it.
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
  document.getElementById("zone").textContent = say("In your time (%(zone)s).", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
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
    else send(button, begin);
  });
  document.getElementById("discard")?.addEventListener("submit", letGo);
}

begin();
restore();
