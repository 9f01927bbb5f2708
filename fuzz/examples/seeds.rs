//! The shipped vectors, flows and samples -> `corpus/`, a folder of seeds for each target.
//!
//! A file is named by a hash of its bytes, as libFuzzer does it: what is there already is written again.

#[path = "../../tests/support/mod.rs"]
mod support;

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use sipclause::compose::Flow;
use sipclause::message::body::Bodies;
use sipclause::message::{Message, Name};
use support::Wire;

fn main() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for path in files(&top.join("vectors/oma_im/flows")) {
        let text = fs::read(&path).expect("the flow can be read");
        let flow = Flow::load(&path).expect("a flow of the vectors");
        ["capture", "judge", "flow"].iter().for_each(|target| seed(target, &text));
        captures(&flow);
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
    let wires = [Wire::Udp, Wire::Fragments { size: 400, reversed: true }, Wire::Tcp { size: 300 }];
    for wire in wires {
        let mut few = flow.clone();
        few.messages.truncate(6);
        let file = support::pcap(&few, wire);
        seed("capture", &pcapng(&file));
        seed("capture", &file);
        seed("judge", &support::pcap(flow, wire));
    }
}

/// The frames of a pcap file as enhanced packet blocks.
fn pcapng(pcap: &[u8]) -> Vec<u8> {
    let mut file =
        block(0x0a0d_0d0a, &[&0x1a2b_3c4d_u32.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat());
    file.extend(block(1, &[1, 0, 0, 0, 0, 0, 4, 0]));
    let mut rest = &pcap[24..];
    while let [a, b, c, d, tail @ ..] = rest {
        let word = |at: usize| u32::from_le_bytes([tail[at], tail[at + 1], tail[at + 2], tail[at + 3]]);
        let seconds = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
        let micros = seconds * 1_000_000 + u64::from(word(0));
        let length = word(4) as usize;
        let frame = &tail[12..12 + length];
        let words = [0, (micros >> 32) as u32, micros as u32, length as u32, length as u32];
        let mut body = words.map(u32::to_le_bytes).concat();
        body.extend_from_slice(frame);
        body.resize(body.len().next_multiple_of(4), 0);
        file.extend(block(6, &body));
        rest = &tail[12 + length..];
    }
    file
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes()[..], &length, body, &length].concat()
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
