// The worker of the pages, a word about being offline, and the wish to be told by pushes.

import { say } from "./words.js";

export function begin() {
  const worker = navigator.serviceWorker?.register("/sw.js", { scope: "/" }).catch(() => null);
  sayWhetherOnline();
  const form = document.getElementById("push");
  if (form && form.dataset.on === "no") askForPushes(form, worker);
}

function sayWhetherOnline() {
  const notice = document.createElement("p");
  notice.className = "notice notice-warn offline-notice";
  notice.setAttribute("role", "status");
  document.getElementById("main").before(notice);
  const show = () => {
    notice.hidden = navigator.onLine;
    notice.textContent = navigator.onLine ? "" : say("No connection. What you see may be from earlier; what you write waits in your outbox.");
  };
  addEventListener("online", show);
  addEventListener("offline", show);
  show();
}

function askForPushes(form, worker) {
  form.addEventListener("submit", async (event) => {
    if (form.elements.endpoint.value) return;
    event.preventDefault();
    try {
      const { endpoint, keys } = await subscribed(await worker, form.dataset.serverKey);
      form.elements.endpoint.value = endpoint;
      form.elements.p256dh.value = keys.p256dh;
      form.elements.auth.value = keys.auth;
      form.requestSubmit();
    } catch (fault) {
      document.getElementById("push-wrong").textContent = fault.message;
    }
  });
}

async function subscribed(worker, key) {
  if (!worker?.pushManager) throw new Error(say("This browser cannot be told while no page is open. On an iPhone, install the page on your home screen first."));
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Error(say("Your browser does not let this server tell you anything. Allow notifications in the browser's settings for this page, and try again."));
  }
  await navigator.serviceWorker.ready;
  try {
    const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    return made.toJSON();
  } catch {
    throw new Error(say("Your browser could not reach its push service. Try again later."));
  }
}
