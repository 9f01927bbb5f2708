//! The command: arguments in, exit code out.

use std::process::ExitCode;

/// Messages are made on one thread and let go on another, which costs the usual allocators the gain of the second.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    sipclause::cli::main(std::env::args_os())
}
