//! The same captures in the eyes of other programs. Run by `make test-external`; each test needs the programs
//! it names.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::io::{BufRead, BufReader, Read};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

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
