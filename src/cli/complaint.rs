//! What goes to standard error.

use std::io::Write;

use anstyle::{AnsiColor, Style};

use crate::error::Error;

/// Why the command cannot do what it was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Complaint {
    message: String,
    help: Option<String>,
}

impl Complaint {
    /// Without a way out.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// With what to do.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says it as an error.
    pub(super) fn print(&self) {
        say(("error", AnsiColor::Red), &self.message);
        if let Some(help) = &self.help {
            say((" help", AnsiColor::Cyan), help);
        }
    }
}

impl From<Error> for Complaint {
    fn from(error: Error) -> Self {
        Self::new(error.to_string())
    }
}

/// Says something that may be wrong and stops nothing.
pub(super) fn warn(message: &str) {
    say(("warning", AnsiColor::Yellow), message);
}

fn say((word, color): (&str, AnsiColor), message: &str) {
    let style = Style::new().bold().fg_color(Some(color.into()));
    let message = harmless(message);
    // Nobody is left to be told that standard error is gone.
    let _ = writeln!(anstream::stderr().lock(), "{style}{word}:{style:#} {message}");
}

/// The text without what acts on a terminal: names of files and sessions come from strangers.
fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => '\n',
            '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                char::REPLACEMENT_CHARACTER
            }
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_pictures() {
        assert_eq!(harmless("a\x1b[31m\u{9b}b"), "a\u{241b}[31m\u{fffd}b");
    }
}
