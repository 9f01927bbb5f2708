//! A judgement -> an element of `sessions`, which is a line of ndjson too.

use std::mem::{replace, take};

use super::known::{Known, Verdicts};
use crate::clause::Place;
use crate::fix::{Remedy, offered};
use crate::report::json_text::{Array, Object};
use crate::report::json_value::Lossy;
use crate::report::place::Spot;
use crate::verdict::{FingerprintedFinding, Judgement, Ruling, Shown, Waived};

/// An element of `sessions`. Of its verdicts, those that are `known` are not written anew.
pub(in crate::report) fn session(session: &mut Object<'_>, judgement: &Judgement<'_>, known: &mut Known) {
    session.member("input", judgement.input);
    session.member("call_id", &*judgement.call_id);
    session.member("scenario", judgement.scenario);
    session.member("subclause", judgement.subclause);
    session.optional("client", judgement.client.map(|client| known.addresses.text(client)));
    session.optional("server", judgement.server.map(|server| known.addresses.text(server)));
    session.optional("user_agent", judgement.user_agent.as_deref());
    session.member("inferred", judgement.inferred);
    session.member("scenario_reason", &*judgement.scenario_reason);
    session.optional("started", judgement.started.map(|time| known.clock.text(time)));
    session.objects("messages", &judgement.messages, |object, shown| {
        message(object, shown, judgement.input, known);
    });
    if !judgement.observations.is_empty() {
        session.values("observations", judgement.observations.iter().map(String::as_str));
    }
    session.array("verdicts", |array| verdicts(array, judgement, &mut known.verdicts));
}

/// An element of `messages`.
fn message(message: &mut Object<'_>, shown: &Shown<'_>, session: &str, known: &mut Known) {
    message.member("index", shown.index);
    // Where it is another than that of the session.
    message.optional("input", Some(shown.input).filter(|&input| input != session));
    message.values("frames", own_frames(shown));
    if !shown.elsewhere.is_empty() {
        message.objects("elsewhere", &shown.elsewhere, elsewhere);
    }
    message.optional("time", shown.time.map(|time| known.clock.text(time)));
    message.optional("from", shown.from.map(|from| known.addresses.text(from)));
    message.optional("to", shown.to.map(|to| known.addresses.text(to)));
    message.member("start_line", Lossy(shown.start_line));
    message.member("bytes", shown.bytes.len());
    if shown.cut {
        message.member("cut", true);
    }
}

/// What [`Shown::numbers`] answers, without a place of its own.
fn own_frames(shown: &Shown<'_>) -> impl Iterator<Item = u64> {
    let own = shown.frames.last().map(|frame| frame.input());
    shown.frames.iter().filter(move |frame| Some(frame.input()) == own).map(|frame| frame.number())
}

/// An element of `elsewhere` of a message: where a part of it was in another input.
fn elsewhere(elsewhere: &mut Object<'_>, (input, frames): &(&str, Vec<u64>)) {
    elsewhere.member("input", *input);
    elsewhere.values("frames", frames.iter().copied());
}

/// The elements of `verdicts`. Those that are known, and known one behind the other, are copied together.
fn verdicts(verdicts: &mut Array<'_>, judgement: &Judgement<'_>, known: &mut Verdicts) {
    let mut run = 0..0;
    for (place, ruling) in judgement.rulings.iter().enumerate() {
        match known.find(place, ruling) {
            Some(text) if text.start == run.end => run.end = text.end,
            Some(text) => verdicts.again(known.text(replace(&mut run, text))),
            None => {
                verdicts.again(known.text(take(&mut run)));
                let text = verdicts.object(|verdict| ruled(verdict, ruling, judgement));
                known.keep(place, ruling, text);
            }
        }
    }
    verdicts.again(known.text(run));
}

/// An element of `verdicts`.
fn ruled(verdict: &mut Object<'_>, ruling: &Ruling, judgement: &Judgement<'_>) {
    verdict.member("clause", ruling.clause.id.0);
    verdict.member("level", ruling.level.name());
    verdict.member("verdict", ruling.verdict.name());
    verdict.member("reason", &*ruling.reason);
    if let Some(terms) = &ruling.waived {
        verdict.object("waived", |object| waived(object, terms));
    }
    verdict.objects("findings", &ruling.findings, |object, found| finding(object, found, judgement));
}

/// `waived` of a verdict.
fn waived(waived: &mut Object<'_>, terms: &Waived) {
    waived.member("reason", &*terms.reason);
    waived.optional("owner", terms.owner.as_deref());
    waived.optional("until", terms.until.as_deref());
}

/// An element of `findings`.
fn finding(finding: &mut Object<'_>, found: &FingerprintedFinding, judgement: &Judgement<'_>) {
    finding.member("code", found.code);
    finding.member("message", &*found.message);
    finding.optional("help", found.help.as_deref());
    finding.member("fingerprint", &*found.fingerprint);
    if found.known {
        finding.member("known", true);
    }
    match offered(found, judgement) {
        Some(Remedy::Safe(title)) => finding.object("fix", |object| fix(object, true, title)),
        Some(Remedy::Unsafe(title)) => finding.object("fix", |object| fix(object, false, title)),
        Some(Remedy::None(_)) | None => {}
    }
    finding.object("at", |object| at(object, found.at, judgement, None));
    finding.objects("related", &found.related, |object, related| {
        at(object, related.at, judgement, Some(&related.note));
    });
}

/// `fix` of a finding.
fn fix(fix: &mut Object<'_>, safe: bool, title: &str) {
    fix.member("safe", safe);
    fix.member("title", title);
}

/// `at` of a finding, or an element of its `related`.
fn at(at: &mut Object<'_>, place: Place, judgement: &Judgement<'_>, note: Option<&str>) {
    let spot = Spot::of(place, judgement);
    at.member("message", place.message);
    at.member("line", spot.at.line);
    at.member("column", spot.at.column);
    at.member("offset", spot.range.start);
    at.member("length", spot.range.len());
    at.optional("file_line", spot.file_line());
    at.optional("note", note);
}
