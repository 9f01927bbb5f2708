//! One input from its bytes to its judgements: capture -> table -> session -> verdicts, as sessions end.

mod beside;
mod problems;

use std::io::Read;
#[cfg(feature = "tls")]
use std::sync::Arc;

#[cfg(feature = "tls")]
use crate::capture::Secrets;
use crate::capture::{Caps, Capture, Event, Kind, Loss, OpenError, Problem, Severity};
#[cfg(feature = "pcap")]
use crate::capture::{Joined, JoinedInput};
use crate::clause::Book;
use crate::message::Limits;
use crate::session::{Finished, Keep, Question, Record, Room, Session, Skip, Table};
use crate::verdict::{InputProblem, InputSummary, Judgement, Policy, Skipped, judge};

/// What hears of each judgement, in the order in which sessions end.
pub type Sink<'k> = dyn FnMut(&Judgement<'_>) + 'k;

/// Reads one input to its end and judges every IM session in it, with the memory that a [`Job`] has by default.
///
/// `name` stands in reports; it opens no file. Memory follows the sessions that are open, not the size of
/// the input (text is read whole).
///
/// # Errors
/// When the input cannot be opened as a capture. What goes wrong later is in the summary.
pub fn run(
    name: &str,
    reader: impl Read,
    policy: &Policy,
    book: &Book,
    sink: &mut Sink<'_>,
) -> Result<(InputSummary, Skipped), OpenError> {
    Job::new(policy, book).run(name, reader, sink)
}

/// What is asked of every input of a run, and how much memory each may take.
#[derive(Clone, Debug)]
pub struct Job<'r> {
    policy: &'r Policy,
    book: &'r Book,
    /// How much reading a capture may hold; how far messages are read is for the policy to say.
    pub caps: Caps,
    /// How much the open sessions may hold; the same holds here.
    pub room: Room,
    #[cfg(feature = "tls")]
    secrets: Arc<Secrets>,
}

impl<'r> Job<'r> {
    /// A job with the usual memory.
    pub fn new(policy: &'r Policy, book: &'r Book) -> Self {
        let limits = policy.limits;
        let (caps, room) = (Caps::default(), Room::default());
        Self {
            policy,
            book,
            caps: Caps { limits, ..caps },
            room: Room { limits, ..room },
            #[cfg(feature = "tls")]
            secrets: Arc::default(),
        }
    }

    /// The same within other bounds.
    #[must_use]
    pub fn within(self, caps: Caps, room: Room) -> Self {
        let limits = self.policy.limits;
        Self { caps: Caps { limits, ..caps }, room: Room { limits, ..room }, ..self }
    }

    /// The same with the secrets of TLS connections.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn with_secrets(self, secrets: impl Into<Arc<Secrets>>) -> Self {
        Self { secrets: secrets.into(), ..self }
    }

    /// Reads one input to its end, as [`run`] does.
    ///
    /// # Errors
    /// When the input cannot be opened as a capture. What goes wrong later is in the summary.
    pub fn run(
        &self,
        name: &str,
        reader: impl Read,
        sink: &mut Sink<'_>,
    ) -> Result<(InputSummary, Skipped), OpenError> {
        let mut capture = self.open(reader)?;
        let mut run = Run::of(vec![name], self.clone());
        while let Some(event) = capture.next_event() {
            run.take(event, sink);
        }
        run.finish(sink);
        Ok(run.end(&capture))
    }

    fn open<R: Read>(&self, reader: R) -> Result<Capture<R>, OpenError> {
        #[cfg(feature = "tls")]
        return Capture::open_with(reader, self.caps, Arc::clone(&self.secrets));
        #[cfg(not(feature = "tls"))]
        Capture::open(reader, self.caps)
    }

    /// Reads several inputs as one timeline: a session that begins in one and ends in another is one session.
    ///
    /// `names` stand in reports, in the order of the inputs. What is there to say of the whole timeline is
    /// said of the first input that could be opened.
    #[cfg(feature = "pcap")]
    pub fn run_joined(
        &self,
        names: &[&'r str],
        mut joined: Joined<'_>,
        sink: &mut Sink<'_>,
    ) -> (Vec<Result<InputSummary, OpenError>>, Skipped) {
        #[cfg(feature = "tls")]
        joined.add_secrets(&self.secrets);
        let mut run = Run::of(names.to_vec(), self.clone());
        while let Some(event) = joined.next_event() {
            run.take(event, sink);
        }
        let skipped = run.finish(sink);
        let mut of_all = run.problems();
        let summaries = joined.into_inputs().into_iter().enumerate().map(|(index, input)| {
            let JoinedInput { kind, format, frames: packets, problems } = input?;
            let problems = problems.iter().map(told).chain(std::mem::take(&mut of_all)).collect();
            Ok(run.summary(index, Was { kind, format, packets }, problems))
        });
        (summaries.collect(), skipped)
    }
}

/// An event that is ready for the table.
#[expect(
    clippy::large_enum_variant,
    reason = "a loss is rare, and another allocation for each message is not"
)]
enum Ready {
    Message(Record),
    Loss(Loss),
}

impl Ready {
    /// With the number of the message among all messages.
    fn of(event: Event<'_>, order: u64, limits: Limits) -> Self {
        match event {
            Event::Packet(packet) => Self::Message(Record::of(packet, order, limits)),
            Event::Loss(loss) => Self::Loss(loss),
        }
    }
}

/// What an input was.
struct Was {
    kind: Kind,
    format: Option<&'static str>,
    packets: u64,
}

/// The judging of one input, fed event by event.
///
/// For those who have their messages from elsewhere than a [`Capture`]: a test bed, a fuzzer, a vector.
#[derive(Debug)]
pub struct Run<'r> {
    names: Vec<&'r str>,
    job: Job<'r>,
    table: Table,
    /// How many messages came from each input.
    messages: Vec<u64>,
    skipped: Skipped,
    /// Why the first INVITE that was not judged was taken for the IM Server's.
    why_server: Option<String>,
}

impl<'r> Run<'r> {
    /// An input of that name of which nothing was read yet.
    pub fn new(name: &'r str, policy: &'r Policy, book: &'r Book) -> Self {
        Self::of(vec![name], Job::new(policy, book))
    }

    fn of(names: Vec<&'r str>, job: Job<'r>) -> Self {
        let messages = vec![0; names.len()];
        Self {
            names,
            table: Table::new(job.room),
            job,
            messages,
            skipped: Skipped::default(),
            why_server: None,
        }
    }

    /// Takes one message or loss in, and judges the sessions that are over by then.
    pub fn take(&mut self, event: Event<'_>, sink: &mut Sink<'_>) {
        let ready = Ready::of(event, self.table.messages(), self.job.policy.limits);
        self.take_ready(ready, sink);
    }

    fn take_ready(&mut self, ready: Ready, sink: &mut Sink<'_>) {
        self.file(ready);
        while let Some(finished) = self.table.next_over() {
            self.judge(finished, sink);
        }
    }

    /// Puts one message or loss into the table.
    fn file(&mut self, ready: Ready) {
        match ready {
            Ready::Message(record) => {
                if let Some(messages) = self.messages.get_mut(record.input) {
                    *messages += 1;
                }
                self.table.take_record(record);
            }
            Ready::Loss(loss) => self.table.lose(&loss),
        }
    }

    /// Judges what is still open: the input is over.
    pub fn finish(&mut self, sink: &mut Sink<'_>) -> Skipped {
        while let Some(finished) = self.table.next_at_end() {
            self.judge(finished, sink);
        }
        self.skipped()
    }

    /// What was not judged so far.
    fn skipped(&self) -> Skipped {
        Skipped { messages_outside_sessions: self.table.outside(), ..self.skipped }
    }

    fn judge(&mut self, finished: Finished, sink: &mut Sink<'_>) {
        let Job { policy, book, .. } = self.job;
        let keep = match Session::of(&finished.call, &self.table, question(policy)) {
            Ok(session) => {
                sink(&judge(&session, &self.names, book, policy));
                Keep::Dialogs
            }
            Err(skip) => self.skip(skip),
        };
        self.table.remember(finished, keep);
    }

    /// Counts a call that is not judged, and says what others may still ask about it.
    fn skip(&mut self, skip: Skip) -> Keep {
        match skip {
            Skip::NotIm => {
                self.skipped.sessions_not_im += 1;
                Keep::Nothing
            }
            // The client may extend a session that it was invited to.
            Skip::FromServer(why) => {
                self.skipped.sessions_of_others += 1;
                self.why_server.get_or_insert_with(|| why.into_owned());
                Keep::Dialogs
            }
            Skip::AnotherClient => {
                self.skipped.sessions_of_others += 1;
                Keep::Nothing
            }
        }
    }

    /// Sums up the only input, of which everything was judged.
    fn end<R: Read>(&self, capture: &Capture<R>) -> (InputSummary, Skipped) {
        let problems = capture.problems().iter().map(told).chain(self.problems()).collect();
        let was = Was { kind: capture.kind(), format: capture.format(), packets: capture.frames() };
        (self.summary(0, was, problems), self.skipped())
    }

    fn summary(&self, index: usize, was: Was, problems: Vec<InputProblem>) -> InputSummary {
        InputSummary {
            path: self.names.get(index).copied().unwrap_or_default().to_owned(),
            kind: was.kind.name(),
            format: was.format,
            packets: was.packets,
            messages: self.messages.get(index).copied().unwrap_or_default(),
            damaged: problems.iter().any(|problem| problem.lost),
            problems,
        }
    }
}

fn question(policy: &Policy) -> Question<'_> {
    let Policy { context, scenario, all_sessions, .. } = policy;
    Question { context, forced: *scenario, all_sessions: *all_sessions }
}

fn told(problem: &Problem) -> InputProblem {
    let Problem { kind, severity, text, count } = problem;
    InputProblem { kind, text: text.clone(), count: *count, lost: *severity == Severity::Damage }
}
