mod recorded;
mod sealed;

use std::time::{Duration, Instant};

use proptest::prelude::*;

use self::recorded::{Flight, Parties, Side, suites};
use self::sealed::Sealed;
use super::Secrets;
use crate::capture::build::{ACK, FIN, SYN, message, pcap, pcapng, tcp_between};
use crate::capture::{Caps, Capture, Event, Severity, Transport};
use crate::message::Wholeness;
use crate::source::FrameNumber;

/// What was read: messages as `over frames text`, losses as `loss`.
struct Read {
    events: Vec<String>,
    problems: Vec<String>,
    damaged: bool,
}

fn read_with(file: &[u8], key_log: &str, caps: Caps) -> Read {
    let mut secrets = Secrets::new(caps.secrets);
    assert_eq!(secrets.read(key_log.as_bytes()).unwrap(), []);
    let mut capture = Capture::open_with(file, caps, secrets).unwrap();
    let mut events = Vec::new();
    while let Some(event) = capture.next_event() {
        events.push(match event {
            Event::Loss(_) => "loss".to_owned(),
            Event::Packet(packet) => {
                let over = packet.transport.map_or("?", Transport::name);
                let cut = if packet.wholeness == Wholeness::Cut { "cut " } else { "" };
                format!("{over} {cut}{}", String::from_utf8_lossy(&packet.payload))
            }
        });
    }
    let damaged = capture.problems().iter().any(|problem| problem.severity == Severity::Damage);
    Read { events, problems: capture.problems().iter().map(ToString::to_string).collect(), damaged }
}

fn read(flights: &[Flight], key_log: &str) -> Read {
    read_with(&pcap(&packets(flights, 5061, 1400)), key_log, Caps::default())
}

/// The flights as segments between port 40000 and the server's, opened and closed.
fn packets(flights: &[Flight], port: u16, most: usize) -> Vec<Vec<u8>> {
    let mut next = [100_u32, 0_u32.wrapping_sub(200)];
    let ports = |side: Side| if side == Side::Client { (40_000, port) } else { (port, 40_000) };
    let mut packets = Vec::new();
    let mut send = |side: Side, flags, bytes: &[u8]| {
        let seq = &mut next[side as usize];
        packets.push(tcp_between(ports(side), *seq, flags, bytes));
        *seq = seq.wrapping_add(bytes.len() as u32 + u32::from(flags & (SYN | FIN) != 0));
    };
    send(Side::Client, SYN, b"");
    send(Side::Server, SYN | ACK, b"");
    for (side, bytes) in flights {
        bytes.chunks(most).for_each(|part| send(*side, ACK, part));
    }
    send(Side::Client, FIN | ACK, b"");
    send(Side::Server, FIN | ACK, b"");
    packets
}

/// Suites of which a key can be made here.
fn sessions() -> impl Iterator<Item = (String, Parties)> {
    let named = suites().iter().map(|suite| (format!("{:?}", suite.suite()), *suite));
    named.filter(|(name, _)| !name.contains("RSA")).map(|(name, suite)| (name, Parties::of(suite)))
}

fn of(name: &str) -> Parties {
    sessions().find(|(suite, _)| suite.contains(name)).unwrap().1
}

#[test]
fn every_suite_of_rustls_is_read_however_the_stream_is_cut() {
    let (one, two, three) = (message(1, "hello"), message(2, &"x".repeat(40_000)), message(3, ""));
    let wanted = [&one, &two, &three].map(|text| format!("tls {text}"));
    let mut count = 0;
    for (name, parties) in sessions() {
        let mut talk = parties.talk(None);
        talk.say(Side::Client, &one);
        talk.say(Side::Server, &two);
        talk.say(Side::Client, &three);
        talk.close();
        for most in [7, 1400, 100_000] {
            let file = pcap(&packets(&talk.flights, 5061, most.min(60_000)));
            let read = read_with(&file, &parties.key_log(), Caps::default());
            assert_eq!(read.events, wanted, "{name} in pieces of {most}");
            assert_eq!(read.problems, [""; 0], "{name}");
        }
        count += 1;
    }
    assert_eq!(count, 6, "three suites of either version");
}

#[test]
fn messages_name_the_frames_their_records_came_in() {
    let parties = of("TLS13_AES_128");
    let mut talk = parties.talk(None);
    let before = talk.flights.len() as u64;
    talk.say(Side::Client, &message(1, &"x".repeat(3000)));
    let file = pcap(&packets(&talk.flights, 5061, 40_000));
    let mut secrets = Secrets::new(9);
    secrets.read(parties.key_log().as_bytes()).unwrap();
    let mut capture = Capture::open_with(&file[..], Caps::default(), secrets).unwrap();
    let Some(Event::Packet(packet)) = capture.next_event() else { panic!("a message") };
    // Two frames opened the connection.
    assert_eq!(
        (packet.frames, packet.transport),
        (FrameNumber::all(&[2 + before + 1]), Some(Transport::Tls))
    );
}

#[test]
fn keys_may_be_changed_on_the_way() {
    for (name, parties) in sessions().filter(|(name, _)| name.contains("TLS13")) {
        let mut talk = parties.talk(None);
        let texts: Vec<_> = (0..6).map(|id| message(id, "")).collect();
        for (index, text) in texts.iter().enumerate() {
            let side = if index % 3 == 0 { Side::Server } else { Side::Client };
            talk.change_keys(side);
            talk.say(side, text);
        }
        let wanted: Vec<_> = texts.iter().map(|text| format!("tls {text}")).collect();
        assert_eq!(read(&talk.flights, &parties.key_log()).events, wanted, "{name}");
    }
}

#[test]
fn resumed_sessions_and_early_data_are_read() {
    for (name, parties) in sessions() {
        parties.talk(None).say(Side::Server, &message(0, ""));
        let early = message(1, "early");
        let mut talk = parties.talk(Some(&early));
        talk.say(Side::Client, &message(2, ""));
        talk.say(Side::Server, &message(3, ""));
        let mut wanted = vec![format!("tls {}", message(2, "")), format!("tls {}", message(3, ""))];
        let is_early = parties.key_log().contains("CLIENT_EARLY_TRAFFIC_SECRET");
        if is_early {
            wanted.insert(0, format!("tls {early}"));
        }
        assert_eq!(is_early, name.contains("TLS13"), "{name}");
        assert_eq!(read(&talk.flights, &parties.key_log()).events, wanted, "{name}");
        // Without its secret, early data is lost and the rest is not.
        let without: Vec<_> =
            parties.key_log().lines().filter(|line| !line.contains("EARLY")).map(str::to_owned).collect();
        let read = read(&talk.flights, &without.join("\n"));
        let losses = read.events.iter().filter(|event| *event == "loss").count();
        let texts: Vec<_> = read.events.into_iter().filter(|event| event != "loss").collect();
        assert_eq!((texts == wanted[usize::from(is_early)..], losses > 0), (true, is_early), "{name}");
    }
}

#[test]
fn suites_with_a_mac_of_their_own_are_read_in_each_version() {
    let (one, two) = (message(1, "hello"), message(2, &"y".repeat(9000)));
    let suites = [
        (0x002f, &[0x0301, 0x0302, 0x0303][..]),
        (0x0035, &[0x0301, 0x0302, 0x0303]),
        (0x003c, &[0x0303]),
        (0xc028, &[0x0303]),
        (0x0002, &[0x0301, 0x0303]),
        (0x003b, &[0x0303]),
        (0xc09c, &[0x0303]),
        (0xc0a0, &[0x0303]),
    ];
    for (id, versions) in suites {
        for &version in versions {
            for encrypt_then_mac in [false, true] {
                let mut talk = Sealed::new(version, id, encrypt_then_mac);
                talk.say(Side::Client, &one);
                talk.say(Side::Server, &two);
                talk.say(Side::Client, &two);
                let read = read(&talk.flights, &sealed::key_log());
                let wanted = [&one, &two, &two].map(|text| format!("tls {text}"));
                assert_eq!(
                    read.events, wanted,
                    "{id:#06x} {version:#06x} {encrypt_then_mac}: {:?}",
                    read.problems
                );
            }
        }
    }
}

#[test]
fn without_encryption_no_key_is_needed() {
    let mut talk = Sealed::new(0x0303, 0x003b, false);
    talk.say(Side::Client, &message(1, ""));
    assert_eq!(read(&talk.flights, "").events, [format!("tls {}", message(1, ""))]);
}

#[test]
fn without_keys_a_connection_on_a_port_of_sip_is_damage_and_loss_and_others_are_counted() {
    let parties = of("TLS13_AES_128");
    let mut talk = parties.talk(None);
    talk.say(Side::Client, &message(1, ""));
    let at = |port| read_with(&pcap(&packets(&talk.flights, port, 1400)), "", Caps::default());
    let sip = at(5061);
    assert!(sip.damaged && sip.events.iter().all(|event| event == "loss") && sip.events.len() > 1);
    assert_eq!(sip.problems.len(), 1);
    assert!(
        sip.problems[0].ends_with("has no keys: give the key log of its client or server with `--keylog`"),
        "{:?}",
        sip.problems
    );
    let other = at(443);
    assert_eq!((other.damaged, other.events.len(), other.problems.len()), (false, 0, 1));
    // Keys of another connection are none.
    assert_eq!(read(&talk.flights, &sealed::key_log()).events, sip.events);
}

#[test]
fn many_connections_without_keys_are_one_problem_with_a_count() {
    let mut talk = Sealed::new(0x0303, 0x002f, false);
    talk.say(Side::Client, &message(1, ""));
    let all: Vec<_> = (0..3).flat_map(|port| packets(&talk.flights, 8000 + port, 1400)).collect();
    let read = read_with(&pcap(&all), "", Caps::default());
    assert_eq!(read.problems.len(), 1);
    assert!(read.problems[0].ends_with("(and 2 more like it)"), "{:?}", read.problems);
}

#[test]
fn a_connection_captured_from_its_middle_is_said_and_lost() {
    let parties = of("TLS13_AES_128");
    let mut talk = parties.talk(None);
    talk.say(Side::Client, &message(1, ""));
    talk.say(Side::Server, &message(2, ""));
    let all = packets(&talk.flights, 5061, 60_000);
    for first in 3..all.len() - 3 {
        let read = read_with(&pcap(&all[first..]), &parties.key_log(), Caps::default());
        assert!(read.damaged && read.events.contains(&"loss".to_owned()), "from {first}: {:?}", read.events);
        let said = read.problems.iter().any(|problem| problem.contains("from its middle"));
        assert!(said, "from {first}: {:?}", read.problems);
    }
    // One direction alone is no better.
    for port in [5061_u16, 40_000] {
        let one: Vec<_> = all.iter().filter(|packet| packet[20..22] == port.to_be_bytes()).cloned().collect();
        let read = read_with(&pcap(&one), &parties.key_log(), Caps::default());
        assert!(read.damaged && read.events.iter().all(|event| event == "loss"), "{:?}", read.events);
    }
}

#[test]
fn a_lost_segment_loses_its_message_and_no_other() {
    for (name, parties) in sessions() {
        let mut talk = parties.talk(None);
        let handshake = talk.flights.len();
        let texts: Vec<_> = (0..20).map(|id| message(id, &"z".repeat(100 * id))).collect();
        texts.iter().for_each(|text| talk.say(Side::Client, text));
        for (from, count) in [(3, 1), (0, 1), (5, 4), (2, 12)] {
            let mut packets = packets(&talk.flights, 5061, 60_000);
            packets.drain(2 + handshake + from..2 + handshake + from + count);
            let mut read = read_with(&pcap(&packets), &parties.key_log(), Caps::default());
            // Before SIP was found, TLS tells the loss as well.
            read.events.dedup_by(|other, one| other == one && *one == "loss");
            let mut wanted: Vec<_> = texts.iter().map(|text| format!("tls {text}")).collect();
            wanted.splice(from..from + count, ["loss".to_owned()]);
            assert_eq!(read.events, wanted, "{name}: {count} from {from}: {:?}", read.problems);
            assert!(read.damaged, "{name}");
        }
    }
}

#[test]
fn a_lost_piece_of_a_record_loses_that_record_alone() {
    for version in [0x0301, 0x0303] {
        let mut talk = Sealed::new(version, 0x002f, false);
        let texts: Vec<_> = (0..6).map(|id| message(id, &"z".repeat(400))).collect();
        texts.iter().for_each(|text| talk.say(Side::Client, text));
        let mut packets = packets(&talk.flights, 5061, 200);
        // The middle of the third message.
        let at = packets.len() - 2 - 3 * packets_of(&talk.flights, 200) - 2;
        packets.remove(at);
        let read = read_with(&pcap(&packets), &sealed::key_log(), Caps::default());
        let messages = read.events.iter().filter(|event| *event != "loss").count();
        // In TLS 1.0 the next record needs the end of the one that was lost.
        let wanted = if version == 0x0301 { 4..=5 } else { 5..=5 };
        assert!(
            wanted.contains(&messages) && read.damaged,
            "{version:#x} {:?} {:?}",
            read.events,
            read.problems
        );
    }
}

/// Into how many pieces the last flight is cut.
fn packets_of(flights: &[Flight], most: usize) -> usize {
    flights.last().unwrap().1.len().div_ceil(most)
}

#[test]
fn a_damaged_record_ends_what_is_read_of_its_direction() {
    for (name, parties) in sessions() {
        let mut talk = parties.talk(None);
        (0..3).for_each(|id| talk.say(Side::Client, &message(id, "")));
        talk.say(Side::Server, &message(3, ""));
        let at = talk.flights.len() - 3;
        *talk.flights[at].1.last_mut().unwrap() ^= 1;
        let read = read(&talk.flights, &parties.key_log());
        assert_eq!(read.events.first(), Some(&format!("tls {}", message(0, ""))), "{name}");
        assert_eq!(read.events.last(), Some(&format!("tls {}", message(3, ""))), "{name}");
        assert!(
            read.events[1..read.events.len() - 1].iter().all(|event| event == "loss"),
            "{:?}",
            read.events
        );
        let said = read.problems.iter().any(|problem| problem.contains("cannot be decrypted from here on"));
        assert!(said && read.damaged && read.events.len() > 2, "{name}: {:?}", read.problems);
    }
}

#[test]
fn secrets_in_the_capture_may_stand_before_or_behind_the_packets() {
    let parties = of("TLS13_AES_256");
    let mut talk = parties.talk(None);
    talk.say(Side::Client, &message(1, ""));
    talk.say(Side::Server, &message(2, ""));
    let packets = packets(&talk.flights, 443, 1400);
    let log = parties.key_log();
    let mut secrets: Vec<_> = log.lines().map(|line| line.as_bytes().to_vec()).collect();
    secrets.push(b"nonsense".to_vec());
    for place in 0..=packets.len() {
        let read = read_with(&pcapng(&packets, place, &secrets), "", Caps::default());
        assert_eq!(read.events.len(), 2, "behind frame {place}: {:?} {:?}", read.events, read.problems);
        assert_eq!(
            read.problems,
            [format!("the key log in the capture behind frame {place}: line 1: no line of a key log")]
        );
    }
    // What waits is bounded, and said.
    let caps = Caps { tls_held: 100, ..Caps::default() };
    let read = read_with(&pcapng(&packets, packets.len(), &secrets), "", caps);
    assert_eq!(read.events, [""; 0]);
    assert!(read.problems[0].contains("`limits.tls_held`"), "{:?}", read.problems);
    // And so is what the capture says of connections.
    let caps = Caps { secrets: 0, ..Caps::default() };
    let read = read_with(&pcapng(&packets, 0, &secrets), "", caps);
    assert!(read.damaged && read.problems[0].contains("`limits.secrets`"), "{:?}", read.problems);
}

#[test]
fn a_suite_that_is_not_read_is_named() {
    let mut talk = Sealed::new(0x0303, 0x002f, false);
    talk.say(Side::Client, &message(1, ""));
    let hello = &mut talk.flights[1].1;
    let at = hello.len() - 3;
    hello[at..at + 2].copy_from_slice(&[0, 0x05]);
    let read = read(&talk.flights, &sealed::key_log());
    assert!(
        read.problems[0].contains("uses TLS_RSA_WITH_RC4_128_SHA, which is not read"),
        "{:?}",
        read.problems
    );
}

#[test]
fn a_websocket_in_tls_is_read() {
    let parties = of("TLS13_CHACHA20");
    let mut talk = parties.talk(None);
    let upgrade = "Upgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\n\r\n";
    talk.say(Side::Client, &format!("GET / HTTP/1.1\r\n{upgrade}"));
    talk.say(Side::Server, &format!("HTTP/1.1 101 Switching Protocols\r\n{upgrade}"));
    let one = message(1, "");
    assert!(one.len() < 126, "the length fits");
    talk.say_bytes(Side::Server, &[&[0x81, one.len() as u8][..], one.as_bytes()].concat());
    let read = read_with(&pcap(&packets(&talk.flights, 443, 1400)), &parties.key_log(), Caps::default());
    assert_eq!(read.events, [format!("wss {one}")], "{:?}", read.problems);
}

#[test]
fn floods_of_records_and_of_gaps_take_linear_time() {
    let mut talk = Sealed::new(0x0303, 0x002f, false);
    (0..4000).for_each(|_| talk.say(Side::Client, "\r\n\r\n"));
    let mut all = packets(&talk.flights, 5061, 60_000);
    // Every second record is lost.
    let mut index = 0;
    all.retain(|_| {
        index += 1;
        index < 20 || index % 2 == 0
    });
    let started = Instant::now();
    let read = read_with(&pcap(&all), &sealed::key_log(), Caps::default());
    assert!(read.damaged && started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn any_records_at_all_never_panic(
        parts in proptest::collection::vec((any::<bool>(), 18..26_u8, 0..5_u8, proptest::collection::vec(any::<u8>(), 0..60)), 0..20),
        start in 0..5_usize,
        most in 1..200_usize,
    ) {
        let mut flights = Sealed::new(0x0303, 0x002f, false).flights;
        flights.truncate(start);
        flights.extend(parts.into_iter().map(|(client, kind, version, bytes)| {
            let side = if client { Side::Client } else { Side::Server };
            (side, sealed::record(kind, 0x0300 | u16::from(version), &bytes))
        }));
        let caps = Caps { tls_held: 300, stream_bytes: 500, ..Caps::default() };
        let read = read_with(&pcap(&packets(&flights, 5061, most)), &sealed::key_log(), caps);
        prop_assert!(read.events.len() <= 200);
    }
}
