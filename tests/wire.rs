//! What is written as text or as a capture is read back as it was, however it is laid on the wire.
#![cfg(feature = "pcap")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::Path;

use proptest::prelude::*;
use sipclause::capture::{Caps, Capture, Event, Transport};
use sipclause::compose::{
    Carriage, FileFormat, Flow, FlowMessage, Obstacle, Order, TextError, Tunnel, Wire, WireError,
};
use sipclause::message::Wholeness;
use sipclause::source::Time;

const CLIENT: [&str; 2] = ["192.0.2.10:5070", "[2001:db8::10]:5070"];
const SERVER: [&str; 2] = ["198.51.100.9:5060", "[2001:db8:9::9]:5060"];

fn sip(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("MESSAGE sip:bob@example.com SIP/2.0\r\nCall-ID: 1\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

fn measured(body: &[u8]) -> Vec<u8> {
    sip(&format!("Content-Type: text/plain\r\nContent-Length: {}\r\n", body.len()), body)
}

fn message(bytes: Vec<u8>) -> FlowMessage {
    FlowMessage { time: None, from: None, to: None, transport: None, bytes, wholeness: Wholeness::Whole }
}

/// A message with all that a capture tells of it.
fn placed(bytes: Vec<u8>, from: &str, to: &str, nanoseconds: i64) -> FlowMessage {
    FlowMessage {
        time: Some(Time(nanoseconds)),
        from: from.parse().ok(),
        to: to.parse().ok(),
        transport: Some(Transport::Udp),
        ..message(bytes)
    }
}

fn flow(messages: impl IntoIterator<Item = FlowMessage>) -> Flow {
    Flow { messages: messages.into_iter().collect() }
}

/// The flow that a capture holds; how many frames each message came in; the problems and losses.
fn read(file: &[u8]) -> (Flow, Vec<usize>, Vec<String>) {
    let mut capture = Capture::open(file, Caps::default()).unwrap();
    let (mut flow, mut frames, mut complaints) = (Flow::default(), Vec::new(), Vec::new());
    while let Some(event) = capture.next_event() {
        match event {
            Event::Packet(packet) => {
                frames.push(packet.frames.len());
                flow.messages.push(FlowMessage {
                    time: packet.time,
                    from: packet.from,
                    to: packet.to,
                    transport: packet.transport,
                    wholeness: packet.wholeness,
                    bytes: packet.payload.into_owned(),
                });
            }
            Event::Loss(loss) => complaints.push(format!("{loss:?}")),
        }
    }
    complaints.extend(capture.problems().iter().map(ToString::to_string));
    (flow, frames, complaints)
}

/// Bodies of any bytes, and of lines that mean something in a text.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let lines =
        "(---|# time=2026-11-22T08:00:00Z|# |SIP/2\\.0 200 OK|BYE sip:a@b SIP/2\\.0|l: 5|text|)(\r\n|\n|\r|)";
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..400),
        proptest::collection::vec(lines, 0..12).prop_map(|lines| lines.concat().into_bytes()),
    ]
}

fn wires() -> impl Strategy<Value = Wire> {
    let formats = vec![FileFormat::Pcap, FileFormat::PcapNanoseconds, FileFormat::Pcapng];
    let carriage = prop_oneof![
        Just(Carriage::AsWritten),
        proptest::option::of(68..1500_u16).prop_map(|mtu| Carriage::Udp { mtu }),
        (0..1500_u16).prop_map(|segment| Carriage::Tcp { segment: NonZeroU16::new(segment) }),
        (0..1500_u16).prop_map(|fragment| Carriage::Sctp { fragment: NonZeroU16::new(fragment) }),
    ];
    let order = prop_oneof![
        Just(Order::InOrder),
        Just(Order::Reversed),
        any::<u64>().prop_map(|seed| Order::Shuffled { seed })
    ];
    let tunnel = prop::sample::select(&Tunnel::ALL[..]);
    let parts = (prop::sample::select(formats), carriage, order, tunnel);
    parts.prop_map(|(format, carriage, order, tunnel)| Wire { format, carriage, order, tunnel })
}

/// Flows with everything known, as captures tell it: both directions, both families, UDP and TCP.
fn flows() -> impl Strategy<Value = Flow> {
    let one = (body(), 0..2_usize, any::<bool>(), any::<bool>(), 0..3_000_000_000_i64);
    proptest::collection::vec(one, 1..12).prop_map(|all| {
        let mut now = 1_795_334_400_000_000_000;
        flow(all.into_iter().map(|(body, family, back, tcp, later)| {
            now += later;
            let (mut from, mut to) = (CLIENT[family], SERVER[family]);
            if back {
                (from, to) = (to, from);
            }
            let transport = Some(if tcp { Transport::Tcp } else { Transport::Udp });
            FlowMessage { transport, ..placed(measured(&body), from, to, now) }
        }))
    })
}

/// The flow as `wire` can tell it.
fn as_captured(flow: &Flow, wire: &Wire) -> Flow {
    let mut flow = flow.clone();
    for message in &mut flow.messages {
        message.transport = match wire.carriage {
            Carriage::AsWritten => message.transport,
            Carriage::Udp { .. } => Some(Transport::Udp),
            Carriage::Tcp { .. } => Some(Transport::Tcp),
            Carriage::Sctp { .. } => Some(Transport::Sctp),
        };
        if wire.format == FileFormat::Pcap {
            message.time = message.time.map(|time| Time(time.0 / 1000 * 1000));
        }
    }
    flow
}

proptest! {
    #[test]
    fn a_flow_on_any_wire_is_captured_as_it_was(flow in flows(), wire in wires()) {
        let (read, frames, complaints) = read(&wire.to_bytes(&flow).unwrap());
        prop_assert_eq!(&read, &as_captured(&flow, &wire));
        prop_assert_eq!(complaints, Vec::<String>::new());
        let whole = matches!(wire.carriage, Carriage::AsWritten | Carriage::Udp { mtu: None });
        prop_assert!(!whole || frames.iter().all(|&frames| frames == 1));
    }

    #[test]
    fn messages_with_right_lengths_are_read_back_from_text_whatever_they_hold(
        flow in flows(),
        known in proptest::collection::vec(any::<[bool; 4]>(), 12),
    ) {
        let mut flow = flow;
        for (message, [time, from, to, transport]) in flow.messages.iter_mut().zip(known) {
            message.time = message.time.filter(|_| time);
            message.from = message.from.filter(|_| from);
            message.to = message.to.filter(|_| to);
            message.transport = message.transport.filter(|_| transport);
        }
        let text = flow.to_sip().unwrap();
        prop_assert_eq!(Flow::read(&text[..]).unwrap(), flow);
    }

    #[test]
    fn text_without_lengths_is_read_back_or_refused(bodies in proptest::collection::vec(body(), 1..5)) {
        let flow = flow(bodies.into_iter().map(|body| message(sip("Content-Type: text/plain\r\n", &body))));
        match flow.to_sip() {
            Ok(text) => prop_assert_eq!(Flow::read(&text[..]).unwrap(), flow),
            Err(TextError::Differs { message, .. }) => prop_assert!(message < flow.messages.len()),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn lines_without_a_length_can_be_written(
        bodies in proptest::collection::vec("([a-z =:]{1,20}\r\n(\r\n)?){0,4}[a-z]{1,9}\r\n", 1..5),
    ) {
        let flow = flow(bodies.into_iter().map(|body| message(sip("c: text/plain\r\n", body.as_bytes()))));
        prop_assert_eq!(Flow::read(&flow.to_sip().unwrap()[..]).unwrap(), flow);
    }
}

#[test]
fn the_flows_of_the_vectors_survive_text_and_both_kinds_of_capture() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oma_im/flows");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let flow = Flow::load(&path).unwrap();
        assert_eq!(Flow::read(&flow.to_sip().unwrap()[..]).unwrap(), flow, "{}", path.display());
        for format in [FileFormat::Pcap, FileFormat::Pcapng] {
            let file = Wire { format, ..Wire::default() }.to_bytes(&flow).unwrap();
            assert_eq!(read(&file).0, flow, "{}", path.display());
        }
    }
}

#[cfg(feature = "yaml")]
#[test]
fn every_case_of_the_vectors_can_be_written_unless_it_cuts_a_message() {
    let udp = Wire { carriage: Carriage::Udp { mtu: Some(1500) }, ..Wire::default() };
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oma_im")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let vector = sipclause::vector::Vector::load(&path).unwrap();
        for case in vector.good.iter().chain(&vector.cases) {
            let mut flow = Flow::load(&case.flow).unwrap();
            case.edits.iter().for_each(|edit| edit.apply(&mut flow).unwrap());
            let cut = flow.messages.iter().any(|message| message.wholeness == Wholeness::Cut);
            assert_eq!(flow.to_sip().is_err(), cut, "{} {}", vector.clause, case.name);
            match udp.to_bytes(&flow) {
                Ok(file) => {
                    assert_eq!(read(&file).0, as_captured(&flow, &udp), "{} {}", vector.clause, case.name)
                }
                Err(error) => assert!(cut, "{} {}: {error}", vector.clause, case.name),
            }
        }
    }
}

#[test]
fn the_keys_that_are_known_stand_before_a_message_and_its_bytes_as_they_are() {
    let first = placed(measured(b"one"), CLIENT[0], SERVER[1], 1_500);
    let mut second = placed(measured(b"two\r\n"), CLIENT[0], SERVER[0], 0);
    (second.time, second.from) = (None, None);
    let third = message(measured(b""));
    let text = flow([first.clone(), second.clone(), third.clone()]).to_sip().unwrap();
    let wanted = [
        b"# time=1970-01-01T00:00:00.000001500Z from=192.0.2.10:5070 to=[2001:db8:9::9]:5060 transport=udp\r\n",
        &first.bytes[..],
        b"\r\n# to=198.51.100.9:5060 transport=udp\r\n",
        &second.bytes,
        b"---\r\n",
        &third.bytes,
    ];
    assert_eq!(String::from_utf8(text).unwrap(), String::from_utf8(wanted.concat()).unwrap());
}

#[test]
fn what_text_cannot_tell_is_refused_with_the_message() {
    let good = || message(measured(b"x"));
    let sdp = sip("Content-Type: application/sdp\r\nContent-Length: 3\r\n", b"v=0");
    let open = sip("Content-Type: text/plain\r\n", b"no line end");
    let two = sip("Content-Type: text/plain\r\n", b"a\r\n\r\nBYE sip:a@b SIP/2.0\r\n\r\n");
    let cut = FlowMessage { wholeness: Wholeness::Cut, ..good() };
    for (flow, at, words) in [
        (flow([good(), message(sdp), good()]), 1, "its body has no end"),
        (flow([good(), message(open), good()]), 1, "its body has no end"),
        (flow([message(two)]), 0, "its body would end too early"),
        (flow([good(), cut]), 1, "it is cut"),
        (flow([good(), message(b"hello".to_vec())]), 1, "it does not begin with a start line"),
        (flow([message(b"\r\nBYE sip:a@b SIP/2.0\r\n".to_vec())]), 0, "it does not begin with a start line"),
    ] {
        let Err(TextError::Differs { message, why }) = flow.to_sip() else { panic!("{flow:?} is written") };
        assert_eq!((message, why.starts_with(words)), (at, true), "{why}");
        let mut out = Vec::new();
        assert!(flow.write_sip(&mut out).is_err() && out.is_empty());
    }
}

#[test]
fn lines_that_end_with_lf_alone_keep_it() {
    let bytes = b"BYE sip:a@b SIP/2.0\nCall-ID: 1\nl: 2\n\na\n".to_vec();
    let flow = flow([message(bytes)]);
    assert_eq!(Flow::read(&flow.to_sip().unwrap()[..]).unwrap(), flow);
}

#[test]
fn a_flow_without_addresses_and_times_gets_those_of_the_documentation() {
    let text = "BYE sip:a@b SIP/2.0\r\nCall-ID: 1\r\nFrom: <sip:a@b>;tag=1\r\nl: 0\r\n\r\n\
                SIP/2.0 200 OK\r\nCall-ID: 1\r\nFrom: <sip:a@b>;tag=1\r\nl: 0\r\n\r\n\
                NOTIFY sip:a@b SIP/2.0\r\nCall-ID: 1\r\nFrom: <sip:b@b>;tag=2\r\nl: 0\r\n\r\n\
                SIP/2.0 200 OK\r\nCall-ID: 1\r\nFrom: <sip:b@b>;tag=2\r\nl: 0\r\n\r\n";
    let flow = Flow::read(text.as_bytes()).unwrap();
    let (read, ..) = read(&Wire::default().to_bytes(&flow).unwrap());
    let start = Time::parse("2026-01-01T00:00:00Z").unwrap();
    let ends: [SocketAddr; 2] = ["192.0.2.1:5060", "192.0.2.2:5060"].map(|end| end.parse().unwrap());
    for (index, (message, from)) in read.messages.iter().zip([0, 1, 1, 0]).enumerate() {
        assert_eq!(message.time, Some(Time(start.0 + 10_000_000 * index as i64)));
        assert_eq!((message.from, message.to), (Some(ends[from]), Some(ends[1 - from])), "{index}");
    }
    assert_eq!(read.messages.len(), 4);
}

#[test]
fn what_cannot_be_put_on_a_wire_is_refused_and_nothing_is_written() {
    let good = || placed(measured(b"x"), CLIENT[0], SERVER[0], 1_000_000);
    let over = |transport| FlowMessage { transport: Some(transport), ..good() };
    let tcp = Wire { carriage: Carriage::Tcp { segment: None }, ..Wire::default() };
    let small = Wire { carriage: Carriage::Udp { mtu: Some(27) }, ..Wire::default() };
    let plain = Wire::default();
    let mut cases = vec![
        (plain, FlowMessage { time: None, ..good() }, Obstacle::NoTime),
        (plain, FlowMessage { from: None, ..good() }, Obstacle::NoAddress),
        (plain, FlowMessage { from: None, to: None, ..good() }, Obstacle::NoAddress),
        (plain, placed(measured(b"x"), CLIENT[0], SERVER[1], 1_000_000), Obstacle::Families),
        (tcp, placed(measured(b"x"), CLIENT[0], CLIENT[0], 1_000_000), Obstacle::SameEnds),
        (plain, FlowMessage { time: Some(Time(999_999)), ..good() }, Obstacle::TimeGoesBack),
        (plain, FlowMessage { time: Some(Time(i64::MAX)), ..good() }, Obstacle::TimeRange),
        (plain, FlowMessage { time: Some(Time(-1)), ..good() }, Obstacle::TimeRange),
        (plain, FlowMessage { bytes: vec![b'a'; 65_508], ..good() }, Obstacle::TooLong(65_508)),
        (plain, FlowMessage { wholeness: Wholeness::Cut, ..good() }, Obstacle::Cut),
    ];
    for transport in [Transport::Tls, Transport::Ws, Transport::Wss] {
        cases.push((plain, over(transport), Obstacle::Transport(transport)));
        cases.push((tcp, over(transport), Obstacle::Transport(transport)));
    }
    for (wire, bad, wanted) in cases {
        let mut out = Vec::new();
        match wire.write(&flow([good(), bad]), &mut out) {
            Err(WireError::Message { message: 1, obstacle }) => assert_eq!(obstacle, wanted),
            other => panic!("{wanted}: {other:?}"),
        }
        assert!(out.is_empty());
    }
    match small.to_bytes(&flow([good()])) {
        Err(WireError::Message { message: 0, obstacle }) => assert_eq!(obstacle, Obstacle::Mtu { least: 28 }),
        other => panic!("{other:?}"),
    }
}

#[test]
fn messages_longer_than_packets_and_windows_are_carried() {
    let long = measured(&vec![b'a'; 200_000]);
    let flow = flow([placed(long, CLIENT[1], SERVER[1], 0)]);
    for (segment, least) in [(None, 4), (NonZeroU16::new(1460), 137)] {
        let wire = Wire { carriage: Carriage::Tcp { segment }, ..Wire::default() };
        let (read, frames, _) = read(&wire.to_bytes(&flow).unwrap());
        assert_eq!(read, as_captured(&flow, &wire));
        assert!(frames[0] >= least, "{frames:?}");
    }
    let most = placed(sip("", &vec![b'a'; 65_507 - sip("", b"").len()]), CLIENT[0], SERVER[0], 0);
    let flow = Flow { messages: vec![most] };
    for mtu in [None, Some(1500), Some(68)] {
        let wire = Wire { carriage: Carriage::Udp { mtu }, order: Order::Reversed, ..Wire::default() };
        let (read, frames, _) = read(&wire.to_bytes(&flow).unwrap());
        assert_eq!(read, flow);
        assert_eq!(frames[0], mtu.map_or(1, |mtu| 65_515_usize.div_ceil(usize::from(mtu - 20) / 8 * 8)));
    }
}
