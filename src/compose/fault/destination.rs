//! Mistakes in where the INVITE is sent: 6.2.1.2-4, 6.2.1.3-5bis, 6.2.1.4-5bis.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Fault, Step, Target};
use crate::compose::Action;
use crate::session::Scenario;

const CLAUSES: &[&str] = &["6.2.1.2-4", "6.2.1.3-5bis", "6.2.1.4-5bis"];

/// To the letter of the change request 6.2.1.5-9 is not about the next hop.
const SCENARIOS: &[Scenario] = &[Scenario::OneToOne, Scenario::AdHoc, Scenario::PreEstablished];

pub(super) fn faults() -> Vec<Fault> {
    let sent = |name, title, v4: [u8; 4], v6: [u16; 8]| {
        let divert = Action::Divert(Ipv4Addr::from(v4), Ipv6Addr::from(v6));
        Fault::new(name, title).breaks(CLAUSES).only(SCENARIOS).step(Step::new(Target::Setup, divert))
    };
    let documentation = |network, host| [0x2001, 0xdb8, network, 0, 0, 0, 0, host];
    vec![
        sent(
            "sent-to-the-peer",
            "sent straight to the other network",
            [203, 0, 113, 20],
            documentation(2, 0x20),
        ),
        sent(
            "sent-to-another-proxy",
            "sent to a neighbour of the next hop",
            [198, 51, 100, 77],
            documentation(1, 0x77),
        ),
        sent(
            "sent-to-the-media-relay",
            "sent to the host of the media",
            [198, 51, 100, 30],
            documentation(1, 0x30),
        ),
        sent("sent-to-itself", "sent to the client's own host", [127, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 1]),
    ]
}
