//! What a redacted report leaves of the names, numbers and addresses of its input: nothing, in any format.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod redacting;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use redacting::call::{CALL, call};
use redacting::leaks::{MOST, faults, leaks, redacting};
use redacting::tokens::{private, words};
use redacting::{PATH, PUBLIC, Told, told, told_as};
use sipclause::compose::{Choices, Composed, Fault, Flow, Hostility, Plan};
use sipclause::redact::{Bodies, Disclosure};
use sipclause::report::Format;
use sipclause::session::Scenario;
use sipclause::vector::Vector;
use sipclause::verdict::Policy;

/// Random flows of each scenario; `SIPCLAUSE_FLOWS` asks for more.
fn flows() -> u64 {
    std::env::var("SIPCLAUSE_FLOWS").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

fn policy(composed: &Composed) -> Policy {
    Policy { context: composed.context.clone(), ..Policy::default() }
}

/// Says what is wrong, at most so much of it.
fn assert_none(faults: Vec<String>) {
    let count = faults.len();
    assert!(
        faults.is_empty(),
        "{count} faults\n{}",
        faults.into_iter().take(40).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn nothing_private_is_left_of_composed_flows_in_any_format() {
    let mut wrong = Vec::new();
    for scenario in Scenario::ALL {
        for seed in 0..flows() {
            let composed = Plan::draw(scenario, &mut Choices::seeded(seed)).compose().unwrap();
            let bytes = composed.flow.to_sip().unwrap();
            let found = faults(&Format::ALL, &bytes, &policy(&composed));
            let plain = told_as(&[Format::Html], &bytes, &policy(&composed), Disclosure::default());
            assert!(
                leaks(&plain, &private(&bytes, &PUBLIC)).len() > 10,
                "what is looked for would not be found"
            );
            wrong.extend(found.into_iter().map(|fault| format!("{} {seed}: {fault}", scenario.name())));
        }
    }
    assert_none(wrong);
}

#[test]
fn nothing_private_is_left_where_a_client_makes_mistakes() {
    let mut wrong = Vec::new();
    let good: Vec<Composed> = Scenario::ALL
        .into_iter()
        .flat_map(|scenario| {
            (0..3).map(move |seed| Plan::draw(scenario, &mut Choices::seeded(seed)).compose().unwrap())
        })
        .collect();
    let mut made = 0;
    for fault in Fault::all() {
        let mut flows = good.iter().filter(|good| fault.is_of(good.scenario));
        let Some(faulty) = flows.find_map(|good| fault.make_in(good).ok()) else { continue };
        let Ok(bytes) = faulty.flow.to_sip() else { continue };
        made += 1;
        let found = faults(MOST, &bytes, &policy(&faulty));
        wrong.extend(found.into_iter().map(|leak| format!("{}: {leak}", fault.name)));
    }
    assert!(made > 100, "only {made} faults were made");
    assert_none(wrong);
}

#[test]
fn nothing_private_is_left_of_the_faults_of_the_vectors() {
    let mut wrong = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oma_im");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut cases = 0;
    for path in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "yaml")) {
        let Ok(vector) = Vector::load(path) else { continue };
        for case in &vector.cases {
            let mut flow = Flow::load(&case.flow).unwrap();
            case.edits.iter().for_each(|edit| edit.apply(&mut flow).unwrap());
            let Ok(bytes) = flow.to_sip() else { continue };
            let policy = Policy {
                profile: case.block.profile,
                scenario: case.block.scenario,
                context: case.block.context.clone(),
                ..Policy::default()
            };
            cases += 1;
            let found = faults(MOST, &bytes, &policy);
            wrong.extend(found.into_iter().map(|leak| format!("{} {}: {leak}", vector.clause, case.name)));
        }
    }
    assert!(cases > 100, "only {cases} cases");
    assert_none(wrong);
}

#[test]
fn nothing_private_is_left_of_hostile_flows() {
    for seed in 0..flows() * 10 {
        let mut choices = Choices::seeded(seed);
        let scenario = Scenario::ALL[seed as usize % Scenario::ALL.len()];
        let composed = Plan::draw(scenario, &mut choices).compose().unwrap();
        let bytes = Hostility::draw(&mut choices).apply(composed.flow.to_sip().unwrap());
        let policy = policy(&composed);
        let (plain, redacted) = (
            told_as(&[], &bytes, &policy, Disclosure::default()),
            told_as(MOST, &bytes, &policy, redacting(&policy)),
        );
        assert_eq!(plain.verdicts, redacted.verdicts, "seed {seed}");
        // What is torn is a word of its own: those that stood whole in the flow are looked for.
        let tokens = private(&composed.flow.to_sip().unwrap(), &PUBLIC);
        assert_none(
            leaks(&redacted, &tokens).into_iter().map(|leak| format!("seed {seed}: {leak}")).collect(),
        );
    }
}

#[test]
fn every_kind_of_private_value_is_replaced() {
    let policy = Policy::default();
    let told = told(&call(), &policy, redacting(&policy));
    let secrets = [
        "ottoline",
        "quentin",
        "fabricius",
        "corp",
        "internal",
        "10.20.30.40",
        "10.20.30.41",
        "nashds8xyz",
        "fromtag77",
        "totag88",
        "7788",
        "f81d4fae",
        "00a0c91e6bf6",
        "phone)",
        "491705550123",
        "2341235151d0fce11",
        "dcd98b7102dd",
        "6629fae49393",
        "confidential",
        "merger",
        "sn4711aabbcc",
        "2890844526",
        "8071",
        "sess10n1d",
        "asd88fgpdd777",
        "treetop",
        "documents",
        "other99",
    ];
    let secrets: BTreeSet<String> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
    assert_none(leaks(&told, &secrets));
    let html = &told.reports.iter().find(|(format, _)| *format == Format::Html).unwrap().1;
    for kept in [
        "Max-Forwards: 70",
        "CSeq: 1 INVITE",
        ";+g.oma.sip-im",
        "IM-client/OMA1.0 acme/2.1 (",
        "m=message 7654 TCP/MSRP *",
        "a=accept-types:text/plain",
        "body of 44 bytes (text/plain) not shown",
        ":5070;branch=z9hG4bK",
        "Digest username=",
        "t=0 0",
    ] {
        assert!(html.contains(kept), "{kept} is gone");
    }
}

#[test]
fn bodies_are_not_shown_unless_they_are_asked_for() {
    let policy = Policy::default();
    let shows = |disclosure: Disclosure| {
        let told = told(&call(), &policy, disclosure);
        told.reports.iter().any(|(_, text)| text.contains("under the treetop"))
    };
    assert!(!shows(Disclosure::default()));
    assert!(!shows(redacting(&policy)));
    assert!(shows(Disclosure::new(Bodies::Shown)));
    assert!(!shows(Disclosure::new(Bodies::Shown).redacting(None, &policy.context)));
}

#[test]
fn a_finding_does_not_quote_a_body_that_is_not_shown() {
    let body = "--b\r\nContent-Type: text/plain\r\n\r\nthe treasure lies here\r\n--b--\r\n";
    let invite = CALL
        .replace("application/sdp", "multipart/mixed;boundary=c")
        .replace("LENGTH", &body.len().to_string())
        + body;
    let policy = Policy::default();
    for disclosure in [Disclosure::default(), redacting(&policy)] {
        let told = told(invite.as_bytes(), &policy, disclosure);
        for (format, text) in &told.reports {
            assert!(!text.contains("treasure"), "{}", format.name());
        }
    }
}

#[test]
fn backticks_in_a_value_do_not_end_its_redaction() {
    let body = "--b`sesame street`lurks\r\nhere";
    let invite = CALL
        .replace("branch=z9hG4bKnashds8xyz", "branch=na`shds8xyz")
        .replace("Accept-Contact: *;+g.oma.sip-im", "Accept-Contact: *;+g.oma.sip-im;x=\"a` ottoline `b\"")
        .replace("application/sdp", "text/pl`ain")
        .replace("LENGTH", &body.len().to_string())
        + body;
    let policy = Policy::default();
    let told = told(invite.as_bytes(), &policy, redacting(&policy));
    let secrets = ["ottoline", "shds8xyz", "sesame", "street", "lurks"].map(str::to_owned);
    assert_none(leaks(&told, &secrets.into()));
}

/// The words of a report.
fn names(told: &Told, format: Format) -> BTreeSet<String> {
    let text = &told.reports.iter().find(|(one, _)| *one == format).unwrap().1;
    words(text).collect()
}

#[test]
fn the_same_value_has_the_same_pseudonym_everywhere() {
    let policy = Policy::default();
    let other = String::from_utf8(call()).unwrap().replace("callid-7788", "zweiter-9911");
    let one = told(&call(), &policy, redacting(&policy));
    let two = told(other.as_bytes(), &policy, redacting(&policy));
    // The pseudonym of `quentin` by way of its Request-URI in JSON.
    let json = &one.reports.iter().find(|(format, _)| *format == Format::Json).unwrap().1;
    let start = json.find("INVITE sip:").unwrap() + "INVITE sip:".len();
    let pseudonym = json[start..].split('@').next().unwrap().to_lowercase();
    assert_eq!(pseudonym.len(), "quentin".len());
    for told in [&one, &two] {
        for format in [Format::Json, Format::Ndjson, Format::Html, Format::Junit] {
            assert!(names(told, format).contains(&pseudonym), "{} lacks {pseudonym}", format.name());
        }
    }
}

#[test]
fn a_key_makes_pseudonyms_of_its_own_and_the_same_in_every_run() {
    let policy = Policy::default();
    let with = |key: &[u8]| {
        told(&call(), &policy, Disclosure::default().redacting(Some(key), &policy.context)).reports
    };
    assert!(with(b"one") == with(b"one"));
    assert!(with(b"one") != with(b"two"));
}

#[test]
fn counts_are_those_of_the_run_without() {
    let policy = Policy::default();
    let counts = |disclosure: Disclosure| {
        let told = told(&call(), &policy, disclosure);
        let json = &told.reports.iter().find(|(format, _)| *format == Format::Json).unwrap().1;
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        (
            json["summary"]["by_clause"].clone(),
            json["skipped"].clone(),
            json["sessions"].as_array().unwrap().len(),
        )
    };
    assert_eq!(counts(Disclosure::default()), counts(redacting(&policy)));
}

#[test]
fn hostile_texts_break_no_format_when_they_are_redacted() {
    let evil = "</script>\u{202e}\u{0}]]>\u{fffe}::error::x%0A=cmd\u{1b}[31m\u{e9}\u{1f600}";
    let policy = Policy::default();
    let text =
        String::from_utf8(call()).unwrap().replace("Ottoline (home)", evil).replace("merger talk", evil);
    let told = told(text.as_bytes(), &policy, redacting(&policy));
    let of = |wanted: Format| &told.reports.iter().find(|(format, _)| *format == wanted).unwrap().1;
    serde_json::from_str::<serde_json::Value>(of(Format::Json)).unwrap();
    serde_json::from_str::<serde_json::Value>(of(Format::Sarif)).unwrap();
    roxmltree::Document::parse(of(Format::Junit)).unwrap();
    assert!(told.reports.iter().all(|(_, text)| !text.contains('\u{202e}') && !text.contains('\u{1b}')));
}

#[test]
fn the_path_of_an_input_keeps_its_extension_alone() {
    let mut disclosure = redacting(&Policy::default());
    let path = disclosure.path(PATH);
    assert!(path.ends_with(".pcap") && !path.contains("wilhelmina") && !path.contains("trace"), "{path}");
    assert_eq!(path.len(), PATH.len());
    assert!(disclosure.path("calls/alice.PCAP.gz").ends_with(".PCAP.gz"));
    assert_eq!(disclosure.path("-"), "-");
}

/// The captures of the corpus, each so long at most; every n-th, because a debug build is slow.
#[test]
fn nothing_private_is_left_of_the_corpus() {
    let corpus = &Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !corpus.is_dir() {
        return;
    }
    let mut wrong = BTreeMap::new();
    let mut files = Vec::new();
    list(corpus, &mut files);
    let step = std::env::var("SIPCLAUSE_EVERY").ok().and_then(|text| text.parse().ok()).unwrap_or(9);
    for file in files.iter().step_by(step) {
        let bytes = std::fs::read(file).unwrap();
        let policy = Policy { all_sessions: true, ..Policy::default() };
        let found = faults(MOST, &bytes, &policy);
        if !found.is_empty() {
            wrong.insert(file.clone(), found);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    const MOST: u64 = 300_000;
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            list(&path, files);
        } else if std::fs::metadata(&path).is_ok_and(|data| data.len() < MOST) {
            files.push(path);
        }
    }
}

#[test]
fn what_the_command_knows_beside_the_capture_is_redacted_too() {
    let folder = tempfile::tempdir().unwrap();
    let calls = folder.path().join("wilhelmina");
    std::fs::create_dir(&calls).unwrap();
    std::fs::write(calls.join("ottoline-trace.sip"), call()).unwrap();
    std::fs::write(calls.join("quentin.pcap"), b"\xd4\xc3\xb2\xa1\x02\0\x04\0").unwrap();
    let configuration = "context: {conference_factory_uris: [\"sip:fabricius@corp.internal\"], intended_recipient: \"sip:marguerite@corp.internal\"}\n\
        waivers:\n  - {clause: 6.2.1.1-1, when: {user_agent: \"*Ottolines*\", input: \"*/ottoline-*\"}, reason: \"ask Zenobia\", owner: \"Zenobia Quill\", until: 2099-01-01}\n\
        \x20 - {clause: 6.2.1.1-2, when: {call_id: \"callid-*\"}, reason: \"Zenobia again\"}\n";
    std::fs::write(folder.path().join("marguerite.yaml"), configuration).unwrap();
    let run = |redact: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sipclause"));
        command.args([
            "check",
            "--config",
            "marguerite.yaml",
            "--statistics",
            "wilhelmina/quentin.pcap",
            "wilhelmina",
        ]);
        command
            .args(["wilhelmina/missing-fabricius.pcap"])
            .args(redact)
            .current_dir(folder.path())
            .env_clear();
        let files = Format::ALL.map(|format| format!("r.{}", format.name()));
        for (format, file) in Format::ALL.iter().zip(&files) {
            command.arg("--output").arg(format!("{}={file}", format.name()));
        }
        let code = command.output().unwrap().status.code();
        let text = |file: &String| std::fs::read_to_string(folder.path().join(file)).unwrap();
        let reports = Format::ALL.iter().zip(&files).map(|(format, file)| (*format, text(file))).collect();
        (code, Told { reports, verdicts: Vec::new() })
    };
    let secrets = [
        "wilhelmina",
        "ottoline",
        "ottolines",
        "quentin",
        "fabricius",
        "marguerite",
        "zenobia",
        "quill",
        "corp",
    ];
    let secrets: BTreeSet<String> = secrets.map(str::to_owned).into();
    let ((code, plain), (redacted_code, redacted)) = (run(&[]), run(&["--redact"]));
    let known: Vec<String> =
        leaks(&plain, &secrets).into_iter().filter(|leak| leak.starts_with("json")).collect();
    assert!(known.len() >= 8, "{known:#?}");
    assert_none(leaks(&redacted, &secrets));
    assert_eq!((code, redacted_code), (Some(4), Some(4)));
    assert!(run(&["--redact"]).1.reports == redacted.reports, "two runs differ");
}

/// A conforming message with something put into it, judged by the command with `--redact`: report and standard error.
fn redacted(name: &str, from: &str, to: &str, configuration: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let text = include_str!("../docs/demo/broken.sip");
    assert!(text.contains(from), "{from}");
    std::fs::write(folder.path().join(name), text.replacen(from, to, 1)).unwrap();
    std::fs::write(folder.path().join("sipclause.yaml"), configuration).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sipclause"));
    command.args(["check", "--redact", "--all-sessions", "--output=human", "--output=html=page.html", name]);
    let done = command.current_dir(folder.path()).env_clear().output().unwrap();
    let page = std::fs::read(folder.path().join("page.html")).unwrap();
    let texts = [done.stdout, done.stderr, page].map(|bytes| String::from_utf8(bytes).unwrap());
    texts.concat()
}

#[test]
fn sdp_keeps_what_it_must_and_nothing_that_somebody_may_have_written_there() {
    let private =
        "a=mid:johnsmith\na=fmtp:96 johnsmith 4915112345678\nb=AS:johnsmith\na=4915112345678:x\nb=AS:128\n";
    let told = redacted("a.sip", "a=accept-types", &format!("{private}a=accept-types"), "");
    assert!(!told.contains("johnsmith") && !told.contains("4915112345678"), "{told}");
    assert!(told.contains("b=AS:128") && told.contains("a=accept-types:message/cpim"), "{told}");
}

#[test]
fn standard_error_tells_no_reason_of_a_waiver() {
    let waiver = "waivers:\n  - {clause: 6.2.1.3-1, reason: call John Smith, owner: jsmith}\n";
    let told = redacted("a.sip", "To:", "To:", waiver);
    assert!(told.contains("the waiver of 6.2.1.3-1 was not needed"), "{told}");
    assert!(!told.contains("John") && !told.contains("jsmith"), "{told}");
}

#[test]
fn words_of_the_tool_stay_whatever_a_file_is_called() {
    let told = redacted("a", "CSeq: 1 ", "CSeq: 4915112345678 ", "");
    assert!(told.contains("the lines end with LF: they are read as CRLF"), "{told}");
    assert!(!told.contains("4915112345678"), "{told}");
    let told = redacted("b.sip", "acme/1.4", "acme/1.4.0.16 Nero 2.0.51.16", "");
    assert!(told.contains("acme/1.4.0.16 Nero") && !told.contains("2.0.51.16"), "{told}");
}
