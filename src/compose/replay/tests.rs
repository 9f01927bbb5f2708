use super::*;
use crate::compose::{
    Answer, Client, Edit, Invitation, Method, Methods, MsrpMedia, Server, Side, SipAddress, Stage,
};

/// An INVITE accepted for 90 s by a server that knows MESSAGE, one refresh, and the BYE of the client.
fn flow() -> Flow {
    let media = |ip: &str| MsrpMedia::new(ip.parse().unwrap(), 2855, "kjhd37s2s20w2a").unwrap();
    let client = Client::new("sip:alice@example.com", "192.0.2.10:5060".parse().unwrap()).unwrap();
    let server =
        Server::new("198.51.100.9:5060".parse().unwrap(), "im.example.org", media("198.51.100.30")).unwrap();
    let mut stage = Stage::new(client, server, Time::from_parts(1_795_334_400, 0), "s1").unwrap();
    let bob = SipAddress::new("sip:bob@example.org").unwrap();
    let inviting =
        stage.invite(Invitation::one_to_one(bob, media("192.0.2.10")).interval(90).unwrap()).unwrap();
    let answer =
        Answer::plain().allowing(Methods::with([Method::Update, Method::Message])).interval(90).unwrap();
    let mut dialog = inviting.accept(&mut stage, answer).unwrap();
    dialog.live(&mut stage, 60).unwrap();
    dialog.bye(&mut stage, Side::Client).unwrap();
    stage.into_flow()
}

/// Start line, and number of CSeq, of each message.
fn told(flow: &Flow) -> Vec<(String, u32)> {
    let start =
        |message: &FlowMessage| text(message.bytes.split(|byte| *byte == b'\r').next().unwrap_or_default());
    let word = |line: String| {
        let words: Vec<_> = line.split(' ').collect();
        words[usize::from(words[0] == "SIP/2.0")].to_owned()
    };
    let told = |message: &FlowMessage| (word(start(message)), Fields::of(message).unwrap().number);
    flow.messages.iter().map(told).collect()
}

fn edited(at: usize, action: Action) -> Result<Flow, String> {
    let mut flow = flow();
    Edit { message: Some(at), action, keep_length: false }.apply(&mut flow)?;
    assert!(flow.messages.iter().map(|message| message.time).is_sorted());
    Ok(flow)
}

fn pairs(expected: &[(&str, u32)]) -> Vec<(String, u32)> {
    expected.iter().map(|(word, number)| ((*word).to_owned(), *number)).collect()
}

#[test]
fn a_request_that_is_not_listed_is_refused_and_the_others_count_on() {
    let flow = edited(2, Action::SendUnlisted("MESSAGE".into())).unwrap();
    let expected = [
        ("INVITE", 1),
        ("200", 1),
        ("ACK", 1),
        ("MESSAGE", 2),
        ("405", 2),
        ("UPDATE", 3),
        ("200", 3),
        ("BYE", 4),
        ("200", 4),
    ];
    assert_eq!(told(&flow), pairs(&expected));
    let allow = |at: usize| text(Message::split(&flow.messages[at].bytes).first(Name::Allow).unwrap());
    assert_eq!(
        (allow(1), allow(4)),
        ("INVITE, ACK, CANCEL, BYE, UPDATE".into(), "INVITE, ACK, CANCEL, BYE, UPDATE".into())
    );
    assert!(
        edited(0, Action::SendUnlisted("MESSAGE".into())).is_err(),
        "no Allow was heard before the INVITE"
    );
}

#[test]
fn what_was_sent_is_no_longer_listed() {
    let flow = edited(3, Action::Unlist).unwrap();
    let split = Message::split(&flow.messages[1].bytes);
    assert!(split.values(Name::Allow).all(|method| method != b"UPDATE") && split.has(Name::Allow));
    assert!(edited(5, Action::Unlist).is_ok(), "BYE is listed and can be taken out");
    assert!(edited(0, Action::Unlist).is_err());
}

#[test]
fn an_invite_of_a_live_dialog_is_refused_and_acknowledged() {
    let flow = edited(2, Action::InviteAgain).unwrap();
    let expected = [
        ("INVITE", 1),
        ("200", 1),
        ("ACK", 1),
        ("INVITE", 2),
        ("482", 2),
        ("ACK", 2),
        ("UPDATE", 3),
        ("200", 3),
        ("BYE", 4),
        ("200", 4),
    ];
    assert_eq!(told(&flow), pairs(&expected));
    let fields = |at: usize| Fields::of(&flow.messages[at]).unwrap();
    assert_eq!((fields(3).to_tag, fields(3).from_tag), (String::new(), fields(0).from_tag));
    assert_eq!(fields(4).to_tag, fields(5).to_tag);
    assert_ne!(fields(4).to_tag, fields(1).to_tag);
}

#[test]
fn what_outlasts_the_interval_comes_ten_seconds_later() {
    let bye = |flow: &Flow| flow.messages[5].time.unwrap();
    let late = edited(5, Action::Outlast).unwrap();
    assert_eq!(bye(&late), bye(&flow()).plus_seconds(100));
    assert!(edited(1, Action::Outlast).is_err(), "no interval runs before the 200");
}

#[test]
fn what_is_hastened_overtakes_other_sessions_alone() {
    let mut two = flow();
    let mut other = two.messages[0].clone();
    other.bytes = text(&other.bytes).replace("Call-ID: ", "Call-ID: other").into_bytes();
    other.time = two.messages[4].time.map(|time| time.plus_seconds(5));
    two.messages.insert(5, other);
    let hasten = |at| Edit { message: Some(at), action: Action::Hasten, keep_length: false };
    hasten(6).apply(&mut two).unwrap();
    let words: Vec<_> = told(&two).into_iter().map(|(word, _)| word).collect();
    assert_eq!(words[4..], ["200", "BYE", "200", "INVITE"]);
    assert_eq!(two.messages[5].time, two.messages[4].time.map(|time| time.plus_seconds(1)));
    assert!(hasten(0).apply(&mut two).is_err(), "nothing came before the first message");
}

#[test]
fn a_diverted_request_takes_its_route_along() {
    let new = (std::net::Ipv4Addr::new(203, 0, 113, 20), std::net::Ipv6Addr::LOCALHOST);
    let mut flow = flow();
    let line = "Route: <sip:198.51.100.9:5060;lr>".to_owned();
    let route = Action::Add { line, before: Some("From".into()) };
    for action in [route, Action::Divert(new.0, new.1)] {
        Edit { message: Some(0), action, keep_length: false }.apply(&mut flow).unwrap();
    }
    assert_eq!(flow.messages[0].to, "203.0.113.20:5060".parse().ok());
    let split = Message::split(&flow.messages[0].bytes);
    assert_eq!(split.first(Name::Route), Some(&b"<sip:203.0.113.20:5060;lr>"[..]));
}

#[test]
fn only_the_entries_of_one_uri_stay_however_they_are_written() {
    let body = "<list>\r\n<entry uri=\"sip:a@x\"/><rl:entry uri=\"sip:b@x?Replaces=1\"><rl:display-name>B</rl:display-name>\
                </rl:entry>\r\n<entry uri=\"sip:bb@x\"><display-name>C</display-name></entry></list>";
    let left = "<list>\r\n<rl:entry uri=\"sip:b@x?Replaces=1\"><rl:display-name>B</rl:display-name></rl:entry>\r\n</list>";
    assert_eq!(only_entry(body, "sip:b@x").unwrap(), left);
    assert!(only_entry(body, "sip:c@x").is_err());
}
