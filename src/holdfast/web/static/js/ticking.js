// A list of boxes to tick: with Shift, all between the last one that was ticked and this one become as this one is.

for (const list of document.querySelectorAll("[data-ticks]")) {
  let last = null;
  list.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches?.("input[type=checkbox]")) return;
    const boxes = [...list.querySelectorAll("input[type=checkbox]")];
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
    last = box;
  });
}
