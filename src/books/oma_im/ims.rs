//! The sentence at the end of each subclause: in an IMS, the session is set up as TS 24.229 says.
//!
//! Each mandatory check of the UE's initial INVITE is a function that holds, breaks or cannot tell. One
//! broken fails; otherwise it passes, naming what could not be told; with nothing to go by it stays open.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::evidence::quoted;
use super::general::from_is_anonymous;
use super::stored::same;
use crate::clause::{Cite, Finding, Verdicts, Witness, cite};
use crate::message::headers::{Contact, NameAddr, Via, contacts, max_forwards, same_security_mechanisms};
use crate::message::token::{Params, number, unquote};
use crate::message::uri::{Uri, same_address_of_record};
use crate::message::{Message, Name};
use crate::session::context::{Ims, ImsSecurity};
use crate::session::{Context, Hop, Invite, Registration, UserAgent};

pub(super) const EXPLAIN: &str = "An IMS core admits a request only in the form of its own profile of SIP.\n\n\
    Judged on the client's own hop: the Via and the Contact hold the address of the UE (and its protected server port with \
    AKA); Route is the P-CSCF and then the Service-Route of the registration; P-Access-Network-Info is there, but with GIBA; \
    with AKA, Require and Proxy-Require list `sec-agree` and Security-Verify repeats the Security-Server list; From is a \
    registered identity or anonymous; Max-Forwards is not 0. What an MTSI call needs besides (100rel, preconditions) is not \
    asked of an MSRP session.";

pub(super) const VERDICTS: Verdicts = Verdicts {
    pass: "no check that can be decided is broken; the reason names those that cannot",
    fail: "a check is broken",
    not_applicable: "`context.ims` is `none`; or another scenario",
    inconclusive: "`ims: auto` and no sign of an IMS; captured behind a proxy; nothing could be decided; or the INVITE was \
        not captured",
};

pub(super) const READINGS: &[&str] = &[
    "The sentence names TS 24.229 as a whole. The checks above are the mandatory ones that an INVITE shows; the rest is advice.",
    "On `auto`, P-Access-Network-Info, P-Preferred-Service, a 3GPP feature tag or a security agreement are signs of an IMS. \
     P-Preferred-Identity alone is none: RFC 3325 is used elsewhere too.",
    "Route, the security agreement and the registered identities need the registration, captured or configured; without it \
     they are not decided.",
    "The same sentence ends every subclause; 6.2.1.1-ims and that of the scenario have the same verdict.",
];

pub(super) const CITES: &[Cite] = &[
    cite("TS 24.229", "5.1.2A.1.1"),
    cite("3GPP2 X.S0013-004", ""),
    cite("RFC 3608", "6.1"),
    cite("RFC 3329", "2.3.1"),
    cite("RFC 7315", ""),
];

/// Room for the names of all checks and the words before them.
const MOST_TO_SAY: usize = 160;

/// What one check comes to.
enum Look {
    Holds,
    Broken(Finding),
    /// It cannot be told, or there is nothing to look at.
    Open,
}

/// What all checks look at.
struct View<'v, 's> {
    invite: &'v Invite<'s>,
    context: &'v Context,
    registration: Option<&'v Registration>,
    security: ImsSecurity,
}

pub(super) fn session_is_set_up_as_ims_asks(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let context = witness.context();
    match context.ims {
        Ims::None => return witness.not_applicable("the SIP/IP Core is no IMS (`context.ims: none`)"),
        Ims::Auto if !shows_an_ims(invite.message()) => {
            return witness.doubt("no sign of an IMS in the INVITE, and `context.ims` is `auto`");
        }
        Ims::Auto | Ims::ThreeGpp | Ims::ThreeGpp2 => {}
    }
    if invite.hop() == Hop::Further {
        return witness.doubt("the INVITE has several Via values: not the hop between UE and P-CSCF");
    }
    let view = View::of(invite, context);
    let basic = [
        ("Via", via_is_the_ue(&view)),
        ("Contact", contact_is_the_ue(&view)),
        ("Route", route_is_the_service_route(&view)),
        ("P-Access-Network-Info", access_network_is_told(&view)),
    ];
    let nothing = basic.iter().all(|(_, look)| matches!(look, Look::Open));
    let more = [
        ("the security agreement", security_is_agreed(&view)),
        ("the identity in From", from_is_registered(&view)),
        ("Max-Forwards", request_may_travel(&view)),
        ("Call-ID", call_id_is_its_own(&view)),
    ];
    let mut open = String::new();
    for (what, look) in basic.into_iter().chain(more) {
        match look {
            Look::Holds => {}
            Look::Broken(finding) => witness.broken(finding),
            Look::Open if open.is_empty() => {
                open.reserve(MOST_TO_SAY);
                open.push_str("what can be decided holds; undecided: ");
                open.push_str(what);
            }
            Look::Open => {
                open.push_str(", ");
                open.push_str(what);
            }
        }
    }
    if !witness.is_clean() {
        return;
    }
    if nothing {
        witness.doubt("neither Via, Contact, Route nor P-Access-Network-Info could be decided");
    } else if open.is_empty() {
        witness.held_with("every check that an INVITE shows holds");
    } else {
        witness.held_with(open);
    }
}

/// Headers that only an IMS client writes.
fn shows_an_ims(message: &Message<'_>) -> bool {
    let lists = |name, tag| message.lists_token(name, tag);
    [Name::PAccessNetworkInfo, Name::PPreferredService, Name::SecurityVerify, Name::SecurityClient]
        .into_iter()
        .any(|name| message.has(name))
        || lists(Name::Require, "sec-agree")
        || lists(Name::ProxyRequire, "sec-agree")
        || [Name::Contact, Name::AcceptContact].into_iter().any(|name| {
            message
                .values(name)
                .any(|value| value.windows(8).any(|part| part.eq_ignore_ascii_case(b"+g.3gpp.")))
        })
}

impl<'v, 's> View<'v, 's> {
    fn of(invite: &'v Invite<'s>, context: &'v Context) -> Self {
        let message = invite.message();
        let client = UserAgent::of(invite.record());
        let registration = invite.session.others.surroundings().registration(&client, invite.record().order);
        let agreed = message.has(Name::SecurityVerify)
            || message.lists_token(Name::Require, "sec-agree")
            || registration.is_some_and(|known| !known.security_server.is_empty());
        let security = match context.ims_security {
            ImsSecurity::Auto if agreed => ImsSecurity::Aka,
            told => told,
        };
        Self { invite, context, registration, security }
    }

    fn message(&self) -> &'s Message<'static> {
        self.invite.message()
    }

    /// The protected server port, which Security-Client of the registration told (RFC 3329, TS 33.203).
    fn protected_port(&self) -> Option<u16> {
        let client =
            self.registration.filter(|_| self.security == ImsSecurity::Aka)?.security_client.first()?;
        let port = Params(client).named("port-s")?.value?;
        number(unquote(port)).and_then(|port| u16::try_from(port).ok())
    }

    /// Whether `host` is the address the INVITE came from; `None` if it cannot be told: a private address may
    /// stand behind a NAT (TS 24.229 annex F).
    fn is_the_ue(&self, host: Option<IpAddr>) -> Option<bool> {
        let (host, source) = (host?, self.invite.record().from?.ip());
        if host == source {
            return Some(true);
        }
        if is_private(host) { None } else { Some(false) }
    }

    fn broken(&self, code: &'static str, name: Name, text: String, help: &str) -> Look {
        Look::Broken(Finding::new(code, self.invite.place_of(name), text).help(help))
    }

    fn broken_or_cut(&self, code: &'static str, name: Name, text: &str, help: &str) -> Look {
        if self.invite.may_have_lost_headers() {
            return Look::Open;
        }
        self.broken(code, name, text.to_owned(), help)
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local() || is_shared(address),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// RFC 6598: 100.64.0.0/10, which carriers use behind their NAT.
fn is_shared(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && second & 0xc0 == 64
}

fn via_is_the_ue(view: &View<'_, '_>) -> Look {
    let Some(Ok(via)) = Via::all(view.message()).next() else { return Look::Open };
    let is_ue = view.is_the_ue(via.host.address());
    if is_ue == Some(false) {
        let text = format!("the Via names {}, which is not the address of the UE", quoted(via.host.text));
        return view.broken("via/not-the-ue-address", Name::Via, text, "put the UE's own address into Via");
    }
    if let Some(port) = view.protected_port() {
        if via.port != Some(port) {
            let text =
                format!("the Via {} does not name the protected server port `{port}`", quoted(via.whole));
            return view.broken(
                "via/port-unprotected",
                Name::Via,
                text,
                "name the protected server port in Via",
            );
        }
        return Look::Holds;
    }
    if is_ue == Some(true) { Look::Holds } else { Look::Open }
}

fn contact_is_the_ue(view: &View<'_, '_>) -> Look {
    let address = contacts(view.message()).next().and_then(Result::ok);
    let Some(Contact::Address(address)) = address else { return Look::Open };
    let Ok(Uri::Sip(uri)) = address.uri() else { return Look::Open };
    // RFC 5627 3.1: a public GRUU stands in place of the address.
    if uri.params.named("gr").is_some() {
        return Look::Holds;
    }
    let is_ue = view.is_the_ue(uri.host.address());
    if is_ue == Some(false) {
        let text = format!("the Contact {} does not hold the address of the UE", quoted(address.uri));
        return view.broken(
            "contact/not-the-ue-address",
            Name::Contact,
            text,
            "put the UE's own address or GRUU into Contact",
        );
    }
    if let Some(port) = view.protected_port() {
        if uri.port != Some(port) {
            let text = format!(
                "the Contact {} does not name the protected server port `{port}`",
                quoted(address.uri)
            );
            let help = "name the protected server port in Contact";
            return view.broken("contact/port-unprotected", Name::Contact, text, help);
        }
        return Look::Holds;
    }
    if is_ue == Some(true) { Look::Holds } else { Look::Open }
}

fn route_is_the_service_route(view: &View<'_, '_>) -> Look {
    let Some(expected) = service_route(view) else { return Look::Open };
    let help = "write the P-CSCF and then the Service-Route values of the registration into Route, in order";
    let message = view.message();
    let routes = || message.values(Name::Route);
    let Some(first) = routes().next() else {
        return view.broken_or_cut("route/missing", Name::Route, "the INVITE has no Route", help);
    };
    if view.invite.may_have_lost_headers() {
        return Look::Open;
    }
    if expected.clone().next().is_some() && are_same_routes(routes(), expected.clone()) {
        let text = "Route begins with the Service-Route; the P-CSCF is not in it".to_owned();
        return view.broken("route/p-cscf-missing", Name::Route, text, help);
    }
    if !are_same_routes(routes().skip(1), expected.clone()) {
        let kept =
            expected.into_iter().all(|wanted| routes().skip(1).any(|route| is_same_route(route, wanted)));
        let (code, text) = if kept {
            ("route/unexpected", "Route holds more than P-CSCF and Service-Route, or in another order")
        } else {
            ("route/service-route-missing", "Route lacks a Service-Route value of the registration")
        };
        return view.broken(code, Name::Route, text.to_owned(), help);
    }
    first_route_is_the_pcscf(view, first, help)
}

/// The Service-Route that is configured, else that of the registration.
fn service_route<'v>(view: &View<'v, '_>) -> Option<impl Iterator<Item = &'v [u8]> + Clone + use<'v>> {
    let configured = &view.context.service_route;
    let learnt = view.registration.filter(|_| configured.is_empty());
    let learnt_values = learnt.into_iter().flat_map(|known| known.service_route.iter().map(Vec::as_slice));
    (learnt.is_some() || !configured.is_empty())
        .then(|| configured.iter().map(String::as_bytes).chain(learnt_values))
}

fn are_same_routes<'a, 'b>(
    mut one: impl Iterator<Item = &'a [u8]>,
    mut other: impl Iterator<Item = &'b [u8]>,
) -> bool {
    loop {
        match (one.next(), other.next()) {
            (Some(one), Some(other)) if is_same_route(one, other) => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

fn is_same_route(one: &[u8], other: &[u8]) -> bool {
    match (NameAddr::parse(one), NameAddr::parse(other)) {
        (Ok(one), Ok(other)) => same(one.uri, other.uri),
        _ => one == other,
    }
}

fn first_route_is_the_pcscf(view: &View<'_, '_>, route: &[u8], help: &str) -> Look {
    let Some(Uri::Sip(uri)) = NameAddr::parse(route).ok().and_then(|route| Uri::parse(route.uri).ok()) else {
        return Look::Open;
    };
    if uri.params.named("lr").is_none() {
        let text = format!("the first Route {} lacks `lr`", quoted(route));
        return view.broken("route/lr-missing", Name::Route, text, help);
    }
    let (Some(host), Some(to)) = (uri.host.address(), view.invite.record().to) else {
        // A name, or no captured destination: that it is the P-CSCF cannot be told.
        return Look::Open;
    };
    if SocketAddr::new(host, uri.port_or_default()) == to {
        return Look::Holds;
    }
    let text =
        format!("the first Route {} is not the P-CSCF `{to}` that the INVITE was sent to", quoted(route));
    view.broken("route/p-cscf-missing", Name::Route, text, help)
}

fn access_network_is_told(view: &View<'_, '_>) -> Look {
    if view.message().has(Name::PAccessNetworkInfo) {
        return Look::Holds;
    }
    if view.security == ImsSecurity::Giba {
        return Look::Open;
    }
    let text = "the INVITE has no P-Access-Network-Info";
    view.broken_or_cut(
        "p-access-network-info/missing",
        Name::PAccessNetworkInfo,
        text,
        "tell the access network",
    )
}

fn security_is_agreed(view: &View<'_, '_>) -> Look {
    if view.security != ImsSecurity::Aka {
        return Look::Open;
    }
    let Some(registration) = view.registration.filter(|known| !known.security_server.is_empty()) else {
        return Look::Open;
    };
    let message = view.message();
    let help = "answer the security agreement of the registration in every request (RFC 3329)";
    for (name, code) in [
        (Name::Require, "require/sec-agree-missing"),
        (Name::ProxyRequire, "proxy-require/sec-agree-missing"),
    ] {
        if !message.lists_token(name, "sec-agree") {
            return view.broken_or_cut(
                code,
                name,
                &format!("{} does not list `sec-agree`", name.canonical()),
                help,
            );
        }
    }
    if !message.has(Name::SecurityVerify) {
        let text = "the INVITE has no Security-Verify";
        return view.broken_or_cut("security-verify/missing", Name::SecurityVerify, text, help);
    }
    let told = registration.security_server.iter().map(Vec::as_slice);
    if same_security_mechanisms(message.values(Name::SecurityVerify), told) {
        return Look::Holds;
    }
    let text = "Security-Verify differs from the Security-Server list of the registration".to_owned();
    view.broken("security-verify/differs", Name::SecurityVerify, text, help)
}

fn from_is_registered(view: &View<'_, '_>) -> Look {
    if from_is_anonymous(view.invite) {
        return Look::Open;
    }
    let Some(uri) = view.invite.from_uri() else { return Look::Open };
    let configured = view.context.registered_identities.iter().map(String::as_bytes);
    let learnt = view.registration.iter().flat_map(|known| {
        let associated = known.associated.iter().filter_map(|value| Some(NameAddr::parse(value).ok()?.uri));
        std::iter::once(known.identity.as_slice()).chain(associated)
    });
    let mut identities = configured.chain(learnt).peekable();
    if identities.peek().is_none() {
        return Look::Open;
    }
    let is_known = identities
        .filter_map(|identity| Uri::parse(identity).ok())
        .any(|identity| same_address_of_record(&identity, &uri));
    if is_known {
        return Look::Holds;
    }
    let text = format!("From {} is no identity that was registered", quoted(uri.text()));
    view.broken(
        "from/not-registered",
        Name::From,
        text,
        "use a registered public identity, or an anonymous From",
    )
}

fn call_id_is_its_own(view: &View<'_, '_>) -> Look {
    let Some(registration) = view.registration else { return Look::Open };
    if *registration.call_id != *view.invite.session.call.call_id {
        return Look::Holds;
    }
    let text = "the Call-ID is that of the registration".to_owned();
    view.broken(
        "call-id/of-the-registration",
        Name::CallId,
        text,
        "use a Call-ID of its own for each session",
    )
}

fn request_may_travel(view: &View<'_, '_>) -> Look {
    match view.message().first(Name::MaxForwards).map(max_forwards) {
        Some(Ok(0)) => {
            let text = "Max-Forwards is `0`: the first proxy refuses the INVITE".to_owned();
            view.broken("max-forwards/zero", Name::MaxForwards, text, "begin with 70")
        }
        Some(Ok(_)) => Look::Holds,
        _ => Look::Open,
    }
}
