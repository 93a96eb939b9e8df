// The service worker: files of ours from the cache, the pages read last where there is no connection, and pushes.
// HASH and NEEDED (the files that every page needs) stand before this.
//
// What is kept of pages belongs to one member: it goes when they sign out, and when a page shows that the session has
// ended. Administration, messages, settings and everything about signing in are never kept.

const FILES = `files ${HASH}`;
const WHO = "who";
const MOST_PAGES = 30;
const PATIENCE = 3_000; // ms before a kept page is shown instead of waiting on
const NEVER = /^\/(admin|console|conversations|settings|setup|auth|oauth|api|media|events|invite|posts|sw\.js|manifest\.webmanifest|offline|metrics|health)(\/|$)/;
const AHEAD = ["/outbox", "/write"]; // kept before they are asked for, and beside the pages read last
const HASHED = /^\/static\/[0-9a-f]{16}\//;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const files = await caches.open(FILES);
      await files.addAll(NEEDED);
      await files.put("/offline", await fetch("/offline", { credentials: "omit" }));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith("files ") && name !== FILES) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === "/auth/sign_out") event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (HASHED.test(url.pathname)) event.respondWith(file(request, url));
  else if (request.mode === "navigate") event.respondWith(page(event, request, url));
});

// ── files ──

async function file(request, url) {
  const files = await caches.open(FILES);
  const kept = await files.match(request);
  if (kept) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok && url.pathname.startsWith(`/static/${HASH}/`)) await files.put(request, answer.clone());
    return answer;
  } catch (fault) {
    // A page of an older release, read without a connection: today's file is better than none.
    const today = await files.match(url.pathname.replace(HASHED, `/static/${HASH}/`));
    if (today) return today;
    throw fault;
  }
}

// ── pages ──

async function page(event, request, url) {
  const mayKeep = !NEVER.test(url.pathname);
  const fetched = fetch(request);
  event.waitUntil(fetched.then((answer) => keep(request, url, answer.clone(), mayKeep)).catch(() => {}));
  try {
    if (!mayKeep) return await fetched;
    const kept = await match(request);
    return await (kept ? Promise.race([fetched, after(PATIENCE, kept)]) : fetched);
  } catch {
    return (mayKeep && (await match(request))) || (await caches.match("/offline")) || Response.error();
  }
}

function after(ms, value) {
  return new Promise((resolve) => setTimeout(() => resolve(value), ms));
}

async function match(request) {
  const who = await member();
  return who ? (await caches.open(`pages ${who}`)).match(request, { ignoreVary: true }) : undefined;
}

async function member() {
  const kept = await (await caches.open(WHO)).match("/");
  return kept ? kept.text() : "";
}

async function keep(request, url, answer, mayKeep) {
  if (!answer.headers.get("content-type")?.startsWith("text/html")) return;
  const who = (await answer.clone().text()).match(/<body[^>]* data-member="(\d+)"/)?.[1] ?? "";
  if (who !== (await member())) {
    await forget();
    if (who) await begin(who);
  }
  if (!who || !mayKeep || !answer.ok || answer.redirected || answer.headers.get("cache-control")?.includes("no-store")) return;
  const pages = await caches.open(`pages ${who}`);
  await pages.delete(request, { ignoreVary: true });
  await pages.put(request, answer);
  const kept = (await pages.keys()).filter((one) => !AHEAD.includes(new URL(one.url).pathname));
  for (const old of kept.slice(0, Math.max(kept.length - MOST_PAGES, 0))) await pages.delete(old, { ignoreVary: true });
}

async function begin(who) {
  await (await caches.open(WHO)).put("/", new Response(who));
  const pages = await caches.open(`pages ${who}`);
  for (const path of AHEAD) {
    const answer = await fetch(path, { headers: { accept: "text/html" } }).catch(() => null);
    if (answer?.ok && !answer.redirected) await pages.put(path, answer);
  }
}

async function forget() {
  await caches.delete(WHO);
  for (const name of await caches.keys()) if (name.startsWith("pages ")) await caches.delete(name);
}

// ── pushes ──

self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  event.waitUntil(
    self.registration.showNotification(told.title ?? "Holdfast", {
      body: told.body ?? "",
      icon: told.icon,
      tag: String(told.notification_id ?? ""),
      data: { path: local(told.path) },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path ?? "/notifications"));
});

// A path of this server, whatever was pushed.
function local(path) {
  const url = new URL(path ?? "/notifications", location.origin);
  return url.origin === location.origin ? url.pathname + url.search : "/notifications";
}

async function open(path) {
  const windows = await self.clients.matchAll({ type: "window" });
  const there = windows.find((one) => new URL(one.url).pathname === path);
  if (there) return there.focus();
  return self.clients.openWindow(path);
}
