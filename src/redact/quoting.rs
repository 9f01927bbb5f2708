//! What sentences quote from a message -> what stands there now, or that it is not shown.

use std::borrow::Cow;

use crate::clause::Place;
use crate::verdict::{Judgement, Shown};

/// Where sentences quote from.
#[derive(Clone, Copy)]
pub(super) struct Quoting<'q> {
    pub(super) judgement: &'q Judgement<'q>,
    pub(super) written: &'q [Vec<u8>],
}

impl Quoting<'_> {
    /// What stands now where `quoted` stood at this place.
    pub(super) fn now(self, quoted: &str, place: Place) -> Option<String> {
        let index = self.judgement.messages.iter().position(|shown| shown.index == place.message)?;
        let (before, now) = (self.judgement.messages[index].bytes, &self.written[index]);
        let is_cut = quoted.ends_with('…');
        let wanted = uncut(quoted);
        if wanted.is_empty() {
            return None;
        }
        let range = place.span.range();
        let range = range.start.min(before.len())..range.end.min(before.len());
        [flat as fn(&[u8]) -> String, escaped].into_iter().find_map(|shown| {
            let (before, now) = (shown(&before[range.clone()]), shown(&now[range.clone()]));
            let start = before
                .match_indices(wanted)
                .map(|(at, _)| at)
                .find(|at| is_whole(&before, *at, wanted, is_cut))?;
            let mut found = now.get(start..start + wanted.len())?.to_owned();
            found.push_str(if is_cut { "…" } else { "" });
            Some(found)
        })
    }
}

/// Whether a quotation ends where words end.
fn is_whole(text: &str, at: usize, wanted: &str, is_cut: bool) -> bool {
    let joins = |one: Option<char>, two: Option<char>| {
        one.zip(two).is_some_and(|(one, two)| one.is_alphanumeric() && two.is_alphanumeric())
    };
    let end = at + wanted.len();
    let begins = !joins(text[..at].chars().next_back(), wanted.chars().next());
    begins && (is_cut || !joins(wanted.chars().next_back(), text[end..].chars().next()))
}

/// A quotation without the mark that it was cut, and without the character that was cut with it.
fn uncut(quoted: &str) -> &str {
    quoted.strip_suffix('…').map_or(quoted, |cut| cut.strip_suffix('\u{fffd}').unwrap_or(cut))
}

/// As the clauses quote: white space in a row is one space.
fn flat(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As the grammar quotes: controls are escaped.
fn escaped(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len());
    for character in String::from_utf8_lossy(bytes).chars() {
        if character.is_control() { shown.extend(character.escape_default()) } else { shown.push(character) }
    }
    shown
}

/// Takes out of the findings what they quote from bodies that are not shown.
pub(super) fn unquote(judgement: &mut Judgement<'_>) {
    let Judgement { rulings, messages, .. } = judgement;
    let unseen: Vec<String> = messages
        .iter()
        .flat_map(|shown| shown.hidden().iter().map(|hidden| &shown.bytes[hidden.range.clone()]))
        .flat_map(|bytes| [flat(bytes), escaped(bytes)])
        .collect();
    let seen: Vec<String> = messages.iter().flat_map(|shown| visible(shown)).collect();
    let is_unseen = |quoted: &str| {
        let wanted = uncut(quoted);
        let stands_in = |texts: &[String]| texts.iter().any(|text| text.contains(wanted));
        wanted.len() > 1 && !stands_in(&seen) && stands_in(&unseen)
    };
    // Where a body has backticks, a sentence does not tell where its quotations end.
    let anywhere = unseen.iter().any(|text| text.contains('`'));
    for ruling in rulings.iter_mut().filter(|ruling| !ruling.findings.is_empty()) {
        for finding in &mut ruling.findings {
            let notes = finding.related.iter_mut().map(|related| &mut related.note);
            let texts = std::iter::once(&mut finding.message).chain(&mut finding.help).chain(notes);
            texts.for_each(|text| unquote_text(text, anywhere, is_unseen));
        }
        if let Cow::Owned(reason) = &mut ruling.reason {
            unquote_text(reason, anywhere, is_unseen);
        }
    }
}

/// What is shown of a message.
fn visible(shown: &Shown<'_>) -> Vec<String> {
    let mut at = 0;
    let mut texts = Vec::new();
    let ends = shown.hidden().iter().map(|hidden| (hidden.range.start, hidden.range.end));
    for (start, end) in ends.chain([(shown.bytes.len(), shown.bytes.len())]) {
        texts.push(flat(&shown.bytes[at.min(start)..start]));
        at = end;
    }
    texts
}

fn unquote_text(text: &mut String, anywhere: bool, is_unseen: impl Fn(&str) -> bool) {
    if !text.contains('`') {
        return;
    }
    let parts = text.split('`').enumerate();
    let told: Vec<Cow<'_, str>> = parts
        .map(|(number, part)| match (number % 2 == 1 || anywhere) && is_unseen(part) {
            true => Cow::Owned(format!("{} bytes not shown", part.trim_end_matches('…').len())),
            false => Cow::Borrowed(part),
        })
        .collect();
    *text = told.join("`");
}
