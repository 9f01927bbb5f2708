//! The recipient list: its form (6.2.1.3-3, 6.2.1.5-4) and its size (6.2.1.3-4, 6.2.1.5-5 and their -notify).

use std::collections::HashSet;

use super::evidence::{missing, quoted, unreadable_body};
use crate::clause::{Cite, Finding, Reason, Verdicts, Witness, cite};
use crate::message::Name;
use crate::message::body::Part;
use crate::message::body::resource_list::ResourceList;
use crate::message::uri::{Uri, same_address_of_record, same_uri_ignoring_headers_and_method};
use crate::session::Invite;

pub(super) const LIST_EXPLAIN: &str = "The factory invites exactly those whom the list names, and only if it can tell that the \
    body is meant as a list of recipients.\n\n\
    A part of type application/resource-lists+xml with the disposition `recipient-list`; well-formed XML with the root \
    `resource-lists` in its name space and at least one `entry` with a `uri`; and `Require: recipient-list-invite`. In an \
    ad-hoc conference the entries are also held against `context.expected_invitees`, if that is set.";

pub(super) const LIST_VERDICTS: Verdicts = Verdicts {
    pass: "a well-formed recipient list, and Require names it",
    fail: "the list, its disposition, its name space, an entry or the Require tag is missing or wrong; an expected invitee \
        is missing, or somebody else is listed",
    not_applicable: "the session is of another scenario",
    inconclusive: "the list is given by reference, encrypted, truncated or in an unknown encoding; or the INVITE was not captured",
};

pub(super) const LIST_READINGS: &[&str] = &[
    "The text cites draft 04 of what became RFC 5366; the final form is judged. Copy control is not asked for, and its name \
     space is taken in every spelling that was ever printed, the older `capacity` included.",
    "The option tag has to stand in Require; in Supported alone it does not make the server refuse what it cannot do.",
];

pub(super) const LIST_CITES: &[Cite] =
    &[cite("RFC 5366", "3"), cite("RFC 5363", "4.1"), cite("RFC 4826", "3"), cite("RFC 5364", "5")];

pub(super) const SIZE_EXPLAIN: &str = "The client is to look before it sends; the server refuses a list that is too long.\n\n\
    The look itself is not on the wire. Judged is its outcome: the number of different entries (the same user twice counts \
    once) against `context.max_adhoc_group_size`.";

pub(super) const SIZE_VERDICTS: Verdicts = Verdicts {
    pass: "no more entries than the maximum: consistent with the check",
    fail: "more entries than the maximum, and the INVITE was sent all the same",
    not_applicable: "the session is of another scenario",
    inconclusive: "no maximum is configured; there is no list that can be counted; or the INVITE was not captured",
};

pub(super) const SIZE_READINGS: &[&str] = &[
    "Invited users are compared with a maximum of participants, and the inviter is a participant too; which is meant is not \
     said. List entries alone are counted; `context.count_inviter: true` adds one.",
];

pub(super) const SIZE_CITES: &[Cite] = &[cite("RFC 5363", "4.1"), cite("RFC 3261", "19.1.4")];

pub(super) const NOTIFY_EXPLAIN: &str = "Whether a user was told stands on a screen, not on the wire: this clause can only be \
    not-applicable, when the maximum is kept, or inconclusive. An INVITE that was not sent leaves no trace either.";

pub(super) const NOTIFY_VERDICTS: Verdicts = Verdicts {
    pass: "",
    fail: "",
    not_applicable: "the maximum is not exceeded, or another scenario",
    inconclusive: "the maximum is exceeded, or it is not known whether it is",
};

/// The URIs of all entries, and why they may not be all.
pub(super) fn entries<'i>(invite: &'i Invite<'_>) -> (impl Iterator<Item = &'i str> + Clone, Option<Reason>) {
    let lists = invite.lists();
    let doubt = if lists.is_empty() || lists.iter().any(|(part, _)| !part.is_readable()) {
        unreadable_body(invite)
    } else if lists.iter().any(|(_, list)| list.by_reference) {
        Some("the list names entries by reference".into())
    } else if lists.iter().any(|(_, list)| is_unread(list)) {
        Some("the list cannot be read to its end".into())
    } else {
        None
    };
    let entries = lists.iter().flat_map(|(_, list)| &list.entries);
    (entries.map(|entry| &*entry.uri), doubt)
}

/// Whether a defect hides entries: not well-formed, refused, or of an unknown encoding.
fn is_unread(list: &ResourceList<'_>) -> bool {
    list.defects.iter().any(|defect| {
        defect.is_doubt()
            || matches!(
                defect.code,
                "resource-list/not-well-formed" | "resource-list/doctype" | "resource-list/entity"
            )
    })
}

pub(super) fn list_names_the_invited(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    list_is_well_formed(invite, witness);
    if !witness.context().expected_invitees.is_empty() {
        list_names_whom_it_should(invite, witness);
    }
}

pub(super) fn list_is_well_formed(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let found = invite.lists();
    if found.is_empty() {
        match unreadable_body(invite) {
            Some(reason) => witness.doubt(reason),
            None => {
                let place = invite.record().place_of_start();
                let text = "the INVITE carries no application/resource-lists+xml part";
                witness.broken(Finding::new("recipient-list/missing", place, text).help(LIST_HELP));
            }
        }
    }
    for (part, list) in found {
        form_is_right(invite, part, list, witness);
    }
    if !invite.message().lists_token(Name::Require, "recipient-list-invite") {
        missing(invite, witness, || {
            let place = invite.place_of(Name::Require);
            let text = "Require does not list `recipient-list-invite`";
            Finding::new("require/recipient-list-invite-missing", place, text)
                .help("add `Require: recipient-list-invite`, without which a server may ignore the list")
        });
    }
    if witness.is_clean() {
        witness.held();
    }
}

const LIST_HELP: &str =
    "add an application/resource-lists+xml part with `Content-Disposition: recipient-list`";

fn form_is_right(invite: &Invite<'_>, part: &Part<'_>, list: &ResourceList<'_>, witness: &mut Witness<'_>) {
    if !part.has_disposition("recipient-list") {
        let text = format!(
            "the list has the disposition {}, not `recipient-list`",
            quoted(part.effective_disposition())
        );
        let at = part.header(Name::ContentDisposition).unwrap_or(part.raw);
        witness.broken(
            Finding::new("recipient-list/disposition", invite.place(first_line(at)), text).help(LIST_HELP),
        );
    }
    if !part.is_readable() {
        return witness.doubt(unreadable_body(invite).unwrap_or("the list cannot be read".into()));
    }
    for defect in list.faults() {
        let text = format!("{} in the list is not {}", quoted(first_line(defect.at)), defect.expected);
        let at = match invite.message().span_of(defect.at) {
            Some(_) => invite.place(first_line(defect.at)),
            None => invite.place(part.raw),
        };
        let code = match defect.code {
            "resource-list/namespace" => "recipient-list/namespace",
            "resource-list/not-well-formed" => "recipient-list/not-well-formed",
            "resource-list/no-entry" => "recipient-list/no-entry",
            "resource-list/entry-without-uri" => "recipient-list/entry-without-uri",
            "resource-list/root" => "recipient-list/root",
            other => other,
        };
        witness.broken(Finding::new(code, at, text).help(format!("wanted: {}", defect.expected)));
    }
    if let Some(defect) = list.defects.iter().find(|defect| defect.is_doubt()) {
        witness.doubt(format!("the list is not read to its end: {}", defect.expected));
    } else if list.by_reference && list.entries.is_empty() {
        witness.doubt("the list names its entries by reference");
    }
}

fn first_line(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
    &bytes[..end]
}

fn list_names_whom_it_should(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let (entries, doubt) = entries(invite);
    if let Some(doubt) = doubt {
        return witness.doubt(doubt);
    }
    let is_same = |one: &str, other: &str| match (Uri::parse(one.as_bytes()), Uri::parse(other.as_bytes())) {
        (Ok(one), Ok(other)) => {
            same_uri_ignoring_headers_and_method(&one, &other) || same_address_of_record(&one, &other)
        }
        _ => one == other,
    };
    let expected = &witness.context().expected_invitees;
    let place = invite
        .lists()
        .first()
        .map_or_else(|| invite.record().place_of_start(), |(part, _)| invite.place(part.raw));
    for invitee in expected.iter().filter(|invitee| !entries.clone().any(|entry| is_same(entry, invitee))) {
        let text = format!("`{invitee}` is to be invited and stands in no entry");
        witness.broken(
            Finding::new("recipient-list/invitee-missing", place, text).help("add an `entry` for the user"),
        );
    }
    for entry in entries.filter(|entry| !expected.iter().any(|invitee| is_same(entry, invitee))) {
        let text = format!("the entry {} was not to be invited", quoted(entry.as_bytes()));
        witness.broken(
            Finding::new("recipient-list/invitee-unexpected", place, text)
                .help("list only those whom the user chose"),
        );
    }
}

/// What the size of the list comes to.
enum Size {
    Within,
    Exceeds { entries: u64, most: u64 },
    Unknown(Reason),
}

fn size(invite: &Invite<'_>, witness: &Witness<'_>) -> Size {
    let context = witness.context();
    let Some(most) = context.max_adhoc_group_size else {
        return Size::Unknown("the maximum is not configured (`context.max_adhoc_group_size`)".into());
    };
    let (entries, doubt) = entries(invite);
    let inviter = u64::from(context.count_inviter);
    let all = entries.clone().count() as u64;
    // A list that is short enough need not be looked through for users who stand there twice.
    if all + inviter > most {
        let different: HashSet<_> = entries.map(canonical).collect();
        let counted = different.len() as u64 + inviter;
        if counted > most {
            return Size::Exceeds { entries: counted, most };
        }
    }
    match doubt {
        Some(doubt) => Size::Unknown(doubt),
        None if all == 0 => Size::Unknown("there is no recipient list to count".into()),
        None => Size::Within,
    }
}

/// A text that is the same for entries of one user: what RFC 3261 19.1.4 compares without parameters.
fn canonical(entry: &str) -> String {
    match Uri::parse(entry.as_bytes()) {
        Ok(Uri::Sip(uri)) => {
            let user = crate::message::uri::decoded(uri.user.unwrap_or_default());
            let host = String::from_utf8_lossy(uri.host.text).to_ascii_lowercase();
            format!("{}|{}|{host}|{:?}", uri.secure, String::from_utf8_lossy(&user), uri.port)
        }
        Ok(Uri::Tel(uri)) => {
            let digits = uri.number.iter().filter(|byte| !matches!(byte, b'-' | b'.' | b'(' | b')'));
            let number: Vec<_> = digits.map(u8::to_ascii_lowercase).collect();
            let context = uri.params.named("phone-context").and_then(|param| param.value).unwrap_or_default();
            let context = String::from_utf8_lossy(context).to_ascii_lowercase();
            format!("tel|{}|{context}", String::from_utf8_lossy(&number))
        }
        _ => entry.to_owned(),
    }
}

pub(super) fn list_keeps_the_maximum(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    match size(invite, witness) {
        Size::Within => witness.held_with("the list keeps the maximum: consistent with the check"),
        Size::Unknown(why) => witness.doubt(why),
        Size::Exceeds { entries, most } => {
            let place = invite.lists().first().map_or_else(
                || invite.record().place_of_start(),
                |(part, _)| invite.place(first_line(part.raw)),
            );
            let text = format!("the INVITE was sent with `{entries}` users, over the maximum of `{most}`");
            witness.broken(
                Finding::new("recipient-list/too-many", place, text)
                    .help("count the list before sending, and tell the user"),
            );
        }
    }
}

pub(super) fn user_is_notified(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    match size(invite, witness) {
        Size::Within => witness.not_applicable("the maximum is not exceeded"),
        Size::Exceeds { .. } => witness.doubt("whether the user was notified is not on the wire"),
        Size::Unknown(why) => {
            witness.doubt(format!("it is not known whether the user had to be notified: {why}"))
        }
    }
}
