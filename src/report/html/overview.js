// The overview: filter, matrix, list of sessions, list of clauses.

const filter = { text: "", clause: "", verdict: "", agent: "", order: "" };
/** What is shown: sessions in their order, and numbers of clauses. */
let rows = [];
let columns = [];
/** Where the keyboard is in the matrix. */
const cursor = { row: 0, column: 0 };

const fields = { text: find("by-text"), clause: find("by-clause"), verdict: find("by-verdict"), agent: find("by-agent"), order: find("by-order") };
const matrix = new Rows(find("matrix-scroll"), find("matrix").tBodies[0], matrixRow);
const list = new Rows(find("list-scroll"), find("list").tBodies[0], listRow);
let view = "matrix";

const worse = (one, other) =>
  other.tally.F - one.tally.F || other.tally.S - one.tally.S || other.tally.I - one.tally.I || one.number - other.number;
const worstFirst = [...sessions].sort(worse);
/** Clauses by their failures, then by what is open, then as in the catalogue; those that never applied come last. */
const worstClauses = run.clauses
  .map(({ counts: [passes, fails, open], covered }, number) => ({ number, fails: fails - covered, open, covered, idle: Number(passes + fails + open === 0) }))
  .sort((one, other) => other.fails - one.fails || other.covered - one.covered || other.open - one.open || one.idle - other.idle || one.number - other.number)
  .map(({ number }) => number);

/** Whether an id is meant: a glob as a whole, else a part of it. Several are parted by commas or spaces. */
function clauseTest(text) {
  const words = text.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const tests = words.map((word) => {
    if (!/[*?]/.test(word)) return (id) => id === word || id.startsWith(`${word}-`) || (numberOfClause.has(word) ? false : id.includes(word));
    const pattern = new RegExp(`^${word.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".")}$`);
    return (id) => pattern.test(id);
  });
  return (id) => !tests.length || tests.some((test) => test(id.toLowerCase()));
}

function textTest(text) {
  const needle = text.trim().toLowerCase();
  if (!needle) return () => true;
  const meant = new Set();
  run.reasons.forEach((reason, number) => { if (reason.toLowerCase().includes(needle)) meant.add(number); });
  const known = new Map();
  const inReasons = (session) => {
    if (!known.has(session.p)) {
      const judged = [...session.letters].filter((letter) => letter !== "_");
      known.set(session.p, session.reasons.some((reason, place) => meant.has(reason) && "FSWI".includes(judged[place])));
    }
    return known.get(session.p);
  };
  return (session) => {
    session.haystack ??= [session.id, run.names[session.input], agentOf(session), session.scenario, ...codesOf(session)].join("\n").toLowerCase();
    return session.haystack.includes(needle) || (meant.size > 0 && inReasons(session));
  };
}

function apply() {
  const isMeant = clauseTest(filter.clause);
  columns = worstClauses.filter((number) => isMeant(run.clauses[number].id));
  if (filter.order === "capture") columns.sort((one, other) => one - other);
  const letters = lettersOf(filter.verdict);
  const matches = textTest(filter.text);
  const verdictIn = (session) => !letters || columns.some((column) => letters.includes(session.letters[column]));
  const agent = filter.agent === "" ? null : Number(filter.agent);
  const ofAgent = (session) => agent === null || (session.agent ?? -1) === agent;
  rows = (filter.order === "capture" ? sessions : worstFirst).filter((session) => ofAgent(session) && verdictIn(session) && matches(session));
  cursor.row = Math.min(cursor.row, Math.max(0, rows.length - 1));
  cursor.column = Math.min(cursor.column, Math.max(0, columns.length - 1));
  const words = `${rows.length.toLocaleString("en")} of ${count(sessions.length, "session")}, ${columns.length} of ${count(run.clauses.length, "clause")}`;
  find("shown").textContent = words;
  say(words);
  drawView();
}

function drawView() {
  for (const name of ["matrix", "list", "clauses"]) find(`${name}-view`).hidden = name !== view;
  find("filter").parentElement.hidden = view === "clauses";
  if (view === "matrix") drawMatrix();
  else if (view === "list") list.fill(rows.length);
  else drawClauses();
}

function drawMatrix() {
  const table = find("matrix");
  table.setAttribute("aria-rowcount", rows.length + 1);
  table.setAttribute("aria-colcount", columns.length + 1);
  table.tHead.replaceChildren(el("tr", { "aria-rowindex": 1 },
    el("th", { scope: "col", class: "corner" }, "Session"),
    ...columns.map((column) => {
      const { id, title, level } = run.clauses[column];
      return el("th", { scope: "col", class: "clause", title: `${id} (${level.toUpperCase()}): ${title}` }, el("span", {}, id));
    })));
  for (const row of [matrix.above, matrix.below]) row.replaceChildren(el("td", { colspan: columns.length + 1 }));
  matrix.fill(rows.length);
}

function matrixRow(index) {
  const session = rows[index];
  const agent = agentOf(session);
  const input = run.names[session.input];
  const second = run.inputs.length > 1 ? input.replace(/^.*[\\/]/, "") : agent;
  return el("tr", { "aria-rowindex": index + 2, "data-row": index },
    el("th", { scope: "row" }, el("a", { href: `#/s/${session.number}`, tabindex: "-1", title: `${session.id}\n${agent}\n${input}` }, el("span", { class: "id" }, session.id), second ? el("span", { class: "second" }, second) : null)),
    ...columns.map((column, place) => {
      const cell = cells[session.letters[column]].cloneNode(true);
      if (index === cursor.row && place === cursor.column) cell.tabIndex = 0;
      return cell;
    }));
}

/** A cell of each verdict, to be copied: there are thousands. */
const cells = Object.fromEntries(Object.entries(VERDICTS).map(([letter, { word }]) => [letter,
  el("td", { class: `v ${letter}`, tabindex: "-1", "aria-label": word }, letter === "_" ? "" : letter)]));
const cellAt = (row, column) => row?.cells[column + 1];

function peek(cell) {
  const place = placeOf(cell);
  if (!place) return;
  const session = rows[place.row];
  const clause = run.clauses[columns[place.column]];
  find("peek").replaceChildren(chip(session.letters[columns[place.column]]), " ", el("b", {}, clause.id), ` ${clause.title}. `, el("span", { class: "why" }, reasonOf(session, columns[place.column])));
}

function placeOf(target) {
  const cell = target.closest("td.v");
  return cell && { row: Number(cell.parentElement.dataset.row), column: cell.cellIndex - 1 };
}

function openCell({ row, column }) {
  cursor.row = row;
  cursor.column = column;
  location.hash = `#/s/${rows[row].number}/c/${encodeURIComponent(run.clauses[columns[column]].id)}`;
}

/** Moves the keyboard to a cell, and into view what stands there. */
function moveTo(row, column) {
  const old = cellAt(matrix.live.get(cursor.row), cursor.column);
  if (old) old.tabIndex = -1;
  cursor.row = Math.max(0, Math.min(row, rows.length - 1));
  cursor.column = Math.max(0, Math.min(column, columns.length - 1));
  const line = matrix.show(cursor.row, find("matrix").tHead.offsetHeight);
  const cell = cellAt(line, cursor.column);
  if (!cell) return;
  cell.tabIndex = 0;
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  peek(cell);
}

function matrixKeys(event) {
  if (!placeOf(event.target) || event.altKey || event.metaKey) return;
  const { row, column } = cursor;
  const page = Math.max(1, Math.floor(find("matrix-scroll").clientHeight / matrix.height) - 3);
  const moves = {
    ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
    PageUp: [row - page, column], PageDown: [row + page, column],
    Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? rows.length - 1 : row, columns.length - 1],
  };
  if (moves[event.key]) moveTo(...moves[event.key]);
  else if (event.key === "Enter" || event.key === " ") openCell(cursor);
  else return;
  event.preventDefault();
}

function listRow(index) {
  const session = rows[index];
  const { F, S, W, I, P } = session.tally;
  const number = (value, letter) => el("td", { class: `number ${value && letter ? `v ${letter}` : ""}` }, String(value));
  return el("tr", {},
    el("th", { scope: "row" }, el("a", { href: `#/s/${session.number}` }, session.id)),
    number(F, "F"), number(S, "S"), number(W, "W"), number(I, "I"), number(P, ""),
    el("td", { class: "codes", title: codesOf(session).join(", ") || null }, codesOf(session).join(", ")),
    el("td", {}, session.scenario),
    el("td", {}, agentOf(session) || "–"),
    el("td", {}, run.names[session.input]),
    el("td", {}, session.started ? session.started.slice(0, 19).replace("T", " ") : "–"));
}

function drawClauses() {
  const names = ["Clause", "Level", "Title", "Fail", "Waived or known", "Inconclusive", "Pass", "Not applicable"];
  find("clauses").tHead.replaceChildren(el("tr", {}, ...names.map((name, place) => el("th", { scope: "col", class: place > 2 ? "number" : null }, name))));
  const number = (value, letter, clause, verdict) => el("td", { class: `number ${value ? `v ${letter}` : ""}` },
    value ? el("a", { href: `#/list?clause=${encodeURIComponent(clause.id)}&verdict=${verdict}`, "aria-label": `${value}, show these sessions` }, value.toLocaleString("en")) : "0");
  find("clauses").tBodies[0].replaceChildren(...worstClauses.map((place) => {
    const clause = run.clauses[place];
    const [pass, fail, open, none] = clause.counts;
    return el("tr", {},
      el("th", { scope: "row" }, clause.id),
      el("td", {}, clause.level.toUpperCase()),
      el("td", {}, about(clause, clause.title)),
      number(fail - clause.covered, clause.level === "shall" ? "F" : "S", clause, "fail"), number(clause.covered, "W", clause, "covered"),
      number(open, "I", clause, "inconclusive"), number(pass, "P", clause, "pass"), number(none, "N", clause, "not-applicable"));
  }));
}

/** A clause in full, behind a line. It is made when somebody opens it. */
function about(clause, words) {
  const details = el("details", { class: "about" }, el("summary", {}, words));
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return;
    const when = Object.entries(clause.when).filter(([, text]) => text);
    details.append(el("div", {},
      ...clause.explain.split("\n\n").filter(Boolean).map((text) => el("p", {}, text)),
      when.length ? el("dl", {}, ...when.flatMap(([verdict, text]) => [el("dt", {}, verdict), el("dd", {}, text)])) : null,
      ...clause.readings.map((text) => el("p", {}, `Reading: ${text}`)),
      el("p", { class: "small" }, [`Binds ${clause.binds}`, `seen from: ${clause.evidence}`, clause.cites.join(", ")].filter(Boolean).join("; ")),
      el("p", { class: "small" }, "More: ", el("code", {}, `sipclause explain ${clause.id}`))));
  });
  return details;
}

function startOverview() {
  head();
  fields.verdict.replaceChildren(...choices());
  const byAgent = new Map();
  for (const session of sessions) byAgent.set(session.agent ?? -1, (byAgent.get(session.agent ?? -1) ?? 0) + 1);
  const agents = [...byAgent].sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, 1000);
  fields.agent.replaceChildren(el("option", { value: "" }, "any"),
    ...agents.map(([agent, number]) => el("option", { value: agent }, `${agent < 0 ? "none" : run.agents[agent]} (${number})`)));
  find("clause-ids").replaceChildren(...run.clauses.map(({ id, title }) => el("option", { value: id }, title)));
  find("legend").replaceChildren(..."FSWIPN".split("").map((letter) => el("li", { title: VERDICTS[letter].meaning }, chip(letter))));
  find("list").tHead.replaceChildren(el("tr", {},
    ...["Session (Call-ID)", "Fail", "SHOULD", "Waived", "Open", "Pass", "Findings", "Scenario", "User-Agent", "Input", "Started"].map((name, place) => el("th", { scope: "col", class: place > 0 && place < 6 ? "number" : null }, name))));
  for (const row of [list.above, list.below]) row.replaceChildren(el("td", { colspan: 11 }));
  for (const [name, field] of Object.entries(fields)) {
    field.addEventListener("input", () => {
      filter[name] = field.value;
      for (const rows of [matrix, list]) rows.scroll.scrollTop = 0;
      history.replaceState(null, "", overviewHash());
      apply();
    });
  }
  find("filter").addEventListener("submit", (event) => event.preventDefault());
  find("filter").addEventListener("reset", (event) => {
    event.preventDefault();
    history.replaceState(null, "", view === "list" ? "#/list" : "#/");
    openOverview(view, new URLSearchParams());
  });
  const body = find("matrix").tBodies[0];
  body.addEventListener("click", (event) => {
    const place = placeOf(event.target);
    if (place) openCell(place);
  });
  body.addEventListener("keydown", matrixKeys);
  body.addEventListener("mouseover", (event) => peek(event.target));
  body.addEventListener("focusin", (event) => peek(event.target));
}

function overviewHash(name = view) {
  const parameters = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  const query = parameters.size ? `?${parameters}` : "";
  return `#/${name === "matrix" ? "" : name}${query}`;
}

/** Shows a view of the overview with the filter that its address says. */
function openOverview(name, parameters) {
  view = name;
  for (const [key, field] of Object.entries(fields)) {
    field.value = parameters.get(key) ?? "";
    filter[key] = field.value;
  }
  apply();
}
