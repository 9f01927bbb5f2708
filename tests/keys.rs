//! Encrypted sessions are judged like those in the clear, where there are keys; where there are none, nothing
//! passes for it.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

#[expect(dead_code, reason = "the unit tests use all of it")]
#[path = "../src/capture/tls/tests/recorded.rs"]
mod recorded;

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use recorded::{Flight, Parties, Side, suites};
use serde_json::Value;
use sipclause::capture::{Caps, Capture, Event, Secrets};
use sipclause::compose::{Carriage, Flow, Wire};
use tempfile::TempDir;

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn check(arguments: &[&str], environment: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"));
    command.args(["check", "--all-sessions", "--output", "json"]).args(arguments);
    command.env_clear().envs(environment.iter().copied()).stdin(Stdio::null()).output().unwrap()
}

fn report(arguments: &[&str]) -> Value {
    serde_json::from_slice(&check(arguments, &[]).stdout).unwrap()
}

/// Clause and verdict, for each session.
fn verdicts(report: &Value) -> Vec<Vec<(String, String)>> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let sessions = report["sessions"].as_array().unwrap();
    let of = |session: &Value| {
        let verdicts = session["verdicts"].as_array().unwrap().iter();
        verdicts.map(|verdict| (text(&verdict["clause"]), text(&verdict["verdict"]))).collect()
    };
    sessions.iter().map(of).collect()
}

/// The flights as a capture of a connection between these ends, each at its time in nanoseconds.
fn capture(flights: &[(i64, Flight)], [client, server]: [SocketAddr; 2]) -> Vec<u8> {
    let mut file = [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 262_144, 101].map(u32::to_le_bytes).concat();
    let mut next = [1_u32; 2];
    let opening =
        [(Side::Client, 2_u8), (Side::Server, 18)].map(|(side, flags)| (flights[0].0, side, flags, &[][..]));
    let data = flights
        .iter()
        .flat_map(|(time, (side, bytes))| bytes.chunks(1400).map(move |part| (*time, *side, 16_u8, part)));
    for (time, side, flags, bytes) in opening.into_iter().chain(data) {
        let (from, to) = if side == Side::Client { (client, server) } else { (server, client) };
        let seq = &mut next[side as usize];
        let first = if flags & 2 == 0 { *seq } else { 0 };
        let packet = segment((from, to), first, flags, bytes);
        *seq += bytes.len() as u32;
        let length = packet.len() as u32;
        let times = [(time / 1_000_000_000) as u32, (time % 1_000_000_000) as u32];
        file.extend([times[0], times[1], length, length].map(u32::to_le_bytes).concat());
        file.extend(packet);
    }
    file
}

fn segment((from, to): (SocketAddr, SocketAddr), seq: u32, flags: u8, bytes: &[u8]) -> Vec<u8> {
    let (SocketAddr::V4(from), SocketAddr::V4(to)) = (from, to) else { panic!("IPv4 is enough here") };
    let length = (bytes.len() as u16 + 40).to_be_bytes();
    let mut packet = vec![0x45, 0, length[0], length[1], 0, 0, 0, 0, 64, 6, 0, 0];
    packet.extend(from.ip().octets());
    packet.extend(to.ip().octets());
    packet.extend([from.port(), to.port()].map(u16::to_be_bytes).concat());
    packet.extend(seq.to_be_bytes());
    packet.extend([0, 0, 0, 0, 0x50, flags, 1, 0, 0, 0, 0, 0]);
    packet.extend(bytes);
    packet
}

/// A shipped flow in TLS and in TCP: the file with each, and the key log.
fn composed(folder: &TempDir, suite: &str) -> [String; 3] {
    let flow = Flow::load(&at("vectors/oma_im/flows/one-to-one-short.sip")).unwrap();
    let first = &flow.messages[0];
    let ends = [first.from.unwrap(), first.to.unwrap()];
    let named = |wanted: &&rustls::SupportedCipherSuite| format!("{:?}", wanted.suite()).contains(suite);
    let parties = Parties::of(*suites().iter().find(named).unwrap());
    let mut talk = parties.talk(None);
    let begin = first.time.unwrap().0 - 1_000_000_000;
    let mut flights: Vec<_> = talk.flights.drain(..).map(|flight| (begin, flight)).collect();
    for message in &flow.messages {
        let side = if message.from == Some(ends[0]) { Side::Client } else { Side::Server };
        talk.say_bytes(side, &message.bytes);
        flights.extend(talk.flights.drain(..).map(|flight| (message.time.unwrap().0, flight)));
    }
    let carriage = Carriage::Tcp { segment: None };
    let wire = Wire { carriage, ..Wire::default() };
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    };
    [
        put("tls.pcap", &capture(&flights, ends)),
        put("tcp.pcap", &wire.to_bytes(&flow).unwrap()),
        put("keys.log", parties.key_log().as_bytes()),
    ]
}

#[test]
fn a_session_in_tls_has_the_verdicts_of_the_same_in_tcp() {
    for suite in ["TLS13_AES_128", "ECDSA_WITH_CHACHA20"] {
        let folder = tempfile::tempdir().unwrap();
        let [tls, tcp, keys] = composed(&folder, suite);
        let (clear, encrypted) = (report(&[&tcp]), report(&[&tls, "--keylog", &keys]));
        assert_eq!(verdicts(&encrypted), verdicts(&clear), "{suite}");
        assert_eq!(
            (verdicts(&clear).len(), &encrypted["inputs"][0]["problems"]),
            (1, &Value::Array(Vec::new()))
        );
        // The environment may name the log as well.
        let output = check(&[&tls], &[("SSLKEYLOGFILE", Path::new(&keys))]);
        let by_environment: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(verdicts(&by_environment), verdicts(&clear));
    }
}

#[test]
fn without_its_keys_a_session_passes_nowhere_and_the_exit_code_is_4() {
    let folder = tempfile::tempdir().unwrap();
    let [tls, tcp, _] = composed(&folder, "TLS13_AES_128");
    let missing = folder.path().join("nobody-wrote.log");
    let output = check(&[&tls], &[("SSLKEYLOGFILE", &missing)]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), verdicts(&report).len()), (Some(4), 0));
    assert!(report["inputs"][0]["problems"][0].as_str().unwrap().contains("has no keys"), "{report}");
    // Keys that are not needed change nothing.
    assert_eq!(check(&[&tcp, "--keylog", &tls], &[]).status.code(), check(&[&tcp], &[]).status.code());
}

#[test]
fn a_key_log_that_is_missing_is_2_and_one_with_nonsense_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let [tls, _, keys] = composed(&folder, "TLS13_AES_128");
    let output = check(&[&tls, "--keylog", "no-such.log"], &[]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text.starts_with("error: --keylog no-such.log: "), "{text}");
    let mut log = fs::read(&keys).unwrap();
    log.extend(b"nonsense\n");
    fs::write(&keys, &log).unwrap();
    let output = check(&[&tls, "--keylog", &keys], &[]);
    let text = String::from_utf8(output.stderr).unwrap();
    let line = log.iter().filter(|&&byte| byte == b'\n').count();
    assert!(text.contains(&format!("keys.log: line {line}: no line of a key log")), "{text}");
    assert_eq!(verdicts(&serde_json::from_slice(&output.stdout).unwrap()).len(), 1);
}

#[test]
fn the_same_dialog_has_the_same_verdicts_in_every_framing_of_the_corpus() {
    let folder = at("../shared/corpus/derived-captures");
    if !folder.is_dir() {
        println!("skipped: there is no corpus at {}", folder.display());
        return;
    }
    let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let clear = verdicts(&report(&[&file("A-raw-ip-lt101.pcap")]));
    assert_eq!(clear.len(), 1);
    let cases = [
        ("A-sip-tls12.pcap", Some("A-sip-tls12.keylog")),
        ("A-sip-tls13.pcap", Some("A-sip-tls13.keylog")),
        ("A-sip-tls13-dsb.pcapng", None),
        ("A-sip-websocket.pcap", None),
    ];
    for (name, log) in cases {
        let mut arguments = vec![file(name)];
        arguments.extend(log.into_iter().flat_map(|log| ["--keylog".to_owned(), file(log)]));
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        assert_eq!(verdicts(&report(&arguments)), clear, "{name}");
    }
}

/// A child that does not outlive the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What openssl says in each suite, as it goes through a relay, is what we read.
#[test]
#[ignore = "needs openssl: make test-external"]
fn what_openssl_says_is_read_in_every_suite() {
    let cases = [
        ("-tls1_3", "TLS_AES_128_GCM_SHA256"),
        ("-tls1_3", "TLS_AES_256_GCM_SHA384"),
        ("-tls1_3", "TLS_CHACHA20_POLY1305_SHA256"),
        ("-tls1_3", "TLS_AES_128_CCM_SHA256"),
        ("-tls1_3", "TLS_AES_128_CCM_8_SHA256"),
        ("-tls1_2", "ECDHE-RSA-AES128-GCM-SHA256"),
        ("-tls1_2", "AES256-GCM-SHA384"),
        ("-tls1_2", "ECDHE-RSA-CHACHA20-POLY1305"),
        ("-tls1_2", "AES128-CCM"),
        ("-tls1_2", "DHE-RSA-AES256-CCM8"),
        ("-tls1_2", "AES128-SHA"),
        ("-tls1_2", "AES256-SHA256"),
        ("-tls1_2", "ECDHE-RSA-AES256-SHA384"),
        ("-tls1_2", "NULL-SHA256"),
        ("-tls1_1", "AES128-SHA"),
        ("-tls1", "AES256-SHA"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run(&[
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "cert", "-subj", "/CN=a",
    ]);
    for encrypt_then_mac in [true, false] {
        for (version, suite) in cases {
            openssl_session(folder.path(), version, suite, encrypt_then_mac);
        }
    }
}

fn openssl_session(folder: &Path, version: &str, suite: &str, encrypt_then_mac: bool) {
    let free = || TcpListener::bind("127.0.0.1:0").unwrap();
    let (relay, port) = (free(), free().local_addr().unwrap().port().to_string());
    let ciphers = if version == "-tls1_3" {
        vec!["-ciphersuites".to_owned(), suite.to_owned()]
    } else {
        vec!["-cipher".to_owned(), format!("{suite}:@SECLEVEL=0")]
    };
    let without: &[&str] = if encrypt_then_mac { &[] } else { &["-no_etm"] };
    let mut server = Command::new("openssl");
    server.args([
        "s_server", "-quiet", "-accept", &port, "-cert", "cert", "-key", "key", "-naccept", "1", version,
    ]);
    server.args(&ciphers).args(without).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::null());
    let _server = Ended(server.stderr(Stdio::null()).spawn().unwrap());
    let deadline = Instant::now() + Duration::from_secs(20);
    let upstream = loop {
        match TcpStream::connect(format!("127.0.0.1:{port}")) {
            Ok(stream) => break stream,
            Err(error) => assert!(Instant::now() < deadline, "{suite}: {error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let log = folder.join("keys");
    let _ = fs::remove_file(&log);
    let mut client = Command::new("openssl");
    let to = relay.local_addr().unwrap().to_string();
    client.args(["s_client", "-quiet", "-connect", &to, "-keylogfile", "keys", version]);
    client.args(&ciphers).args(without).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut client = Ended(client.stderr(Stdio::null()).spawn().unwrap());
    let flights: Arc<Mutex<Vec<(i64, Flight)>>> = Arc::default();
    let (downstream, _) = relay.accept().unwrap();
    let copy = |side: Side, mut from: TcpStream, mut to: TcpStream| {
        let flights = Arc::clone(&flights);
        std::thread::spawn(move || {
            let mut buffer = [0; 5000];
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                flights.lock().unwrap().push((0, (side, buffer[..read].to_vec())));
                if to.write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
            let _ = to.shutdown(Shutdown::Write);
        })
    };
    let there = copy(Side::Client, downstream.try_clone().unwrap(), upstream.try_clone().unwrap());
    let back = copy(Side::Server, upstream, downstream);
    let text = |number| format!("OPTIONS sip:a@b.example SIP/2.0\r\nCall-ID: {number}\r\nl: 0\r\n\r\n");
    let mut input = client.0.stdin.take().unwrap();
    // The handshake is over when the server has spoken; before, openssl reads no input.
    std::thread::sleep(Duration::from_millis(300));
    for number in 0..3 {
        input.write_all(text(number).as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(30));
    }
    std::thread::sleep(Duration::from_millis(100));
    drop(client);
    drop(_server);
    there.join().unwrap();
    back.join().unwrap();
    let ends = ["192.0.2.1:40000", "192.0.2.2:5061"].map(|end| end.parse().unwrap());
    let file = capture(&flights.lock().unwrap(), ends);
    let mut secrets = Secrets::new(9);
    secrets.read(&fs::read(&log).unwrap()[..]).unwrap();
    let mut read = Capture::open_with(&file[..], Caps::default(), secrets).unwrap();
    let mut seen = Vec::new();
    while let Some(event) = read.next_event() {
        if let Event::Packet(packet) = event {
            seen.push(String::from_utf8_lossy(&packet.payload).into_owned());
        }
    }
    assert_eq!(seen, [0, 1, 2].map(text), "{version} {suite} {encrypt_then_mac}: {:?}", read.problems());
}
