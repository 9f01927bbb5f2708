//! The command: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    sipclause::cli::main(std::env::args_os())
}
