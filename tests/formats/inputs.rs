//! Inputs of every kind -> the reports of one run on them, in all formats.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// The formats for machines.
const FORMATS: [&str; 8] = ["json", "sarif", "junit", "github", "gitlab", "markdown", "tap", "csv"];

/// A message whose texts try to be more than text in one format or another.
const HOSTILE: &str = "=cmd|' /C calc'!A0 ]]> \u{fffe} <script>alert(1)</script> ``` | [x](http://evil) \
                       ::error::forged %0A # TODO \\# @everyone \u{202e}\u{9b}31m \"quoted\" '; </details>";

/// What a run wrote.
pub(crate) struct Reports {
    pub(crate) code: i32,
    pub(crate) texts: BTreeMap<String, String>,
    pub(crate) json: Value,
}

impl Reports {
    pub(crate) fn text(&self, format: &str) -> &str {
        &self.texts[format]
    }
}

/// Nothing but a message outside of sessions.
pub(crate) fn empty() -> Reports {
    let folder = tempfile::tempdir().unwrap();
    let options = "OPTIONS sip:a@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n\
                   To: <sip:a@example.com>\r\nFrom: <sip:b@example.com>;tag=1\r\nCall-ID: x\r\n\
                   CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
    fs::write(folder.path().join("options.sip"), options).unwrap();
    reports(folder.path(), "1")
}

/// One session with failures of both levels, in a text.
pub(crate) fn one() -> Reports {
    reports(folder_of_one().path(), "1")
}

pub(crate) fn folder_of_one() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("broken.sip"), demo()).unwrap();
    folder
}

/// More than a hundred sessions in captures and texts, some of them broken, waived, cut or hostile.
pub(crate) fn hundred(jobs: &str) -> Reports {
    let folder = tempfile::tempdir().unwrap();
    let faults = [
        ("one-to-one", "accept-contact-without-explicit"),
        ("ad-hoc", ""),
        ("pre-established", "contact-tel"),
        ("extension", "replaces-with-swapped-tags"),
    ];
    for (scenario, fault) in faults {
        let file = format!("{scenario} 100% [x]@y.pcap");
        let mut arguments = vec!["compose", scenario, "--count", "25", "--seed", "3", "-o", &file];
        if !fault.is_empty() {
            arguments.extend(["--fault", fault]);
        }
        let output = command(folder.path()).args(&arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let whole = fs::read(folder.path().join("ad-hoc 100% [x]@y.pcap")).unwrap();
    fs::write(folder.path().join("cut.pcap"), &whole[..whole.len() * 2 / 3]).unwrap();
    fs::write(folder.path().join("broken.sip"), demo()).unwrap();
    fs::write(folder.path().join("hostile.sip"), hostile()).unwrap();
    let waivers = format!(
        "waivers:\n  - clause: 6.2.1.1-1\n    reason: {}\n    owner: \"=team\"\n",
        serde_json::to_string(&HOSTILE.replace(['\u{202e}', '\u{9b}', '\u{fffe}'], "")).unwrap()
    );
    fs::write(folder.path().join("sipclause.yaml"), waivers).unwrap();
    reports(folder.path(), jobs)
}

/// Exit code and standard output.
pub(crate) fn check(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = command(folder).arg("check").args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), text)
}

fn reports(folder: &Path, jobs: &str) -> Reports {
    let out = tempfile::tempdir().unwrap();
    let mut check = command(folder);
    check.args(["check", "--jobs", jobs]);
    for format in FORMATS {
        check.arg("--output").arg(format!("{format}={}", out.path().join(format).display()));
    }
    let output = check.output().unwrap();
    let read = |format: &str| fs::read_to_string(out.path().join(format)).unwrap();
    let texts: BTreeMap<_, _> = FORMATS.iter().map(|format| (format.to_string(), read(format))).collect();
    let json = serde_json::from_str(&texts["json"]).unwrap();
    Reports { code: output.status.code().unwrap(), texts, json }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"));
    command.current_dir(folder).env_clear();
    command
}

fn demo() -> String {
    include_str!("../../docs/demo/broken.sip").to_owned()
}

/// The message of the demonstration with a hostile text in every header that is quoted somewhere.
fn hostile() -> Vec<u8> {
    let mut text = String::new();
    for line in demo().lines() {
        let line = match line.split_once(": ") {
            Some(("Call-ID", _)) => "Call-ID: =1+1\"<b>]]>#'`|\u{fffe}".to_owned(),
            Some((name @ ("User-Agent" | "Accept-Contact" | "Session-Expires"), value)) => {
                format!("{name}: {HOSTILE}{value}")
            }
            _ => line.to_owned(),
        };
        text.push_str(&line);
        text.push_str("\r\n");
    }
    let mut bytes = text.into_bytes();
    let at = bytes.windows(12).position(|part| part == b"User-Agent: ").unwrap() + 12;
    bytes.splice(at..at, *b"\xff\xfe\x1b]0;x\x07");
    bytes
}
