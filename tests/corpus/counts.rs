//! Every file is read: as many requests and responses as the index says, or a reason.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use sipclause::capture::{Caps, Capture, Event, Kind, Packet};
use sipclause::message::{Message, StartLine};

use super::index::{Counts, rows, secrets};

/// Files of which we read another number of messages than tshark, and why.
const DIFFERENCES: &[(&str, Counts, &str)] = &[
    (
        "ndpi-fuzz-2006-06-26-2594.pcap",
        (33, 29),
        "bytes changed inside of start lines: tshark takes ten of them for no SIP, we hand them out",
    ),
    ("A-hep3.pcap", (2, 2), "the index does not count messages in HEP"),
    ("A-ip-last-fragment-lost.pcap", (2, 2), "the INVITE without its last fragment is handed out as cut"),
    (
        "A-tcp-lost-segment.pcap",
        (2, 2),
        "the INVITE with the gap is handed out as cut, and the ACK behind it is found",
    ),
];

/// Texts that hold another number of messages than the index says, and why.
const TEXT_DIFFERENCES: &[(&str, usize, &str)] =
    &[("draft-torture-2.13-invite-with-illegal-expires-header.sip", 2, "a response follows the request")];

/// What is handed out of a file, and its kind.
fn read(path: &Path, mut each: impl FnMut(&Packet<'_>)) -> Result<Kind, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut capture =
        Capture::open_with(file, Caps::default(), secrets(path)).map_err(|error| error.to_string())?;
    while let Some(event) = capture.next_event() {
        if let Event::Packet(packet) = event {
            each(&packet);
        }
    }
    Ok(capture.kind())
}

#[test]
fn captures_give_as_many_messages_as_the_index_says() {
    let Some(rows) = rows(&["captures", "derived-captures", "captures-sipp-im"]) else {
        return;
    };
    let reasons: BTreeMap<_, _> = DIFFERENCES.iter().map(|(name, counts, _)| (*name, *counts)).collect();
    let mut wrong = Vec::new();
    for row in &rows {
        let mut seen = (0, 0);
        let opened = read(&row.path, |packet| match Message::split(&packet.payload).start() {
            StartLine::Status { .. } => seen.1 += 1,
            _ => seen.0 += 1,
        });
        let wanted = match reasons.get(row.name.as_str()) {
            Some(counts) => *counts,
            None => row.counts,
        };
        if let Err(error) = opened {
            wrong.push(format!("{}: {error}", row.name));
        }
        if seen != wanted {
            wrong.push(format!("{}: {seen:?} where {wanted:?} is right (index: {:?})", row.name, row.counts));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_reason_has_its_file_and_every_difference_is_one() {
    let Some(rows) = rows(&["captures", "derived-captures", "captures-sipp-im"]) else {
        return;
    };
    for (name, counts, reason) in DIFFERENCES {
        let row = rows.iter().find(|row| row.name == *name);
        assert!(row.is_some_and(|row| row.counts != *counts), "{name}: {reason}");
    }
}

#[test]
fn texts_give_as_many_messages_as_the_index_says() {
    let sections =
        ["torture-rfc4475", "torture-rfc5118", "torture-draft-sipping", "im-messages", "fuzz-seeds"];
    let Some(rows) = rows(&sections) else {
        return;
    };
    let mut wrong = Vec::new();
    for row in rows.iter().filter(|row| row.messages > 0) {
        let (mut messages, mut bytes) = (0, 0);
        let opened = read(&row.path, |packet| {
            messages += 1;
            bytes += packet.payload.len();
        });
        let size = std::fs::metadata(&row.path).map_or(0, |file| file.len() as usize);
        let different = TEXT_DIFFERENCES.iter().find(|(name, ..)| *name == row.name);
        let wanted = different.map_or(row.messages, |(_, messages, _)| *messages);
        // Nothing is left out but an empty line behind each message.
        if opened != Ok(Kind::Sip) || messages != wanted || bytes + 4 < size {
            wrong.push(format!("{}: {opened:?}, {messages} messages, {bytes} of {size} bytes", row.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
