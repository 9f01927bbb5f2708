//! The IMS clauses beside a registration.

use super::flow::{ALICE, CLIENT, Msg, SERVER, to_bob};
use super::said::{outcome, session_of};

const IMS: &str = "{ims: 3gpp}";
const TWINS: [&str; 2] = ["6.2.1.1-ims", "6.2.1.2-ims"];

/// A REGISTER and its 200 with that Service-Route.
fn registered(seconds: f64, cseq: u32, service_route: &str) -> [Msg; 2] {
    let register = register(seconds, cseq);
    let answer = register
        .reply(seconds + 0.1, "200 OK", "r")
        .row("Service-Route", &format!("<{service_route}>"))
        .row("P-Associated-URI", &format!("<{ALICE}>"));
    [register, answer]
}

fn register(seconds: f64, cseq: u32) -> Msg {
    Msg::request(seconds, "REGISTER sip:example.com", "registration", cseq)
        .set("To", &format!("<{ALICE}>"))
        .row("Contact", "<sip:alice@192.0.2.10:5060;transport=tcp>")
}

/// The INVITE of an IMS client at 1 s, over that P-CSCF and that S-CSCF.
fn routed(proxy: &str, service_route: &str) -> Msg {
    to_bob()
        .at(1.0)
        .row("P-Access-Network-Info", "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010")
        .row("Route", &format!("<{proxy}>, <{service_route}>"))
}

const PROXY: &str = "sip:198.51.100.9;lr";
const SCSCF: &str = "sip:orig@scscf.example.com;lr";
const OTHER: &str = "sip:orig@scscf-2.example.com;lr";

#[track_caller]
fn both_twins(flow: &[Msg], verdict: &str) {
    session_of("one", outcome(flow, IMS)).is(&TWINS.map(|clause| (clause, verdict)));
}

#[test]
fn the_route_is_held_against_the_service_route() {
    both_twins(&[&registered(0.0, 1, SCSCF)[..], &[routed(PROXY, SCSCF)]].concat(), "pass");
    both_twins(&[&registered(0.0, 1, SCSCF)[..], &[routed(PROXY, OTHER)]].concat(), "fail");
}

#[test]
fn a_later_registration_does_not_forget_the_service_route_of_the_invite() {
    let again = registered(5.0, 2, OTHER);
    for (route, verdict) in [(SCSCF, "pass"), (OTHER, "fail")] {
        let flow = [&registered(0.0, 1, SCSCF)[..], &[routed(PROXY, route)], &again].concat();
        both_twins(&flow, verdict);
    }
}

#[test]
fn a_registration_anew_without_its_answer_does_not_forget_the_service_route() {
    for (route, verdict) in [(SCSCF, "pass"), (OTHER, "fail")] {
        let challenged = register(0.5, 2).reply(0.6, "401 Unauthorized", "r");
        let flow =
            [&registered(0.0, 1, SCSCF)[..], &[register(0.5, 2), challenged, routed(PROXY, route)]].concat();
        both_twins(&flow, verdict);
    }
}

#[test]
fn the_default_port_of_a_route_over_tls_is_5061() {
    let sent = routed("sip:198.51.100.9;transport=tls;lr", SCSCF).way(CLIENT, "198.51.100.9:5061");
    both_twins(&[&registered(0.0, 1, SCSCF)[..], &[sent]].concat(), "pass");
    let elsewhere = routed("sip:198.51.100.9;transport=tls;lr", SCSCF).way(CLIENT, "198.51.100.9:5060");
    both_twins(&[&registered(0.0, 1, SCSCF)[..], &[elsewhere]].concat(), "fail");
}

#[test]
fn the_call_id_of_the_registration_fails() {
    let invite = routed(PROXY, SCSCF).set("Call-ID", "registration");
    let flow = [&registered(0.0, 1, SCSCF)[..], &[invite]].concat();
    session_of("registration", outcome(&flow, IMS)).fails(&["6.2.1.1-ims", "6.2.1.2-ims"]);
}

#[test]
fn the_registration_of_another_client_of_the_same_user_is_not_this_ones() {
    let [register, answer] =
        registered(0.5, 1, OTHER).map(|message| message.set("Call-ID", "another registration"));
    let elsewhere = [register.way("192.0.2.77:5060", SERVER), answer.way(SERVER, "192.0.2.77:5060")];
    // The client's own is the earlier one.
    both_twins(&[&registered(0.0, 1, SCSCF)[..], &elsewhere, &[routed(PROXY, SCSCF)]].concat(), "pass");
    // Without one of its own, its Service-Route is not known.
    both_twins(&[&elsewhere[..], &[routed(PROXY, SCSCF)]].concat(), "pass");
}
