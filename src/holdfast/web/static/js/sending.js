// Sending what was written: to the server, or into the outbox while the server cannot take it.

import { letGo, save, waiting } from "./keeping.js";
import { queue } from "./outbox.js";
import { form, renewed, state } from "./sheet.js";
import { upload } from "./uploads.js";
import { say } from "./words.js";

// `again` begins with the form that the server answers where something is wrong.
export async function send(button, again) {
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
    await letGo();
    location.assign(to);
    return;
  }
  refused(new DOMParser().parseFromString(await answer.text(), "text/html"), again);
}

// What cannot be sent now waits in the browser and is sent once: it carries the key that was made with the draft.
async function toOutbox(data) {
  try {
    await queue(data, "/write");
  } catch {
    return state("failed"); // no room, or a private window: the draft on this page stays as it is
  }
  await letGo();
  location.assign("/outbox");
}

function refused(page, again) {
  const fresh = page.getElementById("writing");
  if (!fresh) {
    const what = page.querySelector("h1")?.textContent ?? say("Not posted");
    return state("failed", say("%(what)s. Your text is kept.", { what }));
  }
  document.getElementById("writing").replaceWith(document.adoptNode(fresh));
  renewed();
  again();
  const summary = document.getElementById("summary");
  summary?.setAttribute("tabindex", "-1");
  summary?.focus();
  state("failed", say("Not done yet. What you wrote is kept."));
  save();
}
