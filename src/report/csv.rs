//! `csv`: a table with a row for each session, clause and finding, after RFC 4180.

use std::fmt::Display;
use std::io::{self, Write};

use super::Report;
use super::in_order::InOrder;
use super::place::{Spot, name};
use super::words::{help, terms};
use crate::verdict::{FingerprintedFinding, Judgement, Ruling, RunSummary};
use crate::visible::sanitise;

/// The columns; new ones come behind the last.
const COLUMNS: &str = "input,call_id,scenario,subclause,client,server,user_agent,started,clause,level,verdict,waived,\
                       reason,code,message,help,fingerprint,at_input,at_message,at_frames,at_name,at_line,at_column,\
                       at_offset,at_length,at_file_line,known";

/// Columns that say where a finding is and what it says.
const OF_FINDING: usize = 14;

/// Writes one table at the end of the run; the rows of each session are kept until then.
#[derive(Debug)]
pub struct Csv<W: Write> {
    out: W,
    sessions: InOrder<String>,
}

impl<W: Write> Csv<W> {
    /// A report that goes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, sessions: InOrder::default() }
    }
}

impl<W: Write> Report for Csv<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        let mut rows = String::new();
        for ruling in &judgement.rulings {
            if ruling.findings.is_empty() {
                row(&mut rows, judgement, ruling, None);
            }
            for finding in &ruling.findings {
                row(&mut rows, judgement, ruling, Some(finding));
            }
        }
        rows.shrink_to_fit();
        self.sessions.keep(judgement, rows);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        write!(self.out, "{COLUMNS}\r\n")?;
        for rows in self.sessions.take(summary) {
            self.out.write_all(rows.as_bytes())?;
        }
        self.out.flush()
    }
}

fn row(out: &mut String, judgement: &Judgement<'_>, ruling: &Ruling, found: Option<&FingerprintedFinding>) {
    let mut row = Row { out, is_first: true };
    row.text(judgement.input);
    row.text(&judgement.call_id);
    row.text(judgement.scenario);
    row.text(judgement.subclause);
    row.number(judgement.client);
    row.number(judgement.server);
    row.text(judgement.user_agent.as_deref().unwrap_or_default());
    row.number(judgement.started);
    row.text(ruling.clause.id.0);
    row.text(ruling.level.name());
    row.text(ruling.verdict.name());
    row.text(&ruling.waived.as_deref().map(terms).unwrap_or_default());
    row.text(&ruling.reason);
    match found {
        Some(finding) => row.finding(finding, judgement),
        None => (0..OF_FINDING).for_each(|_| row.text("")),
    }
    // RFC 4180 2.1: a row ends with CRLF.
    row.out.push_str("\r\n");
}

/// A row under way.
struct Row<'o> {
    out: &'o mut String,
    is_first: bool,
}

impl Row<'_> {
    fn finding(&mut self, finding: &FingerprintedFinding, judgement: &Judgement<'_>) {
        let spot = Spot::of(finding.at, judgement);
        self.text(finding.code);
        self.text(&finding.message);
        self.text(&help(finding, judgement).unwrap_or_default());
        self.text(&finding.fingerprint);
        self.text(spot.shown.map_or(judgement.input, |shown| shown.input));
        self.number(Some(finding.at.message));
        let frames = spot.shown.map(|shown| shown.numbers()).unwrap_or_default();
        self.text(&frames.iter().map(u64::to_string).collect::<Vec<_>>().join(" "));
        self.text(&spot.shown.map(name).unwrap_or_default());
        self.number(Some(spot.at.line));
        self.number(Some(spot.at.column));
        self.number(Some(spot.range.start));
        self.number(Some(spot.range.len()));
        self.number(spot.file_line());
        self.text(if finding.known { "true" } else { "" });
    }

    /// A cell that nobody takes for a formula: a number, a time, an address.
    fn number(&mut self, value: Option<impl Display>) {
        self.next();
        if let Some(value) = value {
            self.out.push_str(&value.to_string());
        }
    }

    fn text(&mut self, text: &str) {
        self.next();
        let text = sanitise(text);
        // A spreadsheet takes it for a formula, behind blanks too.
        let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        let mark = if is_formula { "'" } else { "" };
        // RFC 4180 2.5 to 2.7; without control characters there are no line ends.
        if text.contains(['"', ',', ';', '\'']) || text.starts_with(' ') || text.ends_with(' ') {
            self.out.push('"');
            self.out.push_str(mark);
            self.out.push_str(&text.replace('"', "\"\""));
            self.out.push('"');
        } else {
            self.out.push_str(mark);
            self.out.push_str(&text);
        }
    }

    fn next(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(texts: &[&str]) -> String {
        let mut out = String::new();
        let mut row = Row { out: &mut out, is_first: true };
        texts.iter().for_each(|text| row.text(text));
        out
    }

    #[test]
    fn a_cell_is_quoted_where_it_has_to_be() {
        assert_eq!(cells(&["a", "b c", "d,e", "\"f\"", ""]), "a,b c,\"d,e\",\"\"\"f\"\"\",");
    }

    #[test]
    fn a_formula_is_no_formula_any_more() {
        assert_eq!(cells(&["=1+1", "@x", " +1", "-2,3", "\t=1"]), "'=1+1,'@x,\"' +1\",\"'-2,3\",␉=1");
    }
}
