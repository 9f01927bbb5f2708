//! proptest strategies: conforming messages and flows, faults, hostile bytes, rewritings that mean the same.
//!
//! A builder under test takes its inputs from the strategies of values, and its output goes to
//! [`judge`](crate::judge); `docs/fuzzing.md` tells the story. Whoever tests a parser, a proxy or a server
//! takes whole messages and flows. Everything shrinks towards the plain: a flow towards one without
//! retries, options and extra parts, a text towards letters.
//!
//! ```
//! use proptest::prelude::*;
//! use sipclause::compose::strategy;
//!
//! proptest!(|(invite in strategy::messages())| {
//!     let verdicts = sipclause::judge(&invite);
//!     prop_assert!(verdicts.conforms().is_ok(), "{verdicts}");
//! });
//! ```

use proptest::prelude::*;

use super::fault::{Fault, Scene};
use super::{Choices, Composed, Hostility, Method, Methods, MsrpMedia, Plan, Rewriting, SipAddress};
use crate::session::Scenario;

/// Numbers on a tape of choices; a flow needs fewer.
const TAPE: usize = 400;

/// Choices that shrink towards the plain ones.
pub fn choices() -> impl Strategy<Value = Choices> {
    prop::collection::vec(prop_oneof![1 => Just(0), 3 => any::<u32>()], 0..TAPE).prop_map(Choices::tape)
}

/// One of the four scenarios.
pub fn scenarios() -> impl Strategy<Value = Scenario> {
    prop::sample::select(&Scenario::ALL[..])
}

/// Plans of any scenario.
pub fn plans() -> impl Strategy<Value = Plan> {
    scenarios().prop_flat_map(plans_of)
}

/// Plans of one scenario.
pub fn plans_of(scenario: Scenario) -> impl Strategy<Value = Plan> {
    choices().prop_map(move |mut choices| Plan::draw(scenario, &mut choices))
}

/// Conforming flows of any scenario, with the context to judge them in.
pub fn flows() -> impl Strategy<Value = Composed> {
    plans().prop_map(|plan| composed(&plan))
}

/// Conforming flows of one scenario.
pub fn flows_of(scenario: Scenario) -> impl Strategy<Value = Composed> {
    plans_of(scenario).prop_map(|plan| composed(&plan))
}

/// Initial INVITEs that conform, as on the wire.
pub fn messages() -> impl Strategy<Value = Vec<u8>> {
    flows().prop_map(|composed| {
        let invite = composed.initial_invite().expect("every flow has an initial INVITE");
        invite.bytes.clone()
    })
}

/// Conforming flows with one fault made in each, and the fault: a random one, or the next that can be made.
pub fn faulty_flows() -> impl Strategy<Value = (Composed, &'static Fault)> {
    (flows(), 0..Fault::all().len()).prop_map(|(good, wanted)| {
        let scene = Scene::of(&good);
        let (before, from) = Fault::all().split_at(wanted);
        let mut tried = from.iter().chain(before);
        tried
            .find_map(|fault| Some((fault.make_at(&good, &scene).ok()?, fault)))
            .expect("some fault can be made in every flow")
    })
}

/// The flow itself and another that means the same: see [`Rewriting`].
pub fn rewritten_flows() -> impl Strategy<Value = (Composed, Composed)> {
    (flows(), choices()).prop_map(|(plain, mut choices)| {
        let flow = plain.flow.rewritten(Rewriting::ALL, &mut choices);
        let other = Composed { flow, ..plain.clone() };
        (plain, other)
    })
}

/// The text of a conforming flow, with bytes changed, cut, moved and put in: see [`Hostility`].
pub fn hostile_texts() -> impl Strategy<Value = Vec<u8>> {
    (flows(), choices()).prop_map(|(composed, mut choices)| {
        let text = composed.flow.to_sip().expect("what is composed can be written as text");
        Hostility::draw(&mut choices).apply(text)
    })
}

/// Display names: words, and then what has to be escaped between quotes, and letters beyond ASCII.
pub fn display_names() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z]{1,12}", "[ -~]{0,24}", "[a-zäöüßéñ山川]{1,8}"]
}

/// User parts of SIP URIs that need no escape.
pub fn users() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,10}", "\\+[0-9]{5,15}", "[A-Za-z0-9._!~*'()&=+$,;?/-]{1,20}"]
        .prop_filter("a user part", |user| SipAddress::new(format!("sip:{user}@example.com")).is_ok())
}

/// SIP URIs of users.
pub fn addresses() -> impl Strategy<Value = SipAddress> {
    let hosts = prop::sample::select(&["example.com", "example.org", "192.0.2.77", "[2001:db8::77]"][..]);
    (users(), hosts).prop_map(|(user, host)| {
        SipAddress::new(format!("sip:{user}@{host}")).expect("the user part was tried before")
    })
}

/// Boundaries: tokens first, then those that need quotes.
pub fn boundaries() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9]{1,20}", "[A-Za-z0-9'()+_,./:=? -]{0,69}[A-Za-z0-9]"]
}

/// Session intervals, in seconds.
pub fn intervals() -> impl Strategy<Value = u32> {
    prop_oneof![Just(1800), super::LEAST_INTERVAL..=86_400]
}

/// Allow headers with the four methods that cannot be left out.
pub fn methods() -> impl Strategy<Value = Methods> {
    let more =
        &[Method::Update, Method::Prack, Method::Notify, Method::Options, Method::Message, Method::Info][..];
    prop::sample::subsequence(more.to_vec(), 0..=more.len()).prop_map(Methods::with)
}

/// Session descriptions of an MSRP session, as text.
pub fn offers() -> impl Strategy<Value = String> {
    (1024..=u16::MAX, "[A-Za-z0-9._~+=/-]{14,24}", any::<bool>(), 1..u64::from(u32::MAX)).prop_map(
        |(port, id, secure, version)| {
            let address = std::net::IpAddr::from([192, 0, 2, 10]);
            let media = MsrpMedia::new(address, port, id).expect("the id is of legal characters");
            let media = if secure { media.secure() } else { media };
            media.sdp("-", version, version)
        },
    )
}

fn composed(plan: &Plan) -> Composed {
    plan.compose().expect("every plan that is drawn can be composed")
}
