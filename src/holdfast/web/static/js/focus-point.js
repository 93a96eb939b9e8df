// The point of a picture that stays visible when it is cut: set by a click or by the arrow keys.

import { say } from "./words.js";

const STEP = 0.1;

export function movable(part) {
  const place = part.querySelector(".focus-place");
  const [x, y] = ["x", "y"].map((axis) => part.querySelector(`[name^="focus_${axis}_"]`));
  if (!place || !x || !y || place.tabIndex === 0) return;
  const point = document.createElement("span");
  point.className = "focus-point";
  point.hidden = true;
  place.append(point);
  place.tabIndex = 0;
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", say("Point that stays visible. The arrow keys move it."));

  function show() {
    point.hidden = x.value === "" && y.value === "";
    point.style.left = `${(Number(x.value) + 1) * 50}%`;
    point.style.top = `${(1 - Number(y.value)) * 50}%`;
  }

  function move(to, up) {
    const near = (number) => String(Math.round(Math.max(-1, Math.min(1, number)) * 100) / 100);
    x.value = near(to);
    y.value = near(up);
    x.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  }

  place.addEventListener("click", (event) => {
    const box = place.getBoundingClientRect();
    move(((event.clientX - box.left) / box.width) * 2 - 1, 1 - ((event.clientY - box.top) / box.height) * 2);
  });
  place.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
    if (!by) return;
    event.preventDefault();
    move(Number(x.value) + by[0], Number(y.value) + by[1]);
  });
  for (const field of [x, y]) field.addEventListener("input", show);
  show();
}
