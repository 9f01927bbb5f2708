//! A flow -> the same flow with other things happening in it: later, earlier, or besides.

use super::action::{Action, Swap};
use super::change::change;
use super::draft::Draft;
use super::flow::{Flow, FlowMessage};
use crate::message::headers::{CSeq, CallId, NameAddr, SessionExpires};
use crate::message::{Message, Name};
use crate::source::Time;

/// Applies an action that concerns more than the message it is about.
pub(super) fn apply(action: &Action, flow: &mut Flow, at: usize) -> Result<(), String> {
    match action {
        Action::Outlast => outlast(flow, at),
        Action::Hasten => hasten(flow, at),
        Action::SendUnlisted(method) => send_unlisted(flow, at, method),
        Action::Unlist => unlist(flow, at),
        Action::InviteAgain => invite_again(flow, at),
        other => Err(format!("{other:?} concerns one message")),
    }
}

/// Makes a message and everything behind it so many seconds later.
pub(super) fn delay(flow: &mut Flow, from: usize, seconds: i64) {
    for message in &mut flow.messages[from..] {
        message.time = message.time.map(|time| time.plus_seconds(seconds));
    }
}

/// Delays a message beyond the session interval of the last 2xx before it.
fn outlast(flow: &mut Flow, at: usize) -> Result<(), String> {
    let call_id = Fields::of(&flow.messages[at])?.call_id;
    let interval = flow.messages[..at]
        .iter()
        .rev()
        .filter(|message| Fields::of(message).is_ok_and(|fields| fields.call_id == call_id))
        .map(|message| Message::split(&message.bytes))
        .find(|message| {
            message.status().is_some_and(|status| status / 100 == 2)
                && matches!(CSeq::of(message), Some(Ok(cseq)) if [&b"INVITE"[..], b"UPDATE"].contains(&cseq.method))
        })
        .and_then(|message| Some(SessionExpires::of(&message)?.ok()?.seconds))
        .ok_or("no session interval runs there")?;
    delay(flow, at, i64::from(interval) + 10);
    Ok(())
}

/// Moves a message and all that follows of its Call-ID up to what came before there.
fn hasten(flow: &mut Flow, at: usize) -> Result<(), String> {
    let call_id = Fields::of(&flow.messages[at])?.call_id;
    let is_of_call = |message: &FlowMessage| Fields::of(message).is_ok_and(|it| it.call_id == call_id);
    let before = flow.messages[..at].iter().rposition(is_of_call).ok_or("nothing came before it")?;
    let (Some(then), Some(now)) = (flow.messages[before].time, flow.messages[at].time) else {
        return Err("the flow has no times".into());
    };
    let earlier = now.0 - then.plus_seconds(1).0;
    let tail = flow.messages.split_off(at);
    let (moved, rest): (Vec<_>, Vec<_>) = tail.into_iter().partition(is_of_call);
    let moved = moved.into_iter().map(|mut message| {
        message.time = message.time.map(|time| Time(time.0 - earlier));
        message
    });
    let after = before + 1;
    flow.messages.splice(after..after, moved);
    flow.messages.extend(rest);
    if flow.messages.iter().map(|message| message.time).is_sorted() {
        Ok(())
    } else {
        Err("what moves would overtake other messages".into())
    }
}

/// Takes the method of a request out of the Allow that its sender had received last in the dialog.
fn unlist(flow: &mut Flow, at: usize) -> Result<(), String> {
    let method = Fields::of(&flow.messages[at])?.method;
    let allow = last_allow(flow, at)?;
    take_out(&mut flow.messages[allow], &method)?;
    Ok(())
}

/// Sends a request behind another one in its dialog which the last Allow does not list, and refuses it.
fn send_unlisted(flow: &mut Flow, at: usize, method: &str) -> Result<(), String> {
    let allow = last_allow(flow, at)?;
    let listed = take_out(&mut flow.messages[allow], method)?;
    let anchor = flow.messages[at].clone();
    let fields = Fields::of(&anchor)?;
    let number = next_number(flow, at, &anchor, &fields);
    let mut request = anchor.clone();
    let set = |name: &str, value: String| Action::Set(name.into(), value);
    let start = Swap { replace: fields.method.clone() + " ", by: format!("{method} ") };
    change(&Action::StartLine(start), &mut request)?;
    change(&set("CSeq", format!("{number} {method}")), &mut request)?;
    change(&Action::header("Via", ";branch=z9hG4bK", ";branch=z9hG4bKx"), &mut request)?;
    change(&Action::Remove("RAck".into()), &mut request)?;
    if method == "REFER" {
        let line = "Refer-To: <sip:carol@example.net>".into();
        change(&Action::Add { line, before: Some("CSeq".into()) }, &mut request)?;
    }
    let refusal = answer(&request, 405, |draft| draft.with("Allow", listed));
    insert(flow, at, &anchor, number, vec![request, refusal])
}

/// Sends the initial INVITE again behind the ACK to its 2xx, and refuses it.
fn invite_again(flow: &mut Flow, at: usize) -> Result<(), String> {
    let anchor = flow.messages[at].clone();
    let fields = Fields::of(&anchor)?;
    let is_first = |message: &FlowMessage| {
        Fields::of(message).is_ok_and(|it| {
            it.is_request && it.method == "INVITE" && it.call_id == fields.call_id && it.to_tag.is_empty()
        })
    };
    let mut invite =
        flow.messages[..at].iter().rfind(|message| is_first(message)).cloned().ok_or("there is no INVITE")?;
    let number = next_number(flow, at, &anchor, &fields);
    change(&Action::Set("CSeq".into(), format!("{number} INVITE")), &mut invite)?;
    change(&Action::header("Via", ";branch=z9hG4bK", ";branch=z9hG4bKx"), &mut invite)?;
    let tag = format!("{}x", fields.to_tag);
    let mut refusal = answer(&invite, 482, |draft| draft);
    change(&Action::header("To", ">", &format!(">;tag={tag}")), &mut refusal)?;
    // RFC 3261 17.1.1.3: the ACK to a failure repeats the transaction.
    let split = Message::split(&invite.bytes);
    let row = |name| split.first(name).map(text);
    let ack = Draft::request("ACK", split.request_uri().map(text).unwrap_or_default())
        .with_some("Via", row(Name::Via))
        .with("Max-Forwards", 70)
        .with_each("Route", split.values(Name::Route).map(text))
        .with_some("From", row(Name::From))
        .with("To", format!("{};tag={tag}", row(Name::To).unwrap_or_default()))
        .with("Call-ID", &fields.call_id)
        .with("CSeq", format!("{number} ACK"))
        .with_some("User-Agent", row(Name::UserAgent));
    let ack = FlowMessage { bytes: ack.into_bytes(), ..invite.clone() };
    insert(flow, at, &anchor, number, vec![invite, refusal, ack])
}

/// A body in which the list has no entries but those of one URI.
pub(super) fn only_entry(body: &str, uri: &str) -> Result<String, String> {
    let is_kept = |entry: &str| ["\"", "?"].iter().any(|end| entry.contains(&format!("uri=\"{uri}{end}")));
    let (mut kept, mut rest, mut found) = (String::new(), body, false);
    while let Some(at) = next_entry(rest) {
        let (before, from) = rest.split_at(at);
        let end = entry_end(from).ok_or("an entry has no end")?;
        let (entry, behind) = from.split_at(end);
        kept.push_str(before);
        if is_kept(entry) {
            found = true;
            kept.push_str(entry);
        }
        rest = behind;
    }
    kept.push_str(rest);
    if found { Ok(kept) } else { Err(format!("no entry is that of {uri}")) }
}

fn next_entry(text: &str) -> Option<usize> {
    ["<entry", "<rl:entry"].iter().filter_map(|start| text.find(start)).min()
}

/// Where an element ends that the text begins with: behind its empty tag or its end tag.
fn entry_end(text: &str) -> Option<usize> {
    let tag_end = text.find('>')? + 1;
    if text[..tag_end].ends_with("/>") {
        return Some(tag_end);
    }
    ["</entry>", "</rl:entry>"].iter().filter_map(|end| Some(text.find(end)? + end.len())).min()
}

/// What tells where a message belongs.
struct Fields {
    call_id: String,
    from_tag: String,
    to_tag: String,
    number: u32,
    method: String,
    is_request: bool,
}

impl Fields {
    fn of(message: &FlowMessage) -> Result<Self, String> {
        let split = Message::split(&message.bytes);
        let tag = |name| match NameAddr::first(&split, name) {
            Some(Ok(party)) => party.tag().map(text).unwrap_or_default(),
            _ => String::new(),
        };
        let (Some(Ok(id)), Some(Ok(cseq))) = (CallId::of(&split), CSeq::of(&split)) else {
            return Err("a message has no Call-ID or CSeq".into());
        };
        Ok(Self {
            call_id: text(id.0),
            from_tag: tag(Name::From),
            to_tag: tag(Name::To),
            number: cseq.number,
            method: text(cseq.method),
            is_request: split.status().is_none(),
        })
    }
}

/// Where the Allow stands that the sender of a request had received last in its dialog.
fn last_allow(flow: &Flow, at: usize) -> Result<usize, String> {
    let sent = &flow.messages[at];
    let fields = Fields::of(sent)?;
    let is_told = |message: &FlowMessage| {
        Fields::of(message).is_ok_and(|it| {
            let tag = if it.is_request { it.from_tag } else { it.to_tag };
            message.to == sent.from && it.call_id == fields.call_id && tag == fields.to_tag
        }) && Message::split(&message.bytes).has(Name::Allow)
    };
    flow.messages[..at].iter().rposition(is_told).ok_or_else(|| "no Allow was received before it".into())
}

/// Takes a method out of Allow, if it is there; what Allow then says.
fn take_out(message: &mut FlowMessage, method: &str) -> Result<String, String> {
    let split = Message::split(&message.bytes);
    let values: Vec<_> = split.values(Name::Allow).map(text).filter(|value| value != method).collect();
    let value = values.join(", ");
    change(&Action::Set("Allow".into(), value.clone()), message)?;
    Ok(value)
}

/// The CSeq number of a request that the sender of `anchor` sends next.
fn next_number(flow: &Flow, at: usize, anchor: &FlowMessage, of: &Fields) -> u32 {
    let sent = flow.messages[..=at].iter().filter(|message| message.from == anchor.from);
    let fields = sent.filter_map(|message| Fields::of(message).ok());
    fields.filter(|it| it.is_request && it.call_id == of.call_id).map(|it| it.number).max().unwrap_or(0) + 1
}

/// The answer to a request.
fn answer(request: &FlowMessage, status: u16, with: impl FnOnce(Draft) -> Draft) -> FlowMessage {
    let split = Message::split(&request.bytes);
    let row = |name| split.first(name).map(text);
    let draft = Draft::response(status)
        .with_some("Via", row(Name::Via))
        .with_some("From", row(Name::From))
        .with_some("To", row(Name::To))
        .with_some("Call-ID", row(Name::CallId))
        .with_some("CSeq", row(Name::CSeq));
    FlowMessage { from: request.to, to: request.from, bytes: with(draft).into_bytes(), ..request.clone() }
}

/// Puts messages behind the transaction of `anchor`; what its sender sends later counts on from them.
fn insert(
    flow: &mut Flow,
    at: usize,
    anchor: &FlowMessage,
    number: u32,
    more: Vec<FlowMessage>,
) -> Result<(), String> {
    let fields = Fields::of(anchor)?;
    let is_answer = |message: &FlowMessage| {
        Fields::of(message).is_ok_and(|it| {
            !it.is_request
                && it.call_id == fields.call_id
                && it.number == fields.number
                && it.method == fields.method
        })
    };
    let behind = flow.messages[at..].iter().rposition(is_answer).map_or(at, |answer| at + answer);
    let sender = anchor.from;
    for message in &mut flow.messages[behind + 1..] {
        let later = Fields::of(message)?;
        let side = if later.is_request { message.from } else { message.to };
        if later.call_id == fields.call_id && side == sender && later.number >= number {
            let value = format!("{} {}", later.number + 1, later.method);
            change(&Action::Set("CSeq".into(), value), message)?;
        }
    }
    delay(flow, behind + 1, 1);
    let began = flow.messages[behind].time;
    let more = more.into_iter().zip(1_i64..).map(|(mut message, count)| {
        message.time = began.map(|time| Time(time.0 + count * 20_000_000));
        message
    });
    flow.messages.splice(behind + 1..behind + 1, more);
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests;
