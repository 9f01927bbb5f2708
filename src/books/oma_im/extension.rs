//! 6.2.1.5 Extension of a one-to-one session: what makes a conference of a session with one user.

use super::{ims, initial_request, multipart, recipient_list, replaces, sdp_offer, target};
use crate::clause::{Chapter, Check, Clause, Id, Level, cite};
use crate::session::Scenario;

pub(super) static EXTENSION: Chapter = Chapter {
    number: "6.2.1.5",
    title: "Extension of a one-to-one session",
    scenario: Some(Scenario::Extension),
    clauses: CLAUSES,
};

static CLAUSES: &[Clause] = &[
    Clause {
        id: Id("6.2.1.5-1"),
        level: Level::Shall,
        title: "an initial INVITE sets the session up, outside of any dialog",
        explain: initial_request::EXPLAIN,
        verdicts: initial_request::VERDICTS,
        readings: initial_request::READINGS,
        cites: initial_request::CITES,
        binds: "the initial INVITE",
        check: Check::Invite(initial_request::invite_begins_a_dialog),
    },
    Clause {
        id: Id("6.2.1.5-2"),
        level: Level::Shall,
        title: "the Request-URI is the conference factory",
        explain: target::FACTORY_EXPLAIN,
        verdicts: target::FACTORY_VERDICTS,
        readings: &[target::REDIRECTED],
        cites: target::CITES,
        binds: "the initial INVITE",
        check: Check::Invite(target::request_uri_is_the_factory),
    },
    Clause {
        id: Id("6.2.1.5-3"),
        level: Level::Shall,
        title: "the list names the user of the ongoing session beside the new ones",
        explain: "Who was in the one-to-one session is to be in the conference too; the server invites nobody on its own.\n\n\
            The dialog that Replaces names tells the other party: To or From, and the asserted identity. An entry has to \
            name that user (what stands behind `?` in the entry is left aside), and at least one entry somebody else. A \
            dialog that has ended still tells its party.",
        verdicts: replaces::ONGOING_VERDICTS,
        readings: &[
            "Items 3 and 4 overlap; item 3 is judged for who is listed, item 4 for the form of the list.",
        ],
        cites: &[cite("RFC 5366", "3"), cite("RFC 3891", "3")],
        binds: "the initial INVITE and the session it names",
        check: Check::Pair(replaces::list_names_the_ongoing_party),
    },
    Clause {
        id: Id("6.2.1.5-4"),
        level: Level::Shall,
        title: "the INVITE carries a well-formed recipient list",
        explain: recipient_list::LIST_EXPLAIN,
        verdicts: recipient_list::LIST_VERDICTS,
        readings: recipient_list::LIST_READINGS,
        cites: recipient_list::LIST_CITES,
        binds: "the initial INVITE",
        check: Check::Invite(recipient_list::list_is_well_formed),
    },
    Clause {
        id: Id("6.2.1.5-5"),
        level: Level::Shall,
        title: "the list keeps MAX-ADHOC-GROUP-SIZE",
        explain: recipient_list::SIZE_EXPLAIN,
        verdicts: recipient_list::SIZE_VERDICTS,
        readings: recipient_list::SIZE_READINGS,
        cites: recipient_list::SIZE_CITES,
        binds: "the list of invited users",
        check: Check::Invite(recipient_list::list_keeps_the_maximum),
    },
    Clause {
        id: Id("6.2.1.5-5-notify"),
        level: Level::Should,
        title: "the user is told when the maximum is exceeded",
        explain: recipient_list::NOTIFY_EXPLAIN,
        verdicts: recipient_list::NOTIFY_VERDICTS,
        readings: &[],
        cites: &[cite("RFC 5363", "4.1")],
        binds: "the client's screen",
        check: Check::Unseen(recipient_list::user_is_notified),
    },
    Clause {
        id: Id("6.2.1.5-6"),
        level: Level::Shall,
        title: "the body is multipart/mixed",
        explain: multipart::EXPLAIN,
        verdicts: multipart::VERDICTS,
        readings: &["The requirement is also 6.2.1.1-7: both are reported, from the same look."],
        cites: &[cite("RFC 2046", "5.1"), cite("RFC 5621", "4.3")],
        binds: "the initial INVITE",
        check: Check::Invite(multipart::body_is_multipart_mixed),
    },
    Clause {
        id: Id("6.2.1.5-7"),
        level: Level::Shall,
        title: "the INVITE carries an SDP offer for MSRP",
        explain: sdp_offer::OFFER_EXPLAIN,
        verdicts: sdp_offer::OFFER_VERDICTS,
        readings: sdp_offer::OFFER_READINGS,
        cites: sdp_offer::OFFER_CITES,
        binds: "the initial INVITE",
        check: Check::Invite(sdp_offer::body_offers_msrp),
    },
    Clause {
        id: Id("6.2.1.5-7a"),
        level: Level::Shall,
        title: "the offer gives the MSRP path",
        explain: sdp_offer::PATH_EXPLAIN,
        verdicts: sdp_offer::PATH_VERDICTS,
        readings: &[],
        cites: sdp_offer::PATH_CITES,
        binds: "the initial INVITE",
        check: Check::Invite(sdp_offer::every_msrp_section_has_a_path),
    },
    Clause {
        id: Id("6.2.1.5-7b"),
        level: Level::Shall,
        title: "the offer gives the media parameters",
        explain: sdp_offer::TYPES_EXPLAIN,
        verdicts: sdp_offer::TYPES_VERDICTS,
        readings: sdp_offer::TYPES_READINGS,
        cites: sdp_offer::TYPES_CITES,
        binds: "the initial INVITE",
        check: Check::Invite(sdp_offer::every_media_section_has_its_types),
    },
    Clause {
        id: Id("6.2.1.5-8"),
        level: Level::Shall,
        title: "Replaces names the ongoing session",
        explain: "The server replaces the one-to-one session by the conference only if it is told which one.\n\n\
            One Replaces, as a header or in the URI of a list entry, with a call-id, one to-tag and one from-tag. For its \
            sender to-tag is the tag of the other party and from-tag its own, whoever placed the first call; copying To and \
            From of the first INVITE is right for the caller only.",
        verdicts: replaces::REPLACES_VERDICTS,
        readings: &[
            "The text calls the header `Replace`. No such header exists; RFC 3891 defines Replaces, and only that is taken.",
            "A Call-ID that is not in the input is left open: the session may lie outside of the capture.",
        ],
        cites: &[cite("RFC 3891", "3"), cite("RFC 3891", "6.1"), cite("RFC 3261", "19.1.1")],
        binds: "the initial INVITE and the session it names",
        check: Check::Pair(replaces::replaces_names_the_ongoing_session),
    },
    Clause {
        id: Id("6.2.1.5-9"),
        level: Level::Shall,
        title: "the INVITE reaches the IM Server as part of the session it extends",
        explain: "The extension has to belong to the session it extends.\n\n\
            Read to the letter (`change-request`) the INVITE is sent inside the dialog, with its To tag; then it is no \
            initial INVITE and 6.2.1.5-1 fails. In `oma-ts` and `rcs` the dialog that Replaces names has to be confirmed and \
            alive when the INVITE leaves, and the INVITE has to go to a configured next hop.",
        verdicts: replaces::WITHIN_VERDICTS,
        readings: &[
            "The clause contradicts itself: an initial INVITE to the factory with Replaces cannot stand in a dialog (RFC \
             3261 12.2.1.1, RFC 3891 4, RFC 5366 5.1). A new dialog that names a live one is therefore inconclusive in \
             `change-request`. The later text dropped the words, which the other profiles follow.",
        ],
        cites: &[cite("RFC 3261", "12.2.1.1"), cite("RFC 3891", "4"), cite("RFC 5366", "5.1")],
        binds: "the initial INVITE and the session it names",
        check: Check::Pair(replaces::invite_goes_within_the_dialog),
    },
    Clause {
        id: Id("6.2.1.5-ims"),
        level: Level::Shall,
        title: "in an IMS the session is set up as TS 24.229 says",
        explain: ims::EXPLAIN,
        verdicts: ims::VERDICTS,
        readings: ims::READINGS,
        cites: ims::CITES,
        binds: "the initial INVITE",
        check: Check::AnyInvite(ims::session_is_set_up_as_ims_asks),
    },
];
