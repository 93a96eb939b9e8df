// What scripts say, in the page's language. Texts stand in the scripts in English and are collected from there; for
// another language <html data-words> names the file with its texts, which is fetched once and kept.

const { texts = {}, forms = [] } = await fetched(document.documentElement.dataset.words);

async function fetched(address) {
  if (!address) return {};
  try {
    return await (await fetch(address)).json();
  } catch {
    return {}; // English is better than nothing
  }
}

// A text with its values: say("Hello %(name)s", { name }).
export function say(text, values = {}) {
  return filled(texts[text] ?? text, values);
}

// The form that a number asks for; it stands in it as %(num)s.
export function sayMany(one, many, num, values = {}) {
  const known = texts[one];
  const form = known ? known[forms[num < forms.length ? num : 100 + (num % 100)]] : num === 1 ? one : many;
  return filled(form, { num: num.toLocaleString(document.documentElement.lang), ...values });
}

function filled(text, values) {
  return text.replace(/%(?:%|\((\w+)\)s)/g, (_all, name) => (name ? values[name] : "%"));
}
