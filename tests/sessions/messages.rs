//! Single messages: what makes a session of them, and how values in them are read.

use sipclause::books::oma_im::BOOK;
use sipclause::run::run;
use sipclause::verdict::Policy;

use super::NO_IMS;
use super::flow::{ALICE, BOB, IDENTITY, Msg, invite, to_bob, to_conference};
use super::said::{outcome, session};

#[test]
fn an_invite_in_small_letters_is_judged_and_fails() {
    session(&[to_bob().start(&format!("invite {BOB} SIP/2.0"))], NO_IMS).is(&[("6.2.1.1-0", "fail")]);
}

#[test]
fn a_message_without_call_id_is_judged_and_fails() {
    session(&[to_bob().without("Call-ID")], NO_IMS).fails(&["6.2.1.1-0"]);
}

/// RFC 3261 17.1.3: the branch tells whose response it is.
#[test]
fn an_invite_without_cseq_has_the_responses_of_its_branch() {
    let first = to_bob();
    let refusal = first.reply(0.5, "486 Busy Here", "b");
    let flow = [first.clone().without("CSeq"), refusal.clone(), first.refusal_acked(&refusal)];
    session(&flow, NO_IMS).fails(&["6.2.1.1-0"]).is(&[
        ("6.2.1.1-ok1", "not-applicable"),
        ("6.2.1.2-ok1", "not-applicable"),
        ("6.2.1.2-ok2", "not-applicable"),
    ]);
}

#[test]
fn messages_without_separators_are_one_flow() {
    let first = to_bob();
    let flow = [first.clone(), first.accepted(0.5, "b"), first.acked(0.6, "b")];
    let text: String = flow.iter().map(Msg::wire).collect();
    let mut failed = Vec::new();
    let mut verdicts = 0;
    let (summary, _) = run("flow.sip", text.as_bytes(), &Policy::default(), &BOOK, &mut |judgement| {
        verdicts += judgement.rulings.len();
        let fails = judgement.rulings.iter().filter(|ruling| !ruling.findings.is_empty());
        failed.extend(fails.map(|ruling| ruling.clause.id.0));
    })
    .expect("a flow without separators is SIP text");
    assert_eq!((summary.messages, verdicts), (3, 58));
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn an_invite_of_a_text_file_is_judged_without_an_im_mark() {
    let plain = to_bob()
        .without("Accept-Contact")
        .without("User-Agent")
        .set("Contact", "<sip:alice@192.0.2.10:5060>")
        .set("Content-Type", "text/plain")
        .body("hello");
    session(&[plain], NO_IMS).is(&[("6.2.1.1-1", "fail"), ("6.2.1.1-2", "fail"), ("6.2.1.1-4", "fail")]);
}

#[test]
fn lone_messages_are_reported_only_with_an_im_mark() {
    let lone = [
        to_bob().accepted(0.5, "b").expires(90, "uac"),
        to_bob().acked(0.6, "b"),
        to_bob().inside(9.0, &format!("BYE {IDENTITY}"), "b", 2),
    ];
    for message in lone {
        let start = message.method().to_owned();
        let plain = outcome(std::slice::from_ref(&message), NO_IMS);
        assert_eq!((plain.sessions.len(), plain.skipped.sessions_not_im), (0, 1), "{start}");
        let mark = if start == "SIP/2.0" {
            ("Server", "IM-serv/OMA1.0")
        } else {
            ("User-Agent", "IM-client/OMA1.0")
        };
        session(&[message.row(mark.0, mark.1)], NO_IMS)
            .is(&[
                ("6.2.1.1-0", "inconclusive"),
                ("6.2.1.1-1", "inconclusive"),
                ("6.2.1.1-ok1", "inconclusive"),
                ("6.2.1.2-1", "inconclusive"),
            ])
            .fails(&[]);
    }
}

#[test]
fn a_session_without_its_invite_is_reported_for_clients_named_by_identity() {
    let first = to_bob();
    let flow = [
        first.accepted(0.5, "b").row("Server", "IM-serv/OMA1.0"),
        first.acked(0.6, "b").row("User-Agent", "IM-client/OMA1.0"),
        first.inside(9.0, &format!("BYE {IDENTITY}"), "b", 2),
    ];
    for context in
        [NO_IMS, &format!("{{ims: none, clients: ['{ALICE}']}}"), "{ims: none, clients: ['192.0.2.10']}"]
    {
        session(&flow, context)
            .is(&[("6.2.1.1-0", "inconclusive"), ("6.2.1.1-1", "inconclusive")])
            .fails(&[]);
    }
}

#[test]
fn an_encrypted_body_leaves_the_scenario_open() {
    let sealed = invite(0.0, "one", "sip:somebody@im.example.com")
        .set("Content-Type", "application/pkcs7-mime;smime-type=enveloped-data;name=smime.p7m")
        .body("0123456789");
    let said = session(&[sealed], NO_IMS);
    for clause in ["6.2.1.2-1", "6.2.1.2-2", "6.2.1.2-3", "6.2.1.3-2", "6.2.1.3-3", "6.2.1.5-8"] {
        said.is(&[(clause, "inconclusive")]);
    }
}

#[test]
fn the_ims_sentences_agree_though_the_scenario_is_open() {
    let sealed = invite(0.0, "one", "sip:somebody@im.example.com")
        .set("Content-Type", "application/pkcs7-mime;smime-type=enveloped-data;name=smime.p7m")
        .body("0123456789");
    let said = session(&[sealed], "{ims: 3gpp}");
    assert_ne!(said.of_clause("6.2.1.1-ims"), "inconclusive");
    assert_eq!(said.of_clause("6.2.1.1-ims"), said.of_clause("6.2.1.2-ims"));
}

#[test]
fn the_same_digits_in_two_phone_contexts_are_two_users() {
    let sized = |users: &[&str]| {
        let context =
            "{ims: none, max_adhoc_group_size: 1, conference_factory_uris: ['sip:factory@im.example.com']}";
        session(&[to_conference(0.0, "one", users)], context).of_clause("6.2.1.3-4")
    };
    assert_eq!(
        sized(&["tel:7042;phone-context=a.example.com", "tel:7042;phone-context=b.example.com"]),
        "fail"
    );
    assert_eq!(sized(&["tel:7042;phone-context=a.example.com"]), "pass");
}

#[test]
fn anonymity_is_read_from_privacy_and_from() {
    let privacy = |value: &str| session(&[to_bob().row("Privacy", value)], NO_IMS).of_clause("6.2.1.1-5");
    assert_eq!(privacy("id"), "pass");
    assert_eq!(privacy("ID;critical"), "pass");
    assert_eq!(privacy("\"id\""), "fail");
    let hidden = to_bob().set("From", "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a");
    session(std::slice::from_ref(&hidden), NO_IMS).fails(&["6.2.1.1-5"]);
    session(&[hidden.row("Privacy", "id")], NO_IMS).is(&[("6.2.1.1-5", "pass")]).fails(&[]);
    session(&[to_bob()], NO_IMS).is(&[("6.2.1.1-5", "not-applicable")]);
}

#[test]
fn a_group_glob_matches_whatever_the_letter_case_of_the_host_and_the_parameters() {
    let context = "{ims: none, pre_established_groups: ['sip:*@groups.example.com']}";
    for uri in ["sip:friends@Groups.Example.com", "sip:friends@groups.example.com;transport=tcp"] {
        let said = session(&[invite(0.0, "one", uri)], context);
        assert_eq!(said.scenario, "pre-established", "{uri}");
        said.is(&[("6.2.1.4-2", "pass")]).fails(&[]);
    }
}
