//! Mistakes against the sentence at the end of each subclause: the session is not set up as an IMS asks.

use super::{Fault, Step};
use crate::compose::{Action, Swap};
use crate::session::Scenario;

const TWINS: &[&str] = &["6.2.1.2-ims", "6.2.1.3-ims", "6.2.1.4-ims", "6.2.1.5-ims"];

pub(super) fn faults() -> Vec<Fault> {
    [route(), addresses(), agreement(), identity()].concat()
}

fn ims(name: &'static str, title: &'static str, action: Action) -> Fault {
    Fault::new(name, title).breaks(&["6.2.1.1-ims"]).twins(TWINS).step(Step::ims(action))
}

fn route() -> Vec<Fault> {
    let service_route = "<sip:orig@scscf1.example.com:6060;lr>";
    let hop = "{p-cscf}";
    let route = |replace: &str, by: &str| Action::header("Route", replace, by);
    vec![
        ims("route-missing", "no Route", Action::Remove("Route".into())),
        ims(
            "route-without-service-route",
            "a Route without the Service-Route of the registration",
            route(&format!(", {service_route}"), ""),
        ),
        ims("route-without-p-cscf", "a Route without the P-CSCF", route(&format!("{hop}, "), "")),
        ims(
            "route-in-wrong-order",
            "the Service-Route before the P-CSCF",
            Action::Set("Route".into(), format!("{service_route}, {hop}")),
        ),
        ims(
            "route-with-one-more",
            "a value in Route that nobody gave",
            route(service_route, &format!("<sip:icscf.example.com;lr>, {service_route}")),
        ),
        ims("route-strict", "a P-CSCF without `lr` in Route", route(hop, "{strict-p-cscf}")),
    ]
}

fn addresses() -> Vec<Fault> {
    let contact = |by| Action::header("Contact", "{sent-by}", by);
    let via = |name, title, by| ims(name, title, Action::header("Via", " {sent-by};", by));
    vec![
        via("via-of-another-address", "a Via that names another host", " 203.0.113.77:5064;"),
        via("via-with-client-port", "the protected client port in Via", " {client-address};"),
        ims("contact-of-another-address", "a Contact at another host", contact("203.0.113.77:5064")),
        ims("contact-with-client-port", "the protected client port in Contact", contact("{client-address}")),
    ]
}

fn agreement() -> Vec<Fault> {
    let remove = |name: &str| Action::Remove(name.into());
    let bare = [Scenario::OneToOne, Scenario::PreEstablished];
    let listing = [Scenario::AdHoc, Scenario::Extension];
    let verify = |replace, by| Action::header("Security-Verify", replace, by);
    vec![
        ims("access-network-missing", "no P-Access-Network-Info", remove("P-Access-Network-Info")),
        ims("security-verify-missing", "no Security-Verify", remove("Security-Verify")),
        ims(
            "security-verify-without-preference",
            "a Security-Verify that leaves a parameter out",
            verify("q=0.5;", ""),
        ),
        ims(
            "security-verify-of-old-spi",
            "a Security-Verify of another agreement",
            verify("98765432", "98765433"),
        ),
        ims("require-without-agreement", "no Require of sec-agree", remove("Require")).only(&bare),
        ims(
            "require-of-the-list-alone",
            "a Require that lists the recipient list alone",
            Action::header("Require", ", sec-agree", ""),
        )
        .only(&listing),
        ims("proxy-require-missing", "no Proxy-Require of sec-agree", remove("Proxy-Require")),
    ]
}

fn identity() -> Vec<Fault> {
    let call_id = Swap { replace: "{call-id}".into(), by: "{registration-call-id}".into() };
    vec![
        ims(
            "from-not-registered",
            "a From that was not registered",
            Action::header("From", "{identity}", "sip:nobody@example.com"),
        ),
        ims("max-forwards-zero", "a Max-Forwards of 0", Action::Set("Max-Forwards".into(), "0".into())),
        ims("call-id-of-the-registration", "the Call-ID of the registration", Action::Everywhere(call_id)),
    ]
}
