// Single keys, for those who have not switched them off. Which key does what is the member's choice: it stands in the
// dialog that lists the keys.

import { withCase } from "./casework.js";
import { tell } from "./telling.js";
import { say } from "./words.js";

const MARKS = new Set(["favourite", "boost", "bookmark"]);
const SEQUENCE = 1_500; // ms between the key for going somewhere and the one after it

const help = document.getElementById("keys");
const actions = new Map();
const places = new Map();
const inCases = new Map();
let waitsUntil = 0;

export function begin() {
  if (!help) return;
  for (const key of help.querySelectorAll("[data-does]")) actions.set(key.textContent, key.dataset.does);
  for (const key of help.querySelectorAll("[data-to]")) places.set(key.textContent, key.dataset.to);
  for (const key of help.querySelectorAll("[data-case]")) inCases.set(key.textContent, key.dataset.case);
  if (help.dataset.go) actions.set(help.dataset.go, "go");
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!isWriting(event.target) && !help.open && (press(event.key, event.timeStamp) || opens(event))) event.preventDefault();
  });
}

function isWriting(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]");
}

function press(key, at) {
  if (at < waitsUntil) {
    waitsUntil = 0;
    return go(places.get(key));
  }
  if (inCases.has(key) && withCase(inCases.get(key), click)) return true;
  const action = actions.get(key);
  switch (action) {
    case undefined:
      return false;
    case "go":
      waitsUntil = at + SEQUENCE;
      return true;
    case "help":
      help.showModal();
      return true;
    case "news":
      return click(document.getElementById("news"));
    case "search":
      return go("/search");
    case "write":
      return go("/write");
    case "next":
      return step(1);
    case "previous":
      return step(-1);
    default:
      return withPost(action, current());
  }
}

// Enter opens the case that the keys have led to.
function opens(event) {
  return event.key === "Enter" && event.target.matches?.(".case-row") && click(event.target.querySelector(".case-open"));
}

function withPost(action, post) {
  if (!post) return false;
  if (action === "open") return click(post.querySelector(".case-open, .post-head > a.muted"));
  if (action === "reply") return click(post.querySelector('a.act[href^="/write"]'));
  return MARKS.has(action) && (click(post.querySelector(`button.act[id^="${action}-"]`)) || refuse(action));
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

function refuse(action) {
  tell(action === "boost" ? say("This post cannot be boosted.") : say("This cannot be done with this post."));
  return true;
}

function all() {
  return [...document.querySelectorAll("#main article.post, #main .case-row")].filter((post) => post.getBoundingClientRect().height);
}

function current() {
  return document.activeElement?.closest?.("article.post, .case-row");
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
