//! Every file of the open corpus is read: as many requests and responses as its index says, or a reason.
//!
//! The corpus is not part of the project. Where it is absent the tests say so and look at nothing.
#![cfg(feature = "pcap")]
#![expect(clippy::print_stdout, reason = "whoever runs the tests should see that they were skipped")]

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use sipclause::capture::{Caps, Capture, Event, Kind, Packet};
use sipclause::message::{Message, StartLine};

/// Requests and responses.
type Counts = (usize, usize);

/// Files of which we read another number of messages than tshark, and why.
const DIFFERENCES: &[(&str, Counts, &str)] = &[
    (
        "ndpi-fuzz-2006-06-26-2594.pcap",
        (33, 29),
        "bytes changed inside of start lines: tshark takes ten of them for no SIP, we hand them out",
    ),
    ("A-sctp-fragmented-data.pcap", (0, 0), "SCTP is not read"),
    ("A-sctp.pcap", (0, 0), "SCTP is not read"),
    ("A-sip-tls12.pcap", (0, 0), "TLS is not read"),
    ("A-sip-tls13-dsb.pcapng", (0, 0), "TLS is not read"),
    ("A-sip-tls13.pcap", (0, 0), "TLS is not read"),
    ("A-sip-websocket.pcap", (0, 0), "WebSocket is not read"),
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

/// Files that do not open, with what is said about them.
const UNOPENED: &[(&str, &str)] = &[("A-gzip.pcap.gz", "gzip data: unpack it first")];

/// One row of the index.
struct Row {
    path: PathBuf,
    name: String,
    messages: usize,
    counts: Counts,
}

/// The rows of those sections of the index; `None` where there is no corpus.
fn rows(sections: &[&str]) -> Option<Vec<Row>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(index) = std::fs::read_to_string(corpus.join("INDEX.md")) else {
        println!("skipped: there is no corpus at {}", corpus.display());
        return None;
    };
    let mut section = "";
    let mut rows = Vec::new();
    for line in index.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title.split(' ').next().unwrap_or("");
        }
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        if let (true, [_, name, _, messages, counts, ..]) = (sections.contains(&section), &cells[..])
            && let Ok(messages) = messages.parse()
        {
            let path = corpus.join(section).join(name);
            rows.push(Row { path, name: (*name).to_owned(), messages, counts: counted(counts) });
        }
    }
    assert!(!rows.is_empty(), "the index has the sections {sections:?}");
    Some(rows)
}

/// The sums of `ACKx1 INVITEx1 / 100x1 488x1`.
fn counted(cell: &str) -> Counts {
    let (requests, responses) = cell.split_once('/').unwrap_or((cell, ""));
    let sum = |words: &str| {
        words.split_whitespace().filter_map(|word| word.rsplit_once('x')?.1.parse::<usize>().ok()).sum()
    };
    (sum(requests), sum(responses))
}

/// What is handed out of a file, and its kind.
fn read(path: &Path, mut each: impl FnMut(&Packet<'_>)) -> Result<Kind, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut capture = Capture::open(file, Caps::default()).map_err(|error| error.to_string())?;
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
        match (opened, UNOPENED.iter().find(|(name, _)| *name == row.name)) {
            (Err(error), Some((_, words))) if error.contains(words) => continue,
            (Ok(_), None) => {}
            (other, _) => wrong.push(format!("{}: {other:?}", row.name)),
        }
        let wanted = reasons.get(row.name.as_str()).copied().unwrap_or(row.counts);
        if seen != wanted {
            wrong.push(format!("{}: {seen:?} where {wanted:?} is right (index: {:?})", row.name, row.counts));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_difference_has_its_file_and_is_one() {
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
