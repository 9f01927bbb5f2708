//! Place of a finding -> line, column and words for it.

use std::ops::Range;

use crate::clause::Place;
use crate::source::LineColumn;
use crate::verdict::{Judgement, Shown};
use crate::visible::{sanitise_bytes, shorten};

/// A place, looked up in its message. What lies outside of the message is moved to its end.
pub(super) struct Spot<'j> {
    /// The message; `None` if the session has no such message.
    pub(super) shown: Option<&'j Shown<'j>>,
    /// The bytes meant, inside the message.
    pub(super) range: Range<usize>,
    /// Line and column in the message.
    pub(super) at: LineColumn,
}

impl<'j> Spot<'j> {
    pub(super) fn of(place: Place, judgement: &'j Judgement<'_>) -> Self {
        let is_it = |shown: &&Shown<'_>| shown.index == place.message;
        let messages = &judgement.messages;
        let shown = messages.get(place.message).filter(is_it).or_else(|| messages.iter().find(is_it));
        let bytes = shown.map_or(&[][..], |shown| shown.bytes);
        let end = place.span.range().end.min(bytes.len());
        let start = place.span.range().start.min(end);
        Self { shown, range: start..end, at: LineColumn::of(bytes, start) }
    }

    /// The line in the text file.
    pub(super) fn file_line(&self) -> Option<usize> {
        Some(self.shown?.file_line? + self.at.line - 1)
    }

    /// The number that stands before the first line of the message.
    pub(super) fn first_line(&self) -> usize {
        self.shown.and_then(|shown| shown.file_line).unwrap_or(1)
    }

    /// Where it is, in words: `calls.pcap frame 12, message 0 (INVITE), line 9`, or `file.sip:9:1`.
    pub(super) fn words(&self, input: &str) -> String {
        let input = self.shown.map_or(input, |shown| shown.input);
        let LineColumn { line, column } = self.at;
        if let Some(file_line) = self.file_line() {
            return format!("{input}:{file_line}:{column}");
        }
        let Some(shown) = self.shown else { return input.to_owned() };
        format!("{input}{}, message {} ({}), line {line}", frames(&shown.numbers()), shown.index, name(shown))
    }
}

/// ` frame 12`, ` frames 12-14`, ` frames 12, 15, 19 and 4 more`.
pub(super) fn frames(frames: &[u64]) -> String {
    const LISTED: usize = 3;
    match frames {
        [] => String::new(),
        [one] => format!(" frame {one}"),
        [first, .., last] if last.wrapping_sub(*first) == frames.len() as u64 - 1 => {
            format!(" frames {first}-{last}")
        }
        _ => {
            let listed: Vec<String> = frames.iter().take(LISTED).map(u64::to_string).collect();
            let more = frames.len().saturating_sub(LISTED);
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!(" frames {}{rest}", listed.join(", "))
        }
    }
}

/// What a message is called: the method of a request, the status of a response.
pub(super) fn name(shown: &Shown<'_>) -> String {
    const LONGEST: usize = 24;
    let line = sanitise_bytes(shown.start_line);
    let name = match line.strip_prefix("SIP/2.0 ") {
        Some(status) => status,
        None => line.split(' ').next().unwrap_or_default(),
    };
    shorten(name, LONGEST).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_in_a_row_are_a_range() {
        assert_eq!(frames(&[]), "");
        assert_eq!(frames(&[12]), " frame 12");
        assert_eq!(frames(&[12, 13, 14]), " frames 12-14");
        assert_eq!(frames(&[12, 15]), " frames 12, 15");
        assert_eq!(frames(&[1, 3, 5, 7, 9]), " frames 1, 3, 5 and 2 more");
    }
}
