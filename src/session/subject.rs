//! A call as the subject of judgement: whose session it is, its attempts, its steps, its scenario.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::HashMap;
use std::net::SocketAddr;

use foldhash::fast::RandomState;

use super::Context;
use super::attempt::{Attempt, attempts, find_redirected};
use super::call::Call;
use super::few::Few;
use super::initial::subjects;
use super::others::Others;
use super::party::{Sender, is_client, is_client_address, sender};
use super::record::Record;
use super::scenario::{Decision, Scenario, decide};
use super::step::{Client, Direction, Part, Step, steps};
use crate::capture::Framing;
use crate::message::Name;

/// One session of a client under test.
#[derive(Debug)]
pub struct Session<'s> {
    /// All of its messages.
    pub call: &'s Call,
    /// The other sessions, and what happens around them.
    pub others: Others<'s>,
    /// The client's initial INVITEs, in order; empty if none was captured.
    pub attempts: Vec<Attempt<'s>>,
    /// Its messages as the client saw them.
    pub steps: Vec<Step<'s>>,
    /// The client's address.
    pub client: Option<SocketAddr>,
    /// The address it talked to.
    pub server: Option<SocketAddr>,
    /// Which subclause it belongs to, and who says so.
    pub scenario: Decision,
    lossy: bool,
}

/// The steps of one dialog.
#[derive(Clone, Debug)]
pub struct Dialog<'d, 's> {
    /// The tag of its other party.
    pub tag: &'s [u8],
    /// All of its steps, among others perhaps.
    steps: Cow<'d, [Step<'s>]>,
}

impl<'s> Dialog<'_, 's> {
    /// Its steps in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step<'s>> {
        self.steps.iter().filter(|step| step.remote_tag == Some(self.tag))
    }
}

/// Why a call is not judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Skip {
    /// It shows no IM mark.
    NotIm,
    /// Its INVITE is the IM Server's own: why we think so.
    FromServer(Cow<'static, str>),
    /// It belongs to a client that `context.clients` does not name.
    AnotherClient,
}

/// What is asked of a call before it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// What the wire cannot tell.
    pub context: &'q Context,
    /// The scenario that somebody forces on every session.
    pub forced: Option<Scenario>,
    /// Whether sessions without an IM mark are judged too.
    pub all_sessions: bool,
}

impl<'s> Session<'s> {
    /// Looks at a call as a session.
    ///
    /// # Errors
    /// Says why the call is not judged.
    pub fn of(call: &'s Call, others: impl Into<Others<'s>>, question: Question<'_>) -> Result<Self, Skip> {
        let (context, others) = (question.context, others.into());
        let Claim { mut own, forced, captured } = Claim::on(call, question)?;
        let tags = local_tags(call, &own, context);
        let address = own.first().and_then(|attempt| attempt.invite.from).map(|from| from.ip());
        let steps = steps(&call.records, &own, &Client { tags: &tags, address });
        if !captured && steps.is_empty() && skip_without_invite(call, context) {
            return Err(Skip::AnotherClient);
        }
        match own.as_mut_slice() {
            // Most sessions have one attempt: what answers it is found in one pass.
            [only] => only.responses = answers_to(only.invite, &steps),
            several => {
                let answers = Answers::of(&steps);
                for attempt in several {
                    attempt.responses = answers.to(attempt.invite);
                }
            }
        }
        find_redirected(&mut own);
        let (client, server) = addresses(&own, &steps);
        let scenario = decide(call, &own, others, context, forced);
        Ok(Self { call, others, attempts: own, steps, client, server, scenario, lossy: call.has_losses() })
    }

    /// The last attempt: the one whose outcome is the session's.
    pub fn last_attempt(&self) -> Option<&Attempt<'s>> {
        self.attempts.last()
    }

    /// Whether something of this session may have been lost by the capture.
    pub fn has_losses(&self) -> bool {
        self.lossy
    }

    /// Its dialogs, in the order in which they appear.
    pub fn dialogs(&self) -> impl Iterator<Item = Dialog<'_, 's>> {
        let mut tags = Few::default();
        for tag in self.steps.iter().filter_map(|step| step.remote_tag) {
            tags.insert_new(tag, ());
        }
        // Few dialogs are picked out of the steps one after the other, a crowd is sorted first.
        let few = tags.into_keys();
        let crowd = if few.is_none() { self.sorted_dialogs() } else { Vec::new() };
        let steps = || Cow::Borrowed(self.steps.as_slice());
        few.into_iter().flatten().map(move |tag| Dialog { tag, steps: steps() }).chain(crowd)
    }

    fn sorted_dialogs(&self) -> Vec<Dialog<'_, 's>> {
        let mut dialogs: Vec<Dialog<'_, 's>> = Vec::new();
        let mut places: HashMap<&[u8], usize, RandomState> = HashMap::default();
        for step in &self.steps {
            let Some(tag) = step.remote_tag else { continue };
            let at = *places.entry(tag).or_insert(dialogs.len());
            if at == dialogs.len() {
                dialogs.push(Dialog { tag, steps: Cow::Owned(Vec::new()) });
            }
            dialogs[at].steps.to_mut().push(*step);
        }
        dialogs
    }

    /// The first request of each method that the client answered with a 2xx, as its answers.
    pub fn accepted(&self) -> impl Iterator<Item = &'s Record> {
        let mut methods = Few::default();
        let sent = self.steps.iter().filter(|step| step.direction == Direction::Sent).map(|step| step.record);
        sent.filter(|record| record.status().is_some_and(|code| (200..300).contains(&code)))
            .filter(move |record| methods.insert_new(record.method(), ()))
    }

    /// The client's User-Agent, from the first of its messages that has one.
    pub fn user_agent(&self) -> Option<&'s [u8]> {
        let (index, name) = self.user_agent_at()?;
        self.call.records.get(index)?.message.first(name)
    }

    /// The message and the header that tell the client's User-Agent.
    pub fn user_agent_at(&self) -> Option<(usize, Name)> {
        let sent = self.steps.iter().filter(|step| step.direction == Direction::Sent).map(|step| step.record);
        self.attempts.iter().map(|attempt| attempt.invite).chain(sent).find_map(|record| {
            let name = if record.is_request() { Name::UserAgent } else { Name::Server };
            record.message.has(name).then_some((record.index, name))
        })
    }
}

/// Whose a call is, as far as its INVITEs tell.
pub(super) struct Claim<'s> {
    own: Vec<Attempt<'s>>,
    forced: Option<Scenario>,
    /// Whether there was an INVITE at all; if not, whose the call is depends on more.
    pub(super) captured: bool,
}

impl<'s> Claim<'s> {
    pub(super) fn on(call: &'s Call, question: Question<'_>) -> Result<Self, Skip> {
        let context = question.context;
        let forced = forced_scenario(call, question);
        let all = attempts(&subjects(call, forced));
        let captured = !all.is_empty();
        // A text file was named on purpose: its INVITE is judged without an IM mark too.
        let named = call.records.first().is_some_and(|record| record.framing == Framing::Text);
        let wanted = question.all_sessions || (named && captured) || forced.is_some();
        let mut own = Vec::new();
        let mut skip = None;
        for attempt in all {
            let by = if named && forced.is_some() && context.clients.is_empty() {
                Sender::Client
            } else {
                sender(attempt.invite, context)
            };
            match by {
                Sender::Client => own.push(attempt),
                Sender::Server(why) => skip = Some(Skip::FromServer(why)),
                Sender::Another => skip = Some(skip.unwrap_or(Skip::AnotherClient)),
            }
        }
        if captured && own.is_empty() {
            let not_im = !wanted && !call.is_im(context);
            return Err(if not_im { Skip::NotIm } else { skip.unwrap_or(Skip::NotIm) });
        }
        if !wanted && !call.is_im(context) {
            return Err(Skip::NotIm);
        }
        Ok(Self { own, forced, captured })
    }
}

/// What an option or `context.scenarios` says of this call.
fn forced_scenario(call: &Call, question: Question<'_>) -> Option<Scenario> {
    let listed = || {
        let call_id = LazyCell::new(|| String::from_utf8_lossy(&call.call_id));
        question.context.scenarios.iter().find(|(glob, _)| glob.matches(&call_id))
    };
    question.forced.or_else(|| listed().map(|&(_, scenario)| scenario))
}

/// The tags by which the client's side of this call is known.
fn local_tags<'s>(call: &'s Call, own: &[Attempt<'s>], context: &Context) -> Vec<&'s [u8]> {
    let mut tags: Vec<_> = own.iter().filter_map(|attempt| attempt.invite.from_tag()).collect();
    if tags.is_empty() {
        // The INVITE was not captured, and a null tag tells no side: an address, an identity, a release token,
        // or who sends the ACK tells.
        let requests = || call.records.iter().filter(|record| record.is_request());
        if context.clients.is_empty() {
            let agent = |record: &&Record| {
                record.message.first(Name::UserAgent).is_some_and(super::mark::is_im_client)
            };
            let ack = || requests().find(|record| record.is("ACK"));
            let response = || call.records.iter().find(|record| record.answers("INVITE", 100..700));
            tags.extend(
                requests()
                    .find(agent)
                    .or_else(ack)
                    .or_else(response)
                    .and_then(Record::from_tag)
                    .filter(|tag| !tag.is_empty()),
            );
        } else {
            let side = |record: &'s Record| match (
                is_client(record, Name::From, context),
                is_client(record, Name::To, context),
            ) {
                (true, false) => record.from_tag(),
                (false, true) => record.to_tag(),
                _ => None,
            };
            tags.extend(call.records.iter().filter_map(side).find(|tag| !tag.is_empty()));
        }
    }
    tags.dedup();
    tags
}

/// Without its INVITE and with clients configured, a call of other parties is theirs.
fn skip_without_invite(call: &Call, context: &Context) -> bool {
    !context.clients.is_empty()
        && call.records.iter().any(|record| record.from.is_some())
        && !call.records.iter().any(|record| {
            [record.from, record.to].into_iter().flatten().any(|address| is_client_address(address, context))
        })
}

/// The responses to one initial INVITE, in order; by the rule of [`Answers::to`].
fn answers_to<'s>(invite: &Record, steps: &[Step<'s>]) -> Vec<&'s Record> {
    let (cseq, branch) = (invite.cseq(), invite.branch());
    let answers = |record: &&Record| match (branch, cseq) {
        (None, _) => record.cseq() == cseq,
        (Some(_), None) => record.branch() == branch,
        (Some(_), Some(_)) => {
            record.cseq() == cseq && (record.branch() == branch || record.branch().is_none())
        }
    };
    let all = steps.iter().filter(|step| step.part == Part::Answer).map(|step| step.record);
    all.filter(answers).collect()
}

/// CSeq number and branch.
type Transaction<'s> = (Option<u32>, Option<&'s [u8]>);

/// The responses to initial INVITEs by CSeq number and branch.
struct Answers<'s> {
    by_transaction: HashMap<Transaction<'s>, Vec<&'s Record>, RandomState>,
    by_cseq: HashMap<Option<u32>, Vec<&'s Record>, RandomState>,
    by_branch: HashMap<Option<&'s [u8]>, Vec<&'s Record>, RandomState>,
}

impl<'s> Answers<'s> {
    fn of(steps: &[Step<'s>]) -> Self {
        let mut answers = Self {
            by_transaction: HashMap::default(),
            by_cseq: HashMap::default(),
            by_branch: HashMap::default(),
        };
        for record in steps.iter().filter(|step| step.part == Part::Answer).map(|step| step.record) {
            answers.by_transaction.entry((record.cseq(), record.branch())).or_default().push(record);
            answers.by_cseq.entry(record.cseq()).or_default().push(record);
            answers.by_branch.entry(record.branch()).or_default().push(record);
        }
        answers
    }

    /// Those to one INVITE, in order. What has no branch may belong to any of its CSeq number.
    fn to(&self, invite: &Record) -> Vec<&'s Record> {
        if invite.branch().is_none() {
            return self.by_cseq.get(&invite.cseq()).cloned().unwrap_or_default();
        }
        // RFC 3261 17.1.3: the branch tells the transaction where the INVITE has no CSeq.
        if invite.cseq().is_none() {
            return self.by_branch.get(&invite.branch()).cloned().unwrap_or_default();
        }
        let of = |branch| self.by_transaction.get(&(invite.cseq(), branch)).into_iter().flatten().copied();
        let mut found: Vec<_> = of(invite.branch()).chain(of(None)).collect();
        found.sort_by_key(|record| record.index);
        found
    }
}

fn addresses(own: &[Attempt<'_>], steps: &[Step<'_>]) -> (Option<SocketAddr>, Option<SocketAddr>) {
    if let Some(attempt) = own.first() {
        return (attempt.invite.from, attempt.invite.to);
    }
    steps.first().map_or((None, None), |step| match step.direction {
        Direction::Sent => (step.record.from, step.record.to),
        Direction::Received => (step.record.to, step.record.from),
    })
}
