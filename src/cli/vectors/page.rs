//! Results of vectors -> text for people.

use super::{Done, Run};
use crate::report::paint::{Paint, Tone, hang};
use crate::vector::{Difference, Mismatch, Written};
use crate::visible::sanitise;

/// How the text looks.
pub(super) struct Page {
    pub(super) color: bool,
    pub(super) width: usize,
    /// Differences and nothing else.
    pub(super) quiet: bool,
    /// Whether expectations were rewritten before.
    pub(super) bless: bool,
}

impl Page {
    /// What was written, what differs, and how many there were.
    pub(super) fn of(&self, run: &Run) -> String {
        let mut out = String::new();
        for done in &run.files {
            for difference in &done.results.differences {
                self.difference(&mut out, done, difference);
            }
        }
        if !self.quiet {
            run.files.iter().for_each(|done| self.blessed(&mut out, done));
        }
        if !self.quiet && !run.files.is_empty() {
            self.summary(&mut out, run);
        }
        out
    }

    fn difference(&self, out: &mut String, done: &Done, difference: &Difference) {
        let title = format!("{}:{}: {}", done.path.display(), difference.line, difference.case);
        out.push_str(&self.paint().in_tone(Tone::Strong, &sanitise(&title)));
        out.push('\n');
        for mismatch in &difference.mismatches {
            self.mismatch(out, mismatch);
        }
        out.push('\n');
    }

    fn mismatch(&self, out: &mut String, mismatch: &Mismatch) {
        let about = sanitise(&mismatch.about).into_owned();
        let head = format!("  {} ", self.paint().in_tone(Tone::Error, &format!("{about}:")));
        let told = mismatch.to_string();
        let text = told.strip_prefix(&format!("{}: ", mismatch.about)).unwrap_or(&told);
        hang(out, (&head, about.chars().count() + 4, 6), &sanitise(text), self.width);
    }

    fn blessed(&self, out: &mut String, done: &Done) {
        for (written, what) in
            [(&done.blessed, "rewritten"), (&done.by_hand, "to be changed by hand, for an alias or the like")]
        {
            if written.is_empty() {
                continue;
            }
            let count = number(written.len(), "case", "cases");
            let title = format!("{}: {count} {what}", done.path.display());
            out.push_str(&self.paint().in_tone(Tone::Strong, &sanitise(&title)));
            out.push('\n');
            for Written { line, case, keys } in written {
                let text = format!("line {line}, {case}: {}", shown(keys));
                hang(out, ("  ", 2, 6), &sanitise(&text), self.width);
            }
            out.push('\n');
        }
    }

    fn summary(&self, out: &mut String, run: &Run) {
        let cases = run.files.iter().map(|done| done.results.cases).sum();
        let differ: usize = run.files.iter().map(|done| done.results.differences.len()).sum();
        let rewritten: usize = run.files.iter().map(|done| done.blessed.len()).sum();
        let came_out = match differ {
            0 if run.unreadable > 0 => self.paint().in_tone(Tone::Warning, "not all of them could be run"),
            0 => self.paint().in_tone(Tone::Good, "all as expected"),
            differ => self.paint().in_tone(Tone::Error, &number(differ, "differs", "differ")),
        };
        let by_hand = run.files.iter().any(|done| !done.by_hand.is_empty());
        let left = match (self.bless && differ > 0, by_hand) {
            (true, false) => ": what is left is no matter of expectations",
            (true, true) | (false, _) => "",
        };
        let vectors = number(run.files.len(), "vector", "vectors");
        out.push_str(&format!("{vectors}, {}: {came_out}{left}", number(cases, "case", "cases")));
        for (count, one, several) in [
            (rewritten, "case rewritten", "cases rewritten"),
            (run.wrong, "file is wrong", "files are wrong"),
            (run.unreadable, "file could not be read", "files could not be read"),
            (run.passed_over, "YAML file is no vector", "YAML files are no vectors"),
        ] {
            if count > 0 {
                out.push_str(&format!("; {}", number(count, one, several)));
            }
        }
        out.push('\n');
    }

    fn paint(&self) -> Paint {
        Paint { color: self.color }
    }
}

/// The keys that were written. Those of an addition are Call-IDs, of which there may be many.
fn shown(keys: &[String]) -> String {
    match keys {
        [key, _, _, _, more @ ..] if !more.is_empty() => format!("`{key}` and {} more", keys.len() - 1),
        keys => keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", "),
    }
}

/// `1 case`, `2 cases`.
pub(super) fn number(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
