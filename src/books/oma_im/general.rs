//! 6.2.1.1 General: what every initial INVITE carries, whatever it sets up.

use super::evidence::{broken_on_own_hop, missing, quoted};
use super::{feature_tag, ims, multipart, stored, timer, well_formed};
use crate::clause::{Chapter, Check, Clause, Finding, Id, Level, Verdicts, Witness, cite};
use crate::message::Name;
use crate::message::headers::{MinSe, Privacy, Refresher, SessionExpires, products};
use crate::message::token::{same_token, trim, unquote};
use crate::session::Invite;
use crate::session::context::Anonymity;

pub(super) static GENERAL: Chapter =
    Chapter { number: "6.2.1.1", title: "General", scenario: None, clauses: CLAUSES };

/// RFC 4028 4: no session interval is shorter.
const LEAST_INTERVAL: u32 = 90;

static CLAUSES: &[Clause] = &[
    Clause {
        id: Id("6.2.1.1-0"),
        level: Level::Shall,
        title: "the initial INVITE is a well-formed SIP request",
        explain: "A request that breaks the grammar or lacks a mandatory header is refused or dropped by the first \
            proxy, and whatever else it says is never read.\n\n\
            Looked at: the start line; To, From, Call-ID, CSeq and Max-Forwards once each and at least one Via; the \
            tag of From; the branch cookie; the method in CSeq; one Contact with a SIP or SIPS URI (SIPS when the \
            Request-URI or the topmost Route is); Content-Length against the body; Content-Type exactly when there \
            is a body; each parameter at most once. Headers that a clause of their own judges are left to it. A \
            retry after 401, 407 or 422 must have raised its CSeq number.",
        verdicts: Verdicts {
            pass: "nothing of the above is broken",
            fail: "something of it is broken; each breach is a finding of its own",
            not_applicable: "",
            inconclusive: "the capture lost the end of the INVITE, or the INVITE",
        },
        readings: &[
            "White space before the colon, folded lines, compact forms, bytes that are not UTF-8 in quoted strings, \
             and a UDP datagram without Content-Length or with bytes behind the body are legal: no finding.",
            "A text file has lost how its lines travelled. One with LF throughout is read as if CRLF had been sent, \
             and Content-Length is held against those bytes.",
        ],
        cites: &[
            cite("RFC 3261", "7"),
            cite("RFC 3261", "8.1.1"),
            cite("RFC 3261", "12.1.2"),
            cite("RFC 3261", "20.14"),
        ],
        binds: "the initial INVITE",
        check: Check::Invite(well_formed::invite_is_well_formed),
    },
    Clause {
        id: Id("6.2.1.1-1"),
        level: Level::Shall,
        title: "the INVITE asks for IM clients in Accept-Contact",
        explain: "Without the feature tag the network may route the INVITE to a telephone of the same user; without \
            `explicit` it prefers contacts that never said anything about IM as much as those that did.\n\n\
            One and the same value of Accept-Contact has to hold `*`, the tag `+g.oma.sip-im` (alone or \
            `=\"TRUE\"`) and the flag `explicit`. Longer tags that begin so, such as \
            `+g.oma.sip-im.large-message`, are other tags.",
        verdicts: Verdicts {
            pass: "a value begins with `*` and holds both the tag and `explicit`",
            fail: "the header is absent; tag and flag stand in different values; the tag is negated, without its \
                plus sign or with another value; `explicit` has a value or stands twice",
            not_applicable: "",
            inconclusive: "captured behind a proxy, which may have changed the header; or the INVITE was cut or not captured",
        },
        readings: &[
            "The sentence reads as if `require` had been lost before `and`. Only `explicit` is asked for; `require` \
             beside it is accepted, and the reason says whether it was there.",
            "The sentence speaks of all initial requests; judged is the INVITE, as the other items only make sense there.",
        ],
        cites: &[cite("RFC 3841", "9.2"), cite("RFC 3841", "7.2.4"), cite("RFC 3840", "9")],
        binds: "the initial INVITE",
        check: Check::Invite(feature_tag::accept_contact_asks_for_im),
    },
    Clause {
        id: Id("6.2.1.1-2"),
        level: Level::Shall,
        title: "User-Agent tells the IM release",
        explain: "The IM Server learns from it which release of the enabler the client speaks.\n\n\
            A product of the User-Agent has to match `context.user_agent_release`, by default \
            `IM-client/OMA` with major and minor number. A release inside a comment is no product.",
        verdicts: Verdicts {
            pass: "a product matches the release pattern",
            fail: "User-Agent is absent, or no product in it matches",
            not_applicable: "",
            inconclusive: "`user_agent_release` is `unknown` and the header is there; or the INVITE was cut or not captured",
        },
        readings: &[
            "The change request names the value only by reference; the default pattern is what deployed clients send. \
             Any product may be the release token, though clients write it first.",
        ],
        cites: &[cite("RFC 3261", "20.41"), cite("RFC 3261", "25.1")],
        binds: "the initial INVITE",
        check: Check::Invite(user_agent_tells_the_release),
    },
    Clause {
        id: Id("6.2.1.1-3"),
        level: Level::Should,
        title: "Allow lists the methods the client supports",
        explain: "The server then knows whether it may send UPDATE, MESSAGE or REFER without trying.\n\n\
            The header has to be there and list at least INVITE, ACK, CANCEL and BYE, without which there is no \
            session. It is contradicted when the client accepts a request whose method it did not list. That it \
            is complete cannot be shown.",
        verdicts: Verdicts {
            pass: "Allow lists the four basic methods and nothing contradicts it; completeness is not provable",
            fail: "Allow is absent, lacks one of the four, or the client answered 2xx to a method that is not listed",
            not_applicable: "",
            inconclusive: "the INVITE was cut or not captured",
        },
        readings: &[
            "Sending a method proves nothing: Allow tells what a client accepts, not what it sends.",
            "Methods are case-sensitive, so `Invite` is not INVITE.",
        ],
        cites: &[cite("RFC 3261", "20.5"), cite("RFC 3261", "7.1")],
        binds: "the initial INVITE",
        check: Check::Invite(allow_lists_the_methods),
    },
    Clause {
        id: Id("6.2.1.1-4"),
        level: Level::Shall,
        title: "Contact carries the IM feature tag",
        explain: "Contacts without feature parameters are immune to caller preferences, so the tag is what routes \
            later IM requests to this client.\n\n\
            `+g.oma.sip-im` has to be a parameter of the header, behind the angle brackets. Inside of them it is a \
            URI parameter, which every parser accepts and nobody looks for.",
        verdicts: Verdicts {
            pass: "the tag is a header parameter of the Contact",
            fail: "the tag is absent, negated, or inside the angle brackets",
            not_applicable: "",
            inconclusive: "the Contact is `*` or cannot be read; or the INVITE was cut or not captured",
        },
        readings: &[
            "Behind a bare address without angle brackets every parameter belongs to the header, so the tag counts; \
             the reason says so.",
        ],
        cites: &[cite("RFC 3840", "9"), cite("RFC 3841", "7.2.3"), cite("RFC 3261", "20.10")],
        binds: "the initial INVITE",
        check: Check::Invite(feature_tag::contact_carries_the_im_tag),
    },
    Clause {
        id: Id("6.2.1.1-5"),
        level: Level::Shall,
        title: "Privacy says `id` when anonymity is requested",
        explain: "`id` keeps the asserted identity from the other party. It does not make From anonymous.\n\n\
            Whether the user asked for anonymity is told by `context.anonymity`. On `auto`, `id` in Privacy shows \
            that it was asked for, and so does a From of `anonymous.invalid`; with neither the clause does not apply.",
        verdicts: Verdicts {
            pass: "anonymity is requested and Privacy holds `id`",
            fail: "anonymity is requested, and Privacy is absent, lacks `id`, says `none`, stands twice or has commas",
            not_applicable: "anonymity is not requested",
            inconclusive: "the INVITE was cut or not captured",
        },
        readings: &[
            "The values are parted by semicolons. A comma makes one malformed value of two.",
            "A From that is not anonymous breaks nothing here: the clause asks for `id` alone.",
        ],
        cites: &[cite("RFC 3325", "9.3"), cite("RFC 3323", "4.2"), cite("RFC 3323", "4.1.1.3")],
        binds: "the initial INVITE",
        check: Check::Invite(privacy_says_id_when_requested),
    },
    Clause {
        id: Id("6.2.1.1-5bis"),
        level: Level::Shall,
        title: "Supported lists `timer`",
        explain: "Without the option tag the server may not ask the client to refresh, and a session that died \
            unseen is never cleared.\n\n\
            `timer` has to stand in a Supported header, long or compact. In Require alone it does not count.",
        verdicts: Verdicts {
            pass: "a Supported value is `timer`",
            fail: "no Supported value is `timer`",
            not_applicable: "",
            inconclusive: "the INVITE was cut or not captured",
        },
        readings: &["The text has two items numbered 5; this is the second."],
        cites: &[cite("RFC 4028", "7.1")],
        binds: "the initial INVITE",
        check: Check::Invite(supported_lists_timer),
    },
    Clause {
        id: Id("6.2.1.1-6"),
        level: Level::Should,
        title: "Session-Expires names the client as refresher",
        explain: "The client offers to keep the session alive itself.\n\n\
            Exactly one Session-Expires of at least 90 seconds, not below Min-SE, with `refresher=uac` as a token.",
        verdicts: Verdicts {
            pass: "one Session-Expires, 90 seconds or more, `refresher=uac`",
            fail: "absent, repeated, malformed, too short, below Min-SE, or the refresher is absent, quoted or another",
            not_applicable: "",
            inconclusive: "captured behind a proxy, which may have changed the header; or the INVITE was cut or not captured",
        },
        readings: &[
            "RFC 4028 7.1 itself recommends to leave the refresher out of the first INVITE. A client that follows it \
             fails this SHOULD; lower or waive the clause if that is meant.",
        ],
        cites: &[cite("RFC 4028", "4"), cite("RFC 4028", "7.1")],
        binds: "the initial INVITE",
        check: Check::Invite(session_expires_names_the_client),
    },
    Clause {
        id: Id("6.2.1.1-7"),
        level: Level::Shall,
        title: "the body is multipart/mixed",
        explain: multipart::EXPLAIN,
        verdicts: multipart::VERDICTS,
        readings: &[
            "The item stands alone behind three empty ones and makes multipart/mixed mandatory even for a bare SDP \
             offer. Profile `change-request` takes it at its word; `oma-ts` and `rcs` ask for it only when the \
             INVITE has more than one body.",
            "The requirement is printed once more as 6.2.1.5-6: both are reported, from the same look.",
        ],
        cites: &[cite("RFC 2046", "5.1"), cite("RFC 5621", "4.3")],
        binds: "the initial INVITE",
        check: Check::Invite(multipart::body_is_multipart_mixed_where_needed),
    },
    Clause {
        id: Id("6.2.1.1-r1"),
        level: Level::Shall,
        title: "the methods in Allow of a response are stored",
        explain: stored::ALLOW_EXPLAIN,
        verdicts: stored::ALLOW_VERDICTS,
        readings: &[
            "Storing shows on no wire; only what the client does later. Consistent use passes, contradiction fails, \
             silence is inconclusive.",
            "A PRACK counts like any other method. If the server asked for it by a reliable response and does not list it, \
             the server contradicts itself (RFC 3262); the finding then says so.",
            "Where the subclause has a list for the 200 of its own (6.2.1.2 to 6.2.1.4), this clause looks at \
             provisional and other final responses only. 6.2.1.5 has none, so the 200 counts here.",
        ],
        cites: &[cite("RFC 3261", "20.5"), cite("RFC 3261", "12.2.1.1")],
        binds: "what the client sends in a dialog",
        check: Check::Session(stored::methods_of_a_response_are_stored),
    },
    Clause {
        id: Id("6.2.1.1-r2"),
        level: Level::Shall,
        title: "the Contact of a response is stored",
        explain: stored::CONTACT_EXPLAIN,
        verdicts: stored::CONTACT_VERDICTS,
        readings: &[
            "CANCEL and the ACK to a final failure reuse the first Request-URI: they are no witnesses.",
            "Where the subclause has a list for the 200 of its own, this clause looks at provisional and other final \
             responses only.",
        ],
        cites: &[cite("RFC 3261", "12.1.2"), cite("RFC 3261", "12.2.1.1"), cite("RFC 3261", "19.1.4")],
        binds: "what the client sends in a dialog",
        check: Check::Session(stored::contact_of_a_response_is_stored),
    },
    Clause {
        id: Id("6.2.1.1-ok1"),
        level: Level::Shall,
        title: "the session timer runs as the 200 says",
        explain: timer::EXPLAIN,
        verdicts: timer::VERDICTS,
        readings: &[
            "With the server as refresher and neither a refresh nor a BYE by expiry the clause fails like any SHALL: \
             the timer shows no sign of having been started. RFC 4028 10 itself has a SHOULD there.",
            "A refresh that was refused with 422 or another failure does not extend the session.",
        ],
        cites: &[cite("RFC 4028", "7.2"), cite("RFC 4028", "7.4"), cite("RFC 4028", "10")],
        binds: "the dialog that the 200 confirms",
        check: Check::Session(timer::session_timer_runs),
    },
    Clause {
        id: Id("6.2.1.1-ims"),
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

fn user_agent_tells_the_release(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let Some(value) = invite.message().first(Name::UserAgent) else {
        return missing(invite, witness, || {
            Finding::new(
                "user-agent/missing",
                invite.record().place_of_start(),
                "the INVITE has no User-Agent",
            )
            .help("name the release first, such as `User-Agent: IM-client/OMA1.0 vendor/1.2`")
        });
    };
    let Some(release) = &witness.context().user_agent_release else {
        return witness
            .doubt("the value of the release token is not known: `user_agent_release` is `unknown`");
    };
    witness.expect(products(value).any(|product| release.is_match(product.text)), || {
        let text = format!("no product in {} tells the IM release", quoted(value));
        Finding::new("user-agent/release-missing", invite.place_of(Name::UserAgent), text)
            .help("add the release product, such as `IM-client/OMA1.0`, outside of comments")
    });
}

fn allow_lists_the_methods(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let message = invite.message();
    if !message.has(Name::Allow) {
        return missing(invite, witness, || {
            Finding::new("allow/missing", invite.record().place_of_start(), "the INVITE has no Allow")
                .help("list every method the client supports, ACK and CANCEL included")
        });
    }
    let lists = |method: &[u8]| message.values(Name::Allow).any(|value| value == method);
    const BASIC: [&str; 4] = ["INVITE", "ACK", "CANCEL", "BYE"];
    let mut listed = [false; BASIC.len()];
    for value in message.values(Name::Allow) {
        if let Some(at) = BASIC.iter().position(|method| method.as_bytes() == value) {
            listed[at] = true;
        }
    }
    for (method, is_listed) in BASIC.into_iter().zip(listed) {
        if !is_listed {
            let text = format!("Allow does not list `{method}`");
            witness.broken(
                Finding::new("allow/method-missing", invite.place_of(Name::Allow), text)
                    .help("when Allow is there, it lists every method that is understood"),
            );
        }
    }
    for answer in invite.session.accepted() {
        let Some(method) = answer.method().filter(|method| !lists(method)) else { continue };
        let text = format!("the client accepted {}, which Allow does not list", quoted(method));
        witness.broken(
            Finding::new("allow/accepted-but-not-listed", invite.place_of(Name::Allow), text)
                .help("list the method")
                .related(answer.place_of_start(), "accepted here"),
        );
    }
    if witness.is_clean() {
        witness.held_with("Allow lists the basic methods; that it is complete is not provable");
    }
}

fn privacy_says_id_when_requested(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let message = invite.message();
    let privacy = Privacy::of(message);
    let says_id = |value: &Privacy<'_>| {
        value
            .whole
            .split(|byte| matches!(byte, b';' | b','))
            .any(|part| same_token(unquote(trim(part)), "id"))
    };
    let inferred = match witness.context().anonymity {
        Anonymity::NotRequested => return witness.not_applicable("anonymity is not requested"),
        Anonymity::Requested => "",
        Anonymity::Auto if privacy.as_ref().is_some_and(says_id) => "",
        Anonymity::Auto if from_is_anonymous(invite) => ", which From shows to be wanted (inferred)",
        Anonymity::Auto if invite.may_have_lost_headers() => {
            return witness.doubt("the capture lost the end of the headers: Privacy may have been there");
        }
        Anonymity::Auto => return witness.not_applicable("no sign that anonymity is requested"),
    };
    let rows = message.rows(Name::Privacy).count();
    let Some(privacy) = privacy else {
        return missing(invite, witness, || {
            let text = format!("the INVITE has no Privacy to ask for anonymity{inferred}");
            Finding::new("privacy/missing", invite.place_of(Name::From), text).help("add `Privacy: id`")
        });
    };
    let (code, text) = if rows > 1 {
        ("privacy/repeated", "Privacy stands twice; it is no list of commas".to_owned())
    } else if privacy.has_comma() {
        ("privacy/comma", format!("{} has commas; semicolons part the values", quoted(privacy.whole)))
    } else if privacy.has("none") {
        (
            "privacy/none",
            format!("{} refuses the anonymity that is requested{inferred}", quoted(privacy.whole)),
        )
    } else if !privacy.has("id") {
        (
            "privacy/id-missing",
            format!("{} lacks `id`, which asks for anonymity{inferred}", quoted(privacy.whole)),
        )
    } else {
        return witness.held();
    };
    witness.broken(Finding::new(code, invite.place_of(Name::Privacy), text).help("write `Privacy: id`"));
}

/// RFC 3323 4.1.1.3: the anonymous From has the host `anonymous.invalid`.
pub(super) fn from_is_anonymous(invite: &Invite<'_>) -> bool {
    invite.from_uri().is_some_and(|uri| uri.is_anonymous())
}

fn supported_lists_timer(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let message = invite.message();
    if message.lists_token(Name::Supported, "timer") {
        return witness.held();
    }
    missing(invite, witness, || {
        let finding = if message.lists_token(Name::Require, "timer") {
            let text = "`timer` stands in Require only";
            Finding::new("supported/timer-only-required", invite.place_of(Name::Require), text)
        } else if message.has(Name::Supported) {
            Finding::new(
                "supported/timer-missing",
                invite.place_of(Name::Supported),
                "Supported does not list `timer`",
            )
        } else {
            Finding::new("supported/missing", invite.record().place_of_start(), "the INVITE has no Supported")
        };
        finding.help("add `Supported: timer`")
    });
}

fn session_expires_names_the_client(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let message = invite.message();
    let start = || invite.record().place_of_start();
    let place = || invite.place_of(Name::SessionExpires);
    let help = "write `Session-Expires: 1800;refresher=uac`";
    let mut broken = |code, at, text: String| {
        broken_on_own_hop(invite, witness, || Finding::new(code, at, text).help(help));
    };
    let mut rows = message.rows(Name::SessionExpires);
    if rows.next().is_none() {
        return broken("session-expires/missing", start(), "the INVITE has no Session-Expires".into());
    }
    if let Some(second) = rows.next() {
        let at = invite.place(second.value.of(message.bytes()));
        return broken("session-expires/repeated", at, "Session-Expires stands more than once".into());
    }
    let value = match SessionExpires::of(message) {
        Some(Ok(value)) => value,
        Some(Err(malformed)) => {
            let text = format!("{} is not {}", quoted(malformed.at), malformed.expected);
            return broken("session-expires/malformed", place(), text);
        }
        None => return,
    };
    let mut clean = true;
    let mut broken = |code, at, text: String| {
        clean = false;
        broken(code, at, text);
    };
    if value.seconds < LEAST_INTERVAL {
        let text = format!("`{}` seconds are fewer than {LEAST_INTERVAL}", value.seconds);
        broken("session-expires/too-short", place(), text);
    }
    if let Some(Ok(least)) = MinSe::of(message)
        && value.seconds < least.seconds
    {
        let text = format!("`{}` seconds are fewer than the Min-SE of `{}`", value.seconds, least.seconds);
        broken("session-expires/below-min-se", place(), text);
    }
    match value.refresher {
        Some(Ok(Refresher::Uac)) => {}
        Some(Ok(Refresher::Uas)) => {
            broken(
                "session-expires/refresher-not-uac",
                place(),
                "the refresher is `uas`, not the client".into(),
            );
        }
        Some(Err(text)) if text.first() == Some(&b'"') => {
            let said = format!("the refresher {} stands in quotes; it is a token", quoted(text));
            broken("session-expires/refresher-quoted", invite.place(text), said);
        }
        Some(Err(text)) => {
            let said = format!("the refresher {} is neither `uac` nor `uas`", quoted(text));
            broken("session-expires/refresher-unknown", place(), said);
        }
        None => {
            broken("session-expires/refresher-missing", place(), "Session-Expires names no refresher".into())
        }
    }
    if clean {
        witness.held();
    }
}
