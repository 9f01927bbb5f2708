//! A difference -> lines for people.

use super::Side;
use super::compare::{Changed, Difference, Lost, Told};
use crate::cli::terminal;
use crate::report::paint::{Paint, Tone};
use crate::verdict::ExitCode;
use crate::visible::{sanitise, shorten};

/// Longest text of a report in one line.
const LONGEST: usize = 300;

/// What is new first, what sums up last.
pub(super) fn text(
    difference: &Difference<'_>,
    sides: (&Side<'_>, &Side<'_>),
    exit_code: ExitCode,
) -> String {
    let mut page = Page { out: String::new(), paint: Paint { color: terminal::stdout_has_color() } };
    for (word, tone, findings) in [
        ("new", Tone::Error, &difference.new),
        ("fixed", Tone::Good, &difference.fixed),
        ("undecided", Tone::Note, &difference.undecided),
    ] {
        findings.iter().for_each(|told| page.finding((word, tone), told));
    }
    difference.changed.iter().for_each(|changed| page.changed(changed));
    difference.lost.iter().for_each(|lost| page.lost(lost));
    page.closing(difference, sides, exit_code);
    page.out
}

struct Page {
    out: String,
    paint: Paint,
}

impl Page {
    fn entry(&mut self, (word, tone): (&str, Tone), clause: &str, text: &str) {
        let head = format!("{word}[{}]:", shown(clause));
        self.out.push_str(&format!("{} {}\n", self.paint.in_tone(tone, &head), shown(text)));
    }

    fn detail(&mut self, mark: &str, text: &str) {
        self.out.push_str(&format!("  {} {}\n", self.paint.in_tone(Tone::Frame, mark), shown(text)));
    }

    fn finding(&mut self, head: (&str, Tone), told: &Told<'_>) {
        let (finding, session, at) = (told.finding, told.session, &told.finding.at);
        self.entry(head, told.clause, &finding.message);
        let place = match at.file_line {
            Some(line) => format!("{}:{line}:{}", session.input, at.column),
            None => session.input.clone(),
        };
        let of = format!("message {} line {}", at.message, at.line);
        self.detail("-->", &format!("{place} (session {}, {of})", session.call_id));
        let waived = if told.waived { ", waived" } else { "" };
        let sessions = count(told.sessions, "session");
        self.detail(
            "=",
            &format!("{}, fingerprint {}, in {sessions}{waived}", finding.code, finding.fingerprint),
        );
    }

    fn changed(&mut self, changed: &Changed<'_>) {
        let client = changed.client.as_deref().unwrap_or("no User-Agent");
        let text = format!("{} -> {} in the sessions of {client}", changed.old.name(), changed.new.name());
        self.entry(("changed", Tone::Note), changed.clause, &text);
    }

    fn lost(&mut self, lost: &Lost<'_>) {
        let now = lost.now.map_or("not judged", |verdict| verdict.name());
        let text =
            format!("decided in {} of OLD and in none of NEW ({now})", count(lost.sessions, "session"));
        self.entry(("warning", Tone::Warning), lost.clause, &text);
    }

    fn closing(&mut self, difference: &Difference<'_>, (old, new): (&Side<'_>, &Side<'_>), code: ExitCode) {
        let Difference { new: fresh, fixed, undecided, unchanged, changed, lost } = difference;
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        for (word, side) in [("OLD", old), ("NEW", new)] {
            let sessions = count(side.report.sessions.len(), "session");
            self.out.push_str(&format!("{word}: {} ({sessions})\n", shown(&side.name.to_string_lossy())));
        }
        let mut parts = vec![
            format!("{} new", count(fresh.len(), "finding")),
            format!("{} fixed", fixed.len()),
            format!("{unchanged} unchanged"),
        ];
        for (number, word) in [(undecided.len(), "undecided"), (changed.len(), "changed")] {
            parts.extend((number > 0).then(|| format!("{number} {word}")));
        }
        let lost =
            (!lost.is_empty()).then(|| format!("{} not decided any more", count(lost.len(), "clause")));
        parts.extend(lost);
        let tone = if fresh.is_empty() { Tone::Good } else { Tone::Error };
        self.out.push_str(&format!("{}\n", self.paint.in_tone(tone, &parts.join(", "))));
        let why = if code == ExitCode::Clean { "nothing is new" } else { "something is new" };
        let text = format!("exit code {} ({why})", code.code());
        self.out.push_str(&format!("{}\n", self.paint.in_tone(Tone::Faint, &text)));
    }
}

fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// A text of a report as a piece of a line.
fn shown(text: &str) -> String {
    let text = sanitise(text);
    shorten(&text, LONGEST).into_owned()
}
