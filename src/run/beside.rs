//! Reading, sorting into calls and judging on threads of their own; what they give is heard in order on the caller's.
//!
//! ```text
//! reader ── messages ──▶ sorter ── calls ──▶ judges ── decisions ──▶ sink
//! ```
//!
//! The sorter alone knows the other sessions. A call that means one of them is judged there and then; of all others it
//! notes what they may ask.

use std::io::Read;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::ScopedJoinHandle;

use super::{Job, Ready, Run, Sink, question};
use crate::capture::{Capture, OpenError};
use crate::clause::Book;
use crate::message::Limits;
use crate::session::{Call, Finished, Keep, Noted, Session, Skip};
use crate::verdict::{Decided, InputSummary, Policy, Skipped};

/// Messages and losses that are handed over at once: waking a thread costs as much as reading several.
const MESSAGES: usize = 128;
/// Calls that are handed over at once, for the same reason.
const CALLS: usize = 16;
/// How many such batches may wait for the next thread.
const WAITING: usize = 8;

/// A call that is over, on its way to the sink.
struct Case {
    call: Call,
    stage: Stage,
}

/// How far a case is.
enum Stage {
    /// What it may ask was noted, so that it can be judged anywhere.
    Noted(Noted),
    /// It was judged beside the table.
    Decided(Decided),
}

/// What was decided of a call. Whose it is was known before, so that nothing is skipped so late; if it were, it counts.
type Judged = Result<(Call, Decided), Skip>;
/// Calls that are over, and where to hand them when they were judged.
type Docket = (Vec<Case>, SyncSender<Vec<Judged>>);

impl Job<'_> {
    /// The same with threads beside this one, of which `judges` judge: for inputs that do not come as slowly as a live
    /// pipe, since messages are handed over by the hundred. What the sink hears is the same.
    ///
    /// # Errors
    /// When the input cannot be opened as a capture. What goes wrong later is in the summary.
    pub fn run_beside<R: Read + Send>(
        &self,
        name: &str,
        reader: R,
        judges: NonZeroUsize,
        sink: &mut Sink<'_>,
    ) -> Result<(InputSummary, Skipped), OpenError> {
        let mut capture = self.open(reader)?;
        let run = Run::of(vec![name], self.clone());
        let (policy, book, limits) = (self.policy, self.book, self.policy.limits);
        let (hand_over, messages) = sync_channel(WAITING);
        let (file, docket) = sync_channel(WAITING);
        let (announce, announced) = sync_channel(WAITING);
        // The judges own it: should all of them fall, nobody waits for them.
        let docket = Arc::new(Mutex::new(docket));
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || {
                read(&mut capture, limits, &hand_over);
                capture
            });
            let sorting = scope.spawn(move || {
                Sorter { run, cases: Vec::with_capacity(CALLS), file, announce }.sort(messages)
            });
            for _ in 1..judges.get() {
                let docket = Arc::clone(&docket);
                scope.spawn(move || judge_all(&docket, book, policy));
            }
            scope.spawn(move || judge_all(&docket, book, policy));
            let mut skips = Vec::new();
            // The batches come in the order of the sorter, whoever judged which.
            for judged in announced.into_iter().filter_map(|batch| batch.recv().ok()).flatten() {
                match judged {
                    Ok((call, decided)) => sink(&decided.judgement(&call, &[name], book, policy)),
                    Err(skip) => skips.push(skip),
                }
            }
            let (capture, mut run) = (joined(reading), joined(sorting));
            for skip in skips {
                run.skip(skip);
            }
            Ok(run.end(&capture))
        })
    }
}

/// What a thread gives; its panic is ours.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Reads `capture` to its end, or to where nobody takes what it gives.
fn read<R: Read>(capture: &mut Capture<R>, limits: Limits, hand_over: &SyncSender<Vec<Ready>>) {
    let (mut order, mut ready) = (0, Vec::with_capacity(MESSAGES));
    while let Some(event) = capture.next_event() {
        ready.push(Ready::of(event, order, limits));
        order += u64::from(matches!(ready.last(), Some(Ready::Message(_))));
        if ready.len() == MESSAGES
            && hand_over.send(std::mem::replace(&mut ready, Vec::with_capacity(MESSAGES))).is_err()
        {
            return;
        }
    }
    // Nobody there is nobody who misses it.
    let _ = hand_over.send(ready);
}

/// Messages -> calls that are over, in batches of which each is announced to the sink before it is judged.
struct Sorter<'r> {
    run: Run<'r>,
    cases: Vec<Case>,
    file: SyncSender<Docket>,
    announce: SyncSender<Receiver<Vec<Judged>>>,
}

impl<'r> Sorter<'r> {
    fn sort(mut self, messages: Receiver<Vec<Ready>>) -> Run<'r> {
        for ready in messages.into_iter().flatten() {
            self.run.file(ready);
            while let Some(finished) = self.run.table.next_over() {
                self.pass_on(finished);
            }
        }
        while let Some(finished) = self.run.table.next_at_end() {
            self.pass_on(finished);
        }
        self.send();
        self.run
    }

    fn pass_on(&mut self, finished: Finished) {
        let stage = self.stage(&finished);
        let keep = match &stage {
            Ok(_) => Keep::Dialogs,
            Err(skip) => self.run.skip(skip.clone()),
        };
        let call = self.run.table.remember(finished, keep);
        self.cases.extend(stage.map(|stage| Case { call, stage }));
        if self.cases.len() == CALLS {
            self.send();
        }
    }

    fn stage(&self, finished: &Finished) -> Result<Stage, Skip> {
        let Run { job: Job { policy, book, .. }, table, .. } = &self.run;
        if let Some(noted) = Noted::of(finished, table, question(policy))? {
            return Ok(Stage::Noted(noted));
        }
        let session = Session::of(&finished.call, table, question(policy))?;
        Ok(Stage::Decided(Decided::of(&session, book, policy)))
    }

    fn send(&mut self) {
        let cases = std::mem::replace(&mut self.cases, Vec::with_capacity(CALLS));
        let (hand_back, judged) = sync_channel(1);
        // Nobody there is nobody who misses it.
        if self.announce.send(judged).is_ok() {
            let _ = self.file.send((cases, hand_back));
        }
    }
}

/// Judges what is filed until there is no more.
fn judge_all(docket: &Mutex<Receiver<Docket>>, book: &Book, policy: &Policy) {
    loop {
        let next = docket.lock().unwrap_or_else(std::sync::PoisonError::into_inner).recv();
        let Ok((cases, hand_back)) = next else { return };
        let judged = cases.into_iter().map(|case| case.judged(book, policy)).collect();
        // Nobody there is nobody who misses it.
        let _ = hand_back.send(judged);
    }
}

impl Case {
    fn judged(self, book: &Book, policy: &Policy) -> Judged {
        let Self { call, stage } = self;
        let decided = match stage {
            Stage::Decided(decided) => decided,
            Stage::Noted(noted) => Decided::of(&Session::of(&call, &noted, question(policy))?, book, policy),
        };
        Ok((call, decided))
    }
}
