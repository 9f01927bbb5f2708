//! The vector of a capture: every session, with what is expected of it.

use crate::{BROKEN, folder, run, text};

const ENTRY: &str = "  \"demo-2@192.0.2.10\":\n";

fn bed(more: &str) -> String {
    format!("capture: broken.sip\ncontext: {{ims: none}}\nsessions:\n{ENTRY}{more}")
}

fn told(vector: &str) -> (i32, String) {
    let top = folder(&[("a.yaml", vector)]);
    let done = run(top.path(), &["--quiet", "a.yaml"]);
    (done.code, done.out + &done.err)
}

#[test]
fn a_session_fails_where_it_is_said_and_nowhere_else() {
    assert_eq!(told(&bed("    fail: [6.2.1.1-1, 6.2.1.1-4, 6.2.1.1-6]\n")), (0, String::new()));
    assert_eq!(told(&bed("    fail: ['6.2.1.1-[146]', '6.2.1.1-1', 6.2.1.1-4, 6.2.1.1-6]\n")).0, 2);
    let (code, out) = told(&bed("    fail: [6.2.1.1-1, 6.2.1.1-3, 6.2.1.1-6]\n"));
    assert_eq!(code, 1);
    assert!(out.contains("  6.2.1.1-3: wanted fail, got "), "{out}");
    assert!(out.contains("  6.2.1.1-4: wanted no failure, as no list names it, got fail: "), "{out}");
    let (code, out) = told(&bed(""));
    assert_eq!(
        (code, out.matches("got fail").count()),
        (1, 3),
        "an empty entry says that nothing fails: {out}"
    );
}

#[test]
fn subclauses_and_globs_mean_all_their_clauses() {
    let lists =
        "    fail: [6.2.1.1-1, 6.2.1.1-4, 6.2.1.1-6]\n    not-applicable: [6.2.1.3, 6.2.1.4, '6.2.1.5-*']\n";
    assert_eq!(told(&bed(lists)).0, 0);
    let (code, out) = told(&bed("    fail: [6.2.1.1]\n"));
    assert_eq!(code, 1);
    assert!(out.contains("6.2.1.1-2: wanted fail, got pass"), "{out}");
}

#[test]
fn the_scenario_is_expected_and_not_forced() {
    let fails = "    fail: [6.2.1.1-1, 6.2.1.1-4, 6.2.1.1-6]\n";
    assert_eq!(told(&bed(&format!("    scenario: one-to-one\n{fails}"))).0, 0);
    let (code, out) = told(&bed(&format!("    scenario: ad-hoc\n{fails}")));
    assert_eq!(code, 1);
    assert!(out.contains("  scenario: wanted ad-hoc, got one-to-one"), "{out}");
}

#[test]
fn a_session_that_is_not_listed_is_a_difference_unless_it_is_ignored() {
    let two = BROKEN.to_owned() + &BROKEN.replace("demo-2", "other-2").replace("z9hG4bK", "z9hG4bKo");
    let fails = "    fail: [6.2.1.1-1, 6.2.1.1-4, 6.2.1.1-6]\n";
    for (others, code) in [("", 1), ("others: refuse\n", 1), ("others: ignore\n", 0)] {
        let top = folder(&[("a.yaml", &(bed(fails) + others)), ("broken.sip", &two)]);
        let done = run(top.path(), &["--quiet", "a.yaml"]);
        assert_eq!(done.code, code, "{others}{}", done.out);
        assert_eq!(done.out.contains("session other-2@192.0.2.10"), code == 1, "{}", done.out);
        assert_eq!(done.out.contains("is not listed"), code == 1, "{}", done.out);
    }
}

#[test]
fn a_session_that_was_not_judged_is_a_difference_that_says_why() {
    let (code, out) = told("capture: broken.sip\nothers: ignore\nsessions:\n  demo-3@192.0.2.10:\n");
    assert_eq!(code, 1);
    assert!(out.contains("no message of the capture has this Call-ID; did you mean"), "{out}");
    let plain = "BYE sip:a@b.example SIP/2.0\r\nCall-ID: plain\r\nCSeq: 1 BYE\r\nFrom: <sip:c@b.example>;tag=1\r\n\
                 To: <sip:a@b.example>;tag=2\r\nContent-Length: 0\r\n\r\n";
    let clients = "context: {clients: [203.0.113.1]}\n";
    for (text, head, id, why) in [
        (plain, "", "plain", "1 message of it, but it was not judged: it shows no IM mark"),
        (
            BROKEN,
            clients,
            "demo-2@192.0.2.10",
            "1 message of it, but it was not judged: they set up no session of a client",
        ),
    ] {
        let vector = format!("{head}capture: a.sip\nsessions:\n  {id}: {{}}\n");
        let top = folder(&[("a.yaml", &vector), ("a.sip", text)]);
        let out = run(top.path(), &["a.yaml"]).out.replace("\n      ", " ");
        assert!(out.contains(&format!("session: the capture has {why}")), "{out}");
    }
}

#[test]
fn a_capture_without_a_session_is_never_green() {
    let top = folder(&[("a.yaml", "capture: empty.sip\n"), ("empty.sip", "")]);
    let done = run(top.path(), &["--bless", "a.yaml"]);
    assert_eq!(done.code, 1, "{}", done.out);
    assert!(done.out.contains("  capture: the vector tests nothing: "), "{}", done.out);
    assert_eq!(text(&top, "a.yaml"), "capture: empty.sip\n");
}

#[test]
fn context_profile_and_scenario_count() {
    let vector = "capture: broken.sip\nscenario: ad-hoc\nprofile: rcs\nsessions:\n  demo-2@192.0.2.10: {scenario: ad-hoc}\n";
    let (_, out) = told(vector);
    assert!(!out.contains("scenario:") && out.contains("6.2.1.3-3: "), "{out}");
}

#[test]
fn a_capture_file_is_one_as_well_as_text() {
    let sessions = "sessions:\n  \"1to1-a-0001@192.0.2.10\": {fail: [], inconclusive: [6.2.1.2-4]}\n";
    let top = folder(&[("v/a.yaml", &format!("capture: ../call.pcap\n{sessions}"))]);
    std::fs::write(top.path().join("call.pcap"), include_bytes!("../../docs/demo/call.pcap")).unwrap();
    let done = run(top.path(), &["v"]);
    assert_eq!((done.code, done.out.as_str()), (0, "1 vector, 1 case: all as expected\n"), "{}", done.err);
}
