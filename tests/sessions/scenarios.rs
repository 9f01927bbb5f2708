//! Which scenario a session is taken for, and when that stays open.

use super::NO_IMS;
use super::flow::{IDENTITY, Msg, to_bob};
use super::said::session;

#[test]
fn what_the_scenario_is_stays_open_where_the_invite_was_lost() {
    let first = to_bob();
    let flow = |contact: &str| {
        let answer = first.reply(0.5, "200 OK", "b").row("Contact", &format!("<{IDENTITY}>{contact}"));
        [answer.row("Server", "IM-serv/OMA1.0"), first.acked(0.6, "b").row("User-Agent", "IM-client/OMA1.0")]
    };
    for (contact, scenario) in [("", "one-to-one"), (";isfocus", "pre-established")] {
        let said = session(&flow(contact), NO_IMS);
        assert_eq!((said.scenario, said.inferred), (scenario, true));
        for clause in ["6.2.1.2-2", "6.2.1.3-2", "6.2.1.4-2", "6.2.1.5-2"] {
            said.is(&[(clause, "inconclusive")]);
            assert!(said.reason(clause).contains("scenario cannot be told"), "{}", said.reason(clause));
        }
    }
}

#[test]
fn a_focus_behind_an_unconfigured_address_is_a_group() {
    let focus =
        |invite: &Msg| invite.reply(0.5, "200 OK", "b").row("Contact", &format!("<{IDENTITY}>;isfocus"));
    let group = super::flow::invite(0.0, "one", "sip:friends@groups.example.com");
    let said = session(&[group.clone(), focus(&group)], NO_IMS);
    assert_eq!((said.scenario, said.inferred), ("pre-established", true));
    said.is(&[("6.2.1.2-2", "not-applicable")]);
    // Its list may be in what is encrypted.
    let sealed = group
        .set("Content-Type", "application/pkcs7-mime;smime-type=enveloped-data;name=smime.p7m")
        .body("0123456789");
    session(&[sealed.clone(), focus(&sealed)], NO_IMS).is(&[("6.2.1.3-3", "inconclusive")]);
}
