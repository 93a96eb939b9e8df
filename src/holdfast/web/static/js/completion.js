// @name, #tag and :emoji: are completed while somebody types: the field stays focused, the list is told to be there.

import { say, sayMany } from "./words.js";

const BEGUN = /(^|\s)([@#][\p{L}\p{N}_.@-]{1,60}|:[A-Za-z0-9_]{2,40})$/u;
const WAIT_MS = 150;

export function completing(field, tell) {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("Suggestions"));
  list.hidden = true;
  field.after(list);
  for (const [name, value] of [["aria-autocomplete", "list"], ["aria-haspopup", "listbox"], ["aria-controls", list.id]]) {
    field.setAttribute(name, value);
  }
  let timer = 0;
  let asked = "";
  let at = -1;

  const begun = () => BEGUN.exec(field.value.slice(0, field.selectionStart))?.[2] ?? "";

  function close() {
    list.hidden = true;
    list.replaceChildren();
    at = -1;
    field.removeAttribute("aria-activedescendant");
  }

  async function look() {
    asked = begun();
    if (!asked || field.selectionStart !== field.selectionEnd) return close();
    const wanted = asked;
    const answer = await fetch(`/write/suggestions.json?q=${encodeURIComponent(wanted)}`).catch(() => null);
    const found = answer?.ok && !answer.redirected ? await answer.json() : [];
    if (wanted !== begun()) return;
    close();
    if (!found.length) return;
    list.replaceChildren(...found.map(entry));
    list.hidden = false;
    choose(0);
    tell(sayMany("%(num)s suggestion. Enter takes it.", "%(num)s suggestions. Arrow keys choose, Enter takes one.", found.length));
  }

  function entry(one, number) {
    const item = document.createElement("li");
    item.id = `suggestion-${number}`;
    item.setAttribute("role", "option");
    if (one.picture) {
      const picture = document.createElement("img");
      picture.src = one.picture;
      picture.alt = "";
      picture.className = "emoji";
      item.append(picture);
    }
    item.append(one.label ? `${one.label} ` : "", Object.assign(document.createElement("strong"), { textContent: one.text }));
    item.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus
      take(one.text);
    });
    item.dataset.text = one.text;
    return item;
  }

  function choose(number) {
    at = (number + list.children.length) % list.children.length;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    field.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function take(text) {
    const end = field.selectionStart;
    field.setRangeText(`${text} `, end - begun().length, end, "end");
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (!begun()) close();
    timer = setTimeout(look, WAIT_MS);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const does = {
      ArrowDown: () => choose(at + 1),
      ArrowUp: () => choose(at - 1),
      Enter: () => take(list.children[at].dataset.text),
      Tab: () => take(list.children[at].dataset.text),
      Escape: close,
    }[event.key];
    if (!does || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    does();
  });
}
