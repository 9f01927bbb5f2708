//! Statistics -> tables that fit the terminal: by User-Agent, by finding, by problem of the inputs.

use std::collections::BTreeMap;

use super::Options;
use super::paint::Tone;
use crate::verdict::{AgentCounts, InputSummary, Statistics};
use crate::visible::{sanitise, shorten};

/// Rows of a table; what follows is counted together.
const MOST: usize = 50;

/// Narrowest column of names.
const NARROWEST: usize = 16;

/// A table of names with counts behind them.
struct Table {
    title: &'static str,
    heads: Vec<&'static str>,
    rows: Vec<(String, Vec<String>)>,
}

/// All three, each with an empty line behind it; a table without rows is left out.
pub(super) fn write(out: &mut String, counted: &Statistics, inputs: &[InputSummary], options: Options) {
    for table in [by_agent(counted), by_finding(counted), by_problem(inputs)] {
        table.write(out, options);
    }
}

fn by_agent(counted: &Statistics) -> Table {
    let row = |name: &str, counts: AgentCounts| {
        let counts = [counts.sessions, counts.failed, counts.failures];
        (name.to_owned(), counts.iter().map(ToString::to_string).collect())
    };
    let agents = counted.agents().into_iter();
    let named = agents.map(|(name, counts)| row(name.unwrap_or("(no User-Agent)"), counts));
    let others = Some(counted.other_agents()).filter(|others| others.sessions > 0);
    Table {
        title: "by User-Agent",
        heads: vec!["sessions", "failed", "failures"],
        rows: named.chain(others.map(|counts| row("(all others)", counts))).collect(),
    }
}

fn by_finding(counted: &Statistics) -> Table {
    let row = |(code, counts): (&'static str, &crate::verdict::FindingCounts)| {
        let clauses: Vec<_> = counts.clauses.iter().map(|id| id.0).collect();
        let clauses = match clauses[..] {
            [one] => one.to_owned(),
            ref several => format!("{} clauses", several.len()),
        };
        (code.to_owned(), vec![counts.sessions.to_string(), counts.findings.to_string(), clauses])
    };
    Table {
        title: "by finding",
        heads: vec!["sessions", "findings", "clause"],
        rows: counted.findings().into_iter().map(row).collect(),
    }
}

fn by_problem(inputs: &[InputSummary]) -> Table {
    let mut kinds: BTreeMap<&str, (u64, u64, bool)> = BTreeMap::new();
    for problem in inputs.iter().flat_map(|input| &input.problems) {
        let (inputs, times, lost) = kinds.entry(problem.kind).or_default();
        *inputs += 1;
        *times = times.saturating_add(problem.count);
        *lost |= problem.lost;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, (inputs, times, lost))| std::cmp::Reverse((*lost, *inputs, *times)));
    let row = |(kind, (inputs, times, lost)): (&str, (u64, u64, bool))| {
        let lost = if lost { "yes" } else { "-" };
        (kind.to_owned(), vec![inputs.to_string(), times.to_string(), lost.to_owned()])
    };
    Table {
        title: "by problem",
        heads: vec!["inputs", "times", "lost"],
        rows: kinds.into_iter().map(row).collect(),
    }
}

impl Table {
    fn write(&self, out: &mut String, options: Options) {
        if self.rows.is_empty() {
            return;
        }
        let shown = &self.rows[..self.rows.len().min(MOST)];
        let widths: Vec<_> =
            self.heads.iter().enumerate().map(|(at, head)| self.width(shown, at, head)).collect();
        let counts: usize = widths.iter().map(|width| width + 2).sum();
        let longest = shown.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let room = options.width.saturating_sub(counts).max(NARROWEST);
        let names = longest.max(self.title.len()).min(room);
        let line = |name: &str, cells: &[String]| {
            let name = sanitise(name);
            let mut line = format!("{:names$}", shorten(&name, names));
            for (cell, width) in cells.iter().zip(&widths) {
                line.push_str(&format!("  {cell:>width$}"));
            }
            line
        };
        let heads: Vec<_> = self.heads.iter().map(|&head| head.to_owned()).collect();
        out.push_str(&options.paint().in_tone(Tone::Strong, &line(self.title, &heads)));
        out.push('\n');
        for (name, cells) in shown {
            out.push_str(&line(name, cells));
            out.push('\n');
        }
        if let Some(more @ 1..) = self.rows.len().checked_sub(MOST) {
            out.push_str(&format!("… and {more} more; `--output json` has all of them\n"));
        }
        out.push('\n');
    }

    fn width(&self, rows: &[(String, Vec<String>)], at: usize, head: &str) -> usize {
        let cells = rows.iter().filter_map(|(_, cells)| cells.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(head.len())
    }
}
