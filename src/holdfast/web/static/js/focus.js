// The focus is never lost: what stands in the place of what had it, gets it.

let heirs = []; // ids, the best first
let top = 0; // where the focus was in the window

export function begin() {
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const focused = document.activeElement;
    const summary = focused.closest("details")?.querySelector("summary"); // the part closes when it is drawn anew
    heirs = detail.target.contains(focused) ? [focused.id, summary?.id, detail.target.id] : [];
    top = focused.getBoundingClientRect().top;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!heirs.length) return;
    if (document.activeElement === document.body) give(heirs);
    const focused = document.activeElement;
    if (Math.abs(focused.getBoundingClientRect().top - top) > 1) focused.scrollIntoView({ block: "nearest" });
    heirs = [];
  });

  // A menu covers what comes after it: it closes when the focus goes on, and by Escape.
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    const menu = target.closest?.("details.more[open]");
    if (menu && relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
  });
  document.addEventListener("keydown", ({ key, target }) => {
    const menu = key === "Escape" && target.closest?.("details.more[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// Focus the first of these that is there.
export function give(ids) {
  for (const id of ids) {
    document.getElementById(id)?.focus({ preventScroll: true });
    if (document.activeElement !== document.body) return;
  }
}
