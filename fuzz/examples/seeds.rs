//! The shipped vectors, flows and samples -> `corpus/`, a folder of seeds for each target.
//!
//! A file is named by a hash of its bytes, as libFuzzer does it: what is there already is written again.

#[expect(dead_code, reason = "the tests compare what is read with what was written")]
#[path = "../../tests/support/logs.rs"]
mod logs;

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};

use sipclause::compose::{Carriage, FileFormat, Flow, FlowMessage, Order, Tunnel, Wire};
use sipclause::message::body::Bodies;
use sipclause::message::{Message, Name};

fn main() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for path in files(&top.join("vectors/oma_im/flows")) {
        let text = fs::read(&path).expect("the flow can be read");
        let flow = Flow::load(&path).expect("a flow of the vectors");
        ["capture", "judge", "flow"].iter().for_each(|target| seed(target, &text));
        captures(&flow);
        frames(&flow);
        hep(&flow);
        all_logs(&flow);
        segments(&flow);
        flow.messages.iter().for_each(|message| pieces(&message.bytes));
    }
    for path in files(&top.join("docs/demo")) {
        let target =
            if path.extension().is_some_and(|end| end == "yaml") { "configuration" } else { "judge" };
        seed(target, &fs::read(&path).expect("the sample can be read"));
    }
    for path in files(&top.join("vectors/oma_im")) {
        seed("vector", &fs::read(&path).expect("the vector can be read"));
    }
    yaml_blocks(&fs::read_to_string(top.join("docs/configuration.md")).expect("the document can be read"));
    for folder in [top.join("fuzz/regress"), top.join("vectors/crashers")] {
        for target in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = target.file_name().to_string_lossy().into_owned();
            for file in files(&target.path()) {
                seed(&name, &fs::read(file).expect("the input can be read"));
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    paths.sort();
    paths
}

fn seed(target: &str, bytes: &[u8]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder).expect("the corpus can be written");
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    fs::write(folder.join(format!("{:016x}", hasher.finish())), bytes).expect("the corpus can be written");
}

/// The flow as datagrams, fragments and TCP segments, in pcap and pcapng.
fn captures(flow: &Flow) {
    let carriages = [
        (Carriage::Udp { mtu: None }, Order::InOrder),
        (Carriage::Udp { mtu: Some(400) }, Order::Reversed),
        (Carriage::Tcp { segment: NonZeroU16::new(300) }, Order::InOrder),
    ];
    let mut few = flow.clone();
    few.messages.truncate(6);
    for (carriage, order) in carriages {
        for format in [FileFormat::Pcap, FileFormat::Pcapng] {
            let wire = Wire { format, carriage, order, ..Wire::default() };
            let write = |flow| wire.to_bytes(flow).expect("the shipped flows can be put on the wire");
            seed("capture", &write(&few));
            seed("judge", &write(flow));
        }
    }
}

/// The frames of the flow in every tunnel and in SCTP, as the target `frames` takes them.
fn frames(flow: &Flow) {
    let mut few = flow.clone();
    few.messages.truncate(3);
    let carriages =
        [Carriage::Udp { mtu: Some(400) }, Carriage::Sctp { fragment: NonZeroU16::new(300) }];
    for (carriage, tunnel) in carriages.iter().flat_map(|one| Tunnel::ALL.map(|tunnel| (*one, tunnel))) {
        let wire = Wire { carriage, tunnel, ..Wire::default() };
        let file = wire.to_bytes(&few).expect("the shipped flows can be put on the wire");
        let (mut bytes, mut rest) = (vec![1], file.get(24..).unwrap_or_default());
        while let Some((head, behind)) = rest.split_first_chunk::<16>() {
            let length = u16::from_le_bytes([head[8], head[9]]);
            bytes.extend_from_slice(&length.to_be_bytes());
            let (frame, later) = behind.split_at(length.into());
            bytes.extend_from_slice(frame);
            rest = later;
        }
        seed("frames", &bytes);
    }
}

/// The messages of the flow as frames of HEP.
fn hep(flow: &Flow) {
    let chunk = |kind: u16, bytes: &[u8]| {
        let head = [0, kind, bytes.len() as u16 + 6].map(u16::to_be_bytes).concat();
        [&head, bytes].concat()
    };
    let frame = |bytes: &[u8]| {
        let chunks = [
            chunk(1, &[2]),
            chunk(2, &[17]),
            chunk(3, &[192, 0, 2, 1]),
            chunk(4, &[192, 0, 2, 2]),
            chunk(7, &5070_u16.to_be_bytes()),
            chunk(8, &5060_u16.to_be_bytes()),
            chunk(9, &1_000_000_u32.to_be_bytes()),
            chunk(10, &7_u32.to_be_bytes()),
            chunk(11, &[1]),
            chunk(15, bytes),
        ]
        .concat();
        [&b"HEP3"[..], &(chunks.len() as u16 + 6).to_be_bytes(), &chunks].concat()
    };
    let frames: Vec<_> = flow.messages.iter().take(4).map(|message| frame(&message.bytes)).collect();
    seed("hep", &frames.concat());
}

/// The flow as a log of every format.
fn all_logs(flow: &Flow) {
    let is_placed = |message: &FlowMessage| {
        message.time.is_some()
            && message.from.is_some()
            && message.to.is_some()
            && message.transport.is_some()
    };
    let mut few = flow.clone();
    few.messages.truncate(4);
    if !few.messages.iter().all(is_placed) {
        return;
    }
    for writer in &logs::WRITERS {
        seed("log", &writer.records(&few).concat());
    }
    few.messages.truncate(2);
    seed("log", &logs::tcpdump_xx(&few));
    seed("log", &logs::tshark_x(&few));
}

/// The first messages of the flow as segments, in order and not.
fn segments(flow: &Flow) {
    let messages: Vec<u8> = flow.messages.iter().take(3).flat_map(|message| message.bytes.clone()).collect();
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for (index, part) in messages.chunks(200).enumerate() {
        let seq = (index * 200 + 1) as u16;
        parts.push([&[16][..], &seq.to_be_bytes(), &[part.len() as u8], part].concat());
    }
    let open = [2, 0, 0, 0];
    seed("tcp", &[&open[..], &parts.concat()].concat());
    parts.reverse();
    seed("tcp", &[&open[..], &parts.concat()].concat());
    parts.remove(parts.len() / 2);
    seed("tcp", &parts.concat());
}

/// A message, its URIs in pairs, and its bodies.
fn pieces(bytes: &[u8]) {
    let message = Message::split(bytes);
    seed("split", bytes);
    seed("headers", bytes);
    let uris =
        [Name::From, Name::To, Name::Contact, Name::Route, Name::ReferTo].map(|name| message.first(name));
    let bare = |value: &[u8]| {
        let start = value.iter().position(|&byte| byte == b'<').map_or(0, |at| at + 1);
        let end = value.iter().position(|&byte| byte == b'>').unwrap_or(value.len());
        value[start.min(end)..end].to_vec()
    };
    if let Some(own) = message.request_uri() {
        uris.into_iter().flatten().for_each(|uri| seed("uri", &[own, b"\n", &bare(uri)].concat()));
    }
    let bodies = Bodies::of(&message);
    if let Some(value) = message.first(Name::ContentType) {
        seed("multipart", &[value, b"\n", message.body()].concat());
    }
    bodies.sdp_parts().for_each(|part| seed("sdp", &part.content));
    bodies.resource_list_parts().for_each(|part| seed("resource_list", &part.content));
}

/// The YAML blocks of a document, and each of their lines as an assignment.
fn yaml_blocks(document: &str) {
    for block in document.split("```yaml\n").skip(1) {
        seed("configuration", block.split("```").next().unwrap_or_default().as_bytes());
    }
    seed("configuration", b"context.ims=none\n");
    seed("configuration", b"clauses.6.2.1.1-7.level=off\n");
}
