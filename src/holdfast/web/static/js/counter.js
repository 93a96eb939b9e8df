// How many characters are left; more than there are room for may be typed, and is said.

import { form } from "./sheet.js";
import { sayMany } from "./words.js";

export function count() {
  const place = document.getElementById("counter");
  const limit = Number(form.dataset.limit);
  const written = form.elements.text.value + form.elements.spoiler_text.value;
  const plain = written.replace(/https?:\/\/\S+/g, "x".repeat(23)).replace(/(@\w+)@[\w.-]+\w/g, "$1");
  const left = limit - [...new Intl.Segmenter().segment(plain)].length;
  place.className = left < 0 ? "over" : "";
  const words = left < 0 ? sayMany("%(num)s too many.", "%(num)s too many.", -left) : sayMany("%(num)s left.", "%(num)s left.", left);
  place.textContent = ` ${words}`;
}
