//! Hostile input: composed flows and captures with bytes changed, cut, doubled and moved never make the way
//! from bytes to verdicts panic, and every finding still points into its message.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::num::NonZeroU16;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sipclause::books::oma_im::BOOK;
use sipclause::compose::{Carriage, FileFormat, Flow, Order, Wire};
use sipclause::run::run;
use sipclause::verdict::{Policy, Verdict};

fn flows() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oma_im/flows");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// One change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(prop::sample::Index, u8),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize, usize),
    Insert(prop::sample::Index, &'static [u8]),
    Cut(prop::sample::Index),
}

/// Pieces that mean something to one reader or another.
const PIECES: [&[u8]; 22] = [
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\0",
    b"\"",
    b"<",
    b">",
    b";",
    b",",
    b"=",
    b"--",
    b"%",
    b"\xff\xfe",
    b"--b1--\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"\r\nVia: ",
    b"\r\nContact: *",
    b"SIP/2.0 200 OK\r\n",
    b"# time=x from=y\n",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"m=message 0 TCP/MSRP *\r\n",
    b"multipart/mixed;boundary=\"",
];

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (at(), 1..200_usize).prop_map(|(at, count)| Change::Remove(at, count)),
        (at(), 1..300_usize, 1..6_usize).prop_map(|(at, count, times)| Change::Repeat(at, count, times)),
        (at(), prop::sample::select(&PIECES[..])).prop_map(|(at, piece)| Change::Insert(at, piece)),
        at().prop_map(Change::Cut),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        match change {
            Change::Set(at, byte) => bytes[at.index(length)] = *byte,
            Change::Remove(at, count) => {
                let at = at.index(length);
                bytes.drain(at..(at + count).min(length));
            }
            Change::Repeat(at, count, times) => {
                let at = at.index(length);
                let piece = bytes[at..(at + count).min(length)].repeat(*times);
                bytes.splice(at..at, piece);
            }
            Change::Insert(at, piece) => {
                let at = at.index(length);
                bytes.splice(at..at, piece.iter().copied());
            }
            Change::Cut(at) => bytes.truncate(at.index(length).max(length / 2)),
        }
    }
    bytes
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
    Ok(())
}

proptest! {
    #[test]
    fn changed_texts_are_judged_without_panic(
        flow in any::<prop::sample::Index>(),
        changes in proptest::collection::vec(change(), 1..12),
    ) {
        let paths = flows();
        let text = std::fs::read(&paths[flow.index(paths.len())]).unwrap();
        judged_without_panic(&changed(text, &changes))?;
    }

    #[test]
    fn changed_captures_are_judged_without_panic(
        flow in any::<prop::sample::Index>(),
        size in 1..1500_u16,
        kind in 0..3_u8,
        changes in proptest::collection::vec(change(), 1..12),
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
        let capture = Wire { format, carriage, order }.to_bytes(&flow).unwrap();
        let (head, frames) = capture.split_at(head);
        let hostile = [head, &changed(frames.to_vec(), &changes)].concat();
        judged_without_panic(&hostile)?;
    }
}
