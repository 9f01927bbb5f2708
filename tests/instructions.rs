//! How many instructions the command takes for fixed captures: as many as `benches/instructions.txt` says, or it fails.
//!
//! Run by `make test-external`, written anew by `make bless-instructions`. Instructions are the same on a busy machine
//! and on an idle one, so that a change of three of a hundred shows. With another compiler or processor than the figure
//! was taken with, nothing is compared, and that is said.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

#[path = "support/calls.rs"]
mod calls;

use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::Command;

use sipclause::compose::{Carriage, Choices, Wire};

/// Calls of each capture, which come to about a megabyte.
const CALLS: u32 = 66;
/// Parts of a hundred by which the count may differ.
const TOLERANCE: f64 = 3.0;

/// What the figure stands behind.
const NOTE: &str = "\
# Instructions that the release build takes for `check --quiet --jobs 1 --output ndjson=report udp.pcap tcp.pcap`, the
# captures that tests/instructions.rs composes, counted by callgrind. `make test-external` fails where it differs by more than
# 3 %, fewer ones included, because a gain that is not written down can be lost again without a sign.
# `make bless-instructions` writes it anew; the reason belongs into the message of the commit.
";

#[test]
#[ignore = "needs valgrind and a release build: make test-external"]
fn the_command_takes_as_many_instructions_as_are_written_down() {
    if let Err(error) = Command::new("valgrind").arg("--version").output() {
        println!("skipped: valgrind cannot be run ({error})");
        return;
    }
    let (short, long) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let long = long.path().join("a-folder-with-a-name-that-is-much-longer-than-that-of-the-other-one");
    std::fs::create_dir(&long).unwrap();
    let counted = instructions(short.path());
    let again = instructions(&long);
    assert!(apart(again, counted) < 0.5, "{counted} instructions in one folder, {again} in another");

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, format!("{NOTE}# {}\n{counted}\n", compiler())).unwrap();
        return;
    }
    let text = std::fs::read_to_string(&file).unwrap();
    let (notes, figures): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.starts_with('#'));
    let written: u64 = figures.concat().parse().unwrap();
    let ratio = counted as f64 / written as f64;
    println!("{counted} instructions, {written} are written down: {ratio:.4} times as many");
    let then = notes.last().unwrap().trim_start_matches("# ");
    if then != compiler() {
        println!("skipped: they were counted with {then}, and this is {}", compiler());
        return;
    }
    assert!(
        apart(counted, written) <= TOLERANCE,
        "{counted} instructions, but {written} are written down in benches/instructions.txt: {ratio:.3} times as many. \
         If it is meant: make bless-instructions"
    );
}

/// By how many parts of a hundred they differ.
fn apart(one: u64, other: u64) -> f64 {
    100.0 * (one as f64 / other as f64 - 1.0).abs()
}

/// What another count may come from.
fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output().unwrap();
    // Without AVX2 the searches for bytes are others.
    #[cfg(target_arch = "x86_64")]
    let wide = if std::arch::is_x86_feature_detected!("avx2") { " with AVX2" } else { "" };
    #[cfg(not(target_arch = "x86_64"))]
    let wide = "";
    let version = String::from_utf8(output.stdout).unwrap();
    format!("{} on {}{wide}", version.trim(), std::env::consts::ARCH)
}

/// The release build lies beside the one that is tested.
fn released() -> PathBuf {
    let tested = assert_cmd::cargo::cargo_bin!("sipclause");
    let released = tested.ancestors().nth(2).unwrap().join("release/sipclause");
    assert!(released.exists(), "cargo build --release makes {}", released.display());
    released
}

/// The instructions of one run in that folder.
fn instructions(folder: &Path) -> u64 {
    let flow = calls::calls(0..CALLS, Choices::seeded).unwrap();
    let carriages = [
        ("udp.pcap", Carriage::Udp { mtu: Some(1400) }),
        ("tcp.pcap", Carriage::Tcp { segment: NonZeroU16::new(1400) }),
    ];
    for (name, carriage) in carriages {
        let file = Wire { carriage, ..Wire::default() }.to_bytes(&flow).unwrap();
        std::fs::write(folder.join(name), file).unwrap();
    }
    // Whatever the environment holds lies on the stack of the program, and moves what comes behind it.
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=counted"])
        .arg(released())
        .args(["check", "--quiet", "--jobs", "1", "--output", "ndjson=report", "udp.pcap", "tcp.pcap"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
    assert!(
        std::fs::metadata(folder.join("report")).unwrap().len() > 100_000,
        "sessions were judged: {said}"
    );
    let counted = std::fs::read_to_string(folder.join("counted")).unwrap();
    let total = counted.lines().find_map(|line| line.strip_prefix("totals: ")).unwrap();
    total.trim().parse().unwrap()
}
