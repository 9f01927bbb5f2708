//! Reading, sorting into calls and judging on several threads; what they give is heard in order on the caller's.
//!
//! ```text
//! reader ── messages ──▶ sorter ── calls ──▶ judges ── decisions ──▶ sink
//! ```
//!
//! The sorter alone knows the other sessions. A call that means one of them is judged there and then; of all others it
//! notes what they may ask. Of two threads, one is reader and sorter, and the other judge and sink.

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
    /// The same by `workers` threads, of which this one is one: for inputs that do not come as slowly as a live pipe,
    /// since calls are handed over by the dozen. What the sink hears is the same.
    ///
    /// # Errors
    /// When the input cannot be opened as a capture. What goes wrong later is in the summary.
    pub fn run_beside<R: Read + Send>(
        &self,
        name: &str,
        reader: R,
        workers: NonZeroUsize,
        sink: &mut Sink<'_>,
    ) -> Result<(InputSummary, Skipped), OpenError> {
        let capture = self.open(reader)?;
        let run = Run::of(vec![name], self.clone());
        let mut skips = Vec::new();
        let mut tell = |judged: Judged| match judged {
            Ok((call, decided)) => sink(&decided.judgement(&call, &[name], self.book, self.policy)),
            Err(skip) => skips.push(skip),
        };
        let (capture, mut run) = match workers.get() {
            ..=2 => self.by_two(capture, run, &mut tell),
            more => self.by_many(capture, run, more - 1, &mut tell),
        };
        for skip in skips {
            run.skip(skip);
        }
        Ok(run.end(&capture))
    }

    /// One reads and sorts, and this one judges and tells: of two threads, both are busy, and what one of them made is
    /// handed over once.
    fn by_two<'r, R: Read + Send>(
        &self,
        mut capture: Capture<R>,
        run: Run<'r>,
        tell: &mut dyn FnMut(Judged),
    ) -> (Capture<R>, Run<'r>) {
        let limits = self.policy.limits;
        let (hand_over, cases) = sync_channel::<Vec<Case>>(WAITING);
        std::thread::scope(|scope| {
            let sorting = scope.spawn(move || {
                // Nobody there is nobody who misses it.
                let mut sorter = Sorter::new(run, |cases| drop(hand_over.send(cases)));
                let mut order = 0;
                while let Some(event) = capture.next_event() {
                    let ready = Ready::of(event, order, limits);
                    order += u64::from(matches!(ready, Ready::Message(_)));
                    sorter.take(ready);
                }
                (capture, sorter.end())
            });
            cases.into_iter().flatten().for_each(|case| tell(case.judged(self.book, self.policy)));
            joined(sorting)
        })
    }

    /// One reads, one sorts, `judges` judge, and this one tells.
    fn by_many<'r, R: Read + Send>(
        &self,
        mut capture: Capture<R>,
        run: Run<'r>,
        judges: usize,
        tell: &mut dyn FnMut(Judged),
    ) -> (Capture<R>, Run<'r>) {
        let (policy, book, limits) = (self.policy, self.book, self.policy.limits);
        let (hand_over, messages) = sync_channel::<Vec<Ready>>(WAITING);
        let (file, docket) = sync_channel(WAITING);
        let (announce, announced) = sync_channel::<Receiver<Vec<Judged>>>(WAITING);
        // The judges own it: should all of them fall, nobody waits for them.
        let docket = Arc::new(Mutex::new(docket));
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || {
                read(&mut capture, limits, &hand_over);
                capture
            });
            let sorting = scope.spawn(move || {
                let mut sorter = Sorter::new(run, |cases| {
                    let (hand_back, judged) = sync_channel(1);
                    if announce.send(judged).is_ok() {
                        let _ = file.send((cases, hand_back));
                    }
                });
                messages.into_iter().flatten().for_each(|ready| sorter.take(ready));
                sorter.end()
            });
            for _ in 0..judges {
                let docket = Arc::clone(&docket);
                scope.spawn(move || judge_all(&docket, book, policy));
            }
            drop(docket);
            // The batches come in the order of the sorter, whoever judged which.
            announced.into_iter().filter_map(|batch| batch.recv().ok()).flatten().for_each(tell);
            (joined(reading), joined(sorting))
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

/// Messages -> calls that are over, in batches.
struct Sorter<'r, S: FnMut(Vec<Case>)> {
    run: Run<'r>,
    cases: Vec<Case>,
    send: S,
}

impl<'r, S: FnMut(Vec<Case>)> Sorter<'r, S> {
    fn new(run: Run<'r>, send: S) -> Self {
        Self { run, cases: Vec::with_capacity(CALLS), send }
    }

    fn take(&mut self, ready: Ready) {
        self.run.file(ready);
        while let Some(finished) = self.run.table.next_over() {
            self.pass_on(finished);
        }
    }

    /// Passes on what is still open: the input is over.
    fn end(mut self) -> Run<'r> {
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
        (self.send)(std::mem::replace(&mut self.cases, Vec::with_capacity(CALLS)));
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
