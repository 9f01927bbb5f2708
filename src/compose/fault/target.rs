//! Mistakes in the Request-URI: 6.2.1.2-2, 6.2.1.3-2, 6.2.1.4-2, 6.2.1.5-2.

use super::{Fault, Step};
use crate::session::Scenario;

const CLAUSES: &[&str] = &["6.2.1.2-2", "6.2.1.3-2", "6.2.1.4-2", "6.2.1.5-2"];

pub(super) fn faults() -> Vec<Fault> {
    let fault = |name, title, uri| Fault::new(name, title).told().step(Step::addressed(uri));
    let any = |name, title, uri| fault(name, title, uri).breaks(CLAUSES);
    let user = |name, title, uri| fault(name, title, uri).breaks(&["6.2.1.2-2"]).only(&[Scenario::OneToOne]);
    let group =
        |name, title, uri| fault(name, title, uri).breaks(&["6.2.1.4-2"]).only(&[Scenario::PreEstablished]);
    let factory = |name, title, uri| {
        let scenarios = [Scenario::AdHoc, Scenario::Extension];
        fault(name, title, uri).breaks(&["6.2.1.3-2", "6.2.1.5-2"]).only(&scenarios)
    };
    vec![
        any(
            "request-uri-of-the-next-hop",
            "the address of the next hop as Request-URI",
            "sip:{server-address}",
        ),
        any("request-uri-of-the-client", "the client's own address as Request-URI", "{identity}"),
        any(
            "request-uri-with-port",
            "a port in the Request-URI that the address lacks",
            "sip:{user}@{host}:5060",
        ),
        any("request-uri-with-user-phone", "`user=phone` in the Request-URI", "{request-uri};user=phone"),
        any("request-uri-with-maddr", "`maddr` in the Request-URI", "{request-uri};maddr=203.0.113.20"),
        any("request-uri-without-user", "a Request-URI without the user part", "sip:{host}"),
        any("request-uri-of-another-domain", "the same user at another domain", "sip:{user}@example.edu"),
        user("request-uri-of-a-factory", "the conference factory instead of the user", FACTORY),
        user("request-uri-of-another-user", "another user", "sip:{user}x@{host}"),
        group("request-uri-of-a-factory-for-a-group", "the conference factory instead of the group", FACTORY),
        group("request-uri-of-a-user-for-a-group", "a user instead of the group", "sip:bob@example.org"),
        factory(
            "request-uri-of-an-invited-user",
            "an invited user instead of the factory",
            "sip:bob@example.org",
        ),
        factory(
            "request-uri-of-another-factory",
            "the factory of another network",
            "sip:{user}@im.example.net",
        ),
    ]
}

const FACTORY: &str = "sip:conference-factory@im.example.com";
