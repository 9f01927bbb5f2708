//! Other parsers read the same messages and have to see the same values: rsip and sipx-sip. What they see
//! differently is in the table of known divergences, each with a message that shows it.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

#[path = "oracles/known.rs"]
mod known;
#[path = "oracles/readers.rs"]
mod readers;
#[path = "oracles/values.rs"]
mod values;

use std::path::{Path, PathBuf};

use known::{KNOWN, explanation};
use proptest::prelude::*;
use readers::{Reader, differences};
use sipclause::compose::{Choices, Flow, Rewriting};
use sipclause::message::Message;

/// A message with the place it comes from.
struct Case {
    place: String,
    bytes: Vec<u8>,
}

/// Every difference that no entry of the table explains, in words.
fn unexplained(case: &Case) -> Vec<String> {
    let message = Message::split(&case.bytes);
    let seen = Reader::ALL.iter().flat_map(|&reader| differences(&message, reader));
    seen.filter(|difference| explanation(difference, &message).is_none())
        .map(|difference| {
            let readers::Difference { reader, field, ours, theirs, refusal } = difference;
            format!(
                "{}: {field:?} is {ours:?} to us and {theirs:?} to {} {refusal}",
                case.place,
                reader.name()
            )
        })
        .collect()
}

fn assert_explained(cases: &[Case]) {
    let wrong: Vec<_> = cases.iter().flat_map(unexplained).collect();
    assert!(wrong.is_empty(), "{} differences that nothing explains:\n{}", wrong.len(), wrong.join("\n"));
}

fn flows() -> Vec<Case> {
    cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oma_im/flows"))
}

/// The messages of every `.sip` text of a folder and of the folders in it, and every `.dat` file as one.
fn cases(folder: &Path) -> Vec<Case> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let place = path.display().to_string();
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => cases.extend(self::cases(&path)),
            Some("sip") => {
                // A seed that is no SIP text any more has no messages.
                let flow = Flow::load(&path).unwrap_or_default();
                cases.extend(flow.messages.into_iter().enumerate().map(|(index, message)| Case {
                    place: format!("{place} message {index}"),
                    bytes: message.bytes,
                }));
            }
            Some("dat") => cases.push(Case { place, bytes: std::fs::read(&path).unwrap() }),
            _ => {}
        }
    }
    cases
}

#[test]
fn all_readers_agree_on_every_message_of_the_composed_flows() {
    let flows = flows();
    assert!(flows.len() > 100, "only {} messages were compared", flows.len());
    assert_explained(&flows);
    for case in &flows {
        let seen = differences(&Message::split(&case.bytes), Reader::Sipx);
        assert!(seen.is_empty(), "{}: {seen:?}", case.place);
    }
}

#[test]
fn every_difference_in_the_corpus_is_explained() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !corpus.is_dir() {
        println!("skipped: {} is not there", corpus.display());
        return;
    }
    let cases = cases(&corpus);
    assert!(cases.len() > 100, "only {} messages were compared", cases.len());
    assert_explained(&cases);
}

#[test]
fn every_known_divergence_occurs_in_its_example() {
    for known in KNOWN {
        let message = Message::split(known.example);
        for &reader in known.readers.iter().filter(|reader| Reader::ALL.contains(reader)) {
            let seen = differences(&message, reader);
            let occurs = seen.iter().any(|difference| (known.explains)(difference, &message));
            assert!(occurs, "{} no longer {}: {seen:?}", reader.name(), known.does);
        }
        let case = Case { place: known.does.to_owned(), bytes: known.example.to_vec() };
        assert_eq!(unexplained(&case), [""; 0]);
    }
}

#[test]
fn the_known_divergences_stand_in_the_document() {
    let document = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/oracles.md"));
    let rows: Vec<_> = KNOWN
        .iter()
        .map(|known| {
            let readers: Vec<_> = known.readers.iter().map(|reader| reader.name()).collect();
            format!("| {} | {} | {} |", readers.join("; "), known.does, known.rfc)
        })
        .collect();
    let document = document.unwrap_or_default();
    let missing: Vec<_> = rows.iter().filter(|row| !document.contains(*row)).cloned().collect();
    assert!(missing.is_empty(), "docs/oracles.md lacks these rows:\n{}", missing.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn spelling_makes_no_difference_that_is_not_explained(
        choices in proptest::collection::vec(any::<u32>(), 0..300),
        flow in any::<prop::sample::Index>(),
    ) {
        let flows = flows();
        let case = &flows[flow.index(flows.len())];
        let bytes = Rewriting::HEADERS.message(&case.bytes, &mut Choices::tape(choices));
        let other = Case { place: String::from_utf8_lossy(&bytes).into_owned(), bytes };
        prop_assert_eq!(unexplained(&other), [""; 0]);
        let seen = differences(&Message::split(&other.bytes), Reader::Sipx);
        prop_assert!(seen.is_empty(), "{seen:?}\n{}", other.place);
    }

    #[cfg(feature = "rsip")]
    #[test]
    fn what_is_broken_is_refused_or_comes_back_the_same(
        flow in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        removed in 0..20_usize,
        inserted in proptest::collection::vec(
            prop::sample::select(&b"\r\n\0\x1b\"<>;,=:@%[]/? \xff\xc3\xa9aZ09"[..]), 0..8),
    ) {
        let flows = flows();
        let mut bytes = flows[flow.index(flows.len())].bytes.clone();
        // Most of what rsip is picky about stands in the first lines.
        let at = at.index(bytes.len().min(300));
        bytes.splice(at..(at + removed).min(bytes.len()), inserted);
        let message = Message::split(&bytes);
        match rsip::SipMessage::try_from(&message) {
            Err(refused) => prop_assert!(!refused.part().is_empty()),
            Ok(theirs) => {
                let back = Message::from(&theirs);
                prop_assert_eq!(back.status(), message.status());
                prop_assert_eq!(back.method(), message.method());
                prop_assert_eq!(back.body(), message.body());
                for name in sipclause::message::Name::all() {
                    prop_assert_eq!(back.values(name).count(), message.values(name).count(), "{:?}", name);
                }
            }
        }
    }

    #[cfg(feature = "rsip")]
    #[test]
    fn what_is_handed_to_rsip_comes_back_the_same(
        choices in proptest::collection::vec(any::<u32>(), 0..300),
        flow in any::<prop::sample::Index>(),
    ) {
        let flows = flows();
        let bytes = Rewriting::HEADERS.message(&flows[flow.index(flows.len())].bytes, &mut Choices::tape(choices));
        let message = Message::split(&bytes);
        let theirs = rsip::SipMessage::try_from(&message).unwrap();
        let back = Message::from(&theirs);
        let (mut there, mut here) = (values::ours(&message), values::ours(&back));
        // rsip writes some words of a Request-URI in letters of its own.
        for values in [&mut there, &mut here] {
            values.remove(&values::Field::RequestUri);
        }
        prop_assert_eq!(there, here);
        prop_assert_eq!(&theirs, &rsip::SipMessage::try_from(&back).unwrap());
    }
}
