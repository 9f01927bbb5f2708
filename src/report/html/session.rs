//! A judgement -> the JSON that the page of its session is made of.

use std::net::SocketAddr;

use super::lines::{Lines, ShownLine};
use super::strings::Numbered;
use crate::clause::Place;
use crate::report::json_text::{Array, Object};
use crate::report::json_value::Value;
use crate::report::place::{Spot, frames};
use crate::report::words::{help, tolerance_of};
use crate::source::Time;
use crate::verdict::{FingerprintedFinding, Judgement, Ruling, Shown};
use crate::visible::{sanitise, shorten};

/// Longest text of a finding; what is longer comes from a hostile message.
const LONGEST: usize = 2000;

/// Writes what only the page of this session shows, without the lines of its messages. Answers their numbers among all
/// lines; the messages name them by their places there.
pub(super) fn write(
    session: &mut Object<'_>,
    judgement: &Judgement<'_>,
    known: &mut Numbered<ShownLine>,
) -> Vec<usize> {
    let split: Vec<Lines<'_>> = judgement.messages.iter().map(Lines::of).collect();
    let mut lines = Numbered::default();
    let mut addresses = Numbered::default();
    let mut places = |message: &Lines<'_>| -> Vec<usize> {
        message.shown().map(|line| lines.number(known.number(line))).collect()
    };
    let numbers: Vec<Vec<usize>> = split.iter().map(&mut places).collect();
    let caller = judgement.messages.first().and_then(|first| first.sender);

    session.member("subclause", judgement.subclause);
    session.member("why", &*sanitise(&judgement.scenario_reason));
    session.member("inferred", judgement.inferred);
    session.optional("client", judgement.client.map(|client| addresses.number(client)));
    session.optional("server", judgement.server.map(|server| addresses.number(server)));
    session.array("observations", |array| {
        judgement.observations.iter().for_each(|seen| array.value(&*sanitise(seen)));
    });
    session.objects("messages", judgement.messages.iter().zip(&numbers), |object, (shown, lines)| {
        message(object, shown, judgement, &mut addresses);
        if shown.from.is_none() && shown.to.is_none() && shown.sender != caller {
            object.member("back", true);
        }
        object.values("lines", runs(lines).into_iter().map(Signed));
    });
    session
        .array("addresses", |array| addresses.iter().for_each(|address: &SocketAddr| array.value(*address)));
    let found =
        judgement.rulings.iter().flat_map(|ruling| ruling.findings.iter().map(move |one| (ruling, one)));
    session.objects("findings", found, |object, (ruling, found)| {
        finding(object, ruling, found, (judgement, &split));
    });
    lines.iter().copied().collect()
}

/// A line of a message, as the block of a session or the table of lines holds it.
pub(super) fn line(lines: &mut Array<'_>, shown: &ShownLine) {
    if shown.escapes.is_empty() && shown.instead_of.is_none() {
        return lines.value(shown.text.as_str());
    }
    lines.object(|line| {
        line.member("t", shown.text.as_str());
        if !shown.escapes.is_empty() {
            line.values("e", shown.escapes.iter().copied());
        }
        line.optional("h", shown.instead_of);
    });
}

/// Numbers, with those that count up by one as a first and, negative, how many follow it.
fn runs(numbers: &[usize]) -> Vec<i64> {
    let mut runs: Vec<i64> = Vec::new();
    let mut next = None;
    for &number in numbers {
        match runs.last_mut().filter(|_| next == Some(number)) {
            Some(followers) if *followers < 0 => *followers -= 1,
            Some(_) => runs.push(-1),
            None => runs.push(number as i64),
        }
        next = Some(number + 1);
    }
    runs
}

/// A number that may be negative.
struct Signed(i64);

impl Value for Signed {
    fn write(self, out: &mut Vec<u8>) {
        if self.0 < 0 {
            out.push(b'-');
        }
        self.0.unsigned_abs().write(out);
    }
}

fn message(
    message: &mut Object<'_>,
    shown: &Shown<'_>,
    judgement: &Judgement<'_>,
    addresses: &mut Numbered<SocketAddr>,
) {
    message.member("index", shown.index);
    message.optional(
        "after",
        shown
            .time
            .zip(judgement.started)
            .map(microseconds)
            .filter(|&after| after >= 0)
            .map(i64::unsigned_abs),
    );
    message.optional("from", shown.from.map(|from| addresses.number(from)));
    message.optional("to", shown.to.map(|to| addresses.number(to)));
    message.member("bytes", shown.bytes.len());
    message.optional("where", Some(&*whence(shown, judgement.input)).filter(|words| !words.is_empty()));
    message.optional("first", shown.file_line);
    if shown.cut {
        message.member("cut", true);
    }
}

/// From the begin of the session, in whole microseconds, of which times have so many.
fn microseconds((time, started): (Time, Time)) -> i64 {
    (time.0.div_euclid(1000)).saturating_sub(started.0.div_euclid(1000))
}

/// Frames or line in the input, and which that is if it is not that of the session.
fn whence(shown: &Shown<'_>, session: &str) -> String {
    let mut words = frames(&shown.numbers()).trim_start().to_owned();
    if let Some(line) = shown.file_line {
        words = format!("line {line}");
    }
    if shown.input != session {
        words.push_str(&format!(" of {}", shown.input));
    }
    for (input, numbers) in &shown.elsewhere {
        words.push_str(&format!(";{} of {input}", frames(numbers)));
    }
    sanitise(&words).into_owned()
}

type Context<'c> = (&'c Judgement<'c>, &'c [Lines<'c>]);

fn finding(finding: &mut Object<'_>, ruling: &Ruling, found: &FingerprintedFinding, context: Context<'_>) {
    finding.member("clause", ruling.clause.id.0);
    finding.member("level", ruling.level.name());
    finding.member("code", found.code);
    finding.member("message", &*words(&found.message));
    finding.optional("help", help(found, context.0).as_deref().map(words).as_deref());
    finding.member("fingerprint", &*found.fingerprint);
    finding.optional("covered", tolerance_of(ruling, found).as_deref().map(words).as_deref());
    finding.object("at", |object| at(object, found.at, context));
    finding.objects("related", &found.related, |object, related| {
        at(object, related.at, context);
        object.member("note", &*words(&related.note));
    });
}

fn words(text: &str) -> String {
    shorten(&sanitise(text), LONGEST).into_owned()
}

/// A place: message, line, column and length in bytes, and what to mark.
fn at(at: &mut Object<'_>, place: Place, (judgement, split): Context<'_>) {
    let spot = Spot::of(place, judgement);
    at.member("line", spot.at.line);
    at.member("column", spot.at.column);
    at.member("length", spot.range.len());
    let is_it = |shown: &Shown<'_>| spot.shown.is_some_and(|wanted| std::ptr::eq(wanted, shown));
    if let Some(position) = judgement.messages.iter().position(is_it) {
        at.member("message", position);
        at.values("marks", split[position].places(&spot.range));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_are_a_run() {
        assert_eq!(runs(&[0, 1, 2, 3, 9, 5, 6, 0]), [0, -3, 9, 5, -1, 0]);
        assert_eq!(runs(&[]), [0_i64; 0]);
    }
}
