//! The same captures in the eyes of other programs. Run by `make test-external`; each test needs the programs
//! it names.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::io::{BufRead, BufReader, Read};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, UdpSocket};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use sipclause::compose::{Carriage, Choices, FileFormat, Flow, Order, Plan, Wire};
use sipclause::message::{Message, Name};
use sipclause::session::Scenario;

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
                let wire = Wire { format, carriage, order: Order::InOrder };
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
            let wire =
                Wire { format: FileFormat::PcapNanoseconds, carriage, order: Order::Shuffled { seed } };
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
    ];
    let mut command = Command::new("tshark");
    command.arg("-r").arg(&path).args(["-T", "fields", "-E", "separator=/t", "-E", "aggregator=|"]);
    for option in
        ["ip.check_checksum", "udp.check_checksum", "tcp.check_checksum", "tcp.reassemble_out_of_order"]
    {
        command.arg("-o").arg(format!("{option}:TRUE"));
    }
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
