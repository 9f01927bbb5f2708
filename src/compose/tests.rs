//! Steps that would not conform are refused, with the reason.

use super::*;
use crate::source::Time;

fn address(text: &str) -> SipAddress {
    SipAddress::new(text).unwrap()
}

fn media() -> MsrpMedia {
    MsrpMedia::new("192.0.2.10".parse().unwrap(), 2855, "kjhd37s2s20w2a").unwrap()
}

fn client() -> Client {
    Client::new("sip:alice@example.com", "192.0.2.10:5060".parse().unwrap()).unwrap()
}

fn stage_of(client: Client) -> Stage {
    let server = Server::new("198.51.100.9:5060".parse().unwrap(), "im.example.org", media()).unwrap();
    Stage::new(client, server, Time::parse("2026-11-22T08:00:00Z").unwrap(), "s").unwrap()
}

fn to_bob() -> Invitation {
    Invitation::one_to_one(address("sip:bob@example.org"), media())
}

/// A session with this interval, just accepted.
fn accepted(stage: &mut Stage, answer: Answer) -> Dialog {
    stage.invite(to_bob()).unwrap().accept(stage, answer).unwrap()
}

#[track_caller]
fn assert_refused<T>(result: Result<T, Refused>, because: &str) {
    let Err(refused) = result else { panic!("it should be refused: {because}") };
    assert!(refused.to_string().contains(because), "{refused}");
}

#[test]
fn a_cancel_waits_for_a_provisional_response() {
    let mut stage = stage_of(client());
    assert_refused(stage.invite(to_bob()).unwrap().cancel(&mut stage), "9.1");
    let mut inviting = stage.invite(to_bob()).unwrap();
    inviting.trying(&mut stage);
    assert_eq!(inviting.cancel(&mut stage), Ok(()));
}

#[test]
fn a_reliable_response_needs_support_on_both_sides() {
    let mut stage = stage_of(client());
    let mut inviting = stage.invite(to_bob()).unwrap();
    let plain = Answer::plain;
    assert_refused(inviting.progress(&mut stage, 180, Reliability::Reliable, plain()), "100rel");
    assert_refused(inviting.progress(&mut stage, 200, Reliability::Unreliable, plain()), "no provisional");
    let mut stage = stage_of(client().supporting("100rel").unwrap());
    let mut inviting = stage.invite(to_bob()).unwrap();
    let deaf = plain().allowing(Methods::with([]));
    assert_refused(inviting.progress(&mut stage, 180, Reliability::Reliable, deaf), "PRACK");
    assert_eq!(inviting.progress(&mut stage, 180, Reliability::Reliable, plain()), Ok(()));
}

#[test]
fn an_answer_keeps_to_what_the_invite_asked_for() {
    let mut stage = stage_of(client());
    assert_refused(Answer::plain().interval(89), "below 90");
    assert_refused(Answer::plain().setup(Setup::ActPass), "no answer");
    let active = || Answer::plain().setup(Setup::Active).unwrap();
    assert_refused(stage.invite(to_bob()).unwrap().accept(&mut stage, active()), "where the offer has it");
    let eager = Invitation::one_to_one(address("sip:bob@example.org"), media().setup(Setup::Active));
    assert_refused(stage.invite(eager).unwrap().accept(&mut stage, active()), "answered by `passive`");
    let longer = Answer::plain().interval(1801).unwrap();
    assert_refused(stage.invite(to_bob()).unwrap().accept(&mut stage, longer), "RFC 4028 9");
    let shorter = Answer::plain().interval(100).unwrap();
    let picky = to_bob().min_se(600).unwrap();
    assert_refused(stage.invite(picky).unwrap().accept(&mut stage, shorter), "RFC 4028 9");
    let mut inviting = stage.invite(to_bob()).unwrap();
    assert_refused(inviting.too_small(&mut stage, 1800), "RFC 4028 9");
    assert_refused(inviting.reject(&mut stage, 401), "for good");
}

#[test]
fn a_session_that_ran_out_is_gone() {
    let mut stage = stage_of(client());
    let mut dialog = accepted(&mut stage, Answer::plain().interval(90).unwrap());
    assert_eq!(dialog.live(&mut stage, 1000), Ok(()), "it is refreshed in time");
    stage.wait_milliseconds(91_000);
    assert_refused(dialog.refresh(&mut stage, Side::Client), "run out");
    assert_refused(dialog.live(&mut stage, 1), "run out");
    assert_refused(dialog.bye(&mut stage, Side::Client), "run out");
}

#[test]
fn only_what_the_other_side_accepts_is_sent() {
    let mut stage = stage_of(client().allowing(Methods::with([])));
    let mut dialog = accepted(&mut stage, Answer::plain().allowing(Methods::with([Method::Message])));
    assert_eq!(dialog.send(&mut stage, Side::Client, Method::Message), Ok(()));
    assert_refused(dialog.send(&mut stage, Side::Client, Method::Info), "does not accept INFO");
    assert_refused(dialog.send(&mut stage, Side::Server, Method::Message), "does not accept MESSAGE");
    assert_refused(dialog.send(&mut stage, Side::Client, Method::Bye), "not sent at will");
    assert_refused(dialog.refresh(&mut stage, Side::Server), "UPDATE");
    assert_refused(dialog.subscribe(&mut stage), "one-to-one");
}

#[test]
fn an_extension_names_the_user_of_the_session_and_another() {
    let mut stage = stage_of(client());
    let dialog = accepted(&mut stage, Answer::plain());
    let (bob, carol) = (address("sip:bob@example.org"), address("sip:carol@example.net"));
    let factory = || address("sip:conference-factory@im.example.com");
    let mut extend = |list| dialog.extend(&mut stage, factory(), list, ReplacesPlace::Header, Ok).map(|_| ());
    assert_refused(extend(RecipientList::of(bob.clone())), "at least one other");
    let others = RecipientList::of(carol.clone()).and(address("sip:dave@example.net")).unwrap();
    assert_refused(extend(others), "sip:bob@example.org");
    assert_eq!(extend(RecipientList::of(carol).and(bob).unwrap()), Ok(()));
}

#[test]
fn a_client_in_an_ims_registers_first() {
    let access = Access::new(crate::session::context::ImsSecurity::Aka, "3GPP-E-UTRAN-FDD").unwrap();
    let mut stage = stage_of(client().in_ims(access));
    assert_refused(stage.invite(to_bob()), "registers before");
    stage.register();
    assert!(stage.invite(to_bob()).is_ok());
}

#[test]
fn both_sides_have_addresses_of_one_version() {
    let server = Server::new("[2001:db8::9]:5060".parse().unwrap(), "im.example.org", media()).unwrap();
    assert_refused(Stage::new(client(), server, Time(0), "s"), "different versions");
}
