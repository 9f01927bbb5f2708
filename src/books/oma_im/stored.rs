//! The clauses that say *store*: what a response told is seen in what the client sends afterwards.
//!
//! 6.2.1.1 items r1 and r2 look at provisional and other final responses, the items ok1 and ok2 of
//! 6.2.1.2 to 6.2.1.4 at the 200. 6.2.1.5 has no list of its own for the 200, so there the general items
//! cover it as well.

use super::evidence::quoted;
use crate::clause::{Finding, Verdicts, Witness};
use crate::message::Name;
use crate::message::headers::{NameAddr, contacts};
use crate::message::uri::{Uri, same_uri, same_uri_ignoring_headers_and_method};
use crate::session::{Attempt, Direction, Few, Part, Record, Scenario, Session, Step};

pub(super) const ALLOW_EXPLAIN: &str = "The client is to use only what the server supports: UPDATE to refresh the session if \
    it is listed, no MESSAGE or REFER if it is not.\n\n\
    Each request that the client sends in a dialog is held against the Allow it last received there. ACK, CANCEL and BYE \
    prove nothing. An optional method that is listed, or a re-INVITE \
    as refresh where UPDATE is not, shows that the list was heeded.";

pub(super) const ALLOW_VERDICTS: Verdicts = Verdicts {
    pass: "the client sent an optional method that was listed, or refreshed by INVITE where UPDATE was not, and none unlisted",
    fail: "the client sent a method in a dialog that the last Allow did not list",
    not_applicable: "no response in question carried Allow, or the INVITE ended in a final failure",
    inconclusive: "no response was captured, or nothing the client sent afterwards tells",
};

pub(super) const CONTACT_EXPLAIN: &str = "The Contact of the response is the remote target: the IM Session Identity, to which \
    everything in the session is addressed.\n\n\
    Each request that the client sends in a dialog (the ACK to a 2xx is the first) has to have the last Contact received \
    there as Request-URI, equal by RFC 3261 19.1.4; behind a strict router it stands last in Route instead. After a target \
    refresh an unexpected Request-URI is left open. A SUBSCRIBE to the stored identity counts as well.";

pub(super) const CONTACT_VERDICTS: Verdicts = Verdicts {
    pass: "a later request has the stored Contact as Request-URI, and none has another",
    fail: "a later request in the dialog has another Request-URI, with no target refresh between",
    not_applicable: "no response in question carried a Contact to store, or the INVITE ended in a final failure",
    inconclusive: "no response was captured, or no later request of the client",
};

/// Which responses to the INVITE a clause looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// 6.2.1.1: any provisional or final response, but a 200 that another clause looks at.
    General,
    /// The subclause's own list: the 200.
    Ok,
}

impl Block {
    /// Which clause a response to the initial INVITE belongs to.
    fn of(response: &Record, session: &Session<'_>) -> Self {
        let own_list = session.scenario.scenario != Scenario::Extension;
        let is_ok = response.status().is_some_and(|code| (200..300).contains(&code));
        if own_list && is_ok { Self::Ok } else { Self::General }
    }
}

pub(super) fn methods_of_a_response_are_stored(session: &Session<'_>, witness: &mut Witness<'_>) {
    methods_are_stored(session, Block::General, witness);
}

pub(super) fn methods_of_the_200_are_stored(session: &Session<'_>, witness: &mut Witness<'_>) {
    methods_are_stored(session, Block::Ok, witness);
}

pub(super) fn contact_of_a_response_is_stored(session: &Session<'_>, witness: &mut Witness<'_>) {
    contact_is_stored(session, Block::General, witness);
}

pub(super) fn contact_of_the_200_is_stored(session: &Session<'_>, witness: &mut Witness<'_>) {
    contact_is_stored(session, Block::Ok, witness);
}

/// Whether there was a response to look at at all; if not, the witness knows why.
pub(super) fn was_answered(session: &Session<'_>, witness: &mut Witness<'_>, ok_only: OkOnly) -> bool {
    let mut answers = session.steps.iter().filter(|step| step.part == Part::Answer);
    if session.attempts.is_empty() && !answers.clone().any(|step| step.answers_initial(100..300)) {
        witness.doubt("neither the INVITE nor its responses were captured");
        return false;
    }
    if answers.clone().next().is_none() {
        witness.doubt("no response to the INVITE was captured");
        return false;
    }
    if ok_only == OkOnly::No {
        return true;
    }
    if answers.any(|step| step.answers_initial(200..300)) {
        return true;
    }
    if session.last_attempt().is_some_and(|attempt| attempt.failed()) {
        witness.not_applicable("the INVITE ended in a final failure");
    } else {
        witness.doubt("no final response to the INVITE was captured");
    }
    false
}

/// Whether only a 200 will do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OkOnly {
    Yes,
    No,
}

impl From<Block> for OkOnly {
    fn from(block: Block) -> Self {
        if block == Block::Ok { Self::Yes } else { Self::No }
    }
}

/// Requests of the client inside a dialog that could show something: not the INVITE in question, no CANCEL,
/// no ACK to a failure.
fn later_request<'s>(step: &Step<'s>) -> Option<&'s [u8]> {
    let telling = step.direction == Direction::Sent
        && step.record.is_request()
        && step.part == Part::Other
        && !step.record.is("CANCEL");
    step.remote_tag.filter(|_| telling)
}

/// What the client last heard of the methods in one dialog.
struct Heard<'s> {
    allow: &'s Record,
    block: Block,
}

fn methods_are_stored(session: &Session<'_>, block: Block, witness: &mut Witness<'_>) {
    if !was_answered(session, witness, block.into()) {
        return;
    }
    let mut heard: Few<&[u8], Heard<'_>> = Few::default();
    let mut carried = false;
    let mut decided = false;
    for step in &session.steps {
        let tag = step.remote_tag.unwrap_or_default();
        if step.direction == Direction::Received && step.record.message.has(Name::Allow) {
            if step.part == Part::Answer {
                let of = Block::of(step.record, session);
                carried |= of == block;
                heard.insert(tag, Heard { allow: step.record, block: of });
            } else if let Some(known) = heard.get_mut(&tag) {
                known.allow = step.record;
            }
        }
        let Some(known) = later_request(step).and_then(|tag| heard.get(&tag)) else { continue };
        if known.block == block {
            decided |= method_is_listed(step, known.allow, session, witness);
        }
    }
    if decided || !witness.is_clean() {
        return;
    }
    if carried {
        witness.doubt("nothing the client sent afterwards shows whether it stored the methods");
    } else if session.has_losses() {
        witness.doubt("a message was lost by the capture: it may have carried Allow");
    } else {
        witness.not_applicable("no response in question carried Allow");
    }
}

/// Holds one request against the Allow last received. Tells whether it decided anything.
fn method_is_listed(
    step: &Step<'_>,
    allow: &Record,
    session: &Session<'_>,
    witness: &mut Witness<'_>,
) -> bool {
    let Some(method) = step.record.message.method() else { return false };
    let lists = |method: &[u8]| allow.message.values(Name::Allow).any(|value| value == method);
    match method {
        // ACK and CANCEL belong to the INVITE, BYE is always allowed (RFC 3261 15).
        b"ACK" | b"CANCEL" | b"BYE" => return false,
        _ => {}
    }
    if !lists(method) {
        if session.has_losses() {
            witness.doubt("a message was lost by the capture: it may have brought another Allow");
            return true;
        }
        let text = format!("the client sent {}, which the last Allow does not list", quoted(method));
        // RFC 3262 3: a reliable response has to be acknowledged. RFC 3515 2.4.4: a REFER has to be reported on.
        let help = if witness.is_clean() && was_asked_for(method, step, session) {
            "the server asked for this request and does not list it: its Allow may be what is wrong"
        } else {
            "send in a dialog only the methods that the server listed last"
        };
        let finding = Finding::new("allow/not-honoured", step.record.place_of_start(), text)
            .help(help)
            .related(allow.place_of(Name::Allow), "the Allow it had received");
        witness.broken(finding);
        return true;
    }
    let telling = match method {
        b"UPDATE" | b"INFO" | b"REFER" | b"MESSAGE" | b"SUBSCRIBE" | b"PRACK" => true,
        b"INVITE" => !lists(b"UPDATE"),
        _ => false,
    };
    if telling {
        witness.held();
    }
    telling
}

/// Whether the other party asked for this PRACK or NOTIFY in the same dialog.
fn was_asked_for(method: &[u8], step: &Step<'_>, session: &Session<'_>) -> bool {
    let asks: fn(&Record) -> bool = match method {
        b"PRACK" => |record| record.message.has(Name::RSeq),
        b"NOTIFY" => |record| record.is("REFER") || record.is("SUBSCRIBE"),
        _ => return false,
    };
    let before = session.steps.iter().take_while(|before| before.record.index < step.record.index);
    before
        .filter(|before| before.direction == Direction::Received && before.remote_tag == step.remote_tag)
        .any(|before| asks(before.record))
}

/// What the client knows of where to send in one dialog.
struct Target<'s> {
    uri: &'s [u8],
    told_by: &'s Record,
    block: Block,
    /// The record that refreshed it since.
    refreshed_by: Option<&'s Record>,
}

impl<'s> Target<'s> {
    /// RFC 3261 12.1.2: the route set is Record-Route of the response, reversed.
    fn first_route(&self) -> Option<&'s [u8]> {
        self.told_by.message.values(Name::RecordRoute).last()
    }
}

fn contact_is_stored(session: &Session<'_>, block: Block, witness: &mut Witness<'_>) {
    if !was_answered(session, witness, block.into()) {
        return;
    }
    let mut targets: Few<&[u8], Target<'_>> = Few::default();
    let mut carried = false;
    let mut decided = false;
    for step in &session.steps {
        if let Some(tag) = step.remote_tag
            && let Some(target) = learn_target(session, block, step, targets.get(&tag))
        {
            carried |= target.block == block;
            targets.insert(tag, target);
        }
        let Some(target) = later_request(step).and_then(|tag| targets.get(&tag)) else { continue };
        if target.block == block {
            decided |= request_goes_to(session, target, step, witness);
        }
    }
    decided |= redirection_is_followed(session, block, &mut carried, witness);
    for target in targets.values().filter(|target| target.block == block) {
        if conference_subscriptions(session, target.told_by).any(|uri| same(uri, target.uri)) {
            witness.held();
            decided = true;
        }
    }
    if decided || !witness.is_clean() {
        return;
    }
    if carried {
        witness.doubt("no later request of the client was captured that would show the stored Contact");
    } else if session.has_losses() {
        witness.doubt("a message was lost by the capture: it may have carried a Contact");
    } else {
        witness.not_applicable("no response in question carried a Contact to store");
    }
}

/// What a message the client received says about where to send, as far as it matters to the clause about `block`.
fn learn_target<'s>(
    session: &Session<'s>,
    block: Block,
    step: &Step<'s>,
    known: Option<&Target<'s>>,
) -> Option<Target<'s>> {
    if step.direction != Direction::Received {
        return None;
    }
    let record = step.record;
    let contact = || contacts(&record.message).find_map(|contact| Some(contact.ok()?.address()?.uri));
    if step.part == Part::Answer {
        let of = Block::of(record, session);
        // A response of the other clause only matters where it takes a target of this one away.
        let matters = of == block || known.is_some();
        let uri = (matters && step.answers_initial(101..300)).then(contact)??;
        return Some(Target { uri, told_by: record, block: of, refreshed_by: None });
    }
    // RFC 3261 12.2.1.2, RFC 3311 5.1, RFC 6665: these refresh the target if they bring another Contact.
    let known = known?;
    let refreshes = [&b"INVITE"[..], b"UPDATE", b"SUBSCRIBE", b"NOTIFY", b"REFER"];
    let accepted = record.is_request() || record.status().is_some_and(|code| (200..300).contains(&code));
    let refreshing = accepted && record.method().is_some_and(|method| refreshes.contains(&method));
    let uri = refreshing.then(contact)?.filter(|uri| *uri != known.uri)?;
    Some(Target { uri, told_by: known.told_by, block: known.block, refreshed_by: Some(record) })
}

fn request_goes_to(
    session: &Session<'_>,
    target: &Target<'_>,
    step: &Step<'_>,
    witness: &mut Witness<'_>,
) -> bool {
    let Some(uri) = step.record.message.request_uri() else { return false };
    let last_route =
        || step.record.message.values(Name::Route).last().and_then(|value| NameAddr::parse(value).ok());
    // RFC 3261 12.2.1.1: before a strict router the remote target goes last in Route.
    let behind_strict = || {
        !target.first_route().is_none_or(is_loose)
            && last_route().is_some_and(|route| same(route.uri, target.uri))
    };
    if same(uri, target.uri) || behind_strict() {
        witness.held();
        return true;
    }
    if session.has_losses() {
        witness.doubt("a message was lost by the capture: it may have refreshed the target");
        return true;
    }
    if let Some(refresh) = target.refreshed_by {
        witness.doubt(format!(
            "the target was refreshed by message {}, and a request went elsewhere",
            refresh.index
        ));
        return true;
    }
    let text = format!("the Request-URI {} is not the stored Contact {}", quoted(uri), quoted(target.uri));
    let at = step.record.place(uri);
    let finding = Finding::new("request-uri/not-the-stored-contact", at, text)
        .help("address requests in a dialog to the Contact of the response that set it up")
        .related(target.told_by.place_of(Name::Contact), "the Contact it had received");
    witness.broken(finding);
    true
}

/// A redirection is no dialog: its Contact is the Request-URI of the next attempt (RFC 3261 8.1.3.4).
fn redirection_is_followed(
    session: &Session<'_>,
    block: Block,
    carried: &mut bool,
    witness: &mut Witness<'_>,
) -> bool {
    if block != Block::General {
        return false;
    }
    let refusals = session.attempts.iter().filter_map(Attempt::final_response);
    *carried |= refusals
        .filter(|response| response.answers("INVITE", 300..400))
        .any(|response| response.message.has(Name::Contact));
    let followed = session.attempts.iter().any(|attempt| attempt.redirected);
    if followed {
        witness.held_with("the INVITE after the redirection goes to its Contact");
    }
    followed
}

/// Request-URIs of the client's subscriptions to the conference event package, outside of this session and
/// after a response of it.
pub(super) fn conference_subscriptions<'s>(
    session: &Session<'s>,
    response: &Record,
) -> impl Iterator<Item = &'s [u8]> + use<'s> {
    let after = response.order;
    let client = session.client.map(|client| client.ip());
    let invite = session.attempts.first().map(|attempt| &attempt.invite.message);
    let is_from = move |subscriber: &[u8]| {
        let from = invite.and_then(|invite| NameAddr::first(invite, Name::From)?.ok());
        from.is_some_and(|from| same(from.uri, subscriber))
    };
    session
        .others
        .surroundings()
        .subscriptions()
        .filter(move |subscription| subscription.order > after)
        .filter(move |subscription| {
            (client.is_some() && subscription.client.map(|address| address.ip()) == client)
                || is_from(&subscription.subscriber)
        })
        .map(|subscription| subscription.target.as_slice())
}

fn is_loose(route: &[u8]) -> bool {
    NameAddr::parse(route)
        .ok()
        .and_then(|route| route.uri().ok())
        .is_none_or(|uri| uri.params().named("lr").is_some())
}

/// Whether two URIs as written are the same target; what cannot be read is compared byte by byte.
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    one == other
        || match (Uri::parse(one), Uri::parse(other)) {
            (Ok(one), Ok(other)) => {
                same_uri(&one, &other) || same_uri_ignoring_headers_and_method(&one, &other)
            }
            _ => false,
        }
}
