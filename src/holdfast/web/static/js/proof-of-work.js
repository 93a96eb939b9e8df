// Solves the challenge of forms that carry one, so that a person has nothing to click and a mass of robots
// has a lot to compute. Without WebCrypto (plain HTTP) or without JavaScript the form works as it is: the
// server then asks that it be a little older.
//
//   <form method="post" data-challenge='{"parameters": …}' data-working="One moment …">
//     <input type="hidden" name="proof" data-proof>
//     <p role="status" data-proof-status></p>
//
// A form sent before the solution is there waits for it and then goes on by itself.

const AT_ONCE = 16; // attempts between two pauses for the page

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");

async function attempt(parameters, counter) {
  const nonce = bytes(parameters.nonce);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(parameters.salt), iterations: parameters.cost };
  return hex(await crypto.subtle.deriveBits(how, key, parameters.keyLength * 8));
}

export async function solve(challenge) {
  const { parameters } = challenge;
  if (parameters.algorithm !== "PBKDF2/SHA-256") throw new Error(`Unknown algorithm ${parameters.algorithm}`);
  for (let start = 0; start < 2 ** 32; start += AT_ONCE) {
    const keys = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => attempt(parameters, start + i)));
    const hit = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    if (hit >= 0) return { challenge, solution: { counter: start + hit, derivedKey: keys[hit] } };
    await new Promise((resume) => setTimeout(resume));
  }
  throw new Error("The challenge has no solution");
}

function bind(form) {
  const proof = form.querySelector("[data-proof]");
  const status = form.querySelector("[data-proof-status]");
  let state = "working";
  let sender = null;

  const done = (value) => {
    state = "done";
    proof.value = value;
    if (status) status.textContent = "";
    if (sender) form.requestSubmit(sender.button);
  };

  form.addEventListener("submit", (event) => {
    if (state === "done") return;
    event.preventDefault();
    sender = { button: event.submitter };
    if (status) status.textContent = form.dataset.working ?? "";
  });

  solve(JSON.parse(form.dataset.challenge))
    .then((payload) => done(btoa(JSON.stringify(payload))))
    .catch((error) => {
      console.error(error);
      done(""); // the server falls back on the form's age
    });
}

if (globalThis.document && globalThis.crypto?.subtle) {
  document.querySelectorAll("form[data-challenge]").forEach(bind);
}
