// The head of the overview: counts, inputs and their problems.

function head() {
  const failed = sessions.filter((session) => session.tally.F + session.tally.S > 0).length;
  const sum = (of) => run.clauses.reduce((total, clause) => total + of(clause), 0);
  const failures = sum((clause) => clause.counts[1] - clause.covered);
  const tile = (number, words, letter, href) =>
    el("li", { class: `tile ${number > 0 && letter ? letter : ""}` }, el(href ? "a" : "span", { href }, el("b", {}, number.toLocaleString("en")), ` ${words}`));
  const standing = (test) => run.clauses.filter(test).length;
  const fails = (clause) => clause.counts[1] > clause.covered;
  find("head").replaceChildren(
    el("h1", { id: "title" }, failures ? `${count(standing(fails), "clause")} failed in ${failed.toLocaleString("en")} of ${count(sessions.length, "session")}` : sessions.length ? `No clause failed in ${count(sessions.length, "session")}` : "Nothing was judged"),
    el("p", { class: "sub" }, `OMA SIMPLE IM session set-up, profile ${run.profile}. Exit code ${run.exit_code}: ${run.outcome}.`),
    el("ul", { class: "tiles", "aria-label": "Counts" },
      tile(sessions.length, "sessions", "", "#/list"),
      tile(failed, "with failures", "F", "#/list?verdict=fail"),
      tile(standing(fails), "clauses failed", "F", "#/clauses"),
      tile(sum((clause) => clause.covered), "failures waived or known", "W", "#/list?verdict=covered"),
      tile(standing((clause) => !fails(clause) && clause.counts[2] > 0), "clauses open", "I", "#/clauses"),
      tile(standing((clause) => !fails(clause) && !clause.counts[2] && clause.counts[0] > 0), "clauses passed", "P", "#/clauses"),
    ),
    inputs(),
  );
}

function inputs() {
  const damaged = run.inputs.filter((input) => input.damaged).length;
  const problems = run.inputs.reduce((total, input) => total + input.problems.length, 0);
  const summary = `${count(run.inputs.length, "input")}${problems ? `, ${count(problems, "problem")}` : ", no problem"}${damaged ? `; ${damaged} damaged` : ""}`;
  const rest = [
    [run.skipped.not_im, "session", "without an IM mark"],
    [run.skipped.of_others, "session", "of the IM Server or of another client"],
    [run.skipped.outside, "message", "outside of any session"],
    [run.skipped.files, "file", "that are neither captures nor SIP text"],
  ].filter(([number]) => number > 0).map(([number, thing, words]) => `${count(number, thing)} ${words}`);
  if (run.skipped.split) rest.push(`${count(run.skipped.split, "session")} with the Call-ID of a session in another input, perhaps parts of one`);
  const most = 200;
  const lost = run.inputs.flatMap((input) => input.problems.filter((problem) => problem.lost).map((problem) => `${input.path}: ${problem.text}`));
  const told = lost.length ? el("ul", { class: "lost", "aria-label": "What was lost" }, ...lost.slice(0, 3).map((text) => el("li", {}, text)), lost.length > 3 ? el("li", {}, `and ${lost.length - 3} more; see the inputs`) : null) : null;
  return el("div", {}, told, el("details", { class: "inputs" },
    el("summary", {}, summary),
    el("div", { class: "scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, ...["Input", "Kind", "Packets", "Messages", "Problems"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, ...run.inputs.slice(0, most).map((input) => el("tr", {},
        el("th", { scope: "row" }, input.path),
        el("td", {}, input.format ?? input.kind),
        el("td", { class: "number" }, input.packets.toLocaleString("en")),
        el("td", { class: "number" }, input.messages.toLocaleString("en")),
        el("td", {}, input.problems.length ? el("ul", {}, ...input.problems.slice(0, 20).map((problem) => el("li", { class: problem.lost ? "bad" : "" }, problem.lost ? "lost: " : "", problem.text))) : input.damaged ? "damaged" : "none"),
      ))))),
    run.inputs.length > most ? el("p", {}, `and ${count(run.inputs.length - most, "more input")}`) : null,
    rest.length ? el("p", {}, `Not judged: ${rest.join("; ")}.`) : null,
    run.configuration ? el("p", {}, `Configuration: ${run.configuration}`) : null,
  ));
}
