// A table of many rows of one height: only those that are looked at exist.

/** Rows of one table on paper. */
const PAPER = 500;

class Rows {
  /** `make(index)` answers the row. What is beyond the window is two rows of the height of all that is not there. */
  constructor(scroll, body, make) {
    this.scroll = scroll;
    this.body = body;
    this.make = make;
    this.total = 0;
    this.height = 26;
    this.live = new Map();
    this.above = el("tr", { class: "beyond", "aria-hidden": "true" });
    this.below = el("tr", { class: "beyond", "aria-hidden": "true" });
    this.all = false;
    body.replaceChildren(this.above, this.below);
    let waiting = false;
    const later = () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        this.draw();
      });
    };
    scroll.addEventListener("scroll", later, { passive: true });
    window.addEventListener("resize", () => {
      this.measure();
      later();
    });
  }

  /** The window is as high as its rows, up to what its style allows: of an empty one that alone tells the room. */
  measure() {
    this.room = parseFloat(getComputedStyle(this.scroll).maxHeight) || window.innerHeight;
  }

  /** Begins anew with so many rows. */
  fill(total) {
    this.total = total;
    this.measure();
    for (const row of this.live.values()) row.remove();
    this.live.clear();
    this.draw();
    const row = this.live.values().next().value;
    if (this.measured || !row?.offsetHeight) return;
    this.measured = true;
    if (row.offsetHeight === this.height) return;
    this.height = row.offsetHeight;
    this.draw();
  }

  window() {
    if (this.all) return [0, Math.min(this.total, PAPER)];
    const seen = Math.ceil(this.room / this.height);
    const first = Math.max(0, Math.min(Math.floor(this.scroll.scrollTop / this.height) - 6, this.total - seen));
    return [first, Math.min(this.total, first + seen + 12)];
  }

  draw() {
    const [first, end] = this.window();
    for (const [index, row] of this.live) {
      // The row that has the focus stays, or the focus would be lost.
      if ((index < first || index >= end) && !row.contains(document.activeElement)) {
        row.remove();
        this.live.delete(index);
      }
    }
    let before = this.below;
    for (let index = end - 1; index >= first; index -= 1) {
      let row = this.live.get(index);
      if (!row) {
        row = this.make(index);
        this.live.set(index, row);
      }
      if (row.nextSibling !== before) this.body.insertBefore(row, before);
      before = row;
    }
    const kept = [...this.live.keys()];
    const over = kept.filter((index) => index < first).length;
    const under = kept.filter((index) => index >= end).length;
    this.above.style.height = `${Math.max(0, first - over) * this.height}px`;
    this.below.style.height = `${this.all ? 0 : Math.max(0, this.total - end - under) * this.height}px`;
  }

  /** The row of that index, after moving it into view below what is fixed above. */
  show(index, fixed) {
    const top = index * this.height;
    const room = this.scroll.clientHeight - fixed - this.height;
    if (top < this.scroll.scrollTop) this.scroll.scrollTop = top;
    else if (top > this.scroll.scrollTop + room) this.scroll.scrollTop = top - room;
    this.draw();
    return this.live.get(index);
  }
}
