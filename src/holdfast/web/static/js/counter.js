// How many characters are left; more than there are room for may be typed, and is said.

import { form } from "./sheet.js";

export function count() {
  const place = document.getElementById("counter");
  const limit = Number(form.dataset.limit);
  const words = form.elements.text.value + form.elements.spoiler_text.value;
  const plain = words.replace(/https?:\/\/\S+/g, "x".repeat(23)).replace(/(@\w+)@[\w.-]+\w/g, "$1");
  const left = limit - [...new Intl.Segmenter().segment(plain)].length;
  place.className = left < 0 ? "over" : "";
  place.textContent = left < 0 ? ` ${-left} too many.` : ` ${left} left.`;
}
