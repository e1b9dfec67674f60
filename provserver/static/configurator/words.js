/* The page's texts in the reader's language, and the house's English sentences said in it. */

const { texts, plurals, sentences, language } = JSON.parse(document.querySelector("#words").textContent);
const rules = new Intl.PluralRules(language);

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? values[name] : place));
}

export function _(text, values = {}) {
  return fill(texts[text] ?? text, values);
}

/** Say how many: `many("{n} changes", 3)`. */
export function many(text, count) {
  const forms = plurals[text] ?? {};
  return fill(forms[rules.select(count)] ?? forms.other ?? text, { n: count });
}

const patterns = sentences.map(([english, translated]) => {
  const escaped = english.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return [new RegExp(`^${escaped.replace(/\{(\w+)\}/g, "(?<$1>.+?)")}$`), translated];
});

/** Say a sentence of the house clause by clause; one that nobody translated stays as it is. */
export function say(sentence) {
  return String(sentence ?? "").split("; ").map(clause).join("; ");
}

function clause(text) {
  for (const [pattern, translated] of patterns) {
    const match = pattern.exec(text);
    if (!match) continue;
    const values = { ...match.groups };
    if (values.clause) values.clause = clause(values.clause);
    return fill(translated, values);
  }
  return text;
}

const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

/** Write a moment as the time to or from now. */
export function ago(moment) {
  const seconds = (new Date(moment) - Date.now()) / 1000;
  const steps = [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12], ["year", Infinity]];
  let amount = seconds;
  for (const [unit, size] of steps) {
    if (Math.abs(amount) < size) return relative.format(Math.round(amount), unit);
    amount /= size;
  }
  return "";
}

export function seconds(count) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(count);
}
