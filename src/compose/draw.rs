//! Choices -> a plan of a scenario: what a conforming client may vary, varied.

use std::net::SocketAddr;

use super::client::Access;
use super::inviting::{Challenger, Reliability};
use super::plan::{Act, Beat, Ongoing, Outcome, Plan};
use super::{
    Answer, Choices, Client, CopyControl, ListStyle, Method, Methods, Mixed, MsrpMedia, RecipientList,
    Refused, ReplacesPlace, Server, Setup, Side, SipAddress,
};
use crate::capture::Transport;
use crate::session::Scenario;
use crate::session::context::ImsSecurity;
use crate::source::Time;

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
const WORD: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// 2026-11-22T08:00:00Z.
const START: Time = Time::from_parts(1_795_334_400, 0);

impl Plan {
    /// Draws a plan of this scenario. Every plan drawn can be composed.
    pub fn draw(scenario: Scenario, choices: &mut Choices) -> Self {
        draw(scenario, choices).expect("every choice below is one that conforms")
    }
}

fn draw(scenario: Scenario, choices: &mut Choices) -> Result<Plan, Refused> {
    let client = client(choices)?;
    let server = server(choices, &client)?;
    let list = match scenario {
        Scenario::AdHoc | Scenario::Extension => Some(list(choices)?),
        Scenario::OneToOne | Scenario::PreEstablished => None,
    };
    let target = match scenario {
        Scenario::OneToOne => SipAddress::new(format!("sip:{}@example.org", user(choices, "bob"))),
        Scenario::PreEstablished => {
            SipAddress::new(format!("sip:{}@groups.example.com", user(choices, "friends")))
        }
        Scenario::AdHoc | Scenario::Extension => SipAddress::new("sip:conference-factory@im.example.com"),
    }?;
    let ongoing =
        list.as_ref().filter(|_| scenario == Scenario::Extension).map(|list| ongoing(choices, list));
    let (interval, min_se) = timer(choices);
    let media = media(choices, &client)?;
    let body = body(choices)?;
    let registers = client.access.is_some() || choices.chance(20);
    let (before, outcome) = story(choices, scenario, &client, interval, min_se)?;
    let start = START.plus_seconds(i64::from(choices.below(86_400)));
    let salt = choices.word(WORD, 4, 8);
    let plan = Plan {
        scenario,
        client,
        server,
        start,
        salt,
        registers,
        target,
        list,
        ongoing,
        media,
        body,
        interval,
        min_se,
        before,
        outcome,
    };
    Ok(plan.over_tcp_if_long())
}

fn user(choices: &mut Choices, plain: &str) -> String {
    match choices.below(4) {
        0 => plain.to_owned(),
        1 => format!("+4930{}", choices.word("0123456789", 5, 8)),
        2 => format!("{plain}.{}", choices.word(LETTERS, 1, 9)),
        _ => choices.word(WORD, 1, 20),
    }
}

fn client(choices: &mut Choices) -> Result<Client, Refused> {
    let ip = *choices.pick(&["192.0.2.10", "192.0.2.201", "2001:db8::10"]);
    let port = *choices.pick(&[5060, 5061, 34_567]);
    let address = SocketAddr::new(ip.parse().expect("an address"), port);
    let mut client = Client::new(&format!("sip:{}@example.com", user(choices, "alice")), address)?;
    client = client.over(*choices.pick(&[Transport::Tcp, Transport::Udp]))?;
    if let Some(name) =
        *choices.pick(&[None, Some("Alice"), Some("Alice \"A.\" Example"), Some("Zoë <3, \\o/")])
    {
        client = client.named(name)?;
    }
    for product in *choices.pick(&[&[][..], &["acme/2.1"], &["acme/2.1", "core-7"]]) {
        client = client.product(product)?;
    }
    for option in ["100rel", "replaces", "gruu", "norefersub", "path"] {
        if choices.chance(50) {
            client = client.supporting(option)?;
        }
    }
    client = client.allowing(methods(choices));
    if choices.chance(30) {
        client = client.requiring_im();
    }
    if choices.chance(15) {
        client = client.anonymous();
    }
    if choices.chance(25) {
        let security = *choices.pick(&[ImsSecurity::Digest, ImsSecurity::Aka, ImsSecurity::Giba]);
        let network = "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010100010000101";
        client = client.in_ims(Access::new(security, network)?);
    }
    Ok(client)
}

fn server(choices: &mut Choices, client: &Client) -> Result<Server, Refused> {
    let (address, relay) = match client.address {
        SocketAddr::V4(_) => ("198.51.100.9:5060", "198.51.100.30"),
        SocketAddr::V6(_) => ("[2001:db8:1::9]:5060", "2001:db8:1::30"),
    };
    let id = choices.word(WORD, 14, 24);
    let media = MsrpMedia::new(relay.parse().expect("an address"), port(choices), id)?;
    let mut server = Server::new(address.parse().expect("an address"), "imserver.example.org", media)?;
    if choices.chance(60) {
        server = server.product("acme-server/4.0")?;
    }
    if client.access.is_some() || choices.chance(20) {
        server = server.service_route("scscf1.example.com:6060")?;
    }
    if choices.chance(40) {
        server = server.record_routing();
    }
    Ok(server)
}

fn methods(choices: &mut Choices) -> Methods {
    let mut all = vec![
        Method::Update,
        Method::Prack,
        Method::Notify,
        Method::Options,
        Method::Message,
        Method::Info,
        Method::Refer,
        Method::Subscribe,
    ];
    choices.shuffle(&mut all);
    all.retain(|_| !choices.chance(30));
    Methods::with(all)
}

fn list(choices: &mut Choices) -> Result<RecipientList, Refused> {
    let hosts = ["example.org", "example.net", "example.com", "[2001:db8::77]"];
    let mut list = entry(
        RecipientList::of(SipAddress::new(format!("sip:{}@example.org", user(choices, "bob")))?),
        choices,
    );
    for number in 0..=choices.below(6) {
        let plain = if number == 0 { "carol".to_owned() } else { format!("guest{number}") };
        let invited = format!("sip:{}@{}", user(choices, &plain), choices.pick(&hosts));
        // Two drawn alike are one user.
        if let Ok(longer) = list.clone().and(SipAddress::new(invited)?) {
            list = entry(longer, choices);
        }
    }
    if list.len() == 1 {
        list = list.and(SipAddress::new("sip:erin@example.com")?)?;
    }
    Ok(list.written(*choices.pick(&[
        ListStyle::Plain,
        ListStyle::Prefixed,
        ListStyle::Terse,
        ListStyle::Airy,
    ])))
}

fn entry(list: RecipientList, choices: &mut Choices) -> RecipientList {
    let copy = *choices.pick(&[CopyControl::To, CopyControl::Cc, CopyControl::Bcc, CopyControl::Unsaid]);
    let list = list.copied(copy);
    let list = if choices.chance(15) { list.anonymized() } else { list };
    match *choices.pick(&[None, Some("Bob & Sons"), Some("Zoë <z>")]) {
        Some(name) => list.named(name).expect("the names above have no control characters"),
        None => list,
    }
}

fn ongoing(choices: &mut Choices, list: &RecipientList) -> Ongoing {
    let peers: Vec<_> = list.uris().collect();
    Ongoing {
        peer: (*choices.pick(&peers)).clone(),
        invited_by: *choices.pick(&[Side::Client, Side::Server]),
        place: *choices.pick(&[ReplacesPlace::Header, ReplacesPlace::ListEntry]),
    }
}

fn timer(choices: &mut Choices) -> (u32, Option<u32>) {
    let interval = *choices.pick(&[1800, 90, 91, 600, 3600, 86_400]);
    let min_se = choices.chance(30).then(|| choices.within(90, interval));
    (interval, min_se)
}

fn port(choices: &mut Choices) -> u16 {
    match choices.below(4) {
        0 => 2855,
        _ => u16::try_from(choices.within(1024, 65_535)).expect("a port"),
    }
}

fn media(choices: &mut Choices, client: &Client) -> Result<MsrpMedia, Refused> {
    let id = format!("{}{}", choices.word(WORD, 14, 20), choices.pick(&["", "a/b", "+=._~-"]));
    let mut media = MsrpMedia::new(client.address.ip(), port(choices), id)?;
    let types = choices.pick::<&[&str]>(&[
        &["message/cpim", "text/plain"],
        &["message/cpim"],
        &["message/cpim", "text/*", "image/jpeg"],
        &["message/cpim", "*"],
    ]);
    media = media.accepting(types)?;
    if choices.chance(30) {
        media = media.accepting_wrapped(&["text/plain", "application/im-iscomposing+xml"])?;
    }
    if choices.chance(30) {
        media = media.max_size(u64::from(choices.within(1, 10_000_000)));
    }
    if let Some(setup) = *choices.pick(&[None, Some(Setup::ActPass), Some(Setup::Active)]) {
        media = media.setup(setup);
    }
    for attribute in ["sendrecv", "label:1", "x-acme:7 8"] {
        if choices.chance(15) {
            media = media.attribute(attribute)?;
        }
    }
    media = if choices.chance(20) { media.connection_at_media() } else { media };
    media = if choices.chance(15) { media.secure() } else { media };
    Ok(if choices.chance(10) { media.with_audio(49_170) } else { media })
}

fn body(choices: &mut Choices) -> Result<Mixed, Refused> {
    let boundary = match choices.below(4) {
        0 => "im-boundary".to_owned(),
        1 => choices.word(WORD, 1, 70),
        2 => format!("=_{}?.:/(b)", choices.word(WORD, 1, 30)),
        _ => format!("a b{}", choices.word("'+_-. ", 0, 10).trim_end()),
    };
    let mut body = Mixed::new(boundary)?;
    if choices.chance(20) {
        body = body.preamble("This is a message in several parts.")?;
    }
    if choices.chance(20) {
        body = body.epilogue("The end.")?;
    }
    if choices.chance(30) {
        body = body.first_message("Hi, are you there?")?;
    }
    body = if choices.chance(30) { body.sdp_last() } else { body };
    body = if choices.chance(30) { body.explicit_disposition() } else { body };
    Ok(if choices.chance(30) { body.quoted() } else { body })
}

fn story(
    choices: &mut Choices,
    scenario: Scenario,
    client: &Client,
    interval: u32,
    min_se: Option<u32>,
) -> Result<(Vec<Beat>, Outcome), Refused> {
    let mut before = Vec::new();
    let mut allows_prack = true;
    let mut asked = interval.max(min_se.unwrap_or_default());
    if choices.chance(20) {
        before.push(Beat::Challenge(*choices.pick(&[Challenger::Server, Challenger::Proxy])));
    }
    if choices.chance(15) {
        asked += choices.within(1, 3600);
        before.push(Beat::TooSmall(asked));
    }
    let least = if before.iter().any(|beat| matches!(beat, Beat::TooSmall(_))) {
        asked
    } else {
        min_se.unwrap_or(90)
    };
    before.push(Beat::Trying);
    for _ in 0..choices.below(3) {
        before.push(progress(choices, client, &mut allows_prack));
    }
    let outcome = match choices.below(10) {
        8 => Outcome::Rejected(*choices.pick(&[486, 403, 404, 480, 488, 503, 600, 603])),
        9 => Outcome::Cancelled,
        _ => accepted(choices, scenario, client, (least, asked))?,
    };
    Ok((before, outcome))
}

/// A provisional response; without an Allow of its own the last one before it counts.
fn progress(choices: &mut Choices, client: &Client, allows_prack: &mut bool) -> Beat {
    let reliable = client.supports("100rel") && choices.chance(40);
    let mut allowed = vec![Method::Update, Method::Info];
    if reliable || choices.chance(50) {
        allowed.push(Method::Prack);
    }
    let mut answer = Answer::plain();
    if choices.chance(60) || (reliable && !*allows_prack) {
        *allows_prack = allowed.contains(&Method::Prack);
        answer = answer.allowing(Methods::with(allowed));
    }
    Beat::Progress {
        status: *choices.pick(&[180, 183, 181, 182]),
        reliability: if reliable { Reliability::Reliable } else { Reliability::Unreliable },
        answer,
    }
}

fn accepted(
    choices: &mut Choices,
    scenario: Scenario,
    client: &Client,
    (least, asked): (u32, u32),
) -> Result<Outcome, Refused> {
    let mut answer = Answer::plain();
    let mut allow = None;
    if !choices.chance(15) {
        let methods = methods(choices);
        answer = answer.allowing(methods.clone());
        allow = Some(methods);
    }
    if !choices.chance(25) {
        answer = answer.interval(*choices.pick(&[asked, least]))?;
    }
    let mut acts = Vec::new();
    for _ in 0..choices.below(4) {
        acts.extend(act(choices, scenario, client, allow.as_ref()));
    }
    let ended_by = *choices.pick(&[Some(Side::Client), Some(Side::Server), None]);
    Ok(Outcome::Accepted { answer, acts, ended_by })
}

/// Something that the other side accepts; nothing if there is nothing.
fn act(choices: &mut Choices, scenario: Scenario, client: &Client, allow: Option<&Methods>) -> Option<Act> {
    match choices.below(5) {
        0 => Some(Act::Live(choices.within(1, 4000))),
        1 => Some(Act::Refresh(Side::Client)),
        2 => client.allow.has(Method::Update).then_some(Act::Refresh(Side::Server)),
        3 if scenario != Scenario::OneToOne => client.allow.has(Method::Notify).then_some(Act::Subscribe),
        _ => {
            let side = *choices.pick(&[Side::Client, Side::Server]);
            let accepted = if side == Side::Client { allow? } else { &client.allow };
            let methods: Vec<_> = Method::FREE.into_iter().filter(|method| accepted.has(*method)).collect();
            (!methods.is_empty()).then(|| Act::Send(side, *choices.pick(&methods)))
        }
    }
}
