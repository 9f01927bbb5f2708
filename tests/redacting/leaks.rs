//! Reports and private tokens -> which of them stand in which report.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use sipclause::redact::{Bodies, Disclosure};
use sipclause::report::Format;
use sipclause::verdict::Policy;

use super::tokens::{private, words};
use super::{PUBLIC, Told, told, told_as};

/// Redacting without a key.
pub(crate) fn redacting(policy: &Policy) -> Disclosure {
    Disclosure::new(Bodies::Hidden).redacting(None, &policy.context)
}

/// The words of the reports on nothing.
static ALWAYS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let told = told(b"", &Policy::default(), Disclosure::default());
    told.reports.iter().flat_map(|(_, text)| words(text).collect::<Vec<_>>()).collect()
});

/// Which of these tokens stand in a report, with where.
pub(crate) fn leaks(told: &Told, tokens: &BTreeSet<String>) -> Vec<String> {
    let mut leaks = Vec::new();
    for (format, text) in &told.reports {
        let text = text.to_lowercase();
        // Looking for each token in each report takes long; most are no word of it.
        let words: BTreeSet<String> = words(&text).filter(|word| !ALWAYS.contains(word)).collect();
        for token in tokens {
            let is_whole = |at: &usize| {
                let (before, behind) =
                    (text[..*at].chars().next_back(), text[at + token.len()..].chars().next());
                ![before, behind].into_iter().flatten().any(char::is_alphanumeric)
            };
            let may_stand = words.contains(token) || !token.chars().all(char::is_alphanumeric);
            let mut places = text.match_indices(token.as_str()).map(|(at, _)| at).filter(|_| may_stand);
            let found = places.find(is_whole);
            let inside = || {
                words
                    .iter()
                    .any(|word| word.len() > token.len() && token.len() > 5 && word.contains(token.as_str()))
            };
            if let Some(at) = found {
                let around: String =
                    text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
                leaks.push(format!("{}: `{token}` behind {around:?}", format.name()));
            } else if inside() {
                leaks.push(format!("{}: `{token}` inside of a word", format.name()));
            }
        }
    }
    leaks
}

/// The formats that show most: all twelve of each of some hundred inputs take a debug build minutes.
pub(crate) const MOST: &[Format] = &[Format::Human, Format::Ndjson, Format::Html];

/// What is wrong with the redacted reports of an input in these formats.
pub(crate) fn faults(formats: &[Format], bytes: &[u8], policy: &Policy) -> Vec<String> {
    let plain = told_as(&[], bytes, policy, Disclosure::default());
    let redacted = told_as(formats, bytes, policy, redacting(policy));
    let mut tokens = private(bytes, &PUBLIC);
    tokens.extend(["wilhelmina".to_owned(), "customer9".to_owned()]);
    let mut faults = leaks(&redacted, &tokens);
    if plain.verdicts != redacted.verdicts {
        faults.push("the verdicts, fingerprints or places differ".to_owned());
    }
    faults
}
