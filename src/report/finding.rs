//! Finding -> what a compiler would say of it.

use super::Options;
use super::closing::count;
use super::paint::{Tone, hang};
use super::place::Spot;
use super::snippet::{Mark, Role, Snippet};
use super::words::{FIX, FIX_UNSAFE, help};
use crate::clause::{Level, Related};
use crate::verdict::{FingerprintedFinding, Judgement, Ruling};
use crate::visible::{sanitise, shorten};

/// Longest text of a finding; what is longer comes from a hostile message.
const LONGEST: usize = 600;

/// A mark is shown with the main one if it is at most so many lines away.
const NEAR: usize = 30;

/// Findings of one clause in one session that are shown, unless all are asked for.
const MOST_FINDINGS: usize = 20;

/// Columns that a title of several lines is set in by; under its first word there would be little room.
const INDENT: usize = 4;

/// The word before a finding of this level, and its colour.
pub(super) const fn severity(level: Level) -> (&'static str, Tone) {
    match level {
        Level::Shall => ("error", Tone::Error),
        Level::Should => ("warning", Tone::Warning),
    }
}

/// Writes the findings of one session.
pub(super) struct Findings<'j> {
    pub(super) judgement: &'j Judgement<'j>,
    pub(super) options: Options,
}

/// A message that a finding points into.
struct Block<'j> {
    spot: Spot<'j>,
    marks: Vec<Mark<'j>>,
}

impl<'j> Findings<'j> {
    /// The findings of a failed clause. What the clause asks for is said with the first.
    pub(super) fn write(&self, out: &mut String, ruling: &'j Ruling) {
        let most = if self.options.verbose { usize::MAX } else { MOST_FINDINGS };
        for (index, finding) in ruling.findings.iter().take(most).enumerate() {
            self.title(out, ruling, finding);
            let gutter = self.places(out, ruling, finding);
            let remarks = Remarks { findings: self, gutter };
            remarks.write(out, finding);
            remarks.clause(out, (ruling, finding), index == 0);
            out.push('\n');
        }
        if let Some(more @ 1..) = ruling.findings.len().checked_sub(most) {
            let more = count(more as u64, "more finding");
            out.push_str(&format!("{}[{}]: and {more}\n\n", severity(ruling.level).0, ruling.clause.id));
        }
    }

    fn title(&self, out: &mut String, ruling: &Ruling, finding: &FingerprintedFinding) {
        let (word, tone) = match finding.known {
            true => ("known", Tone::Faint),
            false => severity(ruling.level),
        };
        let head = format!("{word}[{}]", ruling.clause.id);
        let columns = head.chars().count() + 2;
        let painted = format!("{}: ", self.options.paint().in_tone(tone, &head));
        let message = sanitise(&finding.message);
        let message = shorten(&message, LONGEST);
        hang(out, (&painted, columns, INDENT), &message, self.options.width);
    }

    /// The main place and the related ones. Tells the columns of the line numbers.
    fn places(&self, out: &mut String, ruling: &Ruling, finding: &'j FingerprintedFinding) -> usize {
        let blocks = self.blocks(finding);
        let snippets: Vec<Snippet<'_>> =
            blocks.iter().map(|block| Snippet::of(&block.spot, &block.marks, self.options.width)).collect();
        let gutter = snippets.iter().map(Snippet::gutter).max().unwrap_or(1);
        for (index, (block, snippet)) in blocks.iter().zip(snippets).enumerate() {
            let role = if index == 0 { Role::Main(ruling.level) } else { Role::Related };
            self.arrow(out, &block.spot, (role, gutter));
            if block.spot.shown.is_some() {
                self.lines(out, snippet, (role, gutter));
            }
        }
        gutter
    }

    /// The messages to show: the main one with all marks near it, then one for each other place.
    fn blocks(&self, finding: &'j FingerprintedFinding) -> Vec<Block<'j>> {
        let spot = Spot::of(finding.at, self.judgement);
        let main_line = spot.at.line;
        let mut main = Block { marks: vec![mark(&spot, None)], spot };
        let mut others = Vec::new();
        for Related { at, note } in &finding.related {
            let spot = Spot::of(*at, self.judgement);
            let mark = mark(&spot, Some(note));
            if at.message == finding.at.message && spot.at.line.abs_diff(main_line) <= NEAR {
                main.marks.push(mark);
            } else {
                others.push(Block { marks: vec![mark], spot });
            }
        }
        others.insert(0, main);
        others
    }

    fn arrow(&self, out: &mut String, spot: &Spot<'_>, (role, gutter): (Role, usize)) {
        let arrow = match role {
            Role::Main(_) => "-->",
            Role::Related => ":::",
        };
        let head = format!("{:gutter$}{} ", "", self.options.paint().in_tone(Tone::Frame, arrow));
        let words = spot.words(self.judgement.input);
        // Not wrapped: editors and terminals make a link of it.
        out.push_str(&head);
        out.push_str(&shorten(&sanitise(&words), LONGEST));
        out.push('\n');
    }

    fn lines(&self, out: &mut String, mut snippet: Snippet<'_>, (role, gutter): (Role, usize)) {
        let remarks = std::mem::take(&mut snippet.remarks);
        let indent = gutter.saturating_sub(snippet.gutter());
        for line in snippet.render(role, self.options.color).lines() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line.trim_end());
            out.push('\n');
        }
        self.frame(out, gutter);
        for (line, note) in remarks {
            Remarks { findings: self, gutter }.remark(
                out,
                (Tone::Strong, "note:"),
                &format!("line {line}: {note}"),
            );
        }
    }

    fn frame(&self, out: &mut String, gutter: usize) {
        out.extend(std::iter::repeat_n(' ', gutter + 1));
        out.push_str(&self.options.paint().in_tone(Tone::Frame, "|"));
        out.push('\n');
    }
}

fn mark<'j>(spot: &Spot<'_>, note: Option<&'j str>) -> Mark<'j> {
    Mark { range: spot.range.clone(), line: spot.at.line, note }
}

/// The lines with `=` below a snippet.
struct Remarks<'f, 'j> {
    findings: &'f Findings<'j>,
    gutter: usize,
}

impl Remarks<'_, '_> {
    fn write(&self, out: &mut String, finding: &FingerprintedFinding) {
        if let Some(help) = help(finding, self.findings.judgement) {
            self.remark(out, (Tone::Help, "help:"), &help);
        }
        let spot = Spot::of(finding.at, self.findings.judgement);
        if spot.shown.is_some_and(|shown| shown.cut) {
            self.remark(out, (Tone::Note, "note:"), "the capture lost the end of this message");
        }
        if self.findings.options.verbose {
            self.remark(out, (Tone::Strong, "note:"), &format!("fingerprint {}", finding.fingerprint));
        }
    }

    fn clause(&self, out: &mut String, (ruling, finding): (&Ruling, &FingerprintedFinding), is_first: bool) {
        let note = (Tone::Strong, "note:");
        if !is_first {
            return self.remark(out, note, finding.code);
        }
        let level = ruling.level.name().to_uppercase();
        self.remark(out, note, &format!("{level}: {}", ruling.clause.title));
        let id = ruling.clause.id;
        self.remark(out, note, &format!("{}; see `sipclause explain {id}`", finding.code));
    }

    fn remark(&self, out: &mut String, (tone, word): (Tone, &str), text: &str) {
        let gutter = self.gutter;
        let paint = self.findings.options.paint();
        let head =
            format!("{:gutter$} {} {} ", "", paint.in_tone(Tone::Frame, "="), paint.in_tone(tone, word));
        let columns = gutter + 4 + word.len();
        let text = sanitise(text);
        // The words of a command stay together.
        let bound = [FIX_UNSAFE, FIX].map(|command| (command, command.replace(' ', "\u{a0}")));
        let text = bound.iter().fold(shorten(&text, LONGEST).into_owned(), |text, (command, bound)| {
            text.replace(command, bound)
        });
        let mut lines = String::new();
        hang(&mut lines, (&head, columns, columns), &text, self.findings.options.width);
        out.push_str(&bound.iter().fold(lines, |lines, (command, bound)| lines.replace(bound, command)));
    }
}
