//! The end of a run -> what people read last.

use super::Options;
use super::paint::{Tone, hang};
use super::{adopted, statistics, table};
use crate::clause::Level;
use crate::verdict::{Cause, ExitCode, InputSummary, RunSummary, Standing};
use crate::visible::{sanitise, shorten};

/// Longest problem of an input.
const LONGEST: usize = 400;

/// Problems shown of one input.
const MOST_PROBLEMS: usize = 10;

/// Everything after the sessions.
pub(super) fn text(summary: &RunSummary, options: Options) -> String {
    let mut closing = Closing { out: String::new(), summary, options };
    if options.quiet {
        closing.problems(|input| input.damaged);
        return closing.out;
    }
    if summary.tally.sessions() > 0 {
        table::write(&mut closing.out, &summary.tally, options);
        closing.out.push('\n');
    }
    if let Some(counted) = summary.statistics.as_ref().filter(|_| options.statistics) {
        statistics::write(&mut closing.out, counted, &summary.inputs, options);
    }
    closing.problems(|_| true);
    closing.split_sessions();
    if summary.tally.sessions() > 0 {
        closing.skipped();
        closing.standings();
    } else {
        closing.nothing_judged();
    }
    closing.adopted();
    closing.configuration();
    closing.exit_code();
    closing.out
}

/// `1 session`, `2 sessions`.
pub(super) fn count(number: u64, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}

struct Closing<'r> {
    out: String,
    summary: &'r RunSummary,
    options: Options,
}

impl Closing<'_> {
    /// What was wrong with those inputs that are to be named.
    fn problems(&mut self, is_named: impl Fn(&InputSummary) -> bool) {
        for input in self.summary.inputs.iter().filter(|input| is_named(input)) {
            let head = |lost| if lost { ("error", Tone::Error) } else { ("note", Tone::Note) };
            // What was lost decides the exit code: no number of notes hides it.
            let lost_first = [true, false]
                .into_iter()
                .flat_map(|lost| input.problems.iter().filter(move |problem| problem.lost == lost));
            for problem in lost_first.take(MOST_PROBLEMS) {
                self.line(head(problem.lost), &format!("{}: {problem}", input.path));
            }
            if input.problems.is_empty() && input.damaged {
                self.line(head(true), &format!("{}: damaged or not readable", input.path));
            }
            if let Some(more @ 1..) = input.problems.len().checked_sub(MOST_PROBLEMS) {
                self.line(
                    head(input.damaged),
                    &format!("{}: and {}", input.path, count(more as u64, "more problem")),
                );
            }
        }
    }

    /// A rotated capture that is read file by file looks like many sessions that nobody can judge.
    fn split_sessions(&mut self) {
        let split = self.summary.split_sessions;
        if split > 0 {
            let have = if split == 1 { "has" } else { "have" };
            let text = format!(
                "{} {have} the Call-ID of a session in another input; if they are parts of one capture, \
                 `--join` reads them as one",
                count(split, "session")
            );
            self.line(("note", Tone::Note), &text);
        }
    }

    fn skipped(&mut self) {
        for line in self.skipped_lines() {
            self.line(("skipped", Tone::Note), &line);
        }
    }

    fn skipped_lines(&self) -> Vec<String> {
        let skipped = self.summary.skipped;
        let mut lines = Vec::new();
        if skipped.sessions_not_im > 0 {
            let sessions = count(skipped.sessions_not_im, "session");
            lines.push(format!("{sessions} without an IM mark; `--all-sessions` judges them too"));
        }
        if skipped.sessions_of_others > 0 {
            let sessions = count(skipped.sessions_of_others, "session");
            lines.push(format!(
                "{sessions} of the IM Server or of another client; `context.clients` tells whose are judged"
            ));
        }
        if skipped.messages_outside_sessions > 0 {
            lines.push(format!(
                "{} outside of any session (REGISTER, OPTIONS and the like)",
                count(skipped.messages_outside_sessions, "message")
            ));
        }
        if skipped.files > 0 {
            lines.push(format!("{}: neither captures nor SIP text", count(skipped.files, "file")));
        }
        lines
    }

    /// The one line that sums up.
    fn standings(&mut self) {
        let tally = &self.summary.tally;
        let paint = self.options.paint();
        let (shall, should) = (tally.failed(Level::Shall), tally.failed(Level::Should));
        let by_level = match (shall, should) {
            (0, 0) => String::new(),
            (shall, 0) => format!(" ({shall} SHALL)"),
            (0, should) => format!(" ({should} SHOULD)"),
            (shall, should) => format!(" ({shall} SHALL, {should} SHOULD)"),
        };
        let failed = shall + should;
        let aside = |standing, word: &str| match tally.standing(standing) {
            0 => String::new(),
            count => format!(", {count} {word}"),
        };
        let (waived, known) = (aside(Standing::Waived, "waived"), aside(Standing::Known, "known"));
        let text = format!(
            "{failed} of {} failed{by_level}{waived}{known}, {} passed, {} inconclusive, {} not applicable",
            count(tally.rows().len() as u64, "clause"),
            tally.standing(Standing::Passed),
            tally.standing(Standing::Inconclusive),
            tally.standing(Standing::NotApplicable),
        );
        let head = format!("{} judged:", count(tally.sessions(), "session"));
        let columns = head.chars().count() + 1;
        let tone = match (shall, should) {
            (0, 0) => Tone::Good,
            (0, _) => Tone::Warning,
            _ => Tone::Error,
        };
        let painted = format!("{} ", paint.in_tone(tone, &head));
        // A number and its word stay together.
        let bound = text.replace(' ', "\u{a0}").replace(",\u{a0}", ", ").replace(":\u{a0}", ": ");
        let mut line = String::new();
        hang(&mut line, (&painted, columns, 2), &bound, self.options.width);
        self.out.push_str(&line.replace('\u{a0}', " "));
    }

    /// Why nothing was judged, and what to do about it.
    fn nothing_judged(&mut self) {
        self.line(("nothing was judged", Tone::Warning), self.why_nothing());
        for line in self.skipped_lines() {
            let head = format!("  {} ", self.options.paint().in_tone(Tone::Frame, "="));
            hang(&mut self.out, (&head, 4, 4), &line, self.options.width);
        }
    }

    fn why_nothing(&self) -> &'static str {
        let inputs = &self.summary.inputs;
        let messages: u64 = inputs.iter().map(|input| input.messages).sum();
        if inputs.is_empty() {
            "no input matched; name captures (pcap, pcapng), `.sip` files or folders of them"
        } else if inputs.iter().all(|input| input.kind == "unknown") {
            "no input could be read"
        } else if inputs.iter().all(|input| input.damaged) && messages == 0 {
            "no SIP message could be read; what is damaged or lost is said above"
        } else if messages == 0 {
            "no SIP message in any input; SIP inside of TLS is seen with its keys alone (`--keylog`)"
        } else if self.summary.skipped.sessions_of_others > 0 {
            "no session was set up by a client under test"
        } else if self.summary.skipped.sessions_not_im > 0 {
            "no session shows an IM mark (an IM feature tag or an MSRP offer)"
        } else {
            "there are SIP messages, but no session with an INVITE"
        }
    }

    /// What became of the baseline and the waivers.
    fn adopted(&mut self) {
        let lines = adopted::lines(self.summary);
        lines.iter().for_each(|(word, line)| self.line((word, Tone::Note), line));
    }

    /// Which file told what the wire cannot: one above the folder may have been forgotten.
    fn configuration(&mut self) {
        if let Some(path) = &self.summary.configuration {
            let text = format!("configuration: {}", sanitise(path));
            self.out.push_str(&format!("{}\n", self.options.paint().in_tone(Tone::Faint, &text)));
        }
    }

    fn exit_code(&mut self) {
        let fail_on = match self.options.fail_on {
            crate::verdict::FailOn::Shall => "shall",
            crate::verdict::FailOn::Should => "should",
            crate::verdict::FailOn::Inconclusive => "inconclusive",
            crate::verdict::FailOn::Never => "never",
        };
        let code = self.summary.exit_code;
        let why = match code {
            ExitCode::Failed if self.summary.cause == Cause::Waivers => {
                "a waiver is expired or was not needed; --strict-waivers".to_owned()
            }
            ExitCode::Failed if self.summary.cause == Cause::Statement => {
                "the conformance statement is contradicted; --strict-ics".to_owned()
            }
            ExitCode::Clean if self.summary.cause == Cause::EmptyAllowed => {
                "nothing was judged; --allow-empty".to_owned()
            }
            ExitCode::Clean | ExitCode::Failed => format!("--fail-on {fail_on}"),
            ExitCode::NothingJudged if self.summary.cause == Cause::NotExercised => {
                "clauses were never exercised; --require-exercised".to_owned()
            }
            ExitCode::NothingJudged => "nothing was judged; `--allow-empty` accepts that".to_owned(),
            ExitCode::Damaged => "an input was damaged or could not be read".to_owned(),
            ExitCode::Usage => "wrong usage or configuration".to_owned(),
        };
        let text = format!("exit code {} ({why})", code.code());
        self.out.push_str(&format!("{}\n", self.options.paint().in_tone(Tone::Faint, &text)));
    }

    fn line(&mut self, (word, tone): (&str, Tone), text: &str) {
        let painted = format!("{}: ", self.options.paint().in_tone(tone, word));
        let text = sanitise(text);
        let text = shorten(&text, LONGEST);
        hang(&mut self.out, (&painted, word.len() + 2, 4), &text, self.options.width);
    }
}
