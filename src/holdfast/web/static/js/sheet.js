// The form in which a post is written: which one it is now, where its draft belongs, and what is told of it.

import { tell } from "./telling.js";
import { say } from "./words.js";

const STATES = {
  idle: "",
  saved: say("Kept in this browser."),
  uploading: say("Uploading…"),
  sending: say("Sending…"),
  failed: say("Not posted. Your text is kept. Try again."),
};

export let form = document.getElementById("write");

// An answer of the server has put another form in its place.
export function renewed() {
  form = document.getElementById("write");
}

export const place = () => `${form.dataset.member}-${form.dataset.place}`;

export function state(name, words = STATES[name]) {
  const shown = document.getElementById("state");
  if (shown) shown.textContent = words;
  form.dataset.state = name;
  if (name !== "saved") tell(words); // what is kept every second is not told every second
}
