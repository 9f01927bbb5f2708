//! Entries -> text for a terminal: wrapped, with colours if it shows them.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::Entry;
use super::example::{Example, Kind};
use crate::clause::Level;

/// How the text looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// Columns to fill.
    pub width: usize,
    /// Whether to write colours.
    pub color: bool,
}

/// One clause in full.
pub fn entry(entry: &Entry, look: Look) -> String {
    let mut page = Page { text: String::new(), look };
    page.head(entry);
    page.facts(entry);
    for paragraph in entry.clause.explain.split("\n\n") {
        page.paragraph(paragraph);
    }
    page.title("How it is judged");
    for (verdict, when) in entry.verdicts() {
        page.labelled(verdict, verdict_style(verdict), 16, when);
    }
    page.list("Interpretation", entry.clause.readings.iter().copied());
    page.list("Contradictions and slips of the text", entry.contradictions());
    if let Some(example) = entry.example() {
        page.example(example);
        page.codes(example);
    }
    page.text
}

/// The catalogue in columns: id, level, title; below it what the clause binds and can be seen from.
pub fn table(entries: impl Iterator<Item = Entry>, look: Look) -> String {
    let mut page = Page { text: String::new(), look };
    let mut chapter = "";
    for entry in entries {
        if entry.chapter.number != chapter {
            chapter = entry.chapter.number;
            page.gap();
            page.line(BOLD, &format!("{} {}", chapter, entry.chapter.title));
        }
        page.row(&entry);
    }
    page.text
}

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

const fn color(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(anstyle::Color::Ansi(color)))
}

const fn level_style(level: Level) -> Style {
    match level {
        Level::Shall => color(AnsiColor::Red),
        Level::Should => color(AnsiColor::Yellow),
    }
}

fn verdict_style(verdict: &str) -> Style {
    match verdict {
        "pass" => color(AnsiColor::Green),
        "fail" => color(AnsiColor::Red),
        "inconclusive" => color(AnsiColor::Yellow),
        _ => DIM,
    }
}

/// Text under way.
struct Page {
    text: String,
    look: Look,
}

impl Page {
    fn head(&mut self, entry: &Entry) {
        let clause = entry.clause;
        let id = self.styled(BOLD, clause.id.0);
        let level = self.styled(level_style(clause.level), &clause.level.name().to_uppercase());
        let _ = writeln!(self.text, "{id}  {level}  {} {}", entry.chapter.number, entry.chapter.title);
        self.wrapped(BOLD, clause.title, 0);
    }

    fn facts(&mut self, entry: &Entry) {
        self.gap();
        let clause = entry.clause;
        let cites = clause.cites.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let items = entry.items();
        for (label, fact) in [
            ("binds", clause.binds),
            ("seen from", clause.check.evidence()),
            ("cites", &cites),
            ("ICS items", &items),
        ] {
            if !fact.is_empty() {
                self.labelled(label, DIM, 11, fact);
            }
        }
    }

    fn paragraph(&mut self, text: &str) {
        self.gap();
        self.wrapped(PLAIN, text, 0);
    }

    fn title(&mut self, title: &str) {
        self.gap();
        self.wrapped(BOLD, title, 0);
    }

    fn list(&mut self, title: &str, items: impl Iterator<Item = &'static str>) {
        for (index, item) in items.enumerate() {
            if index == 0 {
                self.title(title);
            }
            self.labelled("*", DIM, 2, item);
        }
    }

    fn example(&mut self, example: &Example) {
        self.title(&format!("Example: {}", example.fault));
        self.wrapped(DIM, &format!("In the {}; `+` conforms, `-` fails:", example.message), 2);
        for (kind, line) in example.lines {
            let (sign, style) = match kind {
                Kind::Good => ('+', color(AnsiColor::Green)),
                Kind::Bad => ('-', color(AnsiColor::Red)),
            };
            // A line of a message stays one line, so that it can be copied.
            let line = self.styled(style, format!("{sign} {line}").trim_end());
            let _ = writeln!(self.text, "    {line}");
        }
        for (kind, said) in [(Kind::Good, "+ (no such line)"), (Kind::Bad, "- (no such line)")] {
            if !example.lines.iter().any(|(own, _)| *own == kind) {
                let said = self.styled(DIM, said);
                let _ = writeln!(self.text, "    {said}");
            }
        }
    }

    fn codes(&mut self, example: &Example) {
        self.title("What can be found");
        let longest = example.codes.iter().map(|(code, _)| code.len()).max().unwrap_or(0);
        for (code, cause) in example.codes {
            self.labelled(code, PLAIN, longest + 2, cause);
        }
    }

    fn row(&mut self, entry: &Entry) {
        let clause = entry.clause;
        let level = self.styled(level_style(clause.level), &format!("{:<6}", clause.level.name()));
        let _ = write!(self.text, "  {:<16}  {level}  ", clause.id.0);
        let indent = 2 + 16 + 2 + 6 + 2;
        self.flow(PLAIN, clause.title, indent, indent);
        let _ = write!(self.text, "{:indent$}", "");
        let facts = format!("binds {}; seen from: {}", clause.binds, clause.check.evidence());
        self.flow(DIM, &facts, indent, indent);
    }

    /// A label and a text that is wrapped behind it.
    fn labelled(&mut self, label: &str, style: Style, room: usize, text: &str) {
        let label = self.styled(style, &format!("{label:<room$}"));
        let _ = write!(self.text, "  {label}");
        self.flow(PLAIN, text, room + 2, room + 2);
    }

    fn wrapped(&mut self, style: Style, text: &str, indent: usize) {
        let _ = write!(self.text, "{:indent$}", "");
        self.flow(style, text, indent, indent);
    }

    /// Words from column `at` on, lines after the first indented.
    fn flow(&mut self, style: Style, text: &str, at: usize, indent: usize) {
        let room = self.look.width.saturating_sub(indent).max(20);
        for (index, line) in wrap(text, room).into_iter().enumerate() {
            if index > 0 {
                let _ = write!(self.text, "{:at$}", "");
            }
            self.line(style, &line);
        }
    }

    fn line(&mut self, style: Style, text: &str) {
        let text = self.styled(style, text);
        let _ = writeln!(self.text, "{text}");
    }

    fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.look.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// The words of a text in lines of at most `room` columns; a longer word has a line of its own.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= room {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::BOOKS;

    #[test]
    fn words_are_wrapped_and_none_is_lost() {
        assert_eq!(wrap("one two  three\nfour", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("abcdefghij k", 5), ["abcdefghij", "k"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn no_line_is_wider_than_asked_but_for_examples() {
        for entry in BOOKS.iter().flat_map(|book| Entry::all(book)) {
            for line in super::entry(&entry, Look { width: 80, color: false }).lines() {
                let is_example = line.starts_with("    +") || line.starts_with("    -");
                assert!(is_example || line.chars().count() <= 80, "{line}");
            }
        }
    }

    #[test]
    fn without_colour_there_is_no_control_character() {
        let text = table(BOOKS.iter().flat_map(|book| Entry::all(book)), Look { width: 80, color: false });
        assert!(!text.contains('\x1b'));
    }
}
