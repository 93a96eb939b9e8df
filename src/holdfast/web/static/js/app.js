// What every page of a member does beyond what its forms and links do by themselves.

// The middle state of a button that is pressed: at once as it will be, back again when the server says no.
document.addEventListener("htmx:beforeRequest", (event) => {
  const button = event.detail.requestConfig?.triggeringEvent?.submitter;
  if (button?.matches("[aria-pressed]")) {
    event.detail.elt.dataset.pressed = button.id;
    press(button);
  }
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const button = document.getElementById(event.detail.elt.dataset?.pressed ?? "");
    if (button) press(button);
    tell(event.detail.xhr?.status ? "That was refused; nothing was changed." : "No connection. Nothing was changed.");
  });
}

function press(button) {
  button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") === "true" ? "false" : "true");
}

// One place speaks for all: what happened, for everybody to see and to hear.
export function tell(words) {
  const place = document.getElementById("told");
  if (place) place.textContent = words;
}
