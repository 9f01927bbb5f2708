//! Reading beside the judging changes no report.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::path::Path;

use sipclause::compose::{Carriage, Choices, Flow, Plan, Wire};
use sipclause::session::Scenario;

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
