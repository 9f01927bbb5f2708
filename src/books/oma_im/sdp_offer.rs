//! The SDP offer and its two sub-items (6.2.1.2-3, 6.2.1.3-5, 6.2.1.4-5, 6.2.1.5-7).

use super::evidence::{quoted, unreadable_body};
use crate::clause::{Cite, Finding, Profile, Verdicts, Witness, cite};
use crate::message::body::msrp::{parse_format_list, parse_path};
use crate::message::body::sdp::{MediaSection, MsrpProto, Sdp};
use crate::message::body::{Defect, Part};
use crate::session::Invite;

pub(super) const OFFER_EXPLAIN: &str = "The offer tells the other side where the messages of the session go.\n\n\
    Exactly one application/sdp part with the disposition `session` (or none, which means the same), its lines in the order \
    of RFC 4566 (that of RFC 2327 and RFC 8866 is taken too), and at least one `m=message` with a port other than 0, the \
    transport `TCP/MSRP` or `TCP/TLS/MSRP` and the format `*`.";

pub(super) const OFFER_VERDICTS: Verdicts = Verdicts {
    pass: "one well-formed SDP offer with MSRP media",
    fail: "no SDP, several, malformed SDP, no message media, port 0, another transport or format list",
    not_applicable: "the session is of another scenario",
    inconclusive: "the body was truncated, is encrypted or cannot be parted; or the INVITE was not captured",
};

pub(super) const OFFER_READINGS: &[&str] = &[
    "The text cites RFC 2327 and a draft of MSRP; RFC 4566 and RFC 4975 took their place and are taken as well. No `e=` or \
     `p=` line is asked for: RFC 3264 5 waives it.",
    "A message section that fails on transport, port or format is still judged for its path and its types.",
];

pub(super) const OFFER_CITES: &[Cite] = &[
    cite("RFC 3264", "5"),
    cite("RFC 4566", "5"),
    cite("RFC 2327", "6"),
    cite("RFC 4975", "8.1"),
    cite("RFC 3261", "13.2.1"),
];

pub(super) const PATH_EXPLAIN: &str = "The path is the address of the MSRP endpoint; without it nobody can connect.\n\n\
    Every MSRP section has exactly one `a=path` with MSRP URIs of RFC 4975 6: the scheme that fits the transport, an explicit \
    port, `;tcp`, and a session-id in the last one. A path at session level counts for no section.";

pub(super) const PATH_VERDICTS: Verdicts = Verdicts {
    pass: "every MSRP section has one valid path",
    fail: "a path is missing, repeated, malformed, without port, `;tcp` or session-id, or of the wrong scheme",
    not_applicable: "the offer has no MSRP media (which the clause above reports), or another scenario",
    inconclusive: "the body was truncated, is encrypted or cannot be parted; or the INVITE was not captured",
};

pub(super) const PATH_CITES: &[Cite] = &[cite("RFC 4975", "6"), cite("RFC 4975", "8.2")];

pub(super) const TYPES_EXPLAIN: &str = "MSRP has no codecs: what a client can show is told by `accept-types`.\n\n\
    Every MSRP section has a well-formed `a=accept-types`; every dynamic payload type of an RTP section has its `a=rtpmap`. \
    Whether that is all the client supports cannot be seen. Profiles `oma-ts` and `rcs` also ask that message/cpim is offered.";

pub(super) const TYPES_VERDICTS: Verdicts = Verdicts {
    pass: "every MSRP section has valid accept-types, every dynamic payload type its rtpmap",
    fail: "accept-types are missing, empty or malformed; an rtpmap is missing; profiles `oma-ts`, `rcs`: no message/cpim",
    not_applicable: "the offer has no MSRP media (which the clause above reports), or another scenario",
    inconclusive: "the body was truncated, is encrypted or cannot be parted; or the INVITE was not captured",
};

pub(super) const TYPES_READINGS: &[&str] = &[
    "Codecs and media parameters of MSRP are read as its accepted types.",
    "An attribute `maxsize` in place of `max-size` is an unknown attribute, which is ignored: no fault.",
];

pub(super) const TYPES_CITES: &[Cite] = &[cite("RFC 4975", "8.6"), cite("RFC 4566", "6")];

/// Why the offer cannot be judged, if a part of it is out of sight.
fn hidden(invite: &Invite<'_>) -> Option<crate::clause::Reason> {
    match invite.offer() {
        Some((part, _)) if part.is_readable() => None,
        _ => unreadable_body(invite),
    }
}

pub(super) fn body_offers_msrp(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    if let Some(reason) = hidden(invite) {
        return witness.doubt(reason);
    }
    let Some((part, sdp)) = invite.offer() else {
        return no_offer(invite, witness);
    };
    // The parts of a multipart/alternative are one body in several forms (RFC 2046 5.1.4).
    let mut others = invite.offers().skip(1).filter(|other| !is_alternative(part) || !is_alternative(other));
    if let Some(second) = others.next() {
        let finding =
            Finding::new("sdp/several", invite.place(second.raw), "the INVITE carries a second SDP offer");
        witness.broken(finding.help("send one session description as offer"));
    }
    for defect in sdp.faults() {
        witness.broken(of_defect(invite, part, defect));
    }
    let mut wrong = None;
    for section in messages(sdp) {
        match wrong_media(&section) {
            None => return witness.held(),
            found => wrong = wrong.or(found),
        }
    }
    match wrong {
        Some((code, at, text)) => {
            witness.broken(Finding::new(code, place(invite, part, at), text).help(MEDIA_HELP));
        }
        None => {
            let text = "the offer has no `m=message` section for MSRP";
            witness
                .broken(Finding::new("sdp/no-message-media", invite.place(part.raw), text).help(MEDIA_HELP));
        }
    }
}

fn is_alternative(part: &Part<'_>) -> bool {
    part.container.is_some_and(|container| container.is("multipart", "alternative"))
}

const MEDIA_HELP: &str = "offer `m=message <port> TCP/MSRP *`";

fn no_offer(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let other = invite.bodies().sdp_parts().next();
    let (code, place, text) = match other {
        Some(part) => (
            "sdp/disposition",
            invite.place(part.raw),
            format!(
                "the SDP has the disposition {}, so that it is no offer",
                quoted(part.effective_disposition())
            ),
        ),
        None => {
            ("sdp/missing", invite.record().place_of_start(), "the INVITE carries no SDP offer".to_owned())
        }
    };
    witness.broken(Finding::new(code, place, text).help("add an application/sdp part that offers MSRP"));
}

/// The sections that are meant for MSRP, right or wrong.
fn messages<'m>(sdp: &Sdp<'m>) -> impl Iterator<Item = MediaSection<'m>> {
    sdp.media
        .iter()
        .copied()
        .filter(|section| section.media() == b"message" || section.msrp_proto().is_some())
}

/// What is wrong with the `m=` line of an MSRP section.
fn wrong_media<'m>(section: &MediaSection<'m>) -> Option<(&'static str, &'m [u8], String)> {
    let line = section.media_line();
    if section.media() != b"message" {
        return Some(("sdp/media-type", line, format!("the media of {} is not `message`", quoted(line))));
    }
    if !matches!(section.msrp_proto(), Some(MsrpProto::Tcp | MsrpProto::Tls)) {
        let said =
            format!("the transport {} is neither `TCP/MSRP` nor `TCP/TLS/MSRP`", quoted(section.proto()));
        return Some(("sdp/protocol", line, said));
    }
    match section.port() {
        None => Some(("sdp/port", line, format!("the port {} is no port", quoted(section.port_text())))),
        Some(0) => Some(("sdp/port-zero", line, "the port is 0: offered, but not to be used".into())),
        Some(_) if !section.formats().eq([b"*"]) => {
            Some(("sdp/format-list", line, format!("the format list of {} is not `*`", quoted(line))))
        }
        Some(_) => None,
    }
}

/// The first offer, which has MSRP sections, for the sub-items; without them the witness knows why.
fn judged<'i, 's>(invite: &'i Invite<'s>, witness: &mut Witness<'_>) -> Option<&'i (&'s Part<'s>, Sdp<'s>)> {
    if let Some(reason) = hidden(invite) {
        witness.doubt(reason);
        return None;
    }
    let found = invite.offer().filter(|(_, sdp)| messages(sdp).next().is_some());
    if found.is_none() {
        witness.not_applicable("the offer has no MSRP media");
    }
    found
}

pub(super) fn every_msrp_section_has_a_path(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let Some((part, sdp)) = judged(invite, witness) else { return };
    for section in messages(sdp) {
        let mut paths = section.named("path");
        let Some(path) = paths.next() else {
            let session_level = sdp.session.named("path").next();
            let (code, at, text) = match session_level {
                Some(path) => {
                    ("sdp/path-session-level", path.line, "`a=path` stands at session level only".to_owned())
                }
                None => {
                    ("sdp/path-missing", section.media_line(), "the MSRP section has no `a=path`".to_owned())
                }
            };
            witness.broken(Finding::new(code, place(invite, part, at), text).help(PATH_HELP));
            continue;
        };
        if let Some(second) = paths.next() {
            let at = place(invite, part, second.line);
            witness.broken(
                Finding::new("sdp/path-repeated", at, "the MSRP section has a second `a=path`")
                    .help(PATH_HELP),
            );
        }
        match wrong_path(&section, path.value.unwrap_or_default()) {
            Some((code, at, text)) => {
                let at = if at.is_empty() { path.line } else { at };
                witness.broken(Finding::new(code, place(invite, part, at), text).help(PATH_HELP));
            }
            None => witness.held(),
        }
    }
}

const PATH_HELP: &str = "write `a=path:msrp://<host>:<port>/<session-id>;tcp` in the section";

fn wrong_path<'m>(section: &MediaSection<'m>, path: &'m [u8]) -> Option<(&'static str, &'m [u8], String)> {
    let mut last = None;
    for uri in parse_path(path) {
        let uri = match uri {
            Ok(uri) => uri,
            Err(defect) => {
                let code = match defect.code {
                    "msrp-uri/transport" => "sdp/path-transport-missing",
                    "msrp-uri/scheme" => "sdp/path-scheme",
                    "msrp-uri/session-id" => "sdp/path-session-id-missing",
                    _ => "sdp/path-malformed",
                };
                return Some((
                    code,
                    defect.at,
                    format!("{} in the path lacks {}", quoted(defect.at), defect.expected),
                ));
            }
        };
        let said = || quoted(uri.text);
        if !uri.is_tcp() {
            return Some((
                "sdp/path-transport-missing",
                uri.text,
                format!("{} does not end its address with `;tcp`", said()),
            ));
        }
        if uri.port.is_none() {
            return Some(("sdp/path-port-missing", uri.text, format!("{} has no explicit port", said())));
        }
        last = Some(uri);
    }
    let Some(uri) = last else {
        return Some(("sdp/path-malformed", path, "the path is empty".into()));
    };
    if uri.session_id.is_none_or(<[u8]>::is_empty) {
        return Some((
            "sdp/path-session-id-missing",
            uri.text,
            format!("{} has no session-id", quoted(uri.text)),
        ));
    }
    // RFC 4975 6: the scheme of the endpoint goes with the transport; a legacy one says nothing of it.
    let secure = match section.msrp_proto() {
        Some(MsrpProto::Tcp) => false,
        Some(MsrpProto::Tls) => true,
        _ => return None,
    };
    (uri.is_secure() != secure).then(|| {
        let said = format!("the scheme {} does not go with {}", quoted(uri.scheme), quoted(section.proto()));
        ("sdp/path-scheme", uri.text, said)
    })
}

pub(super) fn every_media_section_has_its_types(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let Some((part, sdp)) = judged(invite, witness) else { return };
    let wants_cpim = witness.profile() != Profile::ChangeRequest;
    for section in messages(sdp) {
        let mut broken = |code, at: &[u8], text: String| {
            witness.broken(Finding::new(code, place(invite, part, at), text).help(TYPES_HELP));
        };
        let Some(types) = section.named("accept-types").next() else {
            broken(
                "sdp/accept-types-missing",
                section.media_line(),
                "the MSRP section has no `a=accept-types`".into(),
            );
            continue;
        };
        let value = types.value.unwrap_or_default();
        match parse_format_list(value).find_map(Result::err) {
            Some(defect) => {
                let at = if defect.at.trim_ascii().is_empty() { types.line } else { defect.at };
                let text = format!("{} in accept-types is not {}", quoted(at), defect.expected);
                broken("sdp/accept-types-malformed", at, text);
            }
            None if wants_cpim
                && !parse_format_list(value).flatten().any(|entry| entry.covers("message", "cpim")) =>
            {
                broken(
                    "sdp/accept-types-without-cpim",
                    types.line,
                    "accept-types do not offer `message/cpim`".into(),
                );
            }
            None => witness.held(),
        }
    }
    for section in &sdp.media {
        if let Some(payload) = section.unmapped_payloads().next() {
            let text = format!("the dynamic payload type {} has no `a=rtpmap`", quoted(payload));
            let at = place(invite, part, section.media_line());
            witness.broken(
                Finding::new("sdp/rtpmap-missing", at, text)
                    .help("name the codec of each dynamic payload type"),
            );
        }
    }
}

const TYPES_HELP: &str = "write `a=accept-types:message/cpim text/plain`, types parted by spaces";

fn of_defect(invite: &Invite<'_>, part: &Part<'_>, defect: &Defect<'_>) -> Finding {
    let text = format!("{} in the SDP is not {}", quoted(defect.at), defect.expected);
    Finding::new(defect.code, place(invite, part, defect.at), text)
        .help(format!("wanted: {}", defect.expected))
}

/// Place of some bytes of a part, or of the whole part where it was decoded.
fn place(invite: &Invite<'_>, part: &Part<'_>, at: &[u8]) -> crate::source::Place {
    match invite.message().span_of(at) {
        Some(span) => crate::source::Place { message: invite.record().index, span },
        None => invite.place(part.raw),
    }
}
