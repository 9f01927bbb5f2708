//! Texts about messages out of which these cannot be read back, and what to write instead.

use super::tcpdump;
use crate::capture::start::is_versioned;

/// Recognises such a text.
type Finds = fn(&[&[u8]]) -> bool;

const TEXTS: &[(Finds, &str)] = &[
    (is_pdml, "PDML of tshark: keep the capture (`tshark -w`), or write `tshark -x`"),
    (is_json, "JSON of tshark: keep the capture (`tshark -w`), or write `tshark -x`"),
    (
        is_follow,
        "a stream that tshark followed, without its packets: keep the capture (`tshark -w`), or write `tshark -x`",
    ),
    (is_decoded, "the decoded text of `tshark -V`: keep the capture (`tshark -w`), or add `-x`"),
    (
        is_explained,
        "the decoded text of `tcpdump -v`: keep the capture (`tcpdump -w`), or write `tcpdump -X` or `-A`",
    ),
];

/// What a text is that is refused, and what to do.
pub(super) fn refused(lines: &[&[u8]]) -> Option<&'static str> {
    TEXTS.iter().find(|(finds, _)| finds(lines)).map(|(_, words)| *words)
}

fn holds(lines: &[&[u8]], text: &[u8]) -> bool {
    lines.iter().any(|line| memchr::memmem::find(line, text).is_some())
}

fn begins_with(lines: &[&[u8]], marks: &[u8]) -> bool {
    let first = lines.iter().find_map(|line| line.trim_ascii_start().first());
    first.is_some_and(|first| marks.contains(first))
}

fn is_pdml(lines: &[&[u8]]) -> bool {
    begins_with(lines, b"<") && (holds(lines, b"<pdml") || holds(lines, b"<psml"))
}

fn is_json(lines: &[&[u8]]) -> bool {
    begins_with(lines, b"[{") && (holds(lines, b"\"layers\"") || holds(lines, b"\"_source\""))
}

fn is_follow(lines: &[&[u8]]) -> bool {
    let begins = |text: &[u8]| lines.iter().any(|line| line.starts_with(text));
    begins(b"Follow: ") && begins(b"Filter: ") && begins(b"Node 0: ")
}

/// `-V` without `-x`.
fn is_decoded(lines: &[&[u8]]) -> bool {
    let is_frame =
        |line: &&[u8]| line.starts_with(b"Frame ") && memchr::memmem::find(line, b" bytes on wire").is_some();
    lines.iter().any(is_frame) && !(super::dump::TSHARK.recognises)(lines)
}

/// `-v` without `-A` or `-X`.
fn is_explained(lines: &[&[u8]]) -> bool {
    let explained = lines.iter().any(|line| line.strip_prefix(b"\t").is_some_and(is_versioned));
    explained
        && lines.iter().any(|line| tcpdump::heading(line).is_some_and(|_| tcpdump::is_verbose(line)))
        && !(tcpdump::FORMAT.recognises)(lines)
        && !(super::dump::TCPDUMP.recognises)(lines)
}
