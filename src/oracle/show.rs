//! Verdicts -> a short report for the log of a failed test.

use std::fmt::{self, Display, Formatter};

use super::{Failure, Nonconformity, SessionVerdicts, Verdicts};
use crate::verdict::Verdict;
use crate::visible::{sanitise, sanitise_bytes, shorten};

/// Findings of one clause that are shown; a hostile message may have thousands.
const SHOWN: usize = 3;
/// Bytes of a line that are shown, and how many of them before the place.
const WINDOW: usize = 120;
const BEFORE: usize = 60;
/// Characters of a sentence that are shown.
const SENTENCE: usize = 400;

impl Display for Verdicts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(why) = self.why_nothing() {
            writeln!(f, "nothing was judged: {}", sentence(why))?;
        }
        for session in self.sessions() {
            write!(f, "{session}")?;
        }
        for problem in self.problems() {
            writeln!(f, "note: {}", sentence(problem))?;
        }
        Ok(())
    }
}

impl Display for SessionVerdicts {
    /// The counts, then every failure.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let count = |verdict| self.rulings().filter(|ruling| ruling.verdict == verdict).count();
        writeln!(
            f,
            "session {} ({}{}): {} failed, {} passed, {} inconclusive, {} not applicable",
            shorten(&sanitise(self.call_id()), WINDOW),
            self.scenario().name(),
            if self.is_inferred() { ", inferred" } else { "" },
            count(Verdict::Fail),
            count(Verdict::Pass),
            count(Verdict::Inconclusive),
            count(Verdict::NotApplicable),
        )?;
        for ruling in self.rulings().filter(|ruling| ruling.verdict == Verdict::Fail) {
            let (id, level) = (ruling.clause.id, ruling.level.name().to_uppercase());
            writeln!(f, "\n{id} fails ({level}): {}", ruling.clause.title)?;
            for finding in ruling.findings.iter().take(SHOWN) {
                write!(f, "{}", Failure { session: self, ruling, finding })?;
            }
            if let more @ 1.. = ruling.findings.len().saturating_sub(SHOWN) {
                writeln!(f, "  and {more} more")?;
            }
        }
        Ok(())
    }
}

impl Display for Failure<'_> {
    /// What is wrong, the place, the line with a mark under it, the help.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {} [{}]", sentence(self.message()), self.code())?;
        let at = self.at();
        let first = self.bytes().split(|&byte| byte == b' ' || byte == b'\r' || byte == b'\n').next();
        let name = sanitise_bytes(first.unwrap_or_default());
        let name = shorten(&name, 24);
        writeln!(f, "  message {} ({name}), line {}, column {}:", self.message_index(), at.line, at.column)?;
        let excerpt = Excerpt::of(self);
        writeln!(f, "    {}", excerpt.line)?;
        writeln!(f, "    {}{}", " ".repeat(excerpt.before), "^".repeat(excerpt.length))?;
        match self.help() {
            Some(help) => writeln!(f, "  help: {}", sentence(help)),
            None => Ok(()),
        }
    }
}

/// A part of a line as it is shown, and the characters of it that are meant.
struct Excerpt {
    line: String,
    before: usize,
    length: usize,
}

impl Excerpt {
    fn of(failure: &Failure<'_>) -> Self {
        let line = failure.line();
        let place = (failure.at().column - 1).min(line.len());
        let start = place.saturating_sub(BEFORE);
        let end = (start + WINDOW).min(line.len());
        let last = (place + failure.evidence().len()).clamp(place, end);
        let shown = |range: std::ops::Range<usize>| sanitise_bytes(&line[range]).into_owned();
        let cut = |is_cut: bool| if is_cut { "…" } else { "" };
        let before = format!("{}{}", cut(start > 0), shown(start..place));
        let meant = shown(place..last);
        let after = format!("{}{}", shown(last..end), cut(end < line.len()));
        Self {
            before: before.chars().count(),
            length: meant.chars().count().max(1),
            line: [before, meant, after].concat(),
        }
    }
}

fn sentence(text: &str) -> String {
    shorten(&sanitise(text), SENTENCE).into_owned()
}

/// `unwrap` and `prop_assert!` print `Debug`: it is the same report.
macro_rules! debug_is_display {
    ($($shown:ty),*) => {
        $(impl fmt::Debug for $shown {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                Display::fmt(self, f)
            }
        })*
    };
}
debug_is_display!(Verdicts, SessionVerdicts, Failure<'_>, Nonconformity);
