//! The whole way: captures, flows and verdicts.

use std::io::Read;
use std::sync::LazyLock;

use sipclause::books::oma_im::BOOK;
use sipclause::capture::{Caps, Capture, Event, Kind, Packet};
use sipclause::compose::Flow;
use sipclause::run::{Run, run};
use sipclause::source::FrameNumber;
use sipclause::verdict::{Judgement, Policy, Verdict};

/// A reader that hands out a few bytes at a time, as a pipe does.
struct Pipe<'b> {
    rest: &'b [u8],
    step: usize,
}

impl Read for Pipe<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.step = self.step % 97 + 13;
        let most = self.step.max(self.rest.len() / 64).min(buffer.len());
        let (now, later) = self.rest.split_at(most.min(self.rest.len()));
        buffer[..now.len()].copy_from_slice(now);
        self.rest = later;
        Ok(now.len())
    }
}

/// No message holds more than the input does, frames are numbered in order, and it does not matter in which
/// pieces the bytes come.
pub(super) fn capture(bytes: &[u8]) {
    let whole = events(bytes);
    let pieces = events(Pipe { rest: bytes, step: 0 });
    assert!(whole == pieces, "read in pieces it is another capture");
    let Some(Told { kind, has_frames, frames, packets, .. }) = whole else { return };
    let most = match kind {
        // What is packed may hold as much as the caps allow.
        _ if is_packed(bytes) => usize::MAX,
        // Lines that end with LF are read as CRLF.
        "sip" => 2 * bytes.len(),
        // Empty lines, and spaces at line ends, that a log took away are put back.
        "log" => 2 * bytes.len() + 4104 * packets.len(),
        // A payload of HEP may be compressed.
        _ if b"HEP3".iter().all(|byte| bytes.contains(byte)) => bytes.len() + INFLATED * packets.len(),
        _ => bytes.len(),
    };
    assert!(packets.iter().map(|(_, payload)| payload.len()).sum::<usize>() <= most, "more than was read");
    for (numbers, payload) in &packets {
        assert!(!payload.is_empty() && numbers.is_sorted());
        assert!(
            numbers.iter().all(|number| (1..=frames).contains(&number.number())),
            "{numbers:?} of {frames}"
        );
        assert_eq!(numbers.is_empty(), !has_frames);
    }
}

/// The longest payload of HEP when it is inflated, as the caps have it by default.
const INFLATED: usize = 1 << 20;

/// The bytes as the payload of a datagram, of a TCP stream in segments, and as a file of HEP.
pub(super) fn hep(bytes: &[u8]) {
    capture(bytes);
    let payload = &bytes[..bytes.len().min(60_000)];
    capture(&pcap(&[ip(17, &udp(payload))]));
    let size = payload.first().map_or(1, |&byte| usize::from(byte) + 1);
    let mut packets = vec![ip(6, &tcp(0, 2, b""))];
    for (at, part) in payload.chunks(size).enumerate() {
        // Every now and then a segment is lost.
        if at % 61 != 60 {
            packets.push(ip(6, &tcp((at * size) as u32 + 1, 16, part)));
        }
    }
    capture(&pcap(&packets));
}

fn pcap(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65535, 101].map(u32::to_le_bytes).concat();
    for (second, packet) in packets.iter().enumerate() {
        let length = packet.len() as u32;
        file.extend_from_slice(&[second as u32, 0, length, length].map(u32::to_le_bytes).concat());
        file.extend_from_slice(packet);
    }
    file
}

fn ip(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u16 + 20).to_be_bytes();
    let header = [0x45, 0, length[0], length[1], 0, 0, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2];
    [&header, payload].concat()
}

fn udp(payload: &[u8]) -> Vec<u8> {
    [&[5070, 9060, payload.len() as u16 + 8, 0].map(u16::to_be_bytes).concat(), payload].concat()
}

fn tcp(seq: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let ports = [5070_u16, 9060].map(u16::to_be_bytes).concat();
    let rest = [0, 0, 0, 0, 0x50, flags, 1, 0, 0, 0, 0, 0];
    [&ports[..], &seq.to_be_bytes(), &rest, payload].concat()
}

/// What holds for a capture; and the lines that a log names are those on which its messages begin.
pub(super) fn log(bytes: &[u8]) {
    capture(bytes);
    let Ok(mut capture) = Capture::open(bytes, Caps::default()) else { return };
    if capture.kind() != Kind::Log {
        return;
    }
    assert!(capture.format().is_some());
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let mut before = 0;
    while let Some(event) = capture.next_event() {
        if let Event::Packet(Packet { file_line: Some(line), .. }) = event {
            assert!((before..=lines).contains(&line), "line {line} of {lines} behind line {before}");
            before = line;
        }
    }
}

fn is_packed(bytes: &[u8]) -> bool {
    let magics = [&b"\x1f\x8b"[..], b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"\x02\x21\x4c\x18"];
    magics.iter().any(|magic| bytes.starts_with(magic)) || bytes.get(1..4) == Some(b"\x2a\x4d\x18")
}

/// A first byte that tells a link type or a packing, and frames (each behind its length) or packed bytes: what
/// holds for a capture holds for a capture of these frames, and for what was unpacked.
pub(super) fn frames(bytes: &[u8]) {
    const LINKS: [u32; 22] =
        [0, 1, 9, 12, 50, 51, 101, 104, 105, 108, 109, 113, 119, 127, 163, 166, 204, 228, 229, 276, 101, 101];
    const MAGICS: [&[u8]; 3] = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"];
    let Some((&mode, mut rest)) = bytes.split_first() else { return };
    if let Some(magic) = MAGICS.get(usize::from(mode.wrapping_sub(200))) {
        return capture(&[magic, rest].concat());
    }
    let link = LINKS[usize::from(mode) % LINKS.len()];
    let mut file = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65535, link].map(u32::to_le_bytes).concat();
    let mut second = 0_u32;
    while let [high, low, behind @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(behind.len());
        let (frame, later) = behind.split_at(length);
        second += 7;
        file.extend([second, 0, length as u32, length as u32].map(u32::to_le_bytes).concat());
        file.extend_from_slice(frame);
        rest = later;
    }
    capture(&file);
}

/// What was read of an input.
#[derive(PartialEq, Eq, Debug)]
struct Told {
    kind: &'static str,
    /// Whether it holds frames rather than text.
    has_frames: bool,
    frames: u64,
    /// Frames and payload of each message.
    packets: Vec<(Vec<FrameNumber>, Vec<u8>)>,
    /// All else, as text.
    told: Vec<String>,
}

fn events(reader: impl Read) -> Option<Told> {
    let mut capture = Capture::open(reader, Caps::default()).ok()?;
    let (mut packets, mut told) = (Vec::new(), Vec::new());
    while let Some(event) = capture.next_event() {
        match event {
            Event::Packet(packet) => {
                let Packet { time, from, to, transport, file_line, framing, wholeness, .. } = packet;
                told.push(format!(
                    "{time:?} {from:?} {to:?} {transport:?} {file_line:?} {framing:?} {wholeness:?}"
                ));
                packets.push((packet.frames, packet.payload.into_owned()));
            }
            Event::Loss(loss) => told.push(format!("{loss:?}")),
        }
    }
    told.extend(capture.problems().iter().map(ToString::to_string));
    assert!(capture.next_event().is_none(), "something comes behind the end");
    let kind = capture.kind();
    let is_dump = capture.format().is_some_and(|format| format.ends_with(" -X") || format.ends_with(" -x"));
    let has_frames = is_dump || !matches!(kind, Kind::Sip | Kind::Log);
    Some(Told { kind: kind.name(), has_frames, frames: capture.frames(), packets, told })
}

/// Made once: it holds a pattern that has to be compiled.
static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy { all_sessions: true, ..Policy::default() });

/// Every session has one ruling for each clause in the order of the catalogue, with findings exactly where it
/// fails, and every finding points into its message. Judged twice it is the same.
pub(super) fn judge(bytes: &[u8]) {
    let mut first = Vec::new();
    let once = run("fuzz", bytes, &POLICY, &BOOK, &mut |judgement| {
        is_well_made(judgement);
        first.push(verdicts(judgement));
    });
    let mut second = Vec::new();
    let pipe = Pipe { rest: bytes, step: 0 };
    let twice = run("fuzz", pipe, &POLICY, &BOOK, &mut |judgement| second.push(verdicts(judgement)));
    assert!(first == second, "judged a second time the verdicts differ");
    assert_eq!(
        once.map(|told| format!("{told:?}")).map_err(|error| error.to_string()),
        twice.map(|told| format!("{told:?}")).map_err(|error| error.to_string())
    );
}

fn is_well_made(judgement: &Judgement<'_>) {
    let ids = judgement.rulings.iter().map(|ruling| ruling.clause.id);
    assert_eq!(ids.len(), 58, "one ruling for each clause");
    assert!(ids.eq(BOOK.clauses().map(|clause| clause.id)), "the order of the catalogue");
    assert!(!judgement.messages.is_empty());
    for (index, message) in judgement.messages.iter().enumerate() {
        assert_eq!(message.index, index);
        super::assert_inside(message.bytes, message.start_line, "the start line");
    }
    for ruling in &judgement.rulings {
        let id = ruling.clause.id;
        assert_eq!(ruling.verdict == Verdict::Fail, !ruling.findings.is_empty(), "{id}: fail iff findings");
        assert!(ruling.waived.is_none(), "{id} is waived by nobody");
        assert!(!ruling.reason.is_empty() && !ruling.reason.contains('\n'), "{id}: {:?}", ruling.reason);
        for finding in &ruling.findings {
            assert!(finding.fingerprint.len() == 16 && !finding.message.is_empty(), "{id}: {finding:?}");
            for place in std::iter::once(finding.at).chain(finding.related.iter().map(|related| related.at)) {
                let length = judgement.messages.get(place.message).map(|message| message.bytes.len());
                let inside = length.is_some_and(|length| place.span.end as usize <= length);
                assert!(inside && place.span.start <= place.span.end, "{id}: {place:?} in {length:?} bytes");
            }
        }
    }
}

/// All that a judgement says, but for the places in the file.
fn verdicts(judgement: &Judgement<'_>) -> Vec<String> {
    let head = format!(
        "{} {} {} {:?} {:?} {:?} {:?}",
        judgement.call_id,
        judgement.scenario,
        judgement.scenario_reason,
        judgement.client,
        judgement.server,
        judgement.user_agent,
        judgement.observations
    );
    let rulings = judgement.rulings.iter().map(|ruling| {
        format!("{} {:?} {} {:?}", ruling.clause.id, ruling.verdict, ruling.reason, ruling.findings)
    });
    std::iter::once(head).chain(rulings).collect()
}

/// A text that is read as a flow first is judged like the text itself.
pub(super) fn flow(bytes: &[u8]) {
    let kind = Capture::open(bytes, Caps::default()).map(|capture| capture.kind());
    if !matches!(kind, Ok(Kind::Sip)) {
        return;
    }
    let flow = Flow::read(bytes).expect("it was opened before");
    assert!(flow == Flow::read(bytes).expect("it was opened before"));
    let mut of_text = Vec::new();
    run("fuzz", bytes, &POLICY, &BOOK, &mut |judgement| of_text.push(verdicts(judgement)))
        .expect("it was opened before");
    let mut of_flow = Vec::new();
    let mut sink = |judgement: &Judgement<'_>| of_flow.push(verdicts(judgement));
    let mut run = Run::new("fuzz", &POLICY, &BOOK);
    flow.packets().for_each(|packet| run.take(Event::Packet(packet), &mut sink));
    run.finish(&mut sink);
    assert!(of_text == of_flow, "text and flow are judged otherwise");
}
