//! Reports in the eyes of other programs. Run by `make test-external`; each test needs the program that it names.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::inputs::{empty, hundred, one};
use super::readers::Counted;

#[test]
#[ignore = "needs perl with TAP::Parser: make test-external"]
fn the_parser_of_perl_counts_the_same_tests() {
    // Reads a document of version 13 and tells what it holds, in JSON.
    const SCRIPT: &str = "use TAP::Parser; local $/; my $p = TAP::Parser->new({tap => <STDIN>}); $p->run; \
        printf '[%d,%d,%d,%d,%d,%d]', scalar($p->passed), scalar($p->failed), scalar($p->skipped), scalar($p->todo), \
        scalar($p->parse_errors), $p->tests_run;";
    let counts = |tap: &str| -> Vec<usize> {
        // Many Perls know no version 14.
        let tap = format!("TAP version 13\n{}", tap.trim_start_matches("TAP version 14\n"));
        let output = fed("perl", &["-e", SCRIPT], &tap);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
    };
    for reports in [empty(), one(), hundred("2")] {
        let counted = Counted::of_json(&reports);
        let tap = reports.text("tap");
        let top = counts(tap);
        assert_eq!(top[4], 0, "no line of the document is a mistake");
        assert_eq!(top[1] > 0, reports.code != 0, "{top:?}");
        let mut sum = [0; 4];
        for subtest in subtests(tap) {
            let of_one = counts(&subtest);
            assert_eq!(of_one[4], 0, "{subtest}");
            sum.iter_mut().zip(of_one).for_each(|(sum, count)| *sum += count);
        }
        let [passed, failed, skipped, todo] = sum;
        assert_eq!(skipped, counted.inconclusive + counted.not_applicable);
        // What is to do passes and is counted among those.
        assert_eq!(failed + todo, counted.failed + counted.waived);
        assert_eq!(passed, counted.passed + skipped + todo);
    }
}

#[test]
#[ignore = "needs xmllint: make test-external"]
fn xmllint_holds_the_report_against_its_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/junit.xsd");
    for reports in [empty(), one(), hundred("2")] {
        let output =
            fed("xmllint", &["--noout", "--schema", schema.to_str().unwrap(), "-"], reports.text("junit"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The subtests of a document, each as a document of its own.
fn subtests(tap: &str) -> Vec<String> {
    let mut documents: Vec<String> = Vec::new();
    for line in tap.lines() {
        if line.starts_with("# Subtest: ") {
            documents.push(String::new());
        } else if let (Some(line), Some(document)) = (line.strip_prefix("    "), documents.last_mut()) {
            document.push_str(&format!("{line}\n"));
        }
    }
    documents
}

/// What a program says of this standard input.
fn fed(program: &str, arguments: &[&str], text: &str) -> Output {
    let piped = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = piped.unwrap_or_else(|error| panic!("{program}: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let text = text.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output
}
