//! Bytes read and sessions judged -> a line on the terminal of somebody who waits.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::inputs::{Input, Place};
use crate::verdict::{Judgement, Ruling};

/// A run that is over by then shows nothing.
const PATIENCE: Duration = Duration::from_millis(400);

/// The line, where standard error is a terminal. It goes away at the end, and where something is printed.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    is_shown: AtomicBool,
    sessions: AtomicU64,
    failed: AtomicU64,
}

impl Default for Progress {
    /// No line at all.
    fn default() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            begun: Instant::now(),
            is_shown: AtomicBool::new(true),
            sessions: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        }
    }
}

impl Progress {
    /// The line for these inputs: with a bar where the length of all of them is known.
    pub(super) fn of(inputs: &[Input]) -> Self {
        if !io::stderr().is_terminal() {
            return Self::default();
        }
        let length = |input: &Input| match &input.place {
            Place::Stdin => None,
            Place::File(path) => fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|data| data.len()),
            Place::Unreachable(..) => Some(0),
        };
        let length: Option<u64> = inputs.iter().map(length).sum();
        let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden());
        let template = match length {
            Some(_) => "{wide_bar} {bytes}/{total_bytes}, {eta} left; {msg}",
            None => "{spinner} {bytes} read; {msg}",
        };
        // A template that indicatif does not like is one without a bar.
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        bar.set_message("0 sessions");
        Self { bar, is_shown: AtomicBool::new(false), ..Self::default() }
    }

    /// The same bytes, counted.
    pub(super) fn watch<R>(&self, reader: R) -> Watched<'_, R> {
        Watched { reader, progress: self }
    }

    /// Counts a session; `tell` writes reports, perhaps to the same terminal.
    pub(super) fn session(&self, judgement: &Judgement<'_>, tell: impl FnOnce()) {
        let failed = judgement.rulings.iter().any(Ruling::is_open_failure);
        self.sessions.fetch_add(1, Relaxed);
        self.failed.fetch_add(u64::from(failed), Relaxed);
        self.aside(tell);
        if !self.bar.is_hidden() {
            self.bar.set_message(format!(
                "{} sessions, {} failed",
                self.sessions.load(Relaxed),
                self.failed.load(Relaxed)
            ));
        }
    }

    /// Prints something else while the line is away.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        if self.bar.is_hidden() { print() } else { self.bar.suspend(print) }
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn read(&self, bytes: usize) {
        self.bar.inc(bytes as u64);
        if !self.is_shown.load(Relaxed)
            && self.begun.elapsed() > PATIENCE
            && !self.is_shown.swap(true, Relaxed)
        {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

/// A reader whose bytes are counted.
#[derive(Debug)]
pub(super) struct Watched<'p, R> {
    reader: R,
    progress: &'p Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.progress.read(read);
        Ok(read)
    }
}
