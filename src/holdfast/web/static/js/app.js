// What every page of a member does beyond what its forms and links do by themselves.

import * as feed from "./feed.js";
import * as focus from "./focus.js";
import * as installed from "./installed.js";
import * as keys from "./keys.js";
import * as outbox from "./outbox.js";
import { listen } from "./stream.js";
import { tell } from "./telling.js";
import { say } from "./words.js";

focus.begin();
feed.begin();
keys.begin();
installed.begin();
outbox.begin();
listen(document.body.dataset.member);

// The number of unread notifications follows on every page.
document.addEventListener("live:notification", ({ detail }) => {
  const badge = document.getElementById("unread");
  if (!badge) return;
  badge.hidden = !detail.unread;
  document.getElementById("unread-count").textContent = detail.unread > 99 ? "99+" : String(detail.unread);
});

// What is pressed on a card while an answer is on its way waits for the card that the answer brings.
const pressedMeanwhile = [];
document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches(".post-actions.htmx-request") || !event.submitter?.id) return;
    event.preventDefault();
    event.stopPropagation();
    pressedMeanwhile.push(event.submitter.id);
  },
  true,
);
document.addEventListener("htmx:afterSettle", () => document.getElementById(pressedMeanwhile.shift())?.click());

// The middle state of a button that is pressed: at once as it will be, back again when the server says no.
document.addEventListener("htmx:beforeRequest", (event) => {
  const button = event.detail.requestConfig?.triggeringEvent?.submitter;
  if (button?.matches("[aria-pressed]")) {
    event.detail.elt.dataset.pressed = button.id;
    press(button);
  }
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const button = document.getElementById(event.detail.elt.dataset?.pressed ?? "");
    if (button) press(button);
    pressedMeanwhile.length = 0;
    tell(event.detail.xhr?.status ? say("That was refused; nothing was changed.") : say("No connection. Nothing was changed."));
  });
}

function press(button) {
  button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") === "true" ? "false" : "true");
}
