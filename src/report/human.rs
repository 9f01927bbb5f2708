//! `human`: what a compiler would print, for people at a terminal.
//!
//! Each session is written as it comes: a heading, its failures with the lines they are about, waived
//! failures, and what could not be told, grouped by what is missing. The end of the run brings a table of
//! all clauses, what was skipped, and one line that sums up.
//!
//! `quiet` leaves findings (and what could not be told, if that fails the run) and the problems of damaged
//! inputs: silence means that nothing is wrong. `verbose` adds why clauses passed or did not apply.
//! `statistics` leaves the counts and tells nothing of single sessions.

use std::collections::HashSet;
use std::io::{self, Write};
use std::net::SocketAddr;

use super::closing;
use super::finding::Findings;
use super::paint::{Tone, hang, wrap};
use super::place::Spot;
use super::words::terms;
use super::{Options, Report};
use crate::clause::Id;
use crate::verdict::{FailOn, Judgement, Ruling, RunSummary, Verdict};
use crate::visible::{sanitise, shorten};

/// Longest value of a capture or a configuration in one line of the report.
const LONGEST: usize = 300;

const NOTE: (&str, Tone) = ("note", Tone::Note);

/// Reasons that are kept, to be told once: those of the clauses are fewer, and what quotes messages has no end.
const MOST_REASONS: usize = 1000;

/// Writes each session at once, and keeps the reasons that it told.
#[derive(Debug)]
pub struct Human<W: Write> {
    out: W,
    options: Options,
    told: Told,
}

/// Why a clause could not be told, of the sessions until now.
type Told = HashSet<(Id, String)>;

impl<W: Write> Human<W> {
    /// A report that goes to `out`.
    pub fn new(out: W, options: Options) -> Self {
        Self { out, options, told: Told::new() }
    }
}

impl<W: Write> Report for Human<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        if self.options.statistics {
            return Ok(());
        }
        let mut page = Page { out: String::new(), judgement, options: self.options };
        page.write(&mut self.told);
        self.out.write_all(page.out.as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        self.out.write_all(closing::text(summary, self.options).as_bytes())?;
        self.out.flush()
    }
}

/// What is written of one session.
struct Page<'j> {
    out: String,
    judgement: &'j Judgement<'j>,
    options: Options,
}

impl<'j> Page<'j> {
    fn write(&mut self, told: &mut Told) {
        if !self.options.quiet {
            self.heading();
        }
        let findings = Findings { judgement: self.judgement, options: self.options };
        for ruling in self.rulings(Verdict::Fail).filter(|ruling| ruling.is_open_failure()) {
            findings.write(&mut self.out, ruling);
        }
        if !self.options.quiet {
            self.waived();
            self.known();
        }
        let is_verbose = self.options.verbose && !self.options.quiet;
        if is_verbose || self.options.fail_on == FailOn::Inconclusive {
            self.grouped(self.rulings(Verdict::Inconclusive), NOTE);
        } else if !self.options.quiet {
            self.doubts(told);
        }
        if is_verbose {
            self.grouped(self.rulings(Verdict::Pass), ("pass", Tone::Good));
            self.grouped(self.rulings(Verdict::NotApplicable), ("not-applicable", Tone::Faint));
        }
        if !self.options.quiet {
            self.observations();
            self.counts();
        }
    }

    fn rulings(&self, verdict: Verdict) -> impl Iterator<Item = &'j Ruling> + use<'j> {
        self.judgement.rulings.iter().filter(move |ruling| ruling.verdict == verdict)
    }

    fn heading(&mut self) {
        let judgement = self.judgement;
        let title = format!("session {}", shown(&judgement.call_id));
        let title = self.options.paint().in_tone(Tone::Strong, &title);
        self.out.push_str(&format!("{title} in {}\n", shown(judgement.input)));
        let reason = &judgement.scenario_reason;
        let how = if judgement.inferred { ", inferred" } else { "" };
        let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        self.detail(&format!("{} ({}){how}{why}", judgement.scenario, judgement.subclause));
        self.detail(&self.parties());
        let messages = closing::count(judgement.messages.len() as u64, "message");
        let started = judgement.started.map(|time| format!(" from {time}")).unwrap_or_default();
        self.detail(&format!("{messages}{started}"));
        self.out.push('\n');
    }

    /// Who talked to whom, with what.
    fn parties(&self) -> String {
        let judgement = self.judgement;
        let party = |address: Option<SocketAddr>| address.map_or("?".to_owned(), |at| at.to_string());
        let agent = judgement.user_agent.as_deref().map(|agent| shorten(agent, LONGEST / 2));
        let agent = agent.unwrap_or_else(|| "no User-Agent".into());
        match (judgement.client, judgement.server) {
            (None, None) => agent.into_owned(),
            (client, server) => format!("{} -> {}, {agent}", party(client), party(server)),
        }
    }

    fn detail(&mut self, text: &str) {
        hang(&mut self.out, ("  ", 2, 4), &shown(text), self.options.width);
    }

    fn waived(&mut self) {
        for ruling in self.rulings(Verdict::Fail) {
            let Some(waived) = &ruling.waived else { continue };
            for finding in &ruling.findings {
                let place = Spot::of(finding.at, self.judgement).words(self.judgement.input);
                let text = format!("{} ({place})", finding.message);
                self.entry(("waived", Tone::Faint), ruling.clause.id.0, &text);
            }
            let text = format!("  = {}", terms(waived));
            hang(&mut self.out, ("", 0, 4), &shown(&text), self.options.width);
            self.out.push('\n');
        }
    }

    /// Failures of which the baseline holds every finding.
    fn known(&mut self) {
        let rulings =
            self.rulings(Verdict::Fail).filter(|ruling| ruling.is_known() && ruling.waived.is_none());
        let mut any = false;
        for ruling in rulings {
            for finding in &ruling.findings {
                let place = Spot::of(finding.at, self.judgement).words(self.judgement.input);
                let text = format!("{} ({place})", finding.message);
                self.entry(("known", Tone::Faint), ruling.clause.id.0, &text);
                any = true;
            }
        }
        if any {
            self.out.push('\n');
        }
    }

    /// What could not be told: why, or that it is as in a session before. A hundred sessions of a client lack the same.
    fn doubts(&mut self, told: &mut Told) {
        let mut again = Vec::new();
        let mut new = Vec::new();
        for ruling in self.rulings(Verdict::Inconclusive) {
            let key = (ruling.clause.id, ruling.reason.to_string());
            if told.contains(&key) {
                again.push(ruling.clause.id);
                continue;
            }
            new.push(ruling);
            if told.len() < MOST_REASONS {
                told.insert(key);
            }
        }
        if !again.is_empty() {
            self.group(NOTE, "inconclusive, as said of a session above", &again);
        }
        if !new.is_empty() {
            self.grouped(new.into_iter(), NOTE);
        } else if !again.is_empty() {
            self.out.push('\n');
        }
    }

    /// These clauses, those of the same reason together.
    fn grouped(&mut self, rulings: impl Iterator<Item = &'j Ruling>, head: (&str, Tone)) {
        let mut groups: Vec<(&str, Vec<Id>)> = Vec::new();
        for ruling in rulings {
            match groups.iter_mut().find(|(reason, _)| *reason == ruling.reason) {
                Some((_, ids)) => ids.push(ruling.clause.id),
                None => groups.push((&ruling.reason, vec![ruling.clause.id])),
            }
        }
        let any = !groups.is_empty();
        for (reason, ids) in groups {
            self.group(head, if reason.is_empty() { "no reason given" } else { reason }, &ids);
        }
        if any {
            self.out.push('\n');
        }
    }

    fn group(&mut self, head: (&str, Tone), reason: &str, ids: &[Id]) {
        match ids {
            [one] => self.entry(head, one.0, reason),
            several => {
                self.entry(head, &format!("{} clauses", several.len()), reason);
                self.list(several);
            }
        }
    }

    fn entry(&mut self, (word, tone): (&str, Tone), about: &str, text: &str) {
        let head = format!("{word}[{about}]");
        let columns = head.chars().count() + 2;
        let painted = format!("{}: ", self.options.paint().in_tone(tone, &head));
        hang(&mut self.out, (&painted, columns, 4), &shown(text), self.options.width);
    }

    fn list(&mut self, ids: &[Id]) {
        let ids: Vec<&str> = ids.iter().map(|id| id.0).collect();
        for line in wrap(&ids.join(" "), self.options.width.saturating_sub(4)) {
            self.out.push_str(&format!("    {}\n", self.options.paint().in_tone(Tone::Faint, &line)));
        }
    }

    fn observations(&mut self) {
        for observation in &self.judgement.observations {
            hang(&mut self.out, ("info: ", 6, 4), &shown(observation), self.options.width);
        }
        if !self.judgement.observations.is_empty() {
            self.out.push('\n');
        }
    }

    fn counts(&mut self) {
        let number = |verdict| self.rulings(verdict).count();
        let waived = self.rulings(Verdict::Fail).filter(|ruling| ruling.waived.is_some()).count();
        let failed = self.rulings(Verdict::Fail).filter(|ruling| ruling.is_open_failure()).count();
        let parts = [
            (failed, "failed"),
            (waived, "waived"),
            (number(Verdict::Fail) - waived - failed, "known"),
            (number(Verdict::Pass), "passed"),
            (number(Verdict::Inconclusive), "inconclusive"),
            (number(Verdict::NotApplicable), "not applicable"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|&&(count, word)| count > 0 || !matches!(word, "waived" | "known"))
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let text = format!("  {}", parts.join(", "));
        self.out.push_str(&format!("{}\n\n", self.options.paint().in_tone(Tone::Faint, &text)));
    }
}

/// A text as a line of a report: nothing in it acts on the terminal, and it has an end.
fn shown(text: &str) -> String {
    let text = sanitise(text);
    shorten(&text, LONGEST).into_owned()
}
