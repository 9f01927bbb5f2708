//! Reading beside the judging changes no report.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::num::NonZeroUsize;
use std::path::Path;

use sipclause::books::oma_im::BOOK;
use sipclause::compose::{Carriage, Choices, Flow, Plan, Wire};
use sipclause::run::Job;
use sipclause::session::context::PartyPattern;
use sipclause::session::{Context, Scenario};
use sipclause::verdict::{Judgement, Policy};

/// Two hundred calls of all scenarios at once, in small pieces: more than the file that is shared has to be.
fn capture(carriage: Carriage) -> Vec<u8> {
    let flows = (0..200).map(|seed| {
        let mut plan = Plan::draw(Scenario::ALL[seed as usize % 4], &mut Choices::seeded(seed));
        plan.salt.push_str(&seed.to_string());
        plan.ended().compose().unwrap().flow
    });
    Wire { carriage, ..Wire::default() }.to_bytes(&Flow::interleaved(flows)).unwrap()
}

/// The file without every seventh record.
fn thinned(file: &[u8]) -> Vec<u8> {
    let (head, mut rest) = file.split_at(24);
    let (mut thin, mut number) = (head.to_vec(), 0);
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        let (record, after) = rest.split_at(16 + length);
        number += 1;
        if number % 7 != 0 {
            thin.extend_from_slice(record);
        }
        rest = after;
    }
    thin
}

fn report(folder: &Path, format: &str, jobs: &str) -> (Option<i32>, Vec<u8>, Vec<u8>) {
    let output = std::process::Command::new(assert_cmd::cargo::cargo_bin!("sipclause"))
        .args(["check", "--output", format, "--jobs", jobs, "."])
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    (output.status.code(), output.stdout, output.stderr)
}

#[test]
fn reports_are_the_same_for_any_number_of_workers() {
    let folder = tempfile::tempdir().unwrap();
    let carriages = [
        ("tcp", Carriage::Tcp { segment: std::num::NonZeroU16::new(400) }),
        ("udp", Carriage::Udp { mtu: Some(600) }),
    ];
    for (name, carriage) in carriages {
        let file = capture(carriage);
        let thin = thinned(&file);
        assert!(thin.len() > 1 << 20, "{} bytes are too few to be shared", thin.len());
        std::fs::write(folder.path().join(format!("{name}.pcap")), file).unwrap();
        std::fs::write(folder.path().join(format!("{name}-thinned.pcap")), thin).unwrap();
    }
    for format in ["ndjson", "json", "human"] {
        let alone = report(folder.path(), format, "1");
        assert_eq!(alone.0, Some(4), "what was lost is damage: {}", String::from_utf8_lossy(&alone.2));
        assert!(alone.1.len() > 100_000);
        for jobs in ["2", "8"] {
            assert!(alone == report(folder.path(), format, jobs), "{format} differs with {jobs} workers");
        }
    }
}

/// What is heard of a file, and what is said of it at its end.
fn heard(file: &[u8], policy: &Policy, judges: Option<usize>) -> (Vec<String>, String) {
    let (job, mut judgements) = (Job::new(policy, &BOOK), Vec::new());
    let mut sink = |judgement: &Judgement<'_>| judgements.push(format!("{judgement:?}"));
    let summary = match judges.and_then(NonZeroUsize::new) {
        Some(judges) => job.run_beside("a.pcap", file, judges, &mut sink),
        None => job.run("a.pcap", file, &mut sink),
    };
    let summary = format!("{summary:?}");
    (judgements, summary)
}

fn assert_same(name: &Path, file: &[u8], policy: &Policy) -> usize {
    let alone = heard(file, policy, None);
    for judges in [1, 3] {
        assert!(
            alone == heard(file, policy, Some(judges)),
            "{} differs with {judges} judges",
            name.display()
        );
    }
    alone.0.len()
}

#[test]
fn what_sessions_ask_about_others_is_answered_on_any_thread() {
    let nobody = vec![PartyPattern::Name("sip:nobody@example.com".to_owned())];
    let of_nobody =
        Policy { context: Context { clients: nobody, ..Context::default() }, ..Policy::default() };
    let all = Policy { all_sessions: true, ..Policy::default() };
    let mut judged = 0;
    for seed in 0..40 {
        // Registrations, subscriptions, Replaces and live peers of several calls of the same users.
        let flows = (0..8).map(|number| {
            let scenario = Scenario::ALL[number % 4];
            let mut plan = Plan::draw(scenario, &mut Choices::seeded(seed * 8 + number as u64));
            plan.salt = number.to_string();
            plan.ended().compose().unwrap().flow
        });
        let file = Wire::default().to_bytes(&Flow::interleaved(flows)).unwrap();
        for policy in [&Policy::default(), &all, &of_nobody] {
            judged += assert_same(Path::new(&seed.to_string()), &file, policy);
        }
    }
    assert!(judged > 500, "{judged}");
}

#[test]
fn the_captures_of_the_corpus_are_judged_the_same_on_any_thread() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !corpus.is_dir() {
        println!("skipped: {} is not there", corpus.display());
        return;
    }
    let all = Policy { all_sessions: true, ..Policy::default() };
    let mut judged = 0;
    for entry in ignore::Walk::new(&corpus).map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        let file = std::fs::read(entry.path()).unwrap();
        for policy in [&Policy::default(), &all] {
            judged += assert_same(entry.path(), &file, policy);
        }
    }
    assert!(judged > 1000, "{judged}");
}
