// The data of the run, and elements from text. Nothing here or elsewhere makes markup of text.

const find = (id) => document.getElementById(id);
const run = JSON.parse(find("run").textContent);

/** An element with attributes and children; a text becomes a text node. */
function el(name, attributes, ...children) {
  const element = document.createElement(name);
  set(element, attributes);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(element, attributes);
  element.append(...children);
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
}

const unseen = (text) => el("span", { class: "unseen" }, text);
const count = (number, thing) => `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;

/** Letters of verdicts: the word, and what it means. */
const VERDICTS = {
  F: { word: "fail", meaning: "a SHALL does not hold" },
  S: { word: "fail (SHOULD)", meaning: "a SHOULD does not hold" },
  W: { word: "fail, waived or known", meaning: "fails, and a waiver or the baseline covers it" },
  I: { word: "inconclusive", meaning: "the input cannot tell" },
  P: { word: "pass", meaning: "holds" },
  N: { word: "not applicable", meaning: "its condition is not met" },
  _: { word: "not judged", meaning: "not judged in this session" },
};

/** What the filter of verdicts offers: the value, its words, and the letters it means. */
const CHOICES = [
  ["", "any", ""],
  ["fail", "fail", "FS"],
  ["shall", "fail of a SHALL", "F"],
  ["should", "fail of a SHOULD", "S"],
  ["covered", "fail, waived or known", "W"],
  ["inconclusive", "inconclusive", "I"],
  ["pass", "pass", "P"],
  ["not-applicable", "not applicable", "N"],
];
const lettersOf = (value) => (CHOICES.find(([name]) => name === value) ?? CHOICES[0])[2];
const choices = () => CHOICES.map(([value, words]) => el("option", { value }, words));

const chip = (letter) =>
  el("span", { class: `chip ${letter}` }, el("b", { "aria-hidden": "true" }, letter === "_" ? "–" : letter), ` ${VERDICTS[letter].word}`);

/** Sessions as captured, with what is asked of them again and again. */
const sessions = run.sessions.map((session, number) => {
  const { v, r } = run.patterns[session.p];
  const tally = { F: 0, S: 0, W: 0, I: 0, P: 0, N: 0, _: 0 };
  for (const letter of v) tally[letter] += 1;
  return { ...session, number, letters: v, reasons: r, tally, haystack: null };
});

const agentOf = (session) => (session.agent === undefined ? "" : run.agents[session.agent]);
const codesOf = (session) => (session.codes ?? []).map((code) => run.codes[code]);

/** The reason of a verdict: clauses that were not judged have none. */
function reasonOf(session, clause) {
  if (session.letters[clause] === "_") return "";
  let place = clause;
  for (let before = session.letters.indexOf("_"); before >= 0 && before < clause; before = session.letters.indexOf("_", before + 1)) place -= 1;
  return run.reasons[session.reasons[place]];
}

const numberOfClause = new Map(run.clauses.map((clause, number) => [clause.id, number]));

/** `2026-11-22T08:00:00.123456Z` and microseconds after it -> `08:00:00.635`; the day is said once. */
function clock(started, after) {
  const [whole, fraction] = started.replace("Z", "").split(".");
  const micros = Number((fraction ?? "0").padEnd(6, "0").slice(0, 6)) + after;
  const moment = new Date(Date.parse(`${whole}Z`) + Math.floor(micros / 1000));
  return Number.isNaN(moment.getTime()) ? started : moment.toISOString().slice(11, 23);
}

/** Microseconds -> `+0.512 s`. */
const seconds = (after) => `+${(after / 1e6).toFixed(3)} s`;

let said = 0;
/** Tells those who do not see the page; not each keystroke. */
function say(text) {
  clearTimeout(said);
  said = setTimeout(() => (find("live").textContent = text), 300);
}
