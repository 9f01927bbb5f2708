// The ladder: a row for each message, an arrow between the lanes of its sender and its receiver.

/** What a message is called, and whether it repeats another. */
function nameMessages(session) {
  const first = new Map();
  session.messages.forEach((message, number) => {
    const text = (line) => session.lines[line].t;
    const start = message.lines.map(text).find((line) => line) ?? "";
    const status = /^SIP\/2\.0 (.*)$/.exec(start);
    const cseq = message.lines.map(text).find((line) => /^cseq\s*:/i.test(line));
    const method = /(\S+)\s*$/.exec(cseq ?? "")?.[1] ?? "";
    message.response = status !== null;
    message.name = (status ? status[1] : start.split(" ")[0] || "(empty)").slice(0, 40);
    message.label = status && method ? `${message.name} (${method.slice(0, 20)})` : message.name;
    message.start = start;
    const key = `${message.from}>${message.to}>${message.bytes}>${message.lines.join()}`;
    if (first.has(key) && !message.cut) message.repeats = first.get(key);
    else first.set(key, number);
  });
}

/** The parties by the order in which they are met, the client first; without addresses, the two sides. */
function lanesOf(session) {
  const lanes = [];
  const lane = (address) => {
    if (address === undefined) return -1;
    if (!lanes.includes(address)) lanes.push(address);
    return lanes.indexOf(address);
  };
  lane(session.client);
  const known = session.messages.some((message) => message.from !== undefined || message.to !== undefined);
  for (const message of session.messages) {
    if (known) message.way = [lane(message.from), lane(message.to)];
    else message.way = Boolean(message.back) === message.response ? [0, 1] : [1, 0];
  }
  if (!known) return [{ name: "caller", address: "no addresses in this input" }, { name: "called", address: "" }];
  return lanes.map((address) => ({
    name: address === session.client ? "client" : address === session.server ? "server" : "",
    address: session.addresses[address],
  }));
}

const ROW = 30;

function ladder(session, open) {
  nameMessages(session);
  const lanes = lanesOf(session);
  const step = Math.max(120, Math.min(300, Math.floor(760 / Math.max(1, lanes.length))));
  const wide = step * lanes.length;
  const at = (lane) => step * lane + step / 2;
  const named = lanes.map(({ name, address }, lane) => el("span", { class: "lane" }, name ? el("b", {}, name) : null, name && address ? el("br") : null, address));
  named.forEach((name) => (name.style.width = `${step}px`));
  const body = el("tbody");
  const scroll = el("div", { class: "scroll ladder" }, el("table", {},
    el("caption", { class: "unseen" }, "Messages in the order of the capture"),
    el("thead", {}, el("tr", {},
      el("th", { scope: "col" }, "#"), el("th", { scope: "col" }, "Time"), el("th", { scope: "col" }, "Message"),
      el("th", { scope: "col", class: "lanes" }, unseen("From and to: "), ...named), el("th", { scope: "col" }, "Findings"))),
    body));
  const make = (number) => {
    const message = session.messages[number];
    const [from, to] = message.way;
    const place = (lane) => (lane < 0 ? "an unknown address" : [lanes[lane].name, known(lanes[lane].address)].filter(Boolean).join(" "));
    const repeats = message.repeats === undefined ? null : `again #${session.messages[message.repeats].index}`;
    return el("tr", { class: `message ${message.response ? "response" : "request"}${repeats ? " again" : ""}`, "data-message": number },
      el("td", { class: "number" }, String(message.index)),
      el("td", { class: "time", title: message.after === undefined ? null : seconds(message.after) }, timeOf(open, message)),
      el("th", { scope: "row" }, el("a", { href: `#/s/${open.number}/m/${number}`, title: message.start }, message.label), repeats ? el("span", { class: "repeats", title: "the same bytes on the same way: a retransmission" }, ` ${repeats}`) : null),
      el("td", { class: "lanes" }, unseen(`from ${place(from)} to ${place(to)}`), arrow(message, at, wide, lanes.length)),
      el("td", { class: "number" }, ...marksOf(session, number, open.number)));
  };
  const rows = new Rows(scroll, body, make);
  for (const row of [rows.above, rows.below]) row.replaceChildren(el("td", { colspan: 5 }));
  return { scroll, rows, start: () => rows.fill(session.messages.length) };
}

const known = (address) => (address.startsWith("no ") ? "" : address);

const timeOf = (open, message) =>
  message.after === undefined ? "–" : open.started ? clock(open.started, message.after) : seconds(message.after);

function marksOf(session, number, open) {
  const here = session.findings.filter((finding) => finding.at.message === number);
  const links = here.slice(0, 6).map((finding) => el("a", { class: `badge ${finding.letter}`, href: `#/s/${open}/f/${finding.number}`, "aria-label": `finding ${finding.number}: ${finding.code}` }, String(finding.number)));
  return here.length > 6 ? [...links, ` +${here.length - 6}`] : links;
}

function arrow(message, at, wide, lanes) {
  const [from, to] = message.way;
  const picture = svg("svg", { width: wide, height: ROW, viewBox: `0 0 ${wide} ${ROW}`, "aria-hidden": "true", class: "arrow" });
  for (let lane = 0; lane < lanes; lane += 1) picture.append(svg("line", { class: "life", x1: at(lane), x2: at(lane), y1: 0, y2: ROW }));
  const y = 22;
  if (from < 0 || to < 0 || from === to) {
    const lane = Math.max(from, to, 0);
    picture.append(svg("circle", { class: "head", cx: at(lane), cy: y - 6, r: 4 }), svg("text", { x: at(lane) + 9, y: y - 2 }, message.label));
    return picture;
  }
  const way = Math.sign(to - from);
  const end = at(to) - way;
  picture.append(
    svg("line", { class: "shaft", x1: at(from), x2: end - way * 6, y1: y, y2: y }),
    svg("polygon", { class: "head", points: `${end},${y} ${end - way * 9},${y - 4.5} ${end - way * 9},${y + 4.5}` }),
    svg("text", { x: (at(from) + at(to)) / 2, y: y - 6, "text-anchor": "middle" }, message.label));
  return picture;
}
