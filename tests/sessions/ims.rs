//! 6.2.1.1-ims: signs of an IMS, the address of the UE, the route and the security agreement.

use super::flow::{ALICE, BEYOND, CAROL, CLIENT, Msg, SERVER, to_bob};
use super::said::{Said, outcome, session, session_of};

const IMS: &str = "{ims: 3gpp}";
const AUTO: &str = "{ims: auto}";
const CLAUSE: &str = "6.2.1.1-ims";
const SCSCF: &str = "sip:orig@scscf.example.com;lr";
const OTHER: &str = "sip:orig@scscf-2.example.com;lr";
const ANONYMOUS: &str = "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a";

fn ims_invite() -> Msg {
    to_bob().at(9.0).row("P-Access-Network-Info", "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010")
}

fn routed(service_route: &str) -> Msg {
    ims_invite().row("Route", &format!("<sip:198.51.100.9;lr>, <{service_route}>"))
}

fn register(seconds: f64, call_id: &str, user: &str) -> Msg {
    Msg::request(seconds, "REGISTER sip:example.com", call_id, 1)
        .set("From", &format!("<{user}>;tag=r"))
        .set("To", &format!("<{user}>"))
}

/// A REGISTER and its 200 with that Service-Route.
fn registered(register: &Msg, service_route: &str) -> Vec<Msg> {
    let answer = register.reply(8.0, "200 OK", "r").row("Service-Route", &format!("<{service_route}>"));
    vec![register.clone(), answer]
}

fn said(flow: &[Msg]) -> Said {
    session_of("one", outcome(flow, IMS))
}

#[test]
fn each_sign_of_an_ims_is_enough() {
    let signs = [
        ("P-Access-Network-Info", "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010"),
        ("P-Preferred-Service", "urn:urn-7:3gpp-service.ims.icsi.mmtel"),
        ("Security-Verify", "ipsec-3gpp;q=0.1;alg=hmac-sha-1-96;spi-c=1;spi-s=2;port-c=3;port-s=4"),
        ("Security-Client", "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=1;spi-s=2;port-c=3;port-s=4"),
        ("Require", "sec-agree"),
        ("Proxy-Require", "sec-agree"),
        ("Accept-Contact", "*;+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\""),
    ];
    for (name, value) in signs {
        let verdict = session(&[to_bob().row(name, value)], AUTO).of_clause(CLAUSE);
        // Where the sign is another header, P-Access-Network-Info is missing.
        let wanted = if name == "P-Access-Network-Info" { "pass" } else { "fail" };
        assert_eq!(verdict, wanted, "{name}");
    }
    let identity = to_bob().row("P-Preferred-Identity", &format!("<{ALICE}>")).row("Require", "100rel");
    session(&[identity], AUTO).is(&[(CLAUSE, "inconclusive")]);
}

#[test]
fn a_private_address_may_stand_behind_a_nat_and_no_other() {
    let of = |host: &str| {
        let via = format!("SIP/2.0/TCP {host}:5060;branch=z9hG4bK-{host}");
        let contact = format!("<sip:alice@{host}:5060>;+g.oma.sip-im");
        [
            said(&[ims_invite().set("Via", &via)]).codes(CLAUSE),
            said(&[ims_invite().set("Contact", &contact)]).codes(CLAUSE),
        ]
    };
    let private =
        ["10.0.0.5", "169.254.1.1", "192.168.7.7", "100.64.0.1", "100.127.255.1", "[fd00::1]", "[fe80::1]"];
    for host in private {
        assert!(of(host).iter().all(Vec::is_empty), "{host}");
    }
    let public = [
        "198.51.100.200",
        "100.63.1.1",
        "100.128.0.1",
        "100.192.0.1",
        "101.64.0.1",
        "172.15.0.1",
        "[2001:db8::9]",
    ];
    for host in public {
        assert_eq!(of(host), [vec!["via/not-the-ue-address"], vec!["contact/not-the-ue-address"]], "{host}");
    }
}

#[test]
fn the_reason_of_a_pass_names_what_is_undecided() {
    let undecided = |invite: Msg| said(&[invite]).is(&[(CLAUSE, "pass")]).reason(CLAUSE).to_owned();
    let whole = undecided(ims_invite());
    for decided in ["Via", "Contact", "P-Access-Network-Info", "Max-Forwards"] {
        assert!(!whole.contains(decided), "{whole}");
    }
    assert!(whole.contains("Route") && whole.contains("Call-ID"), "{whole}");
    let private = "SIP/2.0/TCP 10.0.0.5:5060;branch=z9hG4bK-private";
    assert!(undecided(ims_invite().set("Via", private)).contains("Via"));
    let private = "<sip:alice@10.0.0.5:5060>;+g.oma.sip-im";
    assert!(undecided(ims_invite().set("Contact", private)).contains("Contact"));
    assert!(undecided(ims_invite().without("Max-Forwards")).contains("Max-Forwards"));
}

#[test]
fn the_service_route_is_compared_as_a_uri() {
    let flow = |route: &str| {
        let invite = ims_invite().row("Route", &format!("<sip:198.51.100.9;lr>, {route}"));
        [registered(&register(0.0, "r", ALICE), SCSCF), vec![invite]].concat()
    };
    said(&flow("\"S-CSCF\" <sip:orig@SCSCF.example.com;lr>")).is(&[(CLAUSE, "pass")]);
    said(&flow(&format!("<{OTHER}>"))).is(&[(CLAUSE, "fail")]);
    // What is no URI is compared as it stands.
    let unread = |route: &str| {
        let answer = register(0.0, "r", ALICE).reply(8.0, "200 OK", "r").row("Service-Route", "<unread");
        let invite = ims_invite().row("Route", "<sip:198.51.100.9;lr>").row("Route", route);
        said(&[register(0.0, "r", ALICE), answer, invite]).of_clause(CLAUSE)
    };
    assert_eq!([unread("<unread"), unread("<other")], ["pass", "fail"]);
}

/// The registration of Alice as far as it shows a security agreement.
fn agreed(client: bool, server: bool) -> Vec<Msg> {
    let port = "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=1;spi-s=2;port-c=5063;port-s=5064";
    let mut first = register(0.0, "r", ALICE);
    if client {
        first = first.row("Security-Client", port);
    }
    let mut challenge = first.reply(0.1, "401 Unauthorized", "r");
    if server {
        challenge = challenge.row("Security-Server", port);
    }
    [vec![first.clone(), challenge], registered(&first.again(0.2, 2), SCSCF)].concat()
}

#[test]
fn the_security_agreement_of_the_registration_binds_the_invite() {
    let codes =
        |registration: Vec<Msg>, invite: Msg| said(&[registration, vec![invite]].concat()).codes(CLAUSE);
    let required = ["require/sec-agree-missing"];
    assert_eq!(codes(agreed(false, true), routed(SCSCF)), required);
    // Without an answer of the server nothing was agreed.
    assert!(codes(agreed(true, false), routed(SCSCF)).is_empty());
    let ports = ["via/port-unprotected", "contact/port-unprotected"];
    for (name, value) in [("Require", "sec-agree"), ("Security-Verify", "ipsec-3gpp;q=0.1")] {
        assert_eq!(codes(agreed(true, false), routed(SCSCF).row(name, value)), ports, "{name}");
    }
}

#[test]
fn the_registration_is_that_of_the_identity_in_from() {
    let alice = registered(&register(0.0, "of-alice", ALICE), SCSCF);
    let carol = registered(&register(0.1, "of-carol", CAROL), OTHER);
    for (route, verdict) in [(SCSCF, "pass"), (OTHER, "fail")] {
        said(&[alice.clone(), carol.clone(), vec![routed(route)]].concat()).is(&[(CLAUSE, verdict)]);
        said(&[carol.clone(), alice.clone(), vec![routed(route)]].concat()).is(&[(CLAUSE, verdict)]);
    }
}

#[test]
fn of_an_anonymous_client_the_address_tells_its_registration() {
    let hidden = |route: &str| routed(route).set("From", ANONYMOUS).row("Privacy", "id");
    let own = registered(&register(0.0, "own", ALICE), SCSCF);
    for (route, verdict) in [(SCSCF, "pass"), (OTHER, "fail")] {
        said(&[own.clone(), vec![hidden(route)]].concat()).is(&[(CLAUSE, verdict)]);
    }
    // One of another address, or after the INVITE, is not its own.
    let elsewhere = registered(&register(0.0, "far", ALICE).way("192.0.2.50:5060", SERVER), SCSCF);
    said(&[elsewhere, vec![hidden(OTHER)]].concat()).is(&[(CLAUSE, "pass")]);
    let later: Vec<_> = own.iter().map(|message| message.clone().at(20.0)).collect();
    said(&[vec![hidden(OTHER)], later].concat()).is(&[(CLAUSE, "pass")]);
}

#[test]
fn the_address_of_a_registration_is_that_of_its_own_hop_and_follows_the_client() {
    let hidden = routed(OTHER).set("From", ANONYMOUS).row("Privacy", "id");
    let own = register(0.0, "own", ALICE);
    let [first, answer] = [registered(&own, SCSCF)[0].clone(), registered(&own, SCSCF)[1].clone()];
    let copied = [first.clone(), first.passed_on(SERVER, BEYOND), answer, hidden.clone()];
    said(&copied).is(&[(CLAUSE, "fail")]);
    let away = registered(&own.clone().way("192.0.2.50:5060", SERVER), SCSCF);
    let back = registered(&own.again(8.1, 2).way(CLIENT, SERVER), SCSCF);
    said(&[away, back, vec![hidden]].concat()).is(&[(CLAUSE, "fail")]);
}
