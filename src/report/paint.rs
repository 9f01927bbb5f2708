//! Colours, where they are wanted, and lines that fit.

use anstyle::{AnsiColor, Style};

/// How a kind of text is set off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tone {
    /// A failed SHALL.
    Error,
    /// A failed SHOULD.
    Warning,
    /// Something that cannot be told.
    Note,
    /// What to do.
    Help,
    /// What holds.
    Good,
    /// Lines and arrows around a snippet.
    Frame,
    /// Titles.
    Strong,
    /// What may be overlooked.
    Faint,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Error => AnsiColor::BrightRed.on_default().bold(),
            Self::Warning => AnsiColor::Yellow.on_default().bold(),
            Self::Note => AnsiColor::BrightGreen.on_default().bold(),
            Self::Help => AnsiColor::BrightCyan.on_default().bold(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Frame => AnsiColor::BrightBlue.on_default().bold(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
        }
    }
}

/// Colours text, or leaves it as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    /// Whether colours are wanted.
    pub(crate) color: bool,
}

impl Paint {
    /// The text in this tone.
    pub(crate) fn in_tone(self, tone: Tone, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let style = tone.style();
        format!("{style}{text}{style:#}")
    }
}

/// Breaks a text at blanks into lines of at most `width` characters; a longer word is cut.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    wrap_after(text, 0, width)
}

/// The same, where so many columns of the first line are taken.
fn wrap_after(text: &str, taken: usize, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = taken;
    let mut is_empty = true;
    for word in text.split(' ') {
        let mut word = word;
        let mut len = word.chars().count();
        let blank = usize::from(!is_empty);
        if used > 0 && used + blank + len > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        } else if !is_empty {
            line.push(' ');
            used += 1;
        }
        is_empty = false;
        while len > width {
            let cut = word.char_indices().nth(width).map_or(word.len(), |(place, _)| place);
            lines.push(word[..cut].to_owned());
            word = &word[cut..];
            len -= width;
        }
        line.push_str(word);
        used += len;
    }
    lines.push(line);
    lines
}

/// Puts `head` (so many columns wide) before the first line of a wrapped text, and so many blanks before
/// the others.
pub(crate) fn hang(
    out: &mut String,
    (head, columns, indent): (&str, usize, usize),
    text: &str,
    width: usize,
) {
    out.push_str(head);
    let mut lines =
        wrap_after(text, columns.saturating_sub(indent), width.saturating_sub(indent)).into_iter();
    out.push_str(&lines.next().unwrap_or_default());
    out.push('\n');
    for line in lines {
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str(&line);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_wrap_and_long_ones_are_cut() {
        assert_eq!(wrap("one two three", 9), ["one two", "three"]);
        assert_eq!(wrap("abcdefghijklmnopqr st", 8), ["abcdefgh", "ijklmnop", "qr st"]);
        assert_eq!(wrap("", 9), [""]);
    }

    #[test]
    fn without_colour_nothing_is_added() {
        assert_eq!(Paint { color: false }.in_tone(Tone::Error, "x"), "x");
        assert!(Paint { color: true }.in_tone(Tone::Error, "x").starts_with("\x1b["));
    }
}
