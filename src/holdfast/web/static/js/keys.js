// Single keys, for those who have not switched them off: what each does stands in the dialog behind "?".

import { tell } from "./telling.js";

const ACTS = { l: "favourite", b: "boost", f: "bookmark" };
const PLACES = { h: "/home", n: "/notifications", e: "/explore", p: "/public", b: "/bookmarks", m: "/conversations", s: "/settings" };
const SEQUENCE = 1_500; // ms between "g" and the key after it

let waitsUntil = 0;

export function begin() {
  if (document.body.dataset.keys !== "on") return;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key !== "Escape" && isWriting(event.target)) return;
    if (press(event.key, event)) event.preventDefault();
  });
}

function isWriting(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]");
}

function press(key, event) {
  const help = document.getElementById("keys");
  if (help?.open) return false; // the dialog has its own
  if (event.timeStamp < waitsUntil) {
    waitsUntil = 0;
    return go(PLACES[key]);
  }
  switch (key) {
    case "g":
      waitsUntil = event.timeStamp + SEQUENCE;
      return true;
    case "?":
      help?.showModal();
      return Boolean(help);
    case ".":
      return click(document.getElementById("news"));
    case "/":
      return go("/search");
    case "n":
      return go("/write");
    case "j":
      return step(1);
    case "k":
      return step(-1);
    case "Escape":
      document.activeElement?.closest?.("details.more[open]")?.removeAttribute("open");
      return false;
  }
  const post = current();
  if (!post) return false;
  if (key === "o") return click(post.querySelector(".post-head > a.muted"));
  if (key === "r") return click(post.querySelector('a.act[href^="/write"]'));
  if (ACTS[key]) return click(post.querySelector(`button.act[id^="${ACTS[key]}-"]`)) || refuse(key);
  return false;
}

function click(element) {
  if (!element || element.closest("[hidden]")) return false;
  element.click();
  return true;
}

function go(to) {
  if (to) location.assign(to);
  return Boolean(to);
}

function refuse(key) {
  tell(key === "b" ? "This post cannot be boosted." : "This cannot be done with this post.");
  return true;
}

function all() {
  return [...document.querySelectorAll("#main article.post")].filter((post) => post.getBoundingClientRect().height);
}

function current() {
  return document.activeElement?.closest?.("article.post");
}

function step(by) {
  const posts = all();
  const at = posts.indexOf(current());
  const next = at < 0 ? posts.find((post) => post.getBoundingClientRect().top >= 0) : posts[at + by];
  if (!next) return false;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}
