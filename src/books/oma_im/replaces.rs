//! The ongoing one-to-one session that an INVITE extends: items 3, 8 and 9 of 6.2.1.5.

use std::borrow::Cow;

use super::destination::invite_goes_towards_the_server;
use super::evidence::{missing, quoted};
use super::recipient_list::entries;
use crate::clause::{Finding, Profile, Verdicts, Witness};
use crate::message::Name;
use crate::message::headers::{NameAddr, Replaces};
use crate::message::uri::Uri;
use crate::session::{DialogTrace, Invite, Party};
use crate::source::Place;

pub(super) const ONGOING_VERDICTS: Verdicts = Verdicts {
    pass: "an entry names the other party of the ongoing session, and another entry somebody else",
    fail: "the other party of the ongoing session is not listed, or nobody else is",
    not_applicable: "the session is of another scenario",
    inconclusive: "the ongoing session was not captured or is named by no valid Replaces; its party is only known in \
        another form (tel or sip); the list cannot be read; or the INVITE was not captured",
};

pub(super) const REPLACES_VERDICTS: Verdicts = Verdicts {
    pass: "one Replaces with a call-id, a to-tag and a from-tag, which name a captured dialog of the client the right way round",
    fail: "no Replaces (or one called `Replace`), several, a tag missing or twice, tags swapped, tags of no dialog of that \
        Call-ID; only `Session-Replaces` in an entry (but profile `rcs`)",
    not_applicable: "the session is of another scenario",
    inconclusive: "well-formed, but the session it names is not in the input; or the INVITE was not captured",
};

pub(super) const WITHIN_VERDICTS: Verdicts = Verdicts {
    pass: "`change-request`: the INVITE is sent inside the live dialog. `oma-ts`, `rcs`: the dialog that Replaces names is \
        alive, and the INVITE goes to a configured next hop",
    fail: "the named dialog has ended; `oma-ts`, `rcs`: the INVITE goes to another next hop",
    not_applicable: "the session is of another scenario",
    inconclusive: "`change-request`: a new dialog whose Replaces names a live one, because the clause contradicts 6.2.1.5-1, \
        -2 and -8; any profile: the named dialog was not captured; `oma-ts`, `rcs`: no next hop is configured",
};

/// One Replaces of the INVITE, wherever it stands.
struct Written<'i> {
    value: Cow<'i, [u8]>,
    /// Where a finding about it points.
    at: Place,
    /// The list entry in whose URI it stands; `None` for a header.
    entry: Option<&'i str>,
}

/// All Replaces of the INVITE: headers, and those in the URIs of list entries.
fn written<'i>(invite: &'i Invite<'_>) -> impl Iterator<Item = Written<'i>> {
    let message = invite.message();
    let headers = message.rows(Name::Replaces).map(|row| {
        let value = row.value.of(message.bytes());
        Written { value: Cow::Borrowed(value), at: invite.place(value), entry: None }
    });
    let at = place_of_list(invite);
    let in_list = in_entries(invite, "Replaces");
    headers.chain(in_list.map(move |(entry, value)| Written { value, at, entry: Some(entry) }))
}

/// Where the first list stands; without one, the start line.
fn place_of_list(invite: &Invite<'_>) -> Place {
    let list = invite.bodies().resource_list_parts().next();
    list.map_or_else(|| invite.record().place_of_start(), |part| invite.place(part.raw))
}

/// The list entries whose URI has that header (RFC 3261 19.1.1), with its value unescaped.
fn in_entries<'i>(
    invite: &'i Invite<'_>,
    header: &'static str,
) -> impl Iterator<Item = (&'i str, Cow<'i, [u8]>)> {
    let (entries, _) = entries(invite);
    // Headers stand behind a question mark, which hardly any entry has.
    let with_headers = entries.filter(|entry| entry.contains('?'));
    with_headers.filter_map(move |entry| Some((entry, Uri::parse(entry.as_bytes()).ok()?.header(header)?)))
}

/// The dialog that the INVITE names, seen from its sender.
enum Ongoing<'s> {
    Found {
        dialog: &'s DialogTrace,
        remote: &'s Party,
        /// Whether the capture lost messages of its session.
        lossy: bool,
    },
    /// What is wrong with the naming.
    Broken(&'static str, Place, String),
    /// What is missing to tell.
    Open(&'static str),
    /// Nothing names it.
    Absent,
    /// An entry names it by its session URI.
    BySessionUri,
}

fn ongoing<'s>(invite: &Invite<'s>) -> Ongoing<'s> {
    let mut all = written(invite);
    let Some(first) = all.next() else {
        return if in_entries(invite, "Session-Replaces").next().is_none() {
            Ongoing::Absent
        } else {
            Ongoing::BySessionUri
        };
    };
    if let Some(second) = all.next() {
        return Ongoing::Broken(
            "replaces/several",
            second.at,
            "the INVITE carries more than one Replaces".into(),
        );
    }
    let replaces = match Replaces::parse(&first.value) {
        Ok(replaces) => replaces,
        Err(malformed) => {
            let text = format!("{} in Replaces is not {}", quoted(malformed.at), malformed.expected);
            return Ongoing::Broken("replaces/malformed", first.at, text);
        }
    };
    let value = || quoted(&first.value);
    let (Some(to_tag), Some(from_tag)) = (replaces.to_tag, replaces.from_tag) else {
        let (code, lacks) = match replaces.to_tag {
            None => ("replaces/to-tag-missing", "to-tag"),
            Some(_) => ("replaces/from-tag-missing", "from-tag"),
        };
        return Ongoing::Broken(code, first.at, format!("{} lacks its {lacks}", value()));
    };
    if !replaces.has_both_tags_once() {
        return Ongoing::Broken("replaces/tag-repeated", first.at, format!("{} has a tag twice", value()));
    }
    let call_id = replaces.call_id.0;
    let own = &invite.session.call;
    let dialogs =
        if *call_id == *own.call_id { Some(own.dialogs()) } else { invite.session.others.dialogs(call_id) };
    let Some(dialogs) = dialogs.filter(|dialogs| !dialogs.is_empty()) else {
        return Ongoing::Open("well-formed; the session it names is not in the input");
    };
    let lossy = *call_id != *own.call_id && invite.session.others.has_losses(call_id);
    match (by_tags(invite, dialogs, (to_tag, from_tag), first.at), first.entry) {
        (Ongoing::Broken("replaces/unknown-dialog", ..), _) if lossy => {
            Ongoing::Open("the capture lost a message of the named session: it may have opened the dialog")
        }
        (Ongoing::Found { remote, .. }, Some(entry)) if !is_entry_of(remote, entry) => {
            let entry = quoted(entry.as_bytes());
            let text =
                format!("Replaces stands in the entry {entry}, not in that of the ongoing session's user");
            Ongoing::Broken("replaces/entry-of-another", first.at, text)
        }
        (Ongoing::Found { dialog, remote, .. }, _) => Ongoing::Found { dialog, remote, lossy },
        (found, _) => found,
    }
}

/// Whether a list entry may be that of the party; an anonymous one has no name to compare.
fn is_entry_of(party: &Party, entry: &str) -> bool {
    party.uris.is_empty() || Uri::parse(entry.as_bytes()).is_ok_and(|uri| party.is_named_by(&uri))
}

/// RFC 3891 3: to-tag is the sender's remote tag, from-tag its local one, whoever placed the first call.
fn by_tags<'s>(
    invite: &Invite<'s>,
    dialogs: &'s [DialogTrace],
    (to_tag, from_tag): (&[u8], &[u8]),
    at: Place,
) -> Ongoing<'s> {
    let found = dialogs.iter().find(|dialog| {
        let (caller, callee) = (dialog.caller_tag.as_slice(), dialog.callee_tag.as_slice());
        (caller, callee) == (from_tag, to_tag) || (caller, callee) == (to_tag, from_tag)
    });
    let Some(dialog) = found else {
        let text =
            format!("the tags {} and {} are of no dialog of that Call-ID", quoted(to_tag), quoted(from_tag));
        return Ongoing::Broken("replaces/unknown-dialog", at, text);
    };
    let Some(local) = side_of_sender(invite, dialog) else {
        return Ongoing::Open("which party of the named dialog the client is cannot be told");
    };
    let (local_tag, remote) = match local {
        Side::Caller => (&dialog.caller_tag, &dialog.callee),
        Side::Callee => (&dialog.callee_tag, &dialog.caller),
    };
    if local_tag != from_tag {
        let text =
            format!("the tags are swapped: from-tag is {}, the tag of the other party", quoted(from_tag));
        return Ongoing::Broken("replaces/tags-swapped", at, text);
    }
    Ongoing::Found { dialog, remote, lossy: false }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Caller,
    Callee,
}

/// Which party of a dialog sent the INVITE: by its identities, else by its address.
fn side_of_sender(invite: &Invite<'_>, dialog: &DialogTrace) -> Option<Side> {
    let message = invite.message();
    let preferred = || NameAddr::parse(message.first(Name::PPreferredIdentity)?).ok()?.uri().ok();
    let identities = [invite.from_uri(), preferred()].map(|uri| uri.filter(|uri| !uri.is_anonymous()));
    let named = |party: &Party| identities.iter().flatten().any(|uri| party.is_named_by(uri));
    match (named(&dialog.caller), named(&dialog.callee)) {
        (true, false) => return Some(Side::Caller),
        (false, true) => return Some(Side::Callee),
        _ => {}
    }
    let own = invite.session.client?.ip();
    let is_own = |party: &Party| party.address.is_some_and(|address| address.ip() == own);
    match (is_own(&dialog.caller), is_own(&dialog.callee)) {
        (true, false) => Some(Side::Caller),
        (false, true) => Some(Side::Callee),
        _ => None,
    }
}

pub(super) fn replaces_names_the_ongoing_session(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let start = invite.record().place_of_start();
    match ongoing(invite) {
        Ongoing::Found { .. } => witness.held(),
        Ongoing::Open(why) => witness.doubt(why),
        Ongoing::Broken(code, at, text) => witness.broken(Finding::new(code, at, text).help(REPLACES_HELP)),
        Ongoing::BySessionUri if witness.profile() == Profile::Rcs => {
            witness.held_with("an entry names the ongoing session by `Session-Replaces`");
        }
        Ongoing::BySessionUri => {
            let at = place_of_list(invite);
            let text = "an entry names the session by `Session-Replaces` only, which is no Replaces";
            witness.broken(Finding::new("replaces/session-replaces-only", at, text).help(REPLACES_HELP));
        }
        Ongoing::Absent if invite.message().has(Name::Replace) => {
            let text = "the header is called `Replace`; RFC 3891 defines `Replaces`";
            witness.broken(
                Finding::new("replaces/misspelt", invite.place_of(Name::Replace), text).help(REPLACES_HELP),
            );
        }
        Ongoing::Absent => match super::evidence::unreadable_body(invite) {
            Some(reason) => witness.doubt(reason),
            None => missing(invite, witness, || {
                Finding::new("replaces/missing", start, "the INVITE names no ongoing session by Replaces")
                    .help(REPLACES_HELP)
            }),
        },
    }
}

const REPLACES_HELP: &str = "write `Replaces: <call-id>;to-tag=<the other party's tag>;from-tag=<the client's own tag>`, whoever placed the first call";

pub(super) fn list_names_the_ongoing_party(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let remote = match ongoing(invite) {
        Ongoing::Found { remote, .. } => remote,
        Ongoing::Open(why) => return witness.doubt(why),
        Ongoing::Broken(..) | Ongoing::Absent | Ongoing::BySessionUri => {
            return witness
                .doubt("no valid Replaces names the ongoing session, so that its party is not known");
        }
    };
    if remote.uris.is_empty() {
        return witness.doubt("the party of the ongoing session is anonymous");
    }
    let (entries, doubt) = entries(invite);
    let uris = entries.clone().filter_map(|entry| Uri::parse(entry.as_bytes()).ok());
    let named = uris.clone().filter(|uri| remote.is_named_by(uri)).count();
    let place = place_of_list(invite);
    let party = || remote.uris.first().map_or_else(String::new, |uri| quoted(uri));
    if named == 0 {
        if let Some(doubt) = doubt {
            return witness.doubt(doubt);
        }
        if forms_differ(remote, &uris.collect::<Vec<_>>()) {
            return witness.doubt(
                "the party of the ongoing session and the entries are known in forms that cannot be compared",
            );
        }
        let text = format!("no entry names {}, the party of the ongoing session", party());
        let finding = Finding::new("recipient-list/ongoing-user-missing", place, text);
        return witness.broken(finding.help("list the user of the ongoing session beside the new ones"));
    }
    if entries.count() > named {
        return witness.held();
    }
    if let Some(doubt) = doubt {
        return witness.doubt(doubt);
    }
    let text = format!("the list names only {}, the party of the ongoing session", party());
    witness.broken(
        Finding::new("recipient-list/nobody-added", place, text).help("list the users who are to join"),
    );
}

/// A tel URI against SIP URIs without `user=phone`, or the other way round: neither equal nor different.
fn forms_differ(party: &Party, entries: &[Uri<'_>]) -> bool {
    let is_tel = |uri: &Uri<'_>| matches!(uri, Uri::Tel(_));
    let own: Vec<_> = party.uris.iter().filter_map(|uri| Uri::parse(uri).ok()).collect();
    own.iter().all(is_tel) && entries.iter().any(|entry| !is_tel(entry))
        || own.iter().all(|uri| !is_tel(uri)) && entries.iter().any(is_tel)
}

pub(super) fn invite_goes_within_the_dialog(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let record = invite.record();
    if witness.profile() == Profile::ChangeRequest && record.to_tag().is_some() {
        let inside = invite.session.call.dialogs().iter().any(|dialog| {
            dialog.is_alive_at(record.order)
                && [record.from_tag(), record.to_tag()]
                    .iter()
                    .flatten()
                    .all(|tag| dialog.caller_tag == *tag || dialog.callee_tag == *tag)
        });
        return if inside {
            witness.held_with("the INVITE is sent inside the live dialog, which 6.2.1.5-1 forbids");
        } else {
            witness.doubt("the dialog of the To tag was not captured alive");
        };
    }
    match ongoing(invite) {
        Ongoing::Found { dialog, .. } if dialog.ended.is_some_and(|ended| ended < record.order) => {
            let text = "the dialog that Replaces names has ended before the INVITE was sent";
            witness.broken(
                Finding::new("replaces/dialog-ended", invite.place_of(Name::Replaces), text)
                    .help("extend a session while it lives"),
            );
        }
        Ongoing::Found { dialog, .. } if !dialog.is_alive_at(record.order) => {
            witness.doubt("the dialog that Replaces names was not seen to be confirmed");
        }
        Ongoing::Found { .. } if witness.profile() == Profile::ChangeRequest => {
            witness.doubt("the clause contradicts 6.2.1.5-1, -2 and -8: no INVITE can begin a dialog and stand in another");
        }
        Ongoing::Found { lossy: true, .. } => {
            witness.doubt("the capture lost a message of the named session: it may have been its BYE");
        }
        Ongoing::Found { .. } => invite_goes_towards_the_server(invite, witness),
        Ongoing::Open(why) => witness.doubt(why),
        Ongoing::Broken(..) | Ongoing::Absent | Ongoing::BySessionUri => {
            witness.doubt("no valid Replaces names a dialog whose life could be looked at");
        }
    }
}
