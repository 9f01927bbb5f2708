//! 6.2.1.1-0: the initial INVITE as RFC 3261 asks for it, whatever it is about.

use crate::capture::{Framing, Transport};
use crate::clause::{Finding, Witness};
use crate::message::Name;
use crate::message::syntax::{self, Carriage, Complaint};
use crate::session::{Invite, Record};
use crate::source::Place;

/// Headers whose values a clause of their own judges: what is wrong inside of them is not repeated here.
const JUDGED_ELSEWHERE: [Name; 9] = [
    Name::AcceptContact,
    Name::UserAgent,
    Name::Allow,
    Name::Privacy,
    Name::Supported,
    Name::SessionExpires,
    Name::MinSe,
    Name::Replaces,
    Name::ContentType,
];

/// Whether a complaint is about the value of a header that another clause judges. That Content-Type is there
/// once, and exactly with a body, is asked here.
fn is_judged_elsewhere(complaint: &Complaint, invite: &Invite<'_>) -> bool {
    let of_value = !complaint.code.starts_with("content-type/") || complaint.code == "content-type/malformed";
    let row = invite.message().header_line_at(complaint.span.start as usize);
    of_value && row.is_some_and(|row| JUDGED_ELSEWHERE.contains(&row.kind))
}

pub(super) fn invite_is_well_formed(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let record = invite.record();
    let complaints = syntax::complaints(invite.message(), carriage(record));
    let own = complaints.into_iter().filter(|complaint| !is_judged_elsewhere(complaint, invite));
    for complaint in own {
        let at = Place { message: record.index, span: complaint.span };
        let mut finding = Finding::new(complaint.code, at, complaint.text);
        finding.help = complaint.help;
        witness.broken(finding);
    }
    retry_raises_cseq(invite, witness);
    if !witness.is_clean() {
        return;
    }
    if invite.message().is_cut() {
        witness.doubt("the INVITE was truncated by the capture: what is left of it breaks nothing");
    } else {
        witness.held();
    }
}

/// What Content-Length means for this message. A text file that says TCP is held to the rule of streams.
fn carriage(record: &Record) -> Carriage {
    let on_stream = record.transport.is_some_and(Transport::is_stream);
    match record.framing {
        Framing::Datagram => Carriage::Datagram,
        Framing::Stream => Carriage::Stream,
        Framing::Text if on_stream && !record.message.has(Name::ContentLength) => Carriage::Stream,
        Framing::Text => Carriage::Text,
    }
}

/// RFC 3261 8.1.3.5 and 22.2: the retry is a new transaction with the next sequence number.
fn retry_raises_cseq(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let attempts = &invite.session.attempts;
    let own = attempts.partition_point(|attempt| attempt.invite.index < invite.record().index);
    // The challenge that this one answers is the last before it.
    let before =
        attempts[..own].iter().rev().take(8).find(|attempt| {
            attempt.invite.from_tag() == invite.record().from_tag() && attempt.was_challenged()
        });
    let Some(before) = before else { return };
    let (Some(old), Some(new)) = (before.invite.cseq(), invite.record().cseq()) else { return };
    if new <= old {
        let text = format!("CSeq number `{new}` does not rise over `{old}` of the attempt before");
        let finding = Finding::new("cseq/not-raised", invite.place_of(Name::CSeq), text)
            .help("count CSeq up by one for the retry")
            .related(before.invite.place_of(Name::CSeq), "the attempt that was refused");
        witness.broken(finding);
    }
}
