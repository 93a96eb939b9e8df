// What the keys of the console do. One key chooses a measure and leads to the button, which Enter presses; a case without
// a measure, and the next one taken, needs a single key.

const MEASURES = {
  case_label: ["on_subject", "label"],
  case_hide: ["on_subject", "hide"],
  case_remove: ["on_subject", "remove"],
  case_warn: ["on_account", "warning"],
  case_suspend: ["on_account", "suspend"],
};

export function withCase(action, press) {
  const form = document.querySelector("form[data-decides]");
  if (action in MEASURES) return Boolean(form) && choose(form, ...MEASURES[action]);
  switch (action) {
    case "case_nothing":
      return Boolean(form) && decideNothing(form);
    case "case_take":
      return press(document.querySelector('form[action="/admin/cases/next"] button'));
    case "case_escalate":
      return press(document.querySelector('form[action$="/escalate"] button'));
    case "case_undo":
      return press(document.querySelector("[data-last] button") ?? [...document.querySelectorAll('form[action$="/undo"] button')].at(-1));
    case "case_choose":
      return press(document.activeElement?.closest?.(".case-row")?.querySelector("input[type=checkbox]"));
    case "case_back":
      return press(document.querySelector("a[data-back]"));
    default:
      return false;
  }
}

function choose(form, name, value) {
  const box = form.querySelector(`input[name="${name}"][value="${value}"]`);
  if (!box) return false;
  box.checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  // A label needs its words first; everything else waits for Enter on the button.
  (value === "label" ? form.querySelector('[name="label"]') : form.querySelector('button[name="then"]')).focus();
  return true;
}

function decideNothing(form) {
  for (const name of ["on_subject", "on_account"]) {
    const box = form.querySelector(`input[name="${name}"][value="nothing"]`);
    if (box) box.checked = true;
  }
  form.requestSubmit(form.querySelector('button[name="then"]'));
  return true;
}
