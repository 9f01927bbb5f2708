//! 6.2.1.1 item 7 and 6.2.1.5 item 6: the body is multipart/mixed.

use super::evidence::quoted;
use crate::clause::{Finding, Profile, Verdicts, Witness};
use crate::message::Name;
use crate::session::Invite;

pub(super) const EXPLAIN: &str = "A resource list and an SDP offer travel side by side only in a multipart; a server that is \
    promised one and finds something else refuses the INVITE.\n\n\
    Content-Type has to say multipart/mixed with a boundary that is legal (1 to 70 characters, no space at its end, quotes \
    where SIP needs them) and that parts the body: at least one part, and the close delimiter. A multipart of one part is \
    legal.";

pub(super) const VERDICTS: Verdicts = Verdicts {
    pass: "multipart/mixed with a legal boundary, at least one part and the close delimiter",
    fail: "another type or subtype; the boundary is missing, illegal or not in the body; no part; no close delimiter",
    not_applicable: "6.2.1.1-7 in profiles `oma-ts` and `rcs`: the INVITE has one body at most; 6.2.1.5-6: another scenario",
    inconclusive: "the body was truncated by the capture, or the INVITE was not captured",
};

/// 6.2.1.1-7: the later texts ask for it only when there is more than one body.
pub(super) fn body_is_multipart_mixed_where_needed(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let bodies = invite.bodies();
    if witness.profile() == Profile::ChangeRequest || bodies.parts.len() > 1 {
        return body_is_multipart_mixed(invite, witness);
    }
    if bodies.truncated {
        witness.doubt("the body was truncated by the capture: there may have been another part");
    } else {
        witness.not_applicable("the INVITE has no more than one body");
    }
}

/// 6.2.1.5-6, and 6.2.1.1-7 to the letter.
pub(super) fn body_is_multipart_mixed(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let bodies = invite.bodies();
    let media = match &bodies.top {
        None if invite.may_have_lost_headers() => {
            return witness
                .doubt("the capture lost the end of the headers: Content-Type may have been there");
        }
        None => {
            let text = "the INVITE has no Content-Type";
            let finding = Finding::new("content-type/not-multipart", invite.record().place_of_start(), text);
            return witness.broken(finding.help(HELP));
        }
        Some(Err(defect)) => {
            let text = format!("{} is not {}", quoted(defect.at), defect.expected);
            return witness.broken(Finding::new(defect.code, invite.place_of(Name::ContentType), text));
        }
        Some(Ok(media)) => media,
    };
    if !media.is_multipart() {
        let text = format!("the body is {}, not multipart/mixed", quoted(media.text));
        return witness
            .broken(Finding::new("content-type/not-multipart", invite.place(media.text), text).help(HELP));
    }
    if !bodies.is_multipart_mixed() {
        let text = format!("the multipart is of subtype {}, not `mixed`", quoted(media.subtype));
        return witness
            .broken(Finding::new("content-type/not-mixed", invite.place(media.text), text).help(HELP));
    }
    for defect in media.defects().filter(|defect| defect.is_fault()) {
        let text = format!("{} in Content-Type is not {}", quoted(defect.at), defect.expected);
        witness.broken(Finding::new(defect.code, invite.place(defect.at), text));
    }
    let multipart = bodies.multipart.as_ref();
    let boundary = multipart.and_then(|multipart| multipart.boundary.as_ref());
    for defect in
        multipart.iter().flat_map(|multipart| multipart.defects.iter()).filter(|defect| defect.is_fault())
    {
        let text = match defect.code {
            "multipart/no-close-delimiter" => "the body ends without the close delimiter".to_owned(),
            "multipart/boundary-not-in-body" => {
                let boundary = boundary.map_or(defect.at, |boundary| boundary.text);
                format!("the boundary {} does not occur in the body", quoted(boundary))
            }
            _ => format!("{} is not {}", quoted(defect.at), defect.expected),
        };
        witness.broken(
            Finding::new(defect.code, invite.place(defect.at), text)
                .help(format!("wanted: {}", defect.expected)),
        );
    }
    if !witness.is_clean() {
        return;
    }
    if bodies.truncated {
        return witness.doubt("the body was truncated by the capture");
    }
    match multipart.and_then(|multipart| multipart.defects.iter().find(|defect| defect.is_doubt())) {
        Some(defect) => witness.doubt(format!("the multipart is not read to its end: {}", defect.expected)),
        None => witness.held(),
    }
}

const HELP: &str = "write `Content-Type: multipart/mixed;boundary=…` and put the SDP into a part of it";
