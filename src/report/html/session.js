// The page of a session: what is known of it, its findings, the verdicts of all clauses.

/** The session that is shown, as it was read from its block. */
let open = null;
let ladderRows = null;

/** The lines that several sessions hold; read with the first session. */
let shared = null;

/** Numbers in which a negative one says how many follow the one before it. */
function runs(packed) {
  const numbers = [];
  for (const number of packed) {
    if (number >= 0) numbers.push(number);
    else for (let more = number; more < 0; more += 1) numbers.push(numbers[numbers.length - 1] + 1);
  }
  return numbers;
}

/** The block of a session; null while the document is still being read. */
function read(number) {
  const block = find(`s${number}`);
  if (!block || (document.readyState === "loading" && !block.nextElementSibling)) return null;
  const { lines, session } = JSON.parse(block.textContent);
  shared ??= JSON.parse(find("lines").textContent).lines;
  session.lines = lines.map((line) => (typeof line === "number" ? shared[line] : line)).map((line) => (typeof line === "string" ? { t: line } : line));
  for (const message of session.messages) message.lines = runs(message.lines);
  session.findings.forEach((finding, place) => {
    finding.number = place + 1;
    finding.letter = finding.covered !== undefined ? "W" : finding.level === "shall" ? "F" : "S";
  });
  return session;
}

function openSession(number, part, which) {
  if (open?.number !== number) {
    const row = sessions[number];
    if (!row) return missing(`There is no session ${number} in this report.`);
    const session = read(number);
    if (!session) {
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", route, { once: true });
      return missing("Reading the report …");
    }
    open = { ...row, session };
    drawSession();
  }
  goTo(part, which);
}

function missing(text) {
  open = null;
  find("session").replaceChildren(el("p", { class: "note" }, text));
}

function drawSession() {
  const { session, number } = open;
  const picture = ladder(session, open);
  ladderRows = picture.rows;
  document.title = `${open.id} – sipclause report`;
  const order = rows.length ? rows : worstFirst;
  const place = order.findIndex((other) => other.number === number);
  const next = (step, words) => {
    const other = order[place + step];
    return place < 0 || !other ? el("span", { class: "off" }, words) : el("a", { href: `#/s/${other.number}`, rel: step > 0 ? "next" : "prev" }, words);
  };
  const address = (at) => (at === undefined ? "unknown" : session.addresses[at]);
  const facts = [
    ["Scenario", `${open.scenario}, ${session.subclause}: ${session.why}${session.inferred ? " (inferred)" : ""}`],
    ["Client and server", session.client === undefined && session.server === undefined ? "no addresses in this input" : `${address(session.client)} → ${address(session.server)}`],
    ["User-Agent", agentOf(open) || "none"],
    ["Input", run.names[open.input]],
    ["Started", open.started ?? "no times in this input"],
    ...session.observations.map((text) => ["Seen", text]),
  ];
  const placeless = session.findings.filter((finding) => finding.at.message === undefined);
  find("session").replaceChildren(
    el("nav", { class: "crumbs", "aria-label": "Sessions" }, el("a", { href: overviewHash() }, "← Overview"), next(-1, "previous"), next(1, "next"), place < 0 ? null : el("span", {}, `${place + 1} of ${order.length}`)),
    el("h1", { class: "id", id: "session-title", tabindex: "-1" }, unseen("Session "), open.id),
    el("ul", { class: "legend" }, ..."FSWIPN".split("").filter((letter) => open.tally[letter]).map((letter) => el("li", {}, el("b", {}, `${open.tally[letter]} `), chip(letter)))),
    el("dl", { class: "facts" }, ...facts.map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text)))),
    el("section", { "aria-labelledby": "ladder-title" }, el("h2", { id: "ladder-title" }, `Ladder of ${count(session.messages.length, "message")}`), picture.scroll),
    el("section", { "aria-labelledby": "messages-title", id: "messages" }, el("h2", { id: "messages-title" }, session.findings.length ? `Messages with ${count(session.findings.length, "finding")}` : "Messages"), ...placeless.map(card),
      el("button", { type: "button", id: "earlier", onclick: () => more(-1) }), el("div", { id: "blocks" }), el("button", { type: "button", id: "later", onclick: () => more(1) })),
    verdicts(),
  );
  picture.start();
  messages(0);
}

/** Findings beside one message that are shown at once. */
const MOST_CARDS = 50;

function cards(number) {
  const here = open.session.findings.filter((finding) => finding.at.message === number);
  const side = el("div", { class: "cards" }, ...here.slice(0, MOST_CARDS).map(card));
  if (here.length > MOST_CARDS) {
    const rest = el("button", { type: "button", onclick: () => { rest.remove(); side.append(...here.slice(MOST_CARDS).map(card)); } }, count(here.length - MOST_CARDS, "more finding"));
    side.append(rest);
  }
  return side;
}

/** The reason of the verdict, unless it is said already: that of a failure mostly is its first finding. */
function reasonFrom(finding, reason) {
  if (!reason || reason === finding.message) return null;
  const first = open.session.findings.find((other) => other.clause === finding.clause && other.message === reason);
  return el("p", { class: "small" }, "Reason of the verdict: ", first ? el("a", { href: `#/s/${open.number}/f/${first.number}` }, `finding ${first.number}`) : reason);
}

function card(finding) {
  const clause = run.clauses[numberOfClause.get(finding.clause)];
  const reason = reasonOf(open, numberOfClause.get(finding.clause));
  const link = `#/s/${open.number}`;
  const words = ({ message, line, column, length }) => {
    const first = message === undefined ? undefined : open.session.messages[message].first;
    const inFile = first === undefined ? "" : ` (line ${first + line - 1} of the file)`;
    return `${message === undefined ? "" : `message #${open.session.messages[message].index}, `}line ${line}${inFile}, column ${column}, ${count(length, "byte")}`;
  };
  return el("article", { class: `card ${finding.letter}`, id: `f${finding.number}`, tabindex: "-1", "aria-labelledby": `f${finding.number}-title` },
    el("p", { class: "line1" }, el("span", { class: `badge ${finding.letter}` }, String(finding.number)), " ", el("a", { href: `${link}/c/${encodeURIComponent(finding.clause)}/all` }, finding.clause), " ", el("span", { class: "level" }, finding.level.toUpperCase()), " ", chip(finding.letter)),
    el("h4", { id: `f${finding.number}-title` }, finding.message),
    reasonFrom(finding, reason),
    finding.help ? el("p", { class: "help" }, el("b", {}, "Help: "), finding.help) : null,
    finding.covered === undefined ? null : el("p", {}, el("b", {}, "Covered: "), finding.covered),
    el("p", { class: "small" }, el("a", { href: `${link}/x/${finding.number}` }, words(finding.at))),
    finding.related.length ? el("ul", { class: "related" }, ...finding.related.map((related, place) => el("li", {}, el("a", { href: `${link}/x/${finding.number}/${place}` }, words(related)), `: ${related.note}`))) : null,
    about(clause, `Asked: ${clause.title}`),
    el("p", { class: "small" }, el("code", {}, finding.code), " ", el("code", { title: "fingerprint" }, finding.fingerprint)));
}

function verdicts() {
  const verdict = el("select", { id: "session-verdict" }, ...choices());
  const text = el("input", { type: "search", id: "session-text", placeholder: "clause, title, reason", spellcheck: "false" });
  const shown = el("output", { for: "session-verdict session-text" });
  const body = el("tbody");
  const order = "FSWIPN_";
  const all = run.clauses.map((clause, number) => ({ clause, letter: open.letters[number], reason: reasonOf(open, number), number }))
    .sort((one, other) => order.indexOf(one.letter) - order.indexOf(other.letter) || one.number - other.number);
  const draw = () => {
    const letters = lettersOf(verdict.value);
    const needle = text.value.trim().toLowerCase();
    const meant = all.filter(({ clause, letter, reason }) => (!letters || letters.includes(letter)) && `${clause.id}\n${clause.title}\n${reason}`.toLowerCase().includes(needle));
    body.replaceChildren(...meant.map(({ clause, letter, reason }) => el("tr", { id: `c-${clause.id}`, tabindex: "-1" },
      el("th", { scope: "row" }, clause.id), el("td", {}, chip(letter)), el("td", {}, clause.level.toUpperCase()),
      el("td", {}, about(clause, clause.title)), el("td", {}, reason === clause.title ? "" : reason))));
    shown.textContent = `${meant.length} of ${count(all.length, "clause")}`;
  };
  const filtered = () => { draw(); say(shown.textContent); };
  verdict.addEventListener("input", filtered);
  text.addEventListener("input", filtered);
  draw();
  return el("section", { "aria-labelledby": "verdicts-title", id: "verdicts" },
    el("h2", { id: "verdicts-title" }, "All clauses"),
    el("form", { class: "filter", "aria-label": "Filter of the clauses", onsubmit: (event) => event.preventDefault() }, el("label", {}, "Text ", text), el("label", {}, "Verdict ", verdict), shown),
    el("div", { class: "across" }, el("table", { class: "verdicts" }, el("thead", {}, el("tr", {}, ...["Clause", "Verdict", "Level", "Asks", "Reason"].map((name) => el("th", { scope: "col" }, name)))), body)));
}

/** Goes to a message, a finding, a mark or a clause of the session that is shown. */
function goTo(part, which) {
  if (!open) return;
  const { findings, messages } = open.session;
  const finding = findings[Number(which[0]) - 1];
  if (part === "m" && messages[Number(which[0])]) look(unfold(Number(which[0])), "start");
  else if (part === "f" && finding) {
    if (finding.at.message !== undefined) unfold(finding.at.message);
    look(find(`f${finding.number}`), "center");
  } else if (part === "x" && finding) {
    const at = which[1] === undefined ? finding.at : finding.related[Number(which[1])];
    if (at?.message === undefined) return;
    const block = unfold(at.message);
    look(find(which[1] === undefined ? `mark-${finding.number}` : `mark-${finding.number}-${which[1]}`) ?? block, "center");
  } else if (part === "c") {
    const first = findings.find((finding) => finding.clause === which[0]);
    if (first && which[1] !== "all") goTo("f", [first.number]);
    else look(find(`c-${which[0]}`), "center");
  } else {
    window.scrollTo(0, 0);
    find("session-title")?.focus({ preventScroll: true });
  }
}

function unfold(number) {
  if (number < drawn.from || number >= drawn.end) messages(number);
  const block = find(`m${number}`);
  block.open = true;
  block.fill();
  return block;
}

function look(target, block) {
  if (!target) return;
  target.scrollIntoView({ block });
  (target.matches("details") ? target.firstElementChild : target).focus({ preventScroll: true });
  document.querySelector(".here")?.classList.remove("here");
  target.classList.add("here");
}
