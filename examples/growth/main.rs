//! Inputs of several sizes -> how the time of a whole run grows with them, as a table and as pictures: `make growth`.
//!
//! `growth FOLDER [MEGABYTES] [NAME...]` reads, judges and reports inputs of up to so many megabytes (1000 if nothing is
//! said), of the shapes that have one of these names in their own, and draws a picture of each shape into the folder.
//! Where twice the input takes much more than twice the time, the exit code is 1.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

#[path = "../../tests/support/calls.rs"]
mod calls;
mod clock;
mod fit;
#[path = "../../tests/support/frames.rs"]
mod frames;
mod plot;
mod shapes;
#[path = "../../tests/support/traffic.rs"]
mod traffic;

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use sipclause::books::oma_im::BOOK;
use sipclause::report::{Ndjson, Report};
use sipclause::run::Job;
use sipclause::verdict::Policy;

use self::fit::{Point, exponent};
use self::shapes::{SHAPES, Shape};

/// Work that grows as its input does has an exponent of 1; what the caches no longer hold adds to it. That of two nested
/// loops is 2.
const MOST: f64 = 1.4;
/// A short run is repeated until this much time is spent, because the clock ticks every few milliseconds only.
const ENOUGH: Duration = Duration::from_millis(200);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("where do the pictures go? make growth");
        return ExitCode::from(2);
    };
    let (sizes, names): (Vec<_>, Vec<_>) =
        arguments.partition(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let megabytes = sizes.first().and_then(|size| size.parse().ok()).unwrap_or(1000);
    let wanted = |shape: &&Shape| names.is_empty() || names.iter().any(|name| shape.name.contains(&**name));
    let mut linear = true;
    for shape in SHAPES.iter().filter(wanted) {
        match grow(shape, megabytes * 1_000_000, Path::new(&folder)) {
            Ok(exponent) => linear &= exponent <= MOST,
            Err(error) => {
                eprintln!("{}: {error}", shape.title);
                return ExitCode::from(2);
            }
        }
    }
    ExitCode::from(u8::from(!linear))
}

/// Measures a shape, prints a line for each of its sizes, draws it, and gives its exponent.
fn grow(shape: &Shape, most: u64, folder: &Path) -> Result<f64, Box<dyn Error>> {
    println!("{}", shape.title);
    let mut points = Vec::new();
    for &size in shape.sizes.iter().filter(|size| *size * shape.unit_bytes <= most) {
        let seconds = measure(shape, size)?.as_secs_f64();
        println!(
            "{size:>12} {:14} {seconds:>12.6} s {:>10.3} µs each",
            shape.unit,
            seconds * 1e6 / size as f64
        );
        points.push(Point { size: size as f64, seconds });
    }
    let exponent = exponent(&points).ok_or("two sizes at least are needed: allow more megabytes")?;
    println!("{:>27} exponent {exponent:.2}{}", "", if exponent > MOST { ", MORE THAN LINEAR" } else { "" });
    let picture = plot::draw(shape.title, shape.unit, &points, exponent);
    std::fs::write(folder.join(format!("{}.svg", shape.name)), picture)?;
    Ok(exponent)
}

/// The processor time from the bytes of a file to the end of its report.
fn measure(shape: &Shape, size: u64) -> Result<Duration, Box<dyn Error>> {
    let file = tempfile::NamedTempFile::new()?;
    let mut out = BufWriter::new(file.as_file());
    (shape.write)(&mut out, size)?;
    out.flush()?;
    drop(out);
    for runs in (0..16).map(|power| 1 << power) {
        let started = clock::now();
        for _ in 0..runs {
            judge(shape, file.path())?;
        }
        let took = clock::now() - started;
        if took >= ENOUGH {
            return Ok(took / runs);
        }
    }
    Err("the clock stands still".into())
}

fn judge(shape: &Shape, path: &Path) -> Result<(), Box<dyn Error>> {
    let policy = Policy::default();
    let (caps, room) = (shape.bounds)();
    let job = Job::new(&policy, &BOOK).within(caps, room);
    let mut report = Ndjson::new(io::sink());
    let mut written = Ok(());
    let (input, _) = job.run(shape.name, File::open(path)?, &mut |judgement| {
        written = report.session(judgement);
    })?;
    written?;
    if let Some(problem) = input.problems.iter().find(|problem| problem.lost) {
        return Err(format!("something was not measured: {}", problem.text).into());
    }
    Ok(())
}
