//! Traffic of several sizes, and floods -> the peak memory of `sipclause check` on each: `make memory`.
//!
//! `memory SIPCLAUSE [MEGABYTES...] [NAME]` runs that binary on traffic of 10, 200 and 1000 MB, or of the sizes given,
//! and on the floods; with a name, only on what has it in its own, such as `bomb`. Everything comes down a pipe as it is
//! made, so nothing is left on the disk.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

#[path = "../../tests/support/calls.rs"]
mod calls;
mod floods;
#[path = "../../tests/support/frames.rs"]
mod frames;
#[path = "../../tests/support/traffic.rs"]
mod traffic;

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Writes an input.
type Input = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(binary) = arguments.next() else {
        eprintln!("which binary? make memory");
        return ExitCode::from(2);
    };
    let (sizes, names): (Vec<_>, Vec<_>) =
        arguments.partition(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let sizes: Vec<u64> = sizes.iter().filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10, 200, 1000] } else { sizes };
    println!(
        "{:34} {:>8} {:>8} {:>6} {:>5} {:>9}  problems",
        "input", "MB", "peak MB", "s", "exit", "sessions"
    );
    let mut all: Vec<(String, Option<&str>, Input)> = Vec::new();
    for size in sizes {
        let input: Input = Box::new(move |out| traffic::write(out, size * 1_000_000));
        all.push((format!("traffic of {size} MB"), None, input));
    }
    for (name, flood) in floods::FLOODS {
        all.push(((*name).to_owned(), None, Box::new(move |out| floods::between_calls(out, *flood))));
    }
    for packer in ["gzip", "zstd", "lz4"] {
        for (name, bomb) in floods::BOMBS {
            let input: Input = Box::new(move |out| floods::between_calls(out, *bomb));
            all.push((format!("{name}, {packer}"), Some(packer), input));
        }
    }
    let mut sane = true;
    for (name, packer, input) in all {
        if names.iter().all(|wanted| name.contains(wanted.as_str())) {
            sane &= row(&binary, &name, packer, input);
        }
    }
    ExitCode::from(u8::from(!sane))
}

/// One line of the table. False if the command ended as it never should.
fn row(binary: &str, name: &str, packer: Option<&str>, input: Input) -> bool {
    match measure(binary, packer, input) {
        Ok(run) => {
            println!(
                "{name:34} {:8.1} {:8.1} {:6.1} {:>5} {:>9}  {}",
                run.bytes as f64 / 1e6,
                run.peak as f64 / 1e6,
                run.took.as_secs_f64(),
                run.code.map_or("killed".to_owned(), |code| code.to_string()),
                run.sessions,
                run.problems
            );
            matches!(run.code, Some(0 | 1 | 3 | 4))
        }
        Err(error) => {
            println!("{name:34} cannot be run: {error}");
            packer.is_some()
        }
    }
}

/// What one run came to.
struct Run {
    /// Bytes of the input as the command read them, or before they were packed.
    bytes: u64,
    /// Bytes of memory.
    peak: u64,
    took: Duration,
    code: Option<i32>,
    sessions: u64,
    problems: String,
}

fn measure(binary: &str, packer: Option<&str>, input: Input) -> io::Result<Run> {
    let started = Instant::now();
    let packing = packer.map(packing).transpose()?;
    let mut command = Command::new(binary);
    command.args(["check", "--allow-empty", "--output", "ndjson", "-"]);
    command.env_clear().stdout(Stdio::piped()).stderr(Stdio::null());
    let (mut child, feed): (Child, ChildStdin) = match packing {
        Some((feed, packed)) => (command.stdin(packed).spawn()?, feed),
        None => {
            let mut child = command.stdin(Stdio::piped()).spawn()?;
            let feed = child.stdin.take().ok_or_else(|| io::Error::other("no pipe"))?;
            (child, feed)
        }
    };
    // It holds an end of the pipe, which has to be closed when the child closes its own.
    drop(command);
    let bytes = AtomicU64::new(0);
    let output = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
    let (mut peak, mut code) = (0, None);
    let last = std::thread::scope(|scope| {
        // A command that has read enough closes the pipe.
        scope.spawn(|| {
            drop(input(&mut io::BufWriter::with_capacity(1 << 16, Counted { out: feed, bytes: &bytes })))
        });
        let last = scope.spawn(|| BufReader::new(output).lines().map_while(Result::ok).last());
        while code.is_none() {
            peak = peak.max(peak_of(child.id()));
            std::thread::sleep(Duration::from_millis(5));
            code = child.try_wait().transpose();
        }
        last.join().ok().flatten()
    });
    let summary: Value = last.and_then(|line| serde_json::from_str(&line).ok()).unwrap_or_default();
    let problems = summary["inputs"][0]["problems"].as_array().cloned().unwrap_or_default();
    let problems: Vec<_> = problems.iter().filter_map(Value::as_str).collect();
    Ok(Run {
        bytes: bytes.into_inner(),
        peak,
        took: started.elapsed(),
        code: code.transpose()?.and_then(|status| status.code()),
        sessions: summary["summary"]["sessions"].as_u64().unwrap_or_default(),
        problems: problems.join("; "),
    })
}

/// A program that packs what it is fed, and what comes out of it.
fn packing(packer: &str) -> io::Result<(ChildStdin, Stdio)> {
    let mut child =
        Command::new(packer).args(["-1", "-c"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let pipes = child.stdin.take().zip(child.stdout.take());
    // It ends with its input, or with its reader.
    std::thread::spawn(move || child.wait());
    pipes.map(|(feed, packed)| (feed, packed.into())).ok_or_else(|| io::Error::other("no pipe"))
}

/// The most memory that a process had so far, in bytes.
fn peak_of(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .map_or(0, |kilobytes| 1024 * kilobytes)
}

/// A writer that counts.
struct Counted<'b, W> {
    out: W,
    bytes: &'b AtomicU64,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes.fetch_add(written as u64, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
