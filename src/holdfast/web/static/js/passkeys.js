// Passkeys: asks the server what to ask the browser, puts the browser's answer into the form and sends it.
//
//   <form method="post" data-passkey="sign-in|add" data-options="/address" hidden>
//     <input type="hidden" name="answer"> … <p data-passkey-status></p>
//
// Forms stay hidden where the browser cannot do it; the page's other ways to sign in work as they are.

import { say } from "./words.js";

const canAsk = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials;
let waiting = null; // the quiet question behind the name's field; one question at a time
let newest = 0; // the number of the last question: one that is still on its way then is asked no more

async function options(form) {
  const answer = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  const isJson = answer.headers.get("content-type")?.includes("json");
  const body = isJson ? await answer.json() : {};
  if (!answer.ok) throw new Error(body.error ?? say("This did not work. Load the page again and try once more."));
  return body;
}

async function ask(form, quiet) {
  const number = ++newest;
  waiting?.abort();
  const json = await options(form);
  if (number !== newest) throw new DOMException("Another question was asked", "AbortError");
  if (form.dataset.passkey === "add") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json) });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json);
  waiting = new AbortController();
  const mediation = quiet ? "conditional" : "optional";
  return navigator.credentials.get({ publicKey, mediation, signal: waiting.signal });
}

function words(error) {
  if (error.name === "NotAllowedError") return say("Nothing was chosen, or it took too long. Try again.");
  if (error.name === "InvalidStateError") return say("This device has a passkey for your account already.");
  return error.message;
}

async function run(form, quiet) {
  const status = form.querySelector("[data-passkey-status]");
  try {
    const credential = await ask(form, quiet);
    form.querySelector("[name=answer]").value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch (error) {
    if (error.name !== "AbortError" && !quiet) status.textContent = words(error);
  }
}

function bind(form) {
  form.hidden = false;
  document.querySelectorAll("[data-passkey-missing]").forEach((hint) => (hint.hidden = true));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form, false);
  });
}

if (canAsk && globalThis.isSecureContext) {
  document.querySelectorAll("form[data-passkey]").forEach(bind);
  const form = document.querySelector("form[data-passkey=sign-in]");
  if (form && (await PublicKeyCredential.isConditionalMediationAvailable?.())) run(form, true);
}
