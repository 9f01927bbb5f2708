// Addresses behind `#`, keys, print: what ties the pages together.

/** Where the overview was left, so that the way back leads there. */
const left = { page: 0, matrix: 0, list: 0 };
let shownPart = "";

function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const parts = path.split("/").map((part) => { try { return decodeURIComponent(part); } catch { return part; } });
  const isSession = parts[0] === "s";
  if (!isSession && parts[0] && !["list", "clauses"].includes(parts[0])) parts[0] = "";
  if (shownPart === "overview" && isSession) Object.assign(left, { page: window.scrollY, matrix: matrix.scroll.scrollTop, list: list.scroll.scrollTop });
  const back = shownPart === "session" && !isSession;
  find("overview").hidden = isSession;
  find("session").hidden = !isSession;
  const name = isSession ? "" : parts[0] || "matrix";
  for (const link of find("views").children) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (isSession) {
    shownPart = "session";
    return openSession(Number(parts[1]), parts[2], parts.slice(3));
  }
  shownPart = "overview";
  open = null;
  find("session").replaceChildren();
  document.title = "sipclause report";
  openOverview(name, new URLSearchParams(query ?? ""));
  for (const link of find("views").children) link.href = overviewHash(link.dataset.view);
  if (!back) return;
  matrix.scroll.scrollTop = left.matrix;
  list.scroll.scrollTop = left.list;
  window.scrollTo(0, left.page);
  matrix.draw();
  list.draw();
  if (view === "matrix" && rows.length) moveTo(cursor.row, cursor.column);
}

/** The next finding of the session that is shown, or the one before. */
function step(way) {
  const { findings } = open.session;
  if (!findings.length) return;
  const [, number, part, which] = location.hash.replace(/^#\//, "").split("/");
  const now = ["f", "x"].includes(part) ? Number(which) : way > 0 ? 0 : findings.length + 1;
  const next = Math.max(1, Math.min(now + way, findings.length));
  location.hash = `#/s/${number}/f/${next}`;
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || find("keys").open) return;
  const typing = event.target.matches("input, select, textarea");
  if (event.key === "Escape") {
    if (typing && event.target.value && event.target.form) {
      event.target.value = "";
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (typing) event.target.blur();
    else if (open) location.hash = overviewHash();
    else return;
  } else if (typing) return;
  else if (event.key === "/") (open ? find("session-text") : find("by-text")).focus();
  else if (event.key === "?") find("keys").showModal();
  else if (open && event.key === "n") step(1);
  else if (open && event.key === "p") step(-1);
  else if (open && (event.key === "j" || event.key === "k")) find("session").querySelector(`a[rel="${event.key === "j" ? "next" : "prev"}"]`)?.click();
  else return;
  event.preventDefault();
}

/** Paper shows all rows of a table, up to a number that is still of use. */
function print(on) {
  for (const table of [matrix, list, ladderRows]) {
    if (!table || !table.body.isConnected) continue;
    table.all = on;
    table.draw();
  }
  const more = (open ? open.session.messages.length : view === "clauses" ? 0 : rows.length) - PAPER;
  find("paper").textContent = on && more > 0 ? `${more} more rows are not on this paper.` : "";
}

startOverview();
window.addEventListener("hashchange", route);
document.addEventListener("keydown", keys);
// A link to where one is already changes no address, and leads there nevertheless.
document.addEventListener("click", (event) => {
  if (event.target.closest("a[href^='#']")?.getAttribute("href") === location.hash) route();
});
find("show-keys").addEventListener("click", () => find("keys").showModal());
find("skip").addEventListener("click", () => find("main").focus());
window.addEventListener("beforeprint", () => print(true));
window.addEventListener("afterprint", () => print(false));
route();
