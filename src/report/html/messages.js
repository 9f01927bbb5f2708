// The messages of a session: their text line by line, with marks in it.

/** Messages in portions: a session may have thousands. */
const PORTION = 100;
/** Those that are there. */
const drawn = { from: 0, end: 0 };

/** Begins with the portion that holds this message. */
function messages(number) {
  drawn.from = Math.floor(number / PORTION) * PORTION;
  drawn.end = drawn.from;
  find("blocks").replaceChildren();
  more(1);
}

/** One more portion, behind what is there or before it. */
function more(way) {
  const total = open.session.messages.length;
  const from = way > 0 ? drawn.end : Math.max(0, drawn.from - PORTION);
  const end = way > 0 ? Math.min(total, drawn.end + PORTION) : drawn.from;
  const blocks = Array.from({ length: end - from }, (_, place) => messageBlock(from + place));
  if (way > 0) {
    find("blocks").append(...blocks);
    drawn.end = end;
  } else {
    find("blocks").prepend(...blocks);
    drawn.from = from;
  }
  for (const [id, rest] of [["earlier", drawn.from], ["later", total - drawn.end]]) {
    find(id).hidden = rest === 0;
    find(id).textContent = `${Math.min(rest, PORTION)} of ${count(rest, `${id} message`)}`;
  }
}

/** The findings with a mark in this message: those that point here first, and places that belong to others. */
function marksIn(number) {
  const marks = [];
  for (const finding of open.session.findings) {
    const add = (at, letter, note) => {
      if (at.message !== number) return;
      for (let place = 0; place < at.marks.length; place += 3) {
        const [line, from, to] = at.marks.slice(place, place + 3);
        marks.push({ finding, letter, note, line, from, to, first: place === 0 });
      }
    };
    add(finding.at, finding.letter, null);
    finding.related.forEach((related) => add(related, "R", related.note));
  }
  return marks;
}

function messageBlock(number) {
  const message = open.session.messages[number];
  const marks = marksIn(number);
  const body = el("div", { class: "beside" });
  const facts = [message.after === undefined ? null : `${timeOf(open, message)} (${seconds(message.after)})`, ways(message), message.where, `${count(message.bytes, "byte")}`, message.cut ? "its end was lost" : null, message.repeats === undefined ? null : `retransmission of #${open.session.messages[message.repeats].index}`];
  const block = el("details", { class: "message", id: `m${number}` },
    el("summary", {}, el("h3", {}, `#${message.index} ${message.label}`), ...marksOf(open.session, number, open.number), el("span", { class: "small" }, facts.filter(Boolean).join(" · "))),
    body);
  const fill = () => {
    if (block.open && !body.childElementCount) body.append(messageText(message, marks, number), cards(number));
  };
  block.addEventListener("toggle", fill);
  block.fill = fill;
  if (marks.some(({ letter }) => letter !== "R") || (number === 0 && !open.session.findings.length)) {
    block.open = true;
    fill();
  }
  return block;
}

function ways(message) {
  const address = (at) => (at === undefined ? "?" : open.session.addresses[at]);
  return message.from === undefined && message.to === undefined ? null : `${address(message.from)} → ${address(message.to)}`;
}

/** Lines shown of a long message, unless a mark is below them. */
const MOST_LINES = 400;

function messageText(message, marks, number) {
  const text = el("div", { class: "text", role: "group", "aria-label": `Text of message #${message.index}` });
  const byLine = new Map();
  for (const mark of marks) byLine.set(mark.line, [...(byLine.get(mark.line) ?? []), mark]);
  const last = marks.reduce((last, { line }) => Math.max(last, line), -1);
  let line = message.first ?? 1;
  let written = 0;
  const draw = (end) => {
    for (; written < end; written += 1) {
      const shown = open.session.lines[message.lines[written]];
      text.append(lineOf(shown, line, byLine.get(written) ?? [], number));
      line += shown.h ?? 1;
    }
  };
  draw(Math.min(message.lines.length, Math.max(MOST_LINES, last + 20)));
  if (written < message.lines.length) {
    const rest = el("button", { type: "button", onclick: () => { rest.remove(); draw(message.lines.length); } }, `${count(message.lines.length - written, "more line")}`);
    return el("div", {}, text, rest);
  }
  return text;
}

function lineOf(shown, line, marks, number) {
  const content = el("span", { class: shown.h ? "content hidden-body" : "content" });
  const cuts = new Set([0, shown.t.length]);
  const clamp = (place) => Math.min(place, shown.t.length);
  const whole = Boolean(shown.h);
  for (const mark of marks) {
    if (whole) [mark.from, mark.to] = [0, shown.t.length];
    cuts.add(clamp(mark.from)).add(clamp(mark.to));
  }
  const escapes = shown.e ?? [];
  for (const place of escapes) cuts.add(clamp(place));
  const places = [...cuts].sort((one, other) => one - other);
  places.forEach((from, step) => {
    for (const mark of marks.filter((mark) => mark.first && clamp(mark.from) === from)) content.append(badge(mark, number));
    const to = places[step + 1];
    if (to === undefined) return;
    let escaped = false;
    for (let place = 0; place < escapes.length; place += 2) escaped ||= escapes[place] <= from && to <= escapes[place + 1];
    const over = marks.filter((mark) => clamp(mark.from) <= from && to <= clamp(mark.to));
    content.append(piece(shown.t.slice(from, to), escaped, over));
  });
  return el("div", { class: `line ${marks.some(({ letter }) => letter !== "R") ? "marked" : ""}` }, el("span", { class: "no", "data-no": line }), content);
}

function piece(text, escaped, marks) {
  const inner = escaped ? el("span", { class: "escape", title: "not text: shown instead of it" }, text) : text;
  if (!marks.length) return inner;
  const letters = "FSWR";
  const worst = Math.min(...marks.map(({ letter }) => letters.indexOf(letter)));
  const titles = marks.map(({ finding, note }) => `${finding.number}: ${note ?? finding.message}`);
  return el("mark", { class: `${letters[worst]}${marks.length > 1 ? " several" : ""}`, title: titles.join("\n") }, inner);
}

/** The number of a finding where its mark begins; what is missing has a mark of no length, and so a caret. */
function badge(mark, number) {
  const { finding, letter, note } = mark;
  const words = note === null ? `finding ${finding.number} begins: ${finding.message}` : `belongs to finding ${finding.number}: ${note}`;
  const id = note === null ? `mark-${finding.number}` : `mark-${finding.number}-${finding.related.findIndex((related) => related.note === note && related.message === number)}`;
  const caret = mark.from === mark.to;
  return el("a", { class: `badge ${letter}${caret ? " caret" : ""}`, id, href: `#/s/${open.number}/f/${finding.number}`, "aria-label": words, title: words }, String(finding.number));
}
