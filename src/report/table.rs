//! Tally -> a table of clauses and verdicts that fits the terminal.

use super::Options;
use super::closing::count;
use super::paint::Tone;
use crate::clause::Level;
use crate::verdict::{Row, Standing, Tally, Verdict};

/// Narrowest column of titles: below that, lines wrap.
const NARROWEST: usize = 16;

/// A column of counts.
struct Column {
    head: &'static str,
    tone: Tone,
    of: fn(&Row) -> u64,
}

const COLUMNS: [Column; 4] = [
    Column { head: "pass", tone: Tone::Good, of: |row| row.count(Verdict::Pass) },
    Column { head: "fail", tone: Tone::Error, of: Row::open_failures },
    Column { head: "inc.", tone: Tone::Strong, of: |row| row.count(Verdict::Inconclusive) },
    Column { head: "n/a", tone: Tone::Faint, of: |row| row.count(Verdict::NotApplicable) },
];

const KNOWN: Column = Column { head: "known", tone: Tone::Strong, of: |row| row.known };

const WAIVED: Column = Column { head: "waived", tone: Tone::Strong, of: |row| row.waived };

/// One row for each clause that applied to a session, with `verbose` for all, in catalogue order. Zeros are left out; waived and known failures have columns
/// of their own where there are any.
pub(super) fn write(out: &mut String, tally: &Tally, options: Options) {
    let applied = |row: &&Row| options.verbose || row.standing() != Standing::NotApplicable;
    let rows: Vec<&Row> = tally.rows().iter().filter(applied).collect();
    let mut columns: Vec<(Column, usize)> = Vec::new();
    let extra = [WAIVED, KNOWN].into_iter().filter(|column| rows.iter().any(|row| (column.of)(row) > 0));
    for column in COLUMNS.into_iter().chain(extra) {
        let widest = rows.iter().map(|row| (column.of)(row).to_string().len()).max().unwrap_or(0);
        let width = widest.max(column.head.len());
        columns.push((column, width));
    }
    let counts: usize = columns.iter().map(|(_, width)| width + 1).sum();
    let ids = rows.iter().map(|row| row.clause.id.0.len()).max().unwrap_or(0).max("clause".len());
    let longest = rows.iter().map(|row| title(row).chars().count()).max().unwrap_or(0);
    let room = options.width.saturating_sub(ids + 2 + counts).max(NARROWEST).min(longest.max(NARROWEST));
    let table = Table { options, columns, ids, room };
    table.head(out);
    rows.iter().for_each(|row| table.row(out, row));
    let hidden = tally.rows().len() - rows.len();
    if hidden > 0 {
        let line = format!("{} never applied; --verbose lists them", count(hidden as u64, "clause"));
        out.push_str(&format!("{}\n", options.paint().in_tone(Tone::Faint, &line)));
    }
}

struct Table {
    options: Options,
    columns: Vec<(Column, usize)>,
    ids: usize,
    room: usize,
}

impl Table {
    fn head(&self, out: &mut String) {
        let mut line = format!("{:ids$}  {:room$}", "clause", "", ids = self.ids, room = self.room);
        for (column, width) in &self.columns {
            line.push_str(&format!(" {:>width$}", column.head));
        }
        out.push_str(&self.options.paint().in_tone(Tone::Strong, &line));
        out.push('\n');
    }

    fn row(&self, out: &mut String, row: &Row) {
        let paint = self.options.paint();
        let id = format!("{:ids$}", row.clause.id.0, ids = self.ids);
        let id = match (row.standing(), row.level) {
            (Standing::Failed, Level::Shall) => paint.in_tone(Tone::Error, &id),
            (Standing::Failed, Level::Should) => paint.in_tone(Tone::Warning, &id),
            _ => id,
        };
        let mut line = format!("{id}  {:room$}", cut(&title(row), self.room), room = self.room);
        for (column, width) in &self.columns {
            let count = match (column.of)(row) {
                0 => format!("{:>width$}", "-"),
                count => paint.in_tone(column.tone, &format!("{count:>width$}")),
            };
            line.push(' ');
            line.push_str(&count);
        }
        out.push_str(&line);
        out.push('\n');
    }
}

fn title(row: &Row) -> String {
    match row.level {
        Level::Shall => row.clause.title.to_owned(),
        Level::Should => format!("(should) {}", row.clause.title),
    }
}

/// The beginning of a title.
fn cut(title: &str, room: usize) -> String {
    if title.chars().count() <= room {
        return title.to_owned();
    }
    let kept: String = title.chars().take(room.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
