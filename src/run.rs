//! One input from its bytes to its judgements: capture -> table -> session -> verdicts, as sessions end.

use std::io::Read;
#[cfg(feature = "tls")]
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

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
        Ok(run.end(&capture, sink))
    }

    fn open<R: Read>(&self, reader: R) -> Result<Capture<R>, OpenError> {
        #[cfg(feature = "tls")]
        return Capture::open_with(reader, self.caps, Arc::clone(&self.secrets));
        #[cfg(not(feature = "tls"))]
        Capture::open(reader, self.caps)
    }

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

/// Messages and losses that are handed over at once, and how often that may be ahead of the judging.
const BATCH: usize = 128;
const BATCHES: usize = 8;

/// What the reading hands over.
#[expect(
    clippy::large_enum_variant,
    reason = "a loss is rare, and another allocation for each message is not"
)]
enum Ready {
    Message(Record),
    Loss(Loss),
}

/// Reads `capture` to its end, or to where nobody takes what it gives.
fn batch<R: Read>(capture: &mut Capture<R>, limits: Limits, hand_over: &SyncSender<Vec<Ready>>) {
    let (mut order, mut ready) = (0, Vec::with_capacity(BATCH));
    while let Some(event) = capture.next_event() {
        ready.push(match event {
            Event::Packet(packet) => {
                order += 1;
                Ready::Message(Record::of(packet, order - 1, limits))
            }
            Event::Loss(loss) => Ready::Loss(loss),
        });
        if ready.len() == BATCH
            && hand_over.send(std::mem::replace(&mut ready, Vec::with_capacity(BATCH))).is_err()
        {
            return;
        }
    }
    // Nobody there is nobody who misses it.
    let _ = hand_over.send(ready);
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
        let ready = match event {
            Event::Packet(packet) => {
                Ready::Message(Record::of(packet, self.table.messages(), self.job.policy.limits))
            }
            Event::Loss(loss) => Ready::Loss(loss),
        };
        self.take_ready(ready, sink);
    }

    fn take_ready(&mut self, ready: Ready, sink: &mut Sink<'_>) {
        match ready {
            Ready::Message(record) => {
                if let Some(messages) = self.messages.get_mut(record.input) {
                    *messages += 1;
                }
                self.table.take_record(record);
            }
            Ready::Loss(loss) => self.table.lose(&loss),
        }
        while let Some(finished) = self.table.next_over() {
            self.judge(finished, sink);
        }
    }

    /// Judges what is still open: the input is over.
    pub fn finish(&mut self, sink: &mut Sink<'_>) -> Skipped {
        while let Some(finished) = self.table.next_at_end() {
            self.judge(finished, sink);
        }
        self.skipped.messages_outside_sessions = self.table.outside();
        self.skipped
    }

    fn judge(&mut self, finished: Finished, sink: &mut Sink<'_>) {
        let question = Question {
            context: &self.job.policy.context,
            forced: self.job.policy.scenario,
            all_sessions: self.job.policy.all_sessions,
        };
        let keep = match Session::of(&finished.call, &self.table, question) {
            Ok(session) => {
                sink(&judge(&session, &self.names, self.job.book, self.job.policy));
                Keep::Dialogs
            }
            Err(Skip::NotIm) => {
                self.skipped.sessions_not_im += 1;
                Keep::Nothing
            }
            // The client may extend a session that it was invited to.
            Err(Skip::FromServer(why)) => {
                self.skipped.sessions_of_others += 1;
                self.why_server.get_or_insert_with(|| why.into_owned());
                Keep::Dialogs
            }
            Err(Skip::AnotherClient) => {
                self.skipped.sessions_of_others += 1;
                Keep::Nothing
            }
        };
        self.table.remember(finished, keep);
    }

    /// Judges what is still open, and sums up the only input.
    fn end<R: Read>(mut self, capture: &Capture<R>, sink: &mut Sink<'_>) -> (InputSummary, Skipped) {
        let skipped = self.finish(sink);
        let problems = capture.problems().iter().map(told).chain(self.problems()).collect();
        let was = Was { kind: capture.kind(), format: capture.format(), packets: capture.frames() };
        (self.summary(0, was, problems), skipped)
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

    /// What there is to say about sessions that were not judged, or not whole.
    pub fn problems(&self) -> Vec<InputProblem> {
        let over = self.table.over_limits();
        let room = self.job.room;
        let told = [
            (
                "sessions-early",
                over.calls,
                true,
                "a session was judged early, the longest silent first: too many were open at once \
                 (`limits.sessions`, `limits.session_bytes`)"
                    .to_owned(),
            ),
            (
                "session-messages",
                over.messages,
                true,
                format!(
                    "a message was not kept: its session has more than {} (`limits.session_messages`)",
                    room.messages
                ),
            ),
            (
                "session-bytes",
                over.bytes,
                true,
                format!(
                    "a message was not kept: its session has more than {} bytes, its share of what all may have \
                     (`limits.session_bytes`)",
                    room.share()
                ),
            ),
            (
                "registrations",
                over.surroundings,
                false,
                format!(
                    "a registration or subscription was forgotten: only the last {} of each are remembered \
                     (`limits.registrations`)",
                    room.surroundings
                ),
            ),
            (
                "header-lines",
                over.headers,
                true,
                format!(
                    "a message has more than {} header lines (`limits.header_lines`); the others were not read",
                    self.job.policy.limits.header_lines
                ),
            ),
        ];
        let met = told.into_iter().filter(|(_, count, ..)| *count > 0);
        let mut problems: Vec<_> =
            met.map(|(kind, count, lost, text)| InputProblem { kind, text, count, lost }).collect();
        if let Some(why) = &self.why_server {
            let text = format!(
                "an INVITE was taken for the IM Server's own and not judged: {why}; \
                 `context.clients` says which addresses are the clients under test"
            );
            problems.push(InputProblem { kind: "server-invite", text, count: 1, lost: false });
        }
        problems
    }
}

fn told(problem: &Problem) -> InputProblem {
    let Problem { kind, severity, text, count } = problem;
    InputProblem { kind, text: text.clone(), count: *count, lost: *severity == Severity::Damage }
}
