//! The recipient list: who is meant, who counts, what is not read.

use super::NO_IMS;
use super::flow::{BOB, CAROL, FACTORY, Msg, invite, to_bob, to_conference};
use super::said::{Said, session};

const LIST: &str = "6.2.1.3-3";
const SIZE: &str = "6.2.1.3-4";

fn said(users: &[&str], keys: &str) -> Said {
    said_of(to_conference(0.0, "one", users), keys)
}

fn said_of(invite: Msg, keys: &str) -> Said {
    session(&[invite], &format!("{{ims: none, conference_factory_uris: ['{FACTORY}'], {keys}}}"))
}

#[test]
fn the_expected_users_are_compared_as_addresses() {
    let expected = format!("expected_invitees: ['{BOB}', 'tel:+15550001']");
    for users in [
        [BOB, "tel:+15550001"],
        ["sip:bob@EXAMPLE.org;transport=tcp", "tel:+1-555-0001"],
        ["sip:bob@example.org?Subject=chat", "tel:+15550001"],
        ["sip:bob@example.org:5070", "tel:+15550001"],
    ] {
        said(&users, &expected).is(&[(LIST, "pass")]);
    }
    assert_eq!(said(&[BOB], &expected).codes(LIST), ["recipient-list/invitee-missing"]);
    let unread = said(&[BOB, "tel:+15550001", "no uri"], &expected);
    assert_eq!(unread.codes(LIST), ["recipient-list/invitee-unexpected"]);
    assert_eq!(
        said(&[BOB, "no uri"], &expected).codes(LIST),
        ["recipient-list/invitee-missing", "recipient-list/invitee-unexpected"]
    );
}

#[test]
fn the_same_user_counts_once_however_it_is_written() {
    let size = |users: &[&str]| said(users, "max_adhoc_group_size: 1").of_clause(SIZE);
    assert_eq!(size(&[BOB, "sip:b%6fb@Example.ORG;transport=tcp"]), "pass");
    assert_eq!(size(&["tel:+15550001", "tel:+1-555-0001"]), "pass");
    for other in [CAROL, "sip:bob@example.com", "sips:bob@example.org", "sip:bob@example.org:5070"] {
        assert_eq!(size(&[BOB, other]), "fail", "{other}");
    }
    assert_eq!(size(&["tel:+15550001", "tel:+15550002"]), "fail");
}

#[test]
fn without_a_list_there_is_nothing_to_count() {
    let said = said_of(invite(0.0, "one", FACTORY), "max_adhoc_group_size: 1");
    said.is(&[(SIZE, "inconclusive"), ("6.2.1.3-4-notify", "inconclusive"), (LIST, "fail")]);
    assert_eq!(said.codes(LIST), ["recipient-list/missing", "require/recipient-list-invite-missing"]);
}

#[test]
fn a_reference_beside_an_entry_leaves_the_form_decided_and_the_size_open() {
    let external = "<external anchor=\"https://xcap.example.com/list\"/>\n</list>";
    let invite = to_conference(0.0, "one", &[BOB]);
    let referring = invite.clone().body(&invite.body_text().replace("</list>", external));
    said_of(referring, "max_adhoc_group_size: 9").is(&[(LIST, "pass"), (SIZE, "inconclusive")]);
    let none = to_conference(0.0, "one", &[]);
    let referring = none.clone().body(&none.body_text().replace("</list>", external));
    said_of(referring, "max_adhoc_group_size: 9").is(&[(LIST, "inconclusive"), (SIZE, "inconclusive")]);
}

#[test]
fn a_finding_about_a_list_points_at_its_first_line() {
    let over = said(&[BOB, CAROL], "max_adhoc_group_size: 1");
    assert_eq!(over.found(SIZE).at, "<?xml version=\"1.0\"?>");
    let invite = to_conference(0.0, "one", &[BOB]);
    let other = said_of(
        invite.clone().body(
            &invite.body_text().replace("Content-Disposition: recipient-list", "Content-Disposition: render"),
        ),
        "",
    );
    assert_eq!(other.found(LIST).at, "render");
}

#[test]
fn a_list_makes_a_conference_whatever_its_disposition() {
    let invite = to_conference(0.0, "one", &[BOB]);
    let bare = invite.clone().body(&invite.body_text().replace("Content-Disposition: recipient-list\n", ""));
    let said = session(&[bare], NO_IMS);
    assert_eq!((said.scenario, said.inferred), ("ad-hoc", true));
    assert_eq!(said.codes(LIST), ["recipient-list/disposition"]);
    // A part that is meant as one is a list, whatever its type.
    let text = invite.body_text().replace("application/resource-lists+xml", "text/xml");
    assert_eq!(session(&[invite.body(&text)], NO_IMS).scenario, "ad-hoc");
    assert_eq!(session(&[to_bob()], NO_IMS).scenario, "one-to-one");
}

#[test]
fn the_factory_is_held_against_the_home_domain_where_it_is_not_configured() {
    let verdict = |uri: &str| {
        let list = to_conference(0.0, "one", &[BOB]).start(&format!("INVITE {uri} SIP/2.0"));
        session(&[list], "{ims: none, home_domain: Example.com}").of_clause("6.2.1.3-2")
    };
    for inside in ["sip:f@example.com", "sip:f@im.example.com", "sip:f@IM.example.COM."] {
        assert_eq!(verdict(inside), "inconclusive", "{inside}");
    }
    for outside in ["sip:f@example.org", "sip:f@notexample.com", "sip:f@example.com.org", "tel:+15550001"] {
        assert_eq!(verdict(outside), "fail", "{outside}");
    }
}
