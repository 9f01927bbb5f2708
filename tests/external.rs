//! The same captures in the eyes of other programs. Run by `make test-external`; each test needs the programs
//! it names.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

#[path = "external/bed.rs"]
mod bed;
#[path = "support/cross_check/mod.rs"]
mod cross_check;

use std::io::{BufRead, BufReader, Read};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, UdpSocket};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use sipclause::compose::{Carriage, Choices, FileFormat, Flow, Order, Plan, Tunnel, Wire};
use sipclause::message::{Message, Name};
use sipclause::session::Scenario;

use self::bed::{Bed, Link, Talk};

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn judged(capture: &Path) -> Value {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"))
        .args(["check", "--output", "json"])
        .arg(capture)
        .env_clear()
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
#[ignore = "needs tshark: make test-external"]
fn tshark_sees_as_many_messages() {
    let capture = at("docs/demo/call.pcap");
    let output = Command::new("tshark")
        .arg("-r")
        .arg(&capture)
        .args(["-Y", "sip", "-T", "fields", "-e", "sip.Call-ID", "-e", "_ws.expert"])
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let report = judged(&capture);
    assert_eq!(report["inputs"][0]["messages"], lines.lines().count());
    let call_id = report["sessions"][0]["call_id"].as_str().unwrap();
    assert!(lines.lines().all(|line| line.trim_end() == call_id), "tshark has nothing to object: {lines}");
}

#[test]
#[ignore = "needs tshark: make test-external"]
fn tshark_finds_every_message_of_our_captures_and_nothing_to_object() {
    let segment = NonZeroU16::new(100);
    let carriages = [
        Carriage::AsWritten,
        Carriage::Udp { mtu: None },
        Carriage::Udp { mtu: Some(300) },
        Carriage::Tcp { segment: None },
        Carriage::Tcp { segment },
    ];
    for (name, flow) in flows_of_both_families() {
        for carriage in carriages {
            for format in [FileFormat::Pcap, FileFormat::Pcapng] {
                let wire = Wire { format, carriage, ..Wire::default() };
                let seen = tshark(&wire.to_bytes(&flow).unwrap());
                assert_eq!(seen.messages, messages(&flow), "{name} {wire:?}");
                assert_eq!(seen.objections, Vec::<String>::new(), "{name} {wire:?}");
                assert!(
                    seen.checksums >= flow.messages.len(),
                    "{name} {wire:?}: checksums were not looked at"
                );
            }
        }
    }
}

#[test]
#[ignore = "needs tshark: make test-external"]
fn tshark_looks_into_our_tunnels_and_associations() {
    let carriages = [
        Carriage::Udp { mtu: None },
        Carriage::Udp { mtu: Some(300) },
        Carriage::Sctp { fragment: None },
        Carriage::Sctp { fragment: NonZeroU16::new(100) },
    ];
    // tshark begins anew for each: two flows will do.
    for (name, flow) in flows_of_both_families().into_iter().take(2) {
        for (carriage, tunnel) in
            carriages.iter().flat_map(|carriage| Tunnel::ALL.map(|tunnel| (*carriage, tunnel)))
        {
            let wire = Wire { carriage, tunnel, ..Wire::default() };
            let seen = tshark(&wire.to_bytes(&flow).unwrap());
            assert_eq!(seen.messages, messages(&flow), "{name} {wire:?}");
            // Tunnels over UDP leave their own checksum out.
            let absent = |text: &String| text.starts_with("a checksum of status 3");
            assert!(seen.objections.iter().all(absent), "{name} {wire:?}: {:?}", seen.objections);
        }
    }
}

/// Random flows of every scenario, 25 in each capture.
#[test]
#[ignore = "needs tshark: make test-external"]
fn tshark_agrees_that_random_composed_flows_are_sip() {
    for scenario in Scenario::ALL {
        let flows = (0..25).map(|seed| {
            let mut plan = Plan::draw(scenario, &mut Choices::seeded(seed));
            plan.salt.push_str(&seed.to_string());
            plan.ended().compose().unwrap().flow
        });
        let flow = Flow::interleaved(flows);
        for carriage in [Carriage::AsWritten, Carriage::Udp { mtu: Some(1400) }] {
            let wire = Wire { carriage, ..Wire::default() };
            let seen = tshark(&wire.to_bytes(&flow).unwrap());
            assert_eq!(seen.messages, messages(&flow), "{} {wire:?}", scenario.name());
            assert_eq!(seen.objections, Vec::<String>::new(), "{} {wire:?}", scenario.name());
        }
    }
}

#[test]
#[ignore = "needs tshark: make test-external"]
fn tshark_puts_shuffled_pieces_together_and_notes_their_order_alone() {
    for (name, flow) in flows_of_both_families() {
        for (seed, carriage) in
            [(1, Carriage::Udp { mtu: Some(200) }), (2, Carriage::Tcp { segment: NonZeroU16::new(150) })]
        {
            let wire = Wire {
                format: FileFormat::PcapNanoseconds,
                carriage,
                order: Order::Shuffled { seed },
                ..Wire::default()
            };
            let seen = tshark(&wire.to_bytes(&flow).unwrap());
            assert_eq!(seen.messages, messages(&flow), "{name} {wire:?}");
            let about_order = |text: &String| {
                matches!(carriage, Carriage::Tcp { .. })
                    && ["out-of-order segment", "Previous segment(s) not captured"]
                        .iter()
                        .any(|order| text.contains(order))
            };
            assert!(seen.objections.iter().all(about_order), "{name} {wire:?}: {:?}", seen.objections);
        }
    }
}

#[test]
#[ignore = "needs tshark: make test-external"]
fn tshark_objects_to_one_wrong_byte() {
    let flow = Flow::load(&at("vectors/oma_im/flows/one-to-one.sip")).unwrap();
    for carriage in [Carriage::Udp { mtu: None }, Carriage::Tcp { segment: None }] {
        let mut file = Wire { carriage, ..Wire::default() }.to_bytes(&flow).unwrap();
        let start_line = memchr::memmem::find(&file, b"INVITE").unwrap();
        file[start_line] ^= 1;
        let seen = tshark(&file);
        assert!(seen.objections.iter().any(|text| text.contains("Bad checksum")), "{:?}", seen.objections);
    }
}

/// The flows of the vectors, and the same with their packets (not what they say) on IPv6.
fn flows_of_both_families() -> Vec<(String, Flow)> {
    let mut paths: Vec<_> =
        std::fs::read_dir(at("vectors/oma_im/flows")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut flows = Vec::new();
    for path in paths {
        let flow = Flow::load(&path).unwrap();
        let mut on_ipv6 = flow.clone();
        for message in &mut on_ipv6.messages {
            message.from = message.from.map(on_documentation_prefix);
            message.to = message.to.map(on_documentation_prefix);
        }
        flows.extend([
            (format!("{} IPv4", path.display()), flow),
            (format!("{} IPv6", path.display()), on_ipv6),
        ]);
    }
    flows
}

fn on_documentation_prefix(address: SocketAddr) -> SocketAddr {
    let IpAddr::V4(v4) = address.ip() else { panic!("the flows of the vectors are IPv4") };
    let [a, b, c, d] = v4.octets().map(u16::from);
    SocketAddr::new(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, a, b, c, d).into(), address.port())
}

/// Call-ID and CSeq of every message.
fn messages(flow: &Flow) -> Vec<(String, String)> {
    let text = |value: Option<&[u8]>| String::from_utf8(value.unwrap().to_vec()).unwrap();
    let ids = flow.messages.iter().map(|message| {
        let message = Message::split(&message.bytes);
        (text(message.first(Name::CallId)), text(message.first(Name::CSeq)))
    });
    ids.collect()
}

/// What tshark says about a capture.
struct Seen {
    /// Call-ID and CSeq of every SIP message.
    messages: Vec<(String, String)>,
    objections: Vec<String>,
    /// How many checksums it found right.
    checksums: usize,
}

/// What it says at the level of a note about every connection that is closed. All else that it says about the
/// beginning and the end of connections is a chat.
const ABOUT_CLOSING: [&str; 2] =
    ["This frame initiates the connection closing", "This frame undergoes the connection closing"];

/// The severity of a chat; those of notes, warnings and errors are greater.
const CHAT: u32 = 0x0020_0000;

fn tshark(capture: &[u8]) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture");
    std::fs::write(&path, capture).unwrap();
    let fields = [
        "sip.Call-ID",
        "sip.CSeq",
        "_ws.expert.severity",
        "_ws.expert.message",
        "ip.checksum.status",
        "udp.checksum.status",
        "tcp.checksum.status",
        "sctp.checksum.status",
    ];
    let mut command = Command::new("tshark");
    command.arg("-r").arg(&path).args(["-T", "fields", "-E", "separator=/t", "-E", "aggregator=|"]);
    let options = [
        "ip.check_checksum",
        "udp.check_checksum",
        "tcp.check_checksum",
        "tcp.reassemble_out_of_order",
        "esp.enable_null_encryption_decode_heuristic",
    ];
    for option in options {
        command.arg("-o").arg(format!("{option}:TRUE"));
    }
    command.args(["-o", "sctp.checksum:crc-32c"]);
    for field in fields {
        command.args(["-e", field]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut seen = Seen { messages: Vec::new(), objections: Vec::new(), checksums: 0 };
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let columns: Vec<Vec<&str>> = line
            .split('\t')
            .map(|column| column.split('|').filter(|value| !value.is_empty()).collect())
            .collect();
        let [call_ids, cseqs, severities, texts, checksums @ ..] = &columns[..] else { panic!("{line}") };
        assert_eq!((call_ids.len(), severities.len()), (cseqs.len(), texts.len()), "{line}");
        let owned = |(id, cseq): (&&str, &&str)| ((*id).to_owned(), (*cseq).to_owned());
        seen.messages.extend(call_ids.iter().zip(cseqs).map(owned));
        for (severity, text) in severities.iter().zip(texts) {
            if severity.parse::<u32>().unwrap() > CHAT && !ABOUT_CLOSING.contains(text) {
                seen.objections.push((*text).to_owned());
            }
        }
        for status in checksums.concat() {
            match status {
                "1" => seen.checksums += 1,
                other => seen.objections.push(format!("a checksum of status {other}: {line}")),
            }
        }
    }
    seen
}

#[test]
#[ignore = "needs sipp and tcpdump with the right to capture on lo: make test-external"]
fn a_live_call_of_sipp_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("call.pcap");
    let (server, client) = (free_port(), free_port());
    let mut tcpdump = listening_tcpdump(&capture, server);
    let mut uas = sipp(folder.path()).args(["-sn", "uas", "-p", &server.to_string()]).spawn().unwrap();
    let mut uac = sipp(folder.path())
        .arg("-sf")
        .arg(at("tests/external/im_client.xml"))
        .args(["-p", &client.to_string(), "-s", "bob", &format!("127.0.0.1:{server}")])
        .spawn()
        .unwrap();
    finish(&mut uac);
    finish(&mut uas);
    std::thread::sleep(Duration::from_secs(1));
    // tcpdump ends its file properly on SIGINT, which std cannot send; a last record is never half written (-U).
    tcpdump.kill().unwrap();
    tcpdump.wait().unwrap();

    let report = judged(&capture);
    assert_eq!(report["summary"]["sessions"], 1, "{report:#}");
    let count = |clause: &str, verdict: &str| report["summary"]["by_clause"][clause][verdict].clone();
    assert_eq!(count("6.2.1.1-1", "pass"), 1);
    assert_eq!(count("6.2.1.1-7", "pass"), 1);
    assert_eq!(count("6.2.1.2-3a", "pass"), 1);
    assert_eq!(count("6.2.1.1-5bis", "fail"), 1, "the scenario leaves `timer` out");
    assert_eq!(count("6.2.1.2-ok2", "pass"), 1, "ACK and BYE go to the Contact of the 200");
}

fn free_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn sipp(folder: &Path) -> Command {
    let mut sipp = Command::new("sipp");
    sipp.args(["-i", "127.0.0.1", "-m", "1", "-nostdin", "-timeout", "20"]);
    sipp.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    sipp
}

/// Starts tcpdump and waits until it says that it listens.
fn listening_tcpdump(capture: &Path, port: u16) -> Child {
    let mut tcpdump = Command::new("tcpdump")
        .args(["-i", "lo", "-U", "--immediate-mode", "-w"])
        .arg(capture)
        .args(["udp", "port", &port.to_string()])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(tcpdump.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("listening on") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "tcpdump gave up");
    }
    // What it says later must not block it.
    std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
    tcpdump
}

fn finish(child: &mut Child) {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(30) {
            child.kill().unwrap();
            panic!("a SIPp did not end");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What the link does, and how SIPp talks over it.
const CALLS: &[(&str, Talk, Link)] = &[
    ("udp", Talk::Udp, Link { loss: 0, delay: 0, jitter: 0, mtu: None }),
    ("udp-ipv6", Talk::Udp6, Link { loss: 0, delay: 0, jitter: 0, mtu: None }),
    ("tcp", Talk::Tcp, Link { loss: 0, delay: 0, jitter: 0, mtu: None }),
    ("tcp-ipv6", Talk::Tcp6, Link { loss: 0, delay: 0, jitter: 0, mtu: None }),
    ("udp-lossy", Talk::Udp, Link { loss: 5, delay: 5, jitter: 0, mtu: None }),
    ("udp-ipv6-lossy-reordered", Talk::Udp6, Link { loss: 2, delay: 5, jitter: 40, mtu: None }),
    ("udp-fragments", Talk::Udp, Link { loss: 0, delay: 0, jitter: 0, mtu: Some(400) }),
    ("udp-fragments-lossy-reordered", Talk::Udp, Link { loss: 3, delay: 5, jitter: 40, mtu: Some(300) }),
    ("tcp-lossy", Talk::Tcp, Link { loss: 3, delay: 5, jitter: 0, mtu: None }),
    ("tcp-segments-lossy-reordered", Talk::Tcp, Link { loss: 2, delay: 5, jitter: 40, mtu: Some(300) }),
    ("tcp-ipv6-lossy-reordered", Talk::Tcp6, Link { loss: 2, delay: 5, jitter: 40, mtu: Some(1280) }),
];

/// Options of `openssl s_client`, and how many connections there are.
const ENCRYPTED: &[(&str, &[&str], u64)] = &[
    ("tls13-aes256", &["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"], 1),
    ("tls13-chacha", &["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"], 1),
    ("tls13-resumed", &["-tls1_3"], 2),
    ("tls12-gcm", &["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"], 1),
    ("tls12-cbc", &["-tls1_2", "-cipher", "AES128-SHA"], 1),
    ("tls12-cbc-sha384", &["-tls1_2", "-cipher", "ECDHE-RSA-AES256-SHA384"], 1),
    ("tls12-resumed", &["-tls1_2"], 2),
];

/// `SIPCLAUSE_BED=folder` keeps the captures.
#[test]
#[ignore = "needs root, ip, tcpdump, sipp, openssl and tshark: make test-external"]
fn tshark_counts_the_same_messages_in_captures_of_a_test_bed() {
    if let Some(why) = bed::obstacle() {
        println!("skipped: {why}");
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("SIPCLAUSE_BED").map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    for (number, (name, talk, link)) in CALLS.iter().enumerate() {
        let capture = folder.join(format!("{name}.pcap"));
        Bed::new(number, *link).sipp(&capture, *talk, 20);
        if name.contains("fragments") || name.contains("tcp") {
            bed::thin(&capture, 7);
        }
    }
    let bed = Bed::new(CALLS.len(), Link::default());
    for (name, options, connections) in ENCRYPTED {
        bed.tls(&folder.join(format!("{name}.pcap")), options, *connections);
    }
    let lossy = Bed::new(CALLS.len() + 1, Link { loss: 2, delay: 5, jitter: 40, mtu: Some(500) });
    lossy.tls(&folder.join("tls13-lossy-reordered.pcap"), &["-tls1_3"], 1);

    let outcome = cross_check::cross_check(&folder, &[]).unwrap();
    println!("{outcome}");
    let wrong: Vec<_> = outcome.unexplained().collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(outcome.messages.0 > 1500, "{outcome}");
}
