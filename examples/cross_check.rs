//! The captures of a folder in the eyes of tshark: `make cross-check DIR=folder`.
//!
//! `cargo run --example cross_check -- FOLDER [TSHARK-OPTION...]`, such as `-d tls.port==5071,sip`. The exit code is 1
//! if tshark or we count messages that the other does not, and nothing explains it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

#[path = "../tests/support/cross_check/mod.rs"]
mod cross_check;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("which folder? make cross-check DIR=folder");
        return ExitCode::from(2);
    };
    match cross_check::cross_check(Path::new(&folder), &arguments.collect::<Vec<_>>()) {
        Ok(outcome) => {
            println!("{outcome}");
            ExitCode::from(u8::from(outcome.unexplained().next().is_some()))
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
