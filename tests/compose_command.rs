//! `sipclause compose`, as the real binary: what it writes is judged by the same binary.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::path::Path;

use assert_cmd::Command;
use sipclause::compose::Fault;
use sipclause::session::Scenario;

/// The binary in a folder of its own, without the environment of whoever tests.
fn sipclause(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"));
    command.current_dir(folder).env_clear();
    command
}

fn output(command: &mut Command) -> (i32, Vec<u8>, String) {
    let output = command.output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    (output.status.code().expect("it exits"), output.stdout, errors)
}

#[test]
fn what_is_composed_is_judged_clean_in_every_scenario_and_format() {
    let folder = tempfile::tempdir().unwrap();
    for scenario in Scenario::ALL.map(Scenario::name) {
        for (file, more) in [
            ("flow.sip", &[][..]),
            ("flow.pcap", &["--seed", "3"]),
            ("flow.pcapng", &["--seed", "4", "--mtu", "600"]),
            ("flow.pcap", &["--seed", "5", "--segment", "100"]),
            ("flow.pcap", &["--seed", "6", "--count", "40"]),
        ] {
            let mut compose = sipclause(folder.path());
            compose.args(["compose", scenario, "-o", file, "--context", "sipclause.yaml"]).args(more);
            let (code, stdout, errors) = output(&mut compose);
            assert_eq!((code, stdout.len(), errors.as_str()), (0, 0, ""), "{scenario} {file} {more:?}");
            let (code, report, errors) = output(sipclause(folder.path()).args(["check", "--quiet", file]));
            let report = String::from_utf8(report).unwrap();
            assert_eq!((code, errors.as_str()), (0, ""), "{scenario} {file} {more:?}\n{report}");
        }
    }
}

#[test]
fn a_fault_goes_down_a_pipe_and_fails_the_check() {
    let folder = tempfile::tempdir().unwrap();
    for (fault, clause) in
        [("accept-contact-without-explicit", "6.2.1.1-1"), ("accept-contact-missing", "6.2.1.1-1")]
    {
        let (code, text, errors) =
            output(sipclause(folder.path()).args(["compose", "one-to-one", "--fault", fault]));
        assert_eq!((code, errors.as_str()), (0, ""), "{fault}");
        let (code, report, _) =
            output(sipclause(folder.path()).args(["check", "--quiet", "-"]).write_stdin(text));
        let report = String::from_utf8(report).unwrap();
        assert_eq!(code, 1, "{fault}\n{report}");
        assert!(report.contains(&format!("[{clause}]")), "{fault}\n{report}");
    }
}

#[test]
fn the_same_seed_writes_the_same_bytes_and_another_one_others() {
    let folder = tempfile::tempdir().unwrap();
    let write = |seed: &str| {
        let (code, bytes, _) = output(sipclause(folder.path()).args([
            "compose",
            "extension",
            "--seed",
            seed,
            "--format",
            "pcapng",
        ]));
        assert_eq!(code, 0);
        bytes
    };
    assert_eq!(write("11"), write("11"));
    assert_ne!(write("11"), write("12"));
}

#[test]
fn every_fault_is_listed_for_people_and_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let (code, table, _) = output(sipclause(folder.path()).args(["compose", "--list-faults"]));
    let table = String::from_utf8(table).unwrap();
    assert_eq!(code, 0);
    let (code, json, _) = output(sipclause(folder.path()).args(["compose", "--list-faults=json"]));
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(code, 0);
    let faults = Fault::all();
    assert_eq!(json.as_array().unwrap().len(), faults.len());
    for (fault, listed) in faults.iter().zip(json.as_array().unwrap()) {
        assert!(table.contains(fault.name) && table.contains(fault.title), "{}", fault.name);
        assert_eq!(listed["name"], fault.name);
        assert_eq!(listed["steps"].as_array().unwrap().len(), fault.steps.len(), "{}", fault.name);
    }
}

#[test]
fn what_cannot_be_composed_is_refused_with_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, said) in [
        (&["compose"][..], "which scenario?"),
        (&["compose", "one-to-two"], "invalid value 'one-to-two'"),
        (
            &["compose", "one-to-one", "--fault", "accept-contact-mising"],
            "did you mean `accept-contact-missing`?",
        ),
        (&["compose", "one-to-one", "--mtu", "5", "-o", "a.pcap"], "MTU of at least 28"),
        (&["compose", "one-to-one", "-o", "no/such/folder/a.sip"], "cannot write no/such/folder/a.sip"),
        (&["compose", "one-to-one", "--mtu", "600", "--segment", "5"], "cannot be used with"),
    ] {
        let (code, stdout, errors) = output(sipclause(folder.path()).args(arguments));
        assert_eq!((code, stdout.len()), (2, 0), "{arguments:?}: {errors}");
        assert!(errors.contains(said), "{arguments:?}: {errors}");
    }
}

#[test]
fn the_faults_that_the_help_names_exist() {
    let folder = tempfile::tempdir().unwrap();
    let (_, help, _) = output(sipclause(folder.path()).args(["compose", "--help"]));
    let help = String::from_utf8(help).unwrap();
    let words: Vec<_> = help.split_whitespace().collect();
    let named: Vec<_> = words
        .windows(2)
        .filter(|pair| {
            pair[0] == "--fault" && pair[1].starts_with(|letter: char| letter.is_ascii_lowercase())
        })
        .map(|pair| pair[1])
        .collect();
    assert!(!named.is_empty());
    assert!(named.iter().all(|name| Fault::named(name).is_some()), "{named:?}");
}
