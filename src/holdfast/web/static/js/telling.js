// One place speaks for all: what happened, for everybody to hear.
export function tell(words) {
  const place = document.getElementById("told");
  if (place) place.textContent = words;
}
