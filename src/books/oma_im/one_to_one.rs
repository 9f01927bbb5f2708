//! 6.2.1.2 One-to-one session: what sets up a session with one other user.

use super::{destination, ims, initial_request, sdp_offer, stored, target};
use crate::clause::{Chapter, Check, Clause, Id, Level, Verdicts, cite};
use crate::session::Scenario;

pub(super) static ONE_TO_ONE: Chapter = Chapter {
    number: "6.2.1.2",
    title: "One-to-one session",
    scenario: Some(Scenario::OneToOne),
    clauses: CLAUSES,
};

static CLAUSES: &[Clause] = &[
    Clause {
        id: Id("6.2.1.2-1"),
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
        id: Id("6.2.1.2-2"),
        level: Level::Shall,
        title: "the Request-URI is the intended recipient",
        explain: "The INVITE has to reach the user who was picked, not a conference and not the client itself.\n\n\
            With `context.intended_recipient` the Request-URI has to be that URI by RFC 3261 19.1.4. Without it, a \
            Request-URI equal to To is consistent with the intention; a factory, a configured group and the client's own \
            address never are.",
        verdicts: Verdicts {
            pass: "the Request-URI is the configured recipient, or without one that of To",
            fail: "it is the factory, a group, the client's own address, or not the configured recipient",
            not_applicable: "the session is of another scenario",
            inconclusive: "no recipient is configured and the Request-URI differs from To; or the INVITE was not captured",
        },
        readings: &[target::REDIRECTED],
        cites: target::CITES,
        binds: "the initial INVITE",
        check: Check::Invite(target::request_uri_is_the_recipient),
    },
    Clause {
        id: Id("6.2.1.2-3"),
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
        id: Id("6.2.1.2-3a"),
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
        id: Id("6.2.1.2-3b"),
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
        id: Id("6.2.1.2-4"),
        level: Level::Shall,
        title: "the INVITE is sent towards the IM Server",
        explain: destination::EXPLAIN,
        verdicts: destination::VERDICTS,
        readings: &[],
        cites: destination::CITES,
        binds: "the initial INVITE",
        check: Check::Invite(destination::invite_goes_towards_the_server),
    },
    Clause {
        id: Id("6.2.1.2-ok1"),
        level: Level::Shall,
        title: "the methods in Allow of the 200 are stored",
        explain: stored::ALLOW_EXPLAIN,
        verdicts: stored::ALLOW_VERDICTS,
        readings: &[
            "Storing shows only in what the client does later. Each To tag of a forked INVITE is a dialog of its own.",
        ],
        cites: &[cite("RFC 3261", "20.5"), cite("RFC 3261", "12.2.1.1")],
        binds: "what the client sends in the dialog",
        check: Check::Session(stored::methods_of_the_200_are_stored),
    },
    Clause {
        id: Id("6.2.1.2-ok2"),
        level: Level::Shall,
        title: "the IM Session Identity, the Contact of the 200, is stored",
        explain: stored::CONTACT_EXPLAIN,
        verdicts: stored::CONTACT_VERDICTS,
        readings: &[
            "The IM Session Identity is the Contact of the 200. Storing shows only in what the client does later.",
        ],
        cites: &[cite("RFC 3261", "12.1.2"), cite("RFC 3261", "12.2.1.1"), cite("RFC 3261", "19.1.4")],
        binds: "what the client sends in the dialog",
        check: Check::Session(stored::contact_of_the_200_is_stored),
    },
    Clause {
        id: Id("6.2.1.2-ims"),
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
