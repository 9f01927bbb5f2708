//! Hostile input: composed flows and captures with bytes changed, cut, doubled and moved never make the way
//! from bytes to verdicts panic, and every finding still points into its message.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::num::NonZeroU16;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sipclause::books::oma_im::BOOK;
use sipclause::compose::{Carriage, Choices, FileFormat, Flow, Hostility, Order, Wire};
use sipclause::run::run;
use sipclause::verdict::{Policy, Verdict};

fn flows() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oma_im/flows");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn choices() -> impl Strategy<Value = Choices> {
    prop::collection::vec(any::<u32>(), 0..80).prop_map(Choices::tape)
}

fn changed(bytes: Vec<u8>, mut choices: Choices) -> Vec<u8> {
    Hostility::draw(&mut choices).apply(bytes)
}

fn judged_without_panic(bytes: &[u8]) -> Result<(), TestCaseError> {
    let policy = Policy { all_sessions: true, ..Policy::default() };
    let mut wrong = None;
    // An input that is no capture any more is refused, which is fine.
    let _ = run("hostile", bytes, &policy, &BOOK, &mut |judgement| {
        if judgement.rulings.len() != 58 {
            wrong = Some(format!("{} rulings", judgement.rulings.len()));
        }
        for ruling in &judgement.rulings {
            if (ruling.verdict == Verdict::Fail) == ruling.findings.is_empty() {
                wrong = Some(format!("{} and its findings disagree", ruling.clause.id));
            }
            for finding in &ruling.findings {
                let places =
                    std::iter::once(finding.at).chain(finding.related.iter().map(|related| related.at));
                for place in places {
                    let message = &judgement.messages[place.message];
                    if place.span.end as usize > message.bytes.len() {
                        wrong = Some(format!("{} points behind its message", finding.code));
                    }
                }
            }
        }
    });
    prop_assert_eq!(wrong, None);
    let report = sipclause::judge(bytes).to_string();
    prop_assert!(!report.is_empty() && !report.chars().any(|c| c.is_control() && c != '\n'), "{report:?}");
    Ok(())
}

proptest! {
    #[test]
    fn changed_texts_are_judged_without_panic(
        flow in any::<prop::sample::Index>(),
        choices in choices(),
    ) {
        let paths = flows();
        let text = std::fs::read(&paths[flow.index(paths.len())]).unwrap();
        judged_without_panic(&changed(text, choices))?;
    }

    #[test]
    fn changed_captures_are_judged_without_panic(
        flow in any::<prop::sample::Index>(),
        size in 1..1500_u16,
        kind in 0..3_u8,
        choices in choices(),
    ) {
        let paths = flows();
        let flow = Flow::load(&paths[flow.index(paths.len())]).unwrap();
        let carriage = match kind {
            0 => Carriage::Udp { mtu: None },
            1 => Carriage::Udp { mtu: Some(size.max(68)) },
            _ => Carriage::Tcp { segment: NonZeroU16::new(size) },
        };
        let order = if size % 2 == 0 { Order::Reversed } else { Order::InOrder };
        // The file header, or section header and interface, stay, so that the frames are reached.
        let (format, head) = if size % 3 == 0 { (FileFormat::Pcapng, 60) } else { (FileFormat::Pcap, 24) };
        let capture = Wire { format, carriage, order, ..Wire::default() }.to_bytes(&flow).unwrap();
        let (head, frames) = capture.split_at(head);
        let hostile = [head, &changed(frames.to_vec(), choices)].concat();
        judged_without_panic(&hostile)?;
    }
}
