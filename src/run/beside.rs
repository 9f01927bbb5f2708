//! Reading on one thread, judging on another.

use std::io::Read;
use std::sync::mpsc::{SyncSender, sync_channel};

use super::{Job, Ready, Run, Sink};
use crate::capture::{Capture, OpenError};
use crate::message::Limits;
use crate::verdict::{InputSummary, Skipped};

/// Messages and losses that are handed over at once, and how often that may be ahead of the judging.
const BATCH: usize = 128;
const BATCHES: usize = 8;

impl Job<'_> {
    /// The same, with the reading on a thread of its own: for inputs that do not come as slowly as a live pipe, since
    /// messages are handed over by the hundred. What the sink hears is the same.
    ///
    /// # Errors
    /// When the input cannot be opened as a capture. What goes wrong later is in the summary.
    pub fn run_beside<R: Read + Send>(
        &self,
        name: &str,
        reader: R,
        sink: &mut Sink<'_>,
    ) -> Result<(InputSummary, Skipped), OpenError> {
        let mut capture = self.open(reader)?;
        let mut run = Run::of(vec![name], self.clone());
        let limits = self.policy.limits;
        let capture = std::thread::scope(|scope| {
            let (hand_over, taken) = sync_channel(BATCHES);
            let reading = scope.spawn(move || {
                batch(&mut capture, limits, &hand_over);
                capture
            });
            for ready in taken.into_iter().flatten() {
                run.take_ready(ready, sink);
            }
            reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        Ok(run.end(&capture, sink))
    }
}

/// Reads `capture` to its end, or to where nobody takes what it gives.
fn batch<R: Read>(capture: &mut Capture<R>, limits: Limits, hand_over: &SyncSender<Vec<Ready>>) {
    let (mut order, mut ready) = (0, Vec::with_capacity(BATCH));
    while let Some(event) = capture.next_event() {
        ready.push(Ready::of(event, order, limits));
        order += u64::from(matches!(ready.last(), Some(Ready::Message(_))));
        if ready.len() == BATCH
            && hand_over.send(std::mem::replace(&mut ready, Vec::with_capacity(BATCH))).is_err()
        {
            return;
        }
    }
    // Nobody there is nobody who misses it.
    let _ = hand_over.send(ready);
}
