// A feed that goes on by itself, lets new posts in when it is asked to, and keeps its place through all of that,
// through Back, a reload and writing a post.

import { tell } from "./telling.js";
import { say, sayMany } from "./words.js";

const BY_THEMSELVES = 3; // pages that follow without being asked for
const EARLY = "1200px 0px"; // how far above the end the next page is loaded
const REST = 200; // ms without scrolling, after which the place is noted
const MOST_COUNTED = 99;
const RETURNING = "returning"; // the place to look for after going on to the page that holds it
const LAST = "last place";

const pages = document.getElementById("pages");
const isLive = Boolean(pages?.dataset.live);

export function begin() {
  if (!pages) return;
  history.scrollRestoration = "manual";
  mark(articles(), pages.dataset.newest);
  restore();
  readOn();
  notePlace();
  if (isLive) hearOfNews();
}

// ── places ──

function articles(within = pages) {
  return [...within.querySelectorAll("article[data-place]")];
}

// Which page a post came with: from below which id on, so that a reload brings the same posts again.
function mark(posts, newest) {
  for (const post of posts) post.dataset.below = String(BigInt(newest || 0) + 1n);
}

// The post that is being read, and how far below the top of the window it begins.
function reading() {
  for (const post of articles()) {
    const box = post.getBoundingClientRect();
    if (box.height && box.bottom > 0) return { post, top: box.top };
  }
  return null;
}

async function holding(change) {
  const before = reading();
  document.documentElement.classList.add("holds-place");
  try {
    await change();
    if (before?.post.isConnected) scrollBy(0, before.post.getBoundingClientRect().top - before.top);
  } finally {
    requestAnimationFrame(() => document.documentElement.classList.remove("holds-place"));
  }
}

function isAtTop() {
  const first = articles()[0];
  return !newerLink() && scrollY < 100 && (!first || first.getBoundingClientRect().top > 0);
}

function addressOf(post) {
  return `${pages.dataset.path}?max_id=${post.dataset.below}`;
}

function notePlace() {
  let timer;
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(note, REST);
  });
  addEventListener("pagehide", note);
  timer = setTimeout(note, REST); // not at once: the browser may still be on its way to a post named in the address
}

function note() {
  const found = reading();
  if (!found) return;
  const place = { id: found.post.id, top: found.top, address: addressOf(found.post), path: pages.dataset.path };
  history.replaceState({ place }, "", isAtTop() ? pages.dataset.path : place.address);
  sessionStorage.setItem(LAST, JSON.stringify(place));
}

function restore() {
  const returning = sessionStorage.getItem(RETURNING);
  sessionStorage.removeItem(RETURNING);
  let place = returning ? JSON.parse(returning) : history.state?.place;
  if (!place && cameFromWriting()) place = JSON.parse(sessionStorage.getItem(LAST) ?? "null");
  if (!place || place.path !== pages.dataset.path || location.hash) return;
  const post = document.getElementById(place.id);
  if (post) {
    if (!post.getBoundingClientRect().height) post.closest("details")?.setAttribute("open", "");
    scrollBy(0, post.getBoundingClientRect().top - place.top);
  } else if (!returning) {
    // So much is new that the post is on another page by now.
    sessionStorage.setItem(RETURNING, JSON.stringify(place));
    location.replace(place.address);
  }
}

function cameFromWriting() {
  return document.referrer.startsWith(`${location.origin}/write`);
}

// ── older posts ──

async function fetched(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true", accept: "text/html" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("pages");
  if (!found) throw new Error("no page of a feed");
  return found;
}

// What stands in the feed already comes no second time, whoever boosted it meanwhile.
function withoutKnown(page) {
  const feed = page.querySelector("#feed");
  for (const post of feed ? articles(feed) : []) if (document.getElementById(post.id)) post.remove();
  for (const strip of feed ? feed.querySelectorAll(".boosts") : []) if (!strip.querySelector("article")) strip.remove();
  page.querySelector("#was-here")?.remove();
  return feed ? [...feed.children].map((child) => document.adoptNode(child)) : [];
}

function olderLink() {
  return pages.querySelector('.pager a[rel="next"]');
}

function newerLink() {
  return pages.querySelector('.pager a[rel="prev"]');
}

function readOn() {
  let byThemselves = 0;
  let isLoading = false;
  const watch = new IntersectionObserver(
    (seen) => {
      if (seen.some((one) => one.isIntersecting) && byThemselves < BY_THEMSELVES) more(false);
    },
    { rootMargin: EARLY },
  );

  async function more(isAsked) {
    const link = olderLink();
    if (!link || isLoading) return;
    isLoading = true;
    try {
      const page = await fetched(link.href);
      byThemselves = isAsked ? 0 : byThemselves + 1;
      const posts = withoutKnown(page);
      const feed = document.getElementById("feed");
      const had = link.contains(document.activeElement);
      feed.append(...posts);
      mark(articles(feed).filter((post) => !post.dataset.below), page.dataset.newest);
      for (const post of posts) window.htmx?.process(post);
      const next = page.querySelector('.pager a[rel="next"]');
      if (next) link.href = next.href;
      else link.remove();
      if (had) posts[0]?.querySelector("a.post-name")?.focus();
      watchAgain();
    } catch {
      byThemselves = BY_THEMSELVES; // from now on the link is for the reader to press
      if (isAsked) tell(say("The next posts could not be loaded. Nothing is lost; try again."));
    } finally {
      isLoading = false;
    }
  }

  function watchAgain() {
    watch.disconnect();
    const link = olderLink();
    if (!link) return;
    link.classList.toggle("button", byThemselves >= BY_THEMSELVES);
    watch.observe(link);
  }

  pages.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!event.target.closest?.('.pager a[rel="next"]')) return;
    event.preventDefault();
    more(true);
  });
  watchAgain();
}

// ── new posts ──

function hearOfNews() {
  const fresh = new Set();
  const hides = new Set((pages.dataset.hides ?? "").split(" "));
  let newest = BigInt(pages.dataset.newest || 0);
  let isLoading = false;

  const bar = document.createElement("p");
  bar.className = "news";
  bar.hidden = true;
  const link = bar.appendChild(document.createElement("a"));
  link.className = "button";
  link.id = "news";
  link.href = pages.dataset.path;
  pages.prepend(bar);

  function show() {
    const count = fresh.size;
    if (count) link.textContent = count > MOST_COUNTED ? say("%(num)s+ new posts", { num: MOST_COUNTED }) : sayMany("%(num)s new post", "%(num)s new posts", count);
    else if (newerLink()) link.textContent = say("Newer posts");
    else if (above()) link.textContent = say("↑ New posts are above");
    const had = document.activeElement === link;
    bar.hidden = !(count || newerLink() || above());
    if (had && bar.hidden) reading()?.post.focus({ preventScroll: true });
  }

  // Whether posts that were let in wait above what is being read.
  function above() {
    const first = articles()[0];
    return Boolean(bar.dataset.let) && Boolean(first) && first.getBoundingClientRect().bottom < 0;
  }

  function isKnown(id) {
    return BigInt(id) <= newest || document.querySelector(`[data-place="${id}"]`);
  }

  document.addEventListener(`live:${pages.dataset.live}`, ({ detail }) => {
    if (isKnown(detail.id) || (detail.boost && hides.has("boosts")) || (detail.reply && hides.has("replies"))) return;
    fresh.add(detail.id);
    show();
  });

  // After a break in the stream: what came meanwhile is asked for.
  let hasHeard = false;
  document.addEventListener("live:hello", async () => {
    if (hasHeard) await count().catch(() => {});
    hasHeard = true;
  });

  async function count() {
    const page = await fetched(`${pages.dataset.path}?min_id=${newest}`);
    for (const post of articles(page)) if (!isKnown(post.dataset.place)) fresh.add(post.dataset.place);
    show();
  }

  async function letIn() {
    if (isLoading) return;
    const feed = document.getElementById("feed");
    if (!feed || !newest) {
      location.assign(pages.dataset.path);
      return;
    }
    if (!fresh.size && !newerLink()) {
      scrollTo({ top: 0 });
      articles()[0]?.querySelector("a.post-name")?.focus({ preventScroll: true });
      bar.dataset.let = "";
      show();
      return;
    }
    isLoading = true;
    try {
      const page = await fetched(`${pages.dataset.path}?min_id=${newest}`);
      const reached = BigInt(page.dataset.newest || newest);
      const isMore = Boolean(page.querySelector('.pager a[rel="prev"]'));
      const posts = withoutKnown(page);
      await holding(() => {
        feed.prepend(...posts);
        mark(articles(feed).filter((post) => !post.dataset.below), String(reached));
      });
      for (const post of posts) window.htmx?.process(post);
      newest = reached > newest ? reached : newest;
      if (isMore) newerLink()?.setAttribute("href", `${pages.dataset.path}?min_id=${newest}`);
      else newerLink()?.remove();
      for (const id of fresh) if (BigInt(id) <= newest || !isMore) fresh.delete(id);
      bar.dataset.let = "yes";
      tell(sayMany("%(num)s post was added above.", "%(num)s posts were added above.", posts.length));
      show();
      note();
    } catch {
      tell(say("The new posts could not be loaded. Try again."));
    } finally {
      isLoading = false;
    }
  }

  link.addEventListener("click", (event) => {
    event.preventDefault();
    letIn();
  });
  addEventListener("scroll", () => {
    if (bar.dataset.let && !fresh.size) show();
  });
  show();
  rememberRead();
}

// How far down to the newest the member has read: told when the page goes out of sight.
function rememberRead() {
  if (pages.dataset.live !== "home") return;
  let told = 0n;
  let seen = 0n;
  const look = new IntersectionObserver((posts) => {
    for (const { isIntersecting, target } of posts) {
      const id = BigInt(target.dataset.place);
      if (isIntersecting && id > seen) seen = id;
    }
  });
  const watched = new WeakSet();
  const watchNew = () => {
    for (const post of articles()) {
      if (watched.has(post)) continue;
      watched.add(post);
      look.observe(post);
    }
  };
  new MutationObserver(watchNew).observe(pages, { childList: true, subtree: true });
  watchNew();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || seen <= told) return;
    told = seen;
    const form = new URLSearchParams({ form_token: document.body.dataset.formToken, id: String(seen) });
    fetch("/home/read", { method: "POST", body: form, keepalive: true }).catch(() => {});
  });
}
