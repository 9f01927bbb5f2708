//! Captures that were cut into files, or made at several places, are judged as one timeline.
#![cfg(feature = "pcap")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod composing;

use std::io::Cursor;
use std::num::NonZeroU16;

use composing::{Judged, judged, keep, policy};
use proptest::prelude::*;
use sipclause::books::oma_im::BOOK;
use sipclause::capture::{Caps, Event, Joined, OpenError, Opened, Transport};
use sipclause::compose::{Carriage, Choices, Composed, Plan, Wire};
use sipclause::run::Job;
use sipclause::session::Scenario;
use sipclause::verdict::InputSummary;

/// The file header and the records of a pcap file, each with its bytes.
fn records(file: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (head, mut rest) = file.split_at(24);
    let mut records = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        let (record, after) = rest.split_at(16 + length);
        records.push(record.to_vec());
        rest = after;
    }
    (head.to_vec(), records)
}

/// The record with its time moved by so many microseconds, and another hop count.
fn at_another_tap(record: &[u8], microseconds: u32) -> Vec<u8> {
    let mut record = record.to_vec();
    let field = |record: &[u8], at: usize| u32::from_le_bytes(record[at..at + 4].try_into().unwrap());
    let total = field(&record, 4) + microseconds;
    let seconds = field(&record, 0) + total / 1_000_000;
    record[..4].copy_from_slice(&seconds.to_le_bytes());
    record[4..8].copy_from_slice(&(total % 1_000_000).to_le_bytes());
    let ip = 16 + 14;
    match record[ip] >> 4 {
        4 => (record[ip + 8], record[ip + 10]) = (record[ip + 8] - 1, record[ip + 10] ^ 1),
        _ => record[ip + 7] -= 1,
    }
    record
}

fn joined(files: &[Vec<u8>], composed: &Composed) -> (Option<Judged>, Vec<Result<InputSummary, OpenError>>) {
    let policy = policy(composed);
    let names: Vec<String> = (0..files.len()).map(|number| format!("{number}.pcap")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let opener =
        |index: usize| Ok(Opened { reader: Box::new(Cursor::new(files[index].clone())), again: true });
    let mut found = None;
    let joined = Joined::open(files.len(), Caps::default(), opener);
    let (inputs, _) =
        Job::new(&policy, &BOOK).run_joined(&names, joined, &mut |one| keep(one, composed, &mut found));
    (found, inputs)
}

fn composed() -> impl Strategy<Value = Composed> {
    let choices = prop::collection::vec(any::<u32>(), 0..300).prop_map(Choices::tape);
    (prop::sample::select(&Scenario::ALL[..]), choices)
        .prop_map(|(scenario, mut choices)| Plan::draw(scenario, &mut choices).compose().unwrap())
}

/// The flow in a capture of small pieces.
fn in_pieces(composed: &Composed, transport: Transport, size: u16) -> (Composed, Vec<u8>) {
    let mut carried = composed.clone();
    carried.flow.messages.iter_mut().for_each(|message| message.transport = Some(transport));
    let carriage = match transport {
        Transport::Udp => Carriage::Udp { mtu: Some(size.max(200)) },
        _ => Carriage::Tcp { segment: NonZeroU16::new(size) },
    };
    let file = Wire { carriage, ..Wire::default() }.to_bytes(&carried.flow).unwrap();
    (carried, file)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_capture_cut_into_files_is_judged_like_the_whole(
        composed in composed(),
        transport in prop::sample::select(&[Transport::Udp, Transport::Tcp][..]),
        size in 100..1400_u16,
        each in 1..60_usize,
        reversed in any::<bool>(),
    ) {
        let (carried, file) = in_pieces(&composed, transport, size);
        let (head, records) = records(&file);
        let mut files: Vec<_> =
            records.chunks(each).map(|part| [&head[..], &part.concat()].concat()).collect();
        if reversed {
            files.reverse();
        }
        let (found, inputs) = joined(&files, &carried);
        prop_assert_eq!(found, judged(&carried));
        let frames: u64 = inputs.iter().map(|input| input.as_ref().unwrap().packets).sum();
        prop_assert_eq!(frames, records.len() as u64);
        let problems = inputs.iter().flat_map(|input| &input.as_ref().unwrap().problems);
        // Flows with two parties say whose INVITE was left aside.
        let unexpected: Vec<_> = problems.filter(|problem| problem.kind != "server-invite").collect();
        prop_assert!(unexpected.is_empty(), "{:?}", unexpected);
    }

    #[test]
    fn what_two_taps_saw_counts_once(
        composed in composed(),
        transport in prop::sample::select(&[Transport::Udp, Transport::Tcp][..]),
        size in 100..1400_u16,
        late in 0..200_000_u32,
        lost in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let (carried, file) = in_pieces(&composed, transport, size);
        let (head, records) = records(&file);
        let mut here = records.clone();
        let there: Vec<_> = records.iter().map(|record| at_another_tap(record, late)).collect();
        // What one tap lost the other one has, with a later time. (A connection that one tap saw from its
        // middle on has a beginning that comes too late.)
        let lost = if transport == Transport::Udp { lost } else { Vec::new() };
        let is_whole = lost.is_empty();
        for index in lost {
            here.remove(index.index(here.len()));
            if here.is_empty() {
                break;
            }
        }
        let files = [[&head[..], &here.concat()].concat(), [&head[..], &there.concat()].concat()];
        let (found, inputs) = joined(&files, &carried);
        let times_move = |judged: Option<Judged>| judged.map(|(scenario, verdicts)| {
            let verdicts: Vec<_> = verdicts.into_iter().map(|(clause, (verdict, _))| (clause, verdict)).collect();
            (scenario, verdicts)
        });
        if is_whole {
            prop_assert_eq!(times_move(found), times_move(judged(&carried)));
        }
        let messages: u64 = inputs.iter().map(|input| input.as_ref().unwrap().messages).sum();
        prop_assert_eq!(messages, carried.flow.messages.len() as u64);
    }
}

#[test]
fn texts_and_captures_are_one_timeline_and_messages_name_their_input() {
    let composed = Plan::draw(Scenario::OneToOne, &mut Choices::seeded(1)).compose().unwrap();
    let (mut first, mut rest) = (composed.clone(), composed.clone());
    first.flow.messages.truncate(2);
    rest.flow.messages.drain(..2);
    let text = rest.flow.to_sip().unwrap();
    let capture = Wire::default().to_bytes(&first.flow).unwrap();
    let (found, inputs) = joined(&[text, capture], &composed);
    let verdicts =
        |judged: Option<Judged>| judged.unwrap().1.into_iter().map(|(id, (verdict, _))| (id, verdict));
    assert!(verdicts(found).eq(verdicts(judged(&composed))));
    let kinds: Vec<_> =
        inputs.iter().map(|input| input.as_ref().unwrap()).map(|it| (it.kind, it.messages)).collect();
    assert_eq!(kinds, [("sip", composed.flow.messages.len() as u64 - 2), ("pcap", 2)]);
}

#[test]
fn an_input_that_cannot_be_opened_is_told_and_the_others_are_read() {
    let composed = Plan::draw(Scenario::OneToOne, &mut Choices::seeded(1)).compose().unwrap();
    let file = Wire::default().to_bytes(&composed.flow).unwrap();
    let mut joined = Joined::open(3, Caps::default(), |index| match index {
        0 => Err(std::io::ErrorKind::NotFound.into()),
        1 => Ok(Opened { reader: Box::new(&b"no capture"[..]), again: false }),
        _ => Ok(Opened { reader: Box::new(Cursor::new(file.clone())), again: false }),
    });
    let mut messages = 0;
    while let Some(event) = joined.next_event() {
        messages += usize::from(matches!(event, Event::Packet(packet) if packet.input == 2));
    }
    assert_eq!(messages, composed.flow.messages.len());
    let inputs = joined.into_inputs();
    assert!(
        matches!(inputs[0], Err(OpenError::Io(_)))
            && matches!(inputs[1], Err(OpenError::UnknownFormat { .. }))
    );
    assert!(inputs[2].is_ok());
}

#[test]
fn a_log_without_dates_is_not_placed_among_captures() {
    let composed = Plan::draw(Scenario::OneToOne, &mut Choices::seeded(1)).compose().unwrap();
    let capture = Wire::default().to_bytes(&composed.flow).unwrap();
    let text = String::from_utf8(composed.flow.messages[0].bytes.clone()).unwrap();
    // As `tcpdump -A` writes it: the time of day alone.
    let log = format!(
        "12:00:00.000000 IP 192.0.2.10.5060 > 198.51.100.9.5060: SIP: INVITE\nE..4....@......\n{text}\n"
    );
    let (found, inputs) = joined(&[capture.clone(), log.into_bytes()], &composed);
    assert_eq!(found, judged(&composed));
    let why = inputs[1].as_ref().unwrap_err().to_string();
    assert!(why.contains("no date"), "{why}");
    // Nor is what a capture lacks at its end forgotten because the last input could not be opened.
    let cut = capture[..capture.len() - 4].to_vec();
    let (_, inputs) = joined(&[cut, b"no capture".to_vec()], &composed);
    assert!(inputs[0].as_ref().unwrap().damaged);
}
