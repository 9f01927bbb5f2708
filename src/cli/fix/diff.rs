//! A text and its edits -> a unified diff.

use std::fmt::Write as _;
use std::io::IsTerminal;

use crate::fix::{Edit, apply};
use crate::source::Span;
use crate::visible::sanitise;

/// Lines around a change.
const CONTEXT: usize = 3;

/// Some lines, and what takes their place; lines count from 0.
struct Block<'t> {
    start: usize,
    old: Vec<&'t [u8]>,
    new: Vec<Vec<u8>>,
}

/// The diff; empty where nothing changes.
///
/// Its bytes are those of the text, so that `patch` can apply it; on a terminal, what would act on it is shown as a
/// picture instead.
pub(super) fn unified(name: &str, text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let lines: Vec<&[u8]> = text.split_inclusive(|&byte| byte == b'\n').collect();
    let blocks = blocks(text, &lines, edits);
    let mut out = Vec::new();
    if !blocks.is_empty() {
        let name = sanitise(name);
        out.extend_from_slice(format!("--- {name}\n+++ {name}\n").as_bytes());
    }
    let (mut rest, mut shift) = (&blocks[..], 0_isize);
    while !rest.is_empty() {
        let near = rest.windows(2).take_while(|pair| gap(&pair[0], &pair[1]) <= 2 * CONTEXT).count();
        let (hunk, behind) = rest.split_at(near + 1);
        shift = write_hunk(&mut out, &lines, hunk, shift);
        rest = behind;
    }
    if std::io::stdout().is_terminal() { harmless(&out) } else { out }
}

fn gap(one: &Block<'_>, next: &Block<'_>) -> usize {
    next.start.saturating_sub(one.start + one.old.len())
}

/// The lines that the edits touch, without those that come out the same.
fn blocks<'t>(text: &[u8], lines: &[&'t [u8]], edits: &[Edit]) -> Vec<Block<'t>> {
    let mut starts: Vec<usize> = Vec::with_capacity(lines.len() + 1);
    let mut at = 0;
    for line in lines {
        starts.push(at);
        at += line.len();
    }
    starts.push(at);
    // The end of a text belongs to its last line, unless that is ended.
    let last = if text.ends_with(b"\n") { lines.len() } else { lines.len().saturating_sub(1) };
    let line_of = |offset: usize| (starts.partition_point(|&start| start <= offset) - 1).min(last);
    let mut groups: Vec<(usize, usize, Vec<&Edit>)> = Vec::new();
    for edit in edits {
        let (first, last) = (line_of(edit.span.start as usize), line_of(edit.span.end as usize));
        let end = (last + 1).min(lines.len());
        match groups.last_mut() {
            Some((_, before, group)) if *before >= first => {
                *before = end.max(*before);
                group.push(edit);
            }
            _ => groups.push((first.min(lines.len()), end, vec![edit])),
        }
    }
    groups
        .iter()
        .filter_map(|(first, end, group)| block(text, lines, &starts, (*first, *end), group))
        .collect()
}

fn block<'t>(
    text: &[u8],
    lines: &[&'t [u8]],
    starts: &[usize],
    (first, end): (usize, usize),
    group: &[&Edit],
) -> Option<Block<'t>> {
    let (from, to) = (starts[first], starts[end.max(first)]);
    let moved = |edit: &&Edit| {
        let span = Span::new(edit.span.start as usize - from, edit.span.end as usize - from);
        Edit { span, replacement: edit.replacement.clone() }
    };
    let made = apply(&text[from..to], &group.iter().map(moved).collect::<Vec<_>>());
    let mut old: &[&[u8]] = &lines[first..end.max(first)];
    let new: Vec<Vec<u8>> = made.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    let mut new = &new[..];
    let mut start = first;
    while let ([one, old_rest @ ..], [other, new_rest @ ..]) = (old, new)
        && *one == other.as_slice()
    {
        (old, new, start) = (old_rest, new_rest, start + 1);
    }
    while let ([old_rest @ .., one], [new_rest @ .., other]) = (old, new)
        && *one == other.as_slice()
    {
        (old, new) = (old_rest, new_rest);
    }
    let is_same = old.is_empty() && new.is_empty();
    (!is_same).then(|| Block { start, old: old.to_vec(), new: new.to_vec() })
}

/// Writes blocks that are near each other with the lines around them. Gives by how many lines what follows has moved.
fn write_hunk(out: &mut Vec<u8>, lines: &[&[u8]], hunk: &[Block<'_>], shift: isize) -> isize {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return shift };
    let start = first.start.saturating_sub(CONTEXT);
    let end = (last.start + last.old.len() + CONTEXT).min(lines.len());
    let grown: isize = hunk.iter().map(|block| block.new.len() as isize - block.old.len() as isize).sum();
    let (old, new) = (end - start, (end - start).saturating_add_signed(grown));
    let mut head = String::new();
    // A range without lines is named by the line before it.
    let place = |start: usize, count: usize| if count == 0 { start } else { start + 1 };
    let new_start = start.saturating_add_signed(shift);
    let _ = writeln!(head, "@@ -{},{old} +{},{new} @@", place(start, old), place(new_start, new));
    out.extend_from_slice(head.as_bytes());
    let mut at = start;
    for block in hunk {
        lines[at..block.start].iter().for_each(|line| write_line(out, b' ', line));
        block.old.iter().for_each(|line| write_line(out, b'-', line));
        block.new.iter().for_each(|line| write_line(out, b'+', line));
        at = block.start + block.old.len();
    }
    lines[at..end].iter().for_each(|line| write_line(out, b' ', line));
    shift + grown
}

fn write_line(out: &mut Vec<u8>, sign: u8, line: &[u8]) {
    out.push(sign);
    out.extend_from_slice(line);
    if !line.ends_with(b"\n") {
        out.extend_from_slice(b"\n\\ No newline at end of file\n");
    }
}

/// The same for a terminal: its lines, with nothing in them that acts.
fn harmless(diff: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(diff);
    let lines = text.lines().map(|line| format!("{}\n", sanitise(line.trim_end_matches('\r'))));
    lines.collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(text: &str, edits: &[(usize, usize, &str)]) -> String {
        let edit = |&(start, end, by): &(usize, usize, &str)| Edit {
            span: Span::new(start, end),
            replacement: by.into(),
        };
        let edits: Vec<Edit> = edits.iter().map(edit).collect();
        String::from_utf8(unified("f", text.as_bytes(), &edits)).unwrap()
    }

    #[test]
    fn a_line_put_in_is_one_line_more() {
        let wanted = "--- f\n+++ f\n@@ -1,3 +1,4 @@\n a\n+x\n b\n c\n";
        assert_eq!(diff("a\nb\nc\n", &[(2, 2, "x\n")]), wanted);
    }

    #[test]
    fn changes_far_from_each_other_stand_in_hunks_of_their_own() {
        let text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let wanted = "--- f\n+++ f\n@@ -1,4 +1,3 @@\n-1\n 2\n 3\n 4\n@@ -6,4 +5,4 @@\n 6\n 7\n 8\n-9\n+X\n";
        assert_eq!(diff(text, &[(0, 2, ""), (16, 17, "X")]), wanted);
        assert_eq!(diff(text, &[]), "");
    }

    #[test]
    fn an_end_without_a_line_end_is_told() {
        let wanted = "--- f\n+++ f\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+ab\n\\ No newline at end of file\n";
        assert_eq!(diff("a", &[(1, 1, "b")]), wanted);
    }
}
