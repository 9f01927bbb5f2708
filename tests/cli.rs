//! The real binary in a scrubbed environment: options, inputs, exit codes, and what is said where.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

const GOOD: &str = include_str!("../vectors/oma_im/flows/one-to-one.sip");
const BROKEN: &str = include_str!("../docs/demo/broken.sip");
const CALL: &[u8] = include_bytes!("../docs/demo/call.pcap");

/// A folder of its own for each test.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let top = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = top.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    top
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"));
    command.args(arguments).current_dir(folder).env_clear();
    command
}

struct Done {
    code: i32,
    out: String,
    err: String,
}

fn done(output: Output) -> Done {
    Done {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn run(folder: &TempDir, arguments: &[&str]) -> Done {
    done(command(folder.path(), arguments).stdin(Stdio::null()).output().unwrap())
}

/// Runs `check --output json` and reads the report.
fn json(folder: &TempDir, arguments: &[&str]) -> (i32, Value) {
    let done = run(folder, &[&["check", "--output", "json"], arguments].concat());
    let report: Value =
        serde_json::from_str(&done.out).unwrap_or_else(|_| panic!("{}{}", done.out, done.err));
    assert_eq!(report["summary"]["exit_code"], done.code, "the report tells the exit code");
    (done.code, report)
}

fn with_stdin(folder: &TempDir, arguments: &[&str], input: &[u8]) -> Done {
    let mut child = command(folder.path(), arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The child may be gone before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input);
    done(child.wait_with_output().unwrap())
}

fn inputs(report: &Value) -> Vec<&str> {
    report["inputs"].as_array().unwrap().iter().map(|input| input["path"].as_str().unwrap()).collect()
}

#[test]
fn a_clean_input_is_0_and_a_failed_clause_1() {
    let top = folder(&[("good.sip", GOOD.as_bytes()), ("broken.sip", BROKEN.as_bytes())]);
    assert_eq!(run(&top, &["check", "good.sip"]).code, 0);
    assert_eq!(run(&top, &["check", "broken.sip"]).code, 1);
    assert_eq!(run(&top, &["check", "good.sip", "broken.sip"]).code, 1);
}

#[test]
fn fail_on_moves_the_border() {
    let top = folder(&[("broken.sip", BROKEN.as_bytes())]);
    let code = |options: &[&str]| run(&top, &[&["check", "broken.sip"], options].concat()).code;
    assert_eq!(code(&["--select", "6.2.1.1-6"]), 0, "a SHOULD alone");
    assert_eq!(code(&["--select", "6.2.1.1-6", "--fail-on", "should"]), 1);
    assert_eq!(code(&["--select", "6.2.1.1-r1", "--fail-on", "inconclusive"]), 1);
    assert_eq!(code(&["--fail-on", "never"]), 0);
}

#[test]
fn nothing_to_judge_is_3_unless_it_is_allowed() {
    let options =
        "OPTIONS sip:a@b.example SIP/2.0\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    let top =
        folder(&[("empty.sip", b""), ("options.sip", options.as_bytes()), ("sub/note.txt", b"hello\n")]);
    for input in ["empty.sip", "options.sip", "sub", "*.pcap"] {
        assert_eq!(run(&top, &["check", input]).code, 3, "{input}");
        assert_eq!(run(&top, &["check", "--allow-empty", input]).code, 0, "{input}");
    }
    assert!(run(&top, &["check", "*.pcap", "--output", "json"]).err.contains("no input matched"));
}

#[test]
fn a_missing_or_unknown_file_named_by_hand_is_4_and_the_rest_is_judged() {
    let top = folder(&[("good.sip", GOOD.as_bytes()), ("note.txt", b"hello\n")]);
    for bad in ["missing.sip", "note.txt"] {
        let (code, report) = json(&top, &["--allow-empty", bad, "good.sip"]);
        assert_eq!((code, &report["summary"]["sessions"]), (4, &Value::from(1)), "{bad}");
        assert_eq!(inputs(&report), [bad, "good.sip"]);
        let said = run(&top, &["check", bad]).err;
        assert!(said.starts_with(&format!("error: {bad}: ")), "{said}");
    }
}

#[test]
fn a_path_with_an_unmatched_bracket_is_a_path() {
    let top = folder(&[("good.sip", GOOD.as_bytes()), ("there[1.sip", GOOD.as_bytes())]);
    for bad in ["missing[1.pcap", "missing{1.pcap", "["] {
        let (code, report) = json(&top, &[bad, "good.sip"]);
        assert_eq!((code, &report["summary"]["sessions"]), (4, &Value::from(1)), "{bad}");
        assert_eq!(inputs(&report), [bad, "good.sip"]);
    }
    assert_eq!(run(&top, &["check", "there[1.sip"]).code, 0);
    assert_eq!(run(&top, &["check", "missing[1].pcap"]).code, 3, "a glob that nothing matches");
}

#[test]
fn a_run_without_a_clause_is_refused() {
    let off = b"clauses: {'*': {level: off}}\n";
    let top = folder(&[("broken.sip", BROKEN.as_bytes()), ("off.yaml", off)]);
    for options in [
        &["--select", "6.2.1.1-1", "--ignore", "6.2.1.1"][..],
        &["--ignore", "*"],
        &["--config", "off.yaml"],
        &["--set", "clauses={6.2.1.3: {level: off}}", "--select", "6.2.1.3"],
    ] {
        let done = run(&top, &[&["check", "broken.sip"], options].concat());
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{options:?}");
        assert!(done.err.starts_with("error: no clause is left to judge\n help: "), "{}", done.err);
    }
    assert_eq!(run(&top, &["check", "broken.sip", "--select", "6.2.1.1-1,6.2.1.1-4"]).code, 1);
}

#[test]
fn a_cut_capture_is_4_and_what_is_readable_is_judged() {
    let top = folder(&[("cut.pcap", &CALL[..CALL.len() - 100])]);
    let (code, report) = json(&top, &["cut.pcap"]);
    assert_eq!((code, &report["summary"]["sessions"]), (4, &Value::from(1)));
}

#[test]
fn wrong_usage_is_2() {
    let top = folder(&[("good.sip", GOOD.as_bytes())]);
    let wrong: &[&[&str]] = &[
        &["check", "--no-such-option"],
        &["chek"],
        &["check", "--fail-on", "sometimes"],
        &["check", "--profile", "oma"],
        &["check", "--scenario", "adhoc"],
        &["check", "--config", "missing.yaml"],
        &["check", "--select", "6.2.1.9"],
        &["check", "--ignore", "x", "good.sip"],
        &["check", "--set", "context.imz=none"],
        &["check", "--set", "fail_on"],
        &["check", "--output", "json", "--output", "ndjson"],
        &["check", "--output", "json=a", "--output", "ndjson=a"],
        &["check", "--output", "json=no/such/folder/x"],
        &["check", "good.sip", "--output", "json=./good.sip"],
        &["explain"],
        &["explain", "6.2.1.1-99"],
        &["config", "check", "missing.yaml"],
    ];
    for arguments in wrong {
        let done = run(&top, arguments);
        assert_eq!(done.code, 2, "{arguments:?}");
        assert!(done.err.starts_with("error: "), "{arguments:?}: {}", done.err);
        assert_eq!(done.out, "", "{arguments:?}");
    }
    assert_eq!(
        fs::read_to_string(top.path().join("good.sip")).unwrap(),
        GOOD,
        "no report overwrites an input"
    );
    assert!(run(&top, &["explain", "6.2.1.1-5bos"]).err.contains("did you mean `6.2.1.1-5bis`?"));
}

#[test]
fn what_a_later_version_brings_is_refused_by_name() {
    let top = folder(&[]);
    let done = run(&top, &["serve"]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("the command `serve` is not built in this version"), "{}", done.err);
}

#[test]
fn help_and_version_go_to_standard_output() {
    let top = folder(&[]);
    for arguments in [&["--help"][..], &["check", "-h"], &["--version"]] {
        let done = run(&top, arguments);
        assert_eq!((done.code, done.err.as_str()), (0, ""));
        assert!(done.out.contains("sipclause"));
    }
    assert!(run(&top, &["check", "--help"]).out.contains("Exit codes:"));
}

#[test]
fn a_fault_in_the_configuration_is_told_with_its_place() {
    for (text, said) in [
        ("context:\n  imz: none\n", "sipclause.yaml:2:3: no key `imz` here; did you mean `ims`?"),
        ("fail_on: shall\nfail_on: never\n", "sipclause.yaml:2:1: the key `fail_on` is here twice"),
        (
            "clauses:\n  6.2.1.1-5bos: {level: off}\n",
            "sipclause.yaml:2:3: no clause `6.2.1.1-5bos`; did you mean",
        ),
        ("waivers:\n  - clause: 6.2.1.1-3\n", "sipclause.yaml:2:5: the waiver of 6.2.1.1-3 needs a `reason`"),
        ("context: [\n", "sipclause.yaml:"),
    ] {
        let top = folder(&[("sipclause.yaml", text.as_bytes()), ("good.sip", GOOD.as_bytes())]);
        for arguments in [&["check", "good.sip"][..], &["config", "check"]] {
            let done = run(&top, arguments);
            assert_eq!(done.code, 2, "{text}");
            assert!(done.err.starts_with(&format!("error: {said}")), "{}", done.err);
        }
    }
}

#[test]
fn config_show_prints_what_a_run_takes_and_from_where() {
    let config = b"context: {max_adhoc_group_size: 5}\nclauses: {6.2.1.1: {level: off}}\n";
    let top = folder(&[("sipclause.yaml", config)]);
    let shown = run(&top, &["config", "show", "--set", "context.ims=none"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    for line in [
        "  max_adhoc_group_size: 5  # sipclause.yaml:1",
        "  ims: \"none\"  # --set",
        "  \"6.2.1.1\": {level: \"off\"}  # sipclause.yaml:2",
        "fail_on: \"shall\"  # default",
    ] {
        assert!(shown.out.lines().any(|shown| shown == line), "{line} in\n{}", shown.out);
    }
    fs::write(top.path().join("again.yaml"), &shown.out).unwrap();
    assert_eq!(run(&top, &["config", "check", "again.yaml"]).code, 0);
    assert_eq!(run(&top, &["config", "show", "--set", "context.imz=none"]).code, 2);
    assert_eq!(run(&top, &["config", "show", "missing.yaml"]).code, 2);
}

#[test]
fn the_configuration_is_found_upwards_and_its_inputs_start_from_its_folder() {
    let config = b"inputs: [calls/*.sip]\nclauses: {6.2.1.1: {level: off}}\n";
    let top = folder(&[("sipclause.yaml", config), ("calls/a.sip", BROKEN.as_bytes()), ("sub/b.sip", b"x")]);
    let output = command(&top.path().join("sub"), &["check", "--output", "json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(inputs(&report), ["../calls/a.sip"]);
    assert_eq!(output.status.code(), Some(0), "the clauses that fail are off");
    let ok = done(command(&top.path().join("sub"), &["config", "check"]).output().unwrap());
    assert_eq!((ok.code, ok.out.as_str()), (0, "../sipclause.yaml: all right\n"));
}

#[test]
fn set_reaches_every_kind_of_key() {
    let top = folder(&[("sipclause.yaml", b"fail_on: never\n"), ("broken.sip", BROKEN.as_bytes())]);
    let code = |set: &[&str]| {
        let options = set.iter().flat_map(|set| ["--set", set]);
        run(&top, &["check", "broken.sip"].into_iter().chain(options).collect::<Vec<_>>()).code
    };
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["fail_on=shall"]), 1);
    assert_eq!(code(&["fail_on=shall", "clauses.6.2.1.1.level=off"]), 0);
    assert_eq!(code(&["fail_on=shall", "clauses={6.2.1.1: {level: should}}"]), 0);
    let (_, report) = json(&top, &["broken.sip", "--set", "context.scenarios={'demo-*': extension}"]);
    assert_eq!(report["sessions"][0]["scenario"], "extension");
    assert_eq!(report["sessions"][0]["inferred"], false);
    let (_, report) = json(&top, &["broken.sip", "--set", "context.next_hops=[198.51.100.9]"]);
    assert_eq!(report["summary"]["by_clause"]["6.2.1.2-4"]["pass"], 1);
}

#[test]
fn a_waived_failure_is_shown_and_does_not_count() {
    let config = |until: &str| {
        format!(
            "waivers:\n  - {{clause: 6.2.1.1-1, when: {{user_agent: '*acme/1.*'}}, reason: ticket 7, until: {until}}}\n  \
             - {{clause: 6.2.1.1-4, reason: ticket 8}}\n  - {{clause: 6.2.1.1-2, reason: ticket 9}}\n"
        )
    };
    let top =
        folder(&[("sipclause.yaml", config("2999-01-01").as_bytes()), ("broken.sip", BROKEN.as_bytes())]);
    let (code, report) = json(&top, &["broken.sip"]);
    assert_eq!(code, 0);
    assert_eq!(report["summary"]["by_clause"]["6.2.1.1-1"]["fail"], 1);
    let done = run(&top, &["check", "broken.sip"]);
    assert_eq!(done.err, "warning: the waiver of 6.2.1.1-2 was not needed: ticket 9\n");
    assert_eq!(run(&top, &["check", "broken.sip", "--strict-waivers"]).code, 1);

    fs::write(top.path().join("sipclause.yaml"), config("2001-01-01")).unwrap();
    let done = run(&top, &["check", "broken.sip"]);
    assert_eq!(done.code, 1);
    assert!(
        done.err.contains("sipclause.yaml:2:5: the waiver of 6.2.1.1-1 expired on 2001-01-01"),
        "{}",
        done.err
    );
}

#[test]
fn a_waiver_is_unused_only_where_its_clause_was_judged() {
    let config = b"waivers:\n  - {clause: 6.2.1.1-2, reason: ticket 9}\n";
    let top = folder(&[
        ("sipclause.yaml", config),
        ("good.sip", GOOD.as_bytes()),
        ("broken.sip", BROKEN.as_bytes()),
        ("empty.sip", b""),
    ]);
    let strict = |options: &[&str]| run(&top, &[&["check", "--strict-waivers"], options].concat());
    let unused = strict(&["good.sip"]);
    assert_eq!((unused.code, unused.err.contains("was not needed")), (1, true));
    assert!(unused.out.ends_with("exit code 1 (a waiver is expired or was not needed; --strict-waivers)\n"));
    assert!(strict(&["broken.sip"]).out.ends_with("exit code 1 (--fail-on shall)\n"), "failed anyway");
    for options in [
        &["good.sip", "--select", "6.2.1.1-1"][..],
        &["good.sip", "--ignore", "6.2.1.1-2"],
        &["good.sip", "--set", "clauses={6.2.1.1-2: {level: off}}"],
        &["empty.sip", "--allow-empty"],
    ] {
        let done = strict(options);
        assert_eq!((done.code, done.err.as_str()), (0, ""), "{options:?}");
    }
    let empty = strict(&["empty.sip", "--allow-empty"]).out;
    assert!(empty.ends_with("exit code 0 (nothing was judged; --allow-empty)\n"), "{empty}");
    assert_eq!(strict(&["empty.sip"]).code, 3);
}

#[test]
fn folders_are_searched_and_junk_in_them_is_counted() {
    let top = folder(&[
        ("in/b.pcap", CALL),
        ("in/a.sip", GOOD.as_bytes()),
        ("in/sub/c", BROKEN.as_bytes()),
        ("in/note.txt", b"hello\n"),
        ("in/.hidden.sip", GOOD.as_bytes()),
        ("in/ignored.sip", GOOD.as_bytes()),
        ("in/.gitignore", b"ignored.*\n"),
    ]);
    let (_, report) = json(&top, &["in"]);
    assert_eq!(inputs(&report), ["in/a.sip", "in/b.pcap", "in/sub/c"]);
    assert!(run(&top, &["check", "in"]).out.contains("1 file: neither captures nor SIP text"));
    let (_, report) = json(&top, &[]);
    assert_eq!(inputs(&report), ["in/a.sip", "in/b.pcap", "in/sub/c"], "without PATH: the current folder");
}

#[test]
fn the_same_file_is_judged_once_however_often_it_is_named() {
    let top = folder(&[("a.sip", GOOD.as_bytes()), ("b.sip", GOOD.as_bytes())]);
    let (_, report) = json(&top, &["b.sip", "./b.sip", "*.sip", "."]);
    assert_eq!(inputs(&report), ["b.sip", "a.sip"]);
}

#[test]
fn standard_input_is_judged_like_a_file() {
    let top = folder(&[]);
    let piped = with_stdin(&top, &["check", "--output", "json", "-"], CALL);
    assert_eq!(piped.code, 0, "{}", piped.err);
    let report: Value = serde_json::from_str(&piped.out).unwrap();
    assert_eq!((inputs(&report), &report["inputs"][0]["kind"]), (vec!["-"], &Value::from("pcap")));
    assert_eq!(with_stdin(&top, &["check", "-"], b"").code, 3);
    assert_eq!(with_stdin(&top, &["check", "-"], b"hello\n").code, 4);
}

#[test]
fn a_live_pipe_is_judged_as_sessions_end() {
    let top = folder(&[]);
    let mut child = command(top.path(), &["check", "--output", "ndjson", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(CALL).unwrap();
    pipe.write_all(&much_later()).unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in lines.by_ref() {
            sender.send(line.unwrap()).unwrap();
        }
    });
    // The pipe is still open: no end of input makes the session end.
    let session = receiver.recv_timeout(Duration::from_secs(30)).unwrap();
    assert!(session.starts_with("{\"type\":\"session\""), "{session}");
    drop(pipe);
    let summary = receiver.recv_timeout(Duration::from_secs(30)).unwrap();
    assert!(summary.starts_with("{\"type\":\"summary\""), "{summary}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// A record of the sample capture's kind, an OPTIONS over UDP a day after its call.
fn much_later() -> Vec<u8> {
    let sip = b"OPTIONS sip:a@b.example SIP/2.0\r\nCall-ID: later\r\nCSeq: 1 OPTIONS\r\n\r\n";
    let length = |more: usize| u16::try_from(sip.len() + more).unwrap().to_be_bytes();
    let mut frame = vec![0; 12];
    frame.extend([8, 0, 0x45, 0]);
    frame.extend(length(28));
    frame.extend([0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 10, 198, 51, 100, 9, 0x13, 0xc4, 0x13, 0xc4]);
    frame.extend(length(8));
    frame.extend([0, 0]);
    frame.extend(sip);
    let seconds = u32::from_le_bytes(CALL[24..28].try_into().unwrap()) + 86_400;
    let size = u32::try_from(frame.len()).unwrap();
    let mut record: Vec<u8> = [seconds, 0, size, size].iter().flat_map(|word| word.to_le_bytes()).collect();
    record.extend(frame);
    record
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let top = folder(&[("broken.sip", BROKEN.as_bytes())]);
    for format in ["human", "json", "ndjson"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let arguments = ["check", "--output", format, "broken.sip"];
        let done = done(command(top.path(), &arguments).stdout(writer).output().unwrap());
        assert_eq!((done.code, done.err.as_str()), (1, ""), "{format}");
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert!(command(top.path(), &["clauses"]).stdout(writer).status().unwrap().success());
}

#[test]
fn several_reports_go_to_several_places() {
    let top = folder(&[("in/broken.sip", BROKEN.as_bytes())]);
    let arguments =
        ["check", "--output", "human", "--output", "json=r.json", "--output", "ndjson=in/r.ndjson", "in"];
    for _ in 0..2 {
        let done = run(&top, &arguments);
        assert_eq!(done.code, 1);
        assert!(done.out.contains("error[6.2.1.1-1]"));
        let report: Value = serde_json::from_slice(&fs::read(top.path().join("r.json")).unwrap()).unwrap();
        assert_eq!(inputs(&report), ["in/broken.sip"], "a report is no input of its own run");
        assert!(!done.out.contains("neither captures nor"), "{}", done.out);
        assert_eq!(fs::read_to_string(top.path().join("in/r.ndjson")).unwrap().lines().count(), 2);
    }
}

#[test]
fn colours_are_for_terminals_and_those_who_ask() {
    let top = folder(&[("broken.sip", BROKEN.as_bytes())]);
    let colored = |arguments: &[&str], variable: (&str, &str)| {
        let output = command(top.path(), arguments).env(variable.0, variable.1).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    let none = ("X", "");
    for arguments in [&["check", "broken.sip"][..], &["explain", "6.2.1.1-1"], &["clauses"]] {
        assert!(!colored(arguments, none));
        assert!(colored(&[arguments, &["--color", "always"]].concat(), none));
        assert!(colored(arguments, ("CLICOLOR_FORCE", "1")));
        assert!(!colored(&[arguments, &["--color", "never"]].concat(), ("CLICOLOR_FORCE", "1")));
    }
}

#[test]
fn a_run_is_the_same_every_time() {
    let top = folder(&[("a.sip", BROKEN.as_bytes()), ("b.pcap", CALL)]);
    for format in ["human", "json", "ndjson"] {
        let once = || run(&top, &["check", "--output", format]).out;
        assert_eq!(once(), once(), "{format}");
    }
}

#[test]
fn the_sample_capture_is_the_flow_it_was_made_of() {
    let top = folder(&[("call.pcap", CALL), ("flow.sip", GOOD.as_bytes())]);
    let of = |input: &str| json(&top, &[input]).1["summary"]["by_clause"].clone();
    assert_eq!(of("call.pcap"), of("flow.sip"));
}

#[test]
fn the_catalogue_has_58_clauses_in_every_format() {
    let top = folder(&[]);
    let list: Value = serde_json::from_str(&run(&top, &["clauses", "--format", "json"]).out).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 58);
    assert_eq!(run(&top, &["clauses", "--format", "markdown"]).out.lines().count(), 60);
    for clause in list.as_array().unwrap() {
        let id = clause["id"].as_str().unwrap();
        let page = run(&top, &["explain", id]).out;
        assert!(page.starts_with(&format!("{id}  ")) && page.contains("How it is judged"), "{page}");
    }
    assert_eq!(run(&top, &["explain", "6.2.1.2"]).out.matches("How it is judged").count(), 9);
}

#[test]
fn statistics_count_by_user_agent_finding_and_problem() {
    let place = folder(&[("good.sip", GOOD.as_bytes()), ("broken.sip", BROKEN.as_bytes())]);
    let done = run(&place, &["check", "--statistics"]);
    assert_eq!(done.code, 1, "{}", done.err);
    for wanted in ["by User-Agent", "by finding", "accept-contact/", "by problem", "lf  ", "6.2.1.1-1 "] {
        assert!(done.out.contains(wanted), "{wanted} is not in {}", done.out);
    }
    assert!(!done.out.contains("-->"), "no finding is told by itself: {}", done.out);
    let (_, report) = json(&place, &["--statistics"]);
    let counted = &report["summary"]["statistics"];
    let sum = |field: &str| -> u64 {
        let agents = counted["by_user_agent"].as_array().unwrap();
        agents.iter().map(|agent| agent[field].as_u64().unwrap()).sum()
    };
    let failed: u64 = report["summary"]["by_clause"]
        .as_object()
        .unwrap()
        .values()
        .map(|row| row["fail"].as_u64().unwrap())
        .sum();
    assert_eq!((sum("sessions"), sum("failed"), sum("failures")), (2, 1, failed));
    let findings = report["sessions"].as_array().unwrap().iter().flat_map(|session| {
        session["verdicts"].as_array().unwrap().iter().filter_map(|ruled| ruled["findings"].as_array())
    });
    let findings: usize = findings.map(Vec::len).sum();
    let counted: u64 =
        counted["by_finding"].as_array().unwrap().iter().map(|row| row["findings"].as_u64().unwrap()).sum();
    assert_eq!(counted, findings as u64);
    assert!(json(&place, &[]).1["summary"].get("statistics").is_none());
}

#[test]
fn the_report_names_the_configuration_that_was_used() {
    let place = folder(&[("calls/good.sip", GOOD.as_bytes()), ("sipclause.yaml", b"fail_on: shall\n")]);
    let below = place.path().join("calls");
    let done = done(command(&below, &["check"]).stdin(Stdio::null()).output().unwrap());
    assert!(done.out.contains("\nconfiguration: ../sipclause.yaml\n"), "{}", done.out);
    assert_eq!(json(&place, &["calls"]).1["configuration"], "sipclause.yaml");
    let place = folder(&[("good.sip", GOOD.as_bytes())]);
    assert!(json(&place, &[]).1.get("configuration").is_none());
}

#[test]
fn joined_captures_are_one_timeline() {
    let records = |range: std::ops::Range<usize>| {
        let mut rest = &CALL[24..];
        let mut file = CALL[..24].to_vec();
        for number in 0..range.end {
            let length = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
            let (record, after) = rest.split_at(16 + length);
            file.extend_from_slice(if number >= range.start { record } else { &[] });
            rest = after;
        }
        file
    };
    let (first, second) = (records(0..5), records(4..14));
    let place = folder(&[("first.pcap", &first), ("second.pcap", &second), ("whole.pcap", CALL)]);
    let judged = |arguments: &[&str]| {
        let (code, report) = json(&place, arguments);
        let verdicts = |session: &Value| {
            let rulings = session["verdicts"].as_array().unwrap().iter();
            rulings.map(|ruled| ruled["verdict"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let sessions = report["sessions"].as_array().unwrap();
        (code, sessions.iter().map(verdicts).collect::<Vec<_>>(), report)
    };
    let (code, whole, _) = judged(&["whole.pcap"]);
    let (joined_code, joined, report) = judged(&["--join", "second.pcap", "first.pcap"]);
    assert_eq!((joined_code, &joined), (code, &whole));
    let session = &report["sessions"][0];
    assert_eq!(session["input"], "first.pcap");
    let last = session["messages"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["input"], &last["frames"]), (&"second.pcap".into(), &serde_json::json!([10])));
    assert_eq!(report["inputs"][1]["problem_details"][0]["kind"], "copy");
    let (_, _, report) = judged(&["--join", "first.pcap", "second.pcap"]);
    let last = report["sessions"][0]["messages"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["input"], &last["frames"]), (&"second.pcap".into(), &serde_json::json!([10])));
    assert_eq!(judged(&["first.pcap", "second.pcap"]).1.len(), 2, "without it every input stands alone");
    let told = |arguments: &[&str]| run(&place, arguments).out.contains("`--join`");
    assert!(told(&["check", "first.pcap", "second.pcap"]));
    assert!(!told(&["check", "--join", "first.pcap", "second.pcap"]) && !told(&["check", "whole.pcap"]));
}
