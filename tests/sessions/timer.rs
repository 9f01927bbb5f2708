//! 6.2.1.1-ok1 over refreshes, roles and ends. The 200 comes at 0.5 s and says 90 s, so that the interval
//! runs out at 90.5 s, and a BYE of the party that need not refresh is due from 60.5 s on.

use super::NO_IMS;
use super::flow::{IDENTITY, Msg, invite, to_bob};
use super::said::{outcome, outcome_with_loss, session, session_of};

const TIMER: &str = "6.2.1.1-ok1";

fn started(refresher: &str) -> Vec<Msg> {
    let first = to_bob();
    vec![first.clone(), first.accepted(0.5, "b").expires(90, refresher), first.acked(0.6, "b")]
}

fn sent(seconds: f64, method: &str, cseq: u32) -> Msg {
    to_bob().inside(seconds, &format!("{method} {IDENTITY}"), "b", cseq)
}

fn verdict(more: &[Msg], refresher: &str) -> &'static str {
    session(&[started(refresher), more.to_vec()].concat(), NO_IMS).of_clause(TIMER)
}

/// A refresh by the client and its 2xx.
fn refreshed(seconds: f64, cseq: u32, refresher: &str) -> [Msg; 2] {
    let update = sent(seconds, "UPDATE", cseq);
    [update.clone(), update.reply(seconds + 0.1, "200 OK", "").expires(90, refresher)]
}

/// A refresh by the server and the client's 2xx.
fn refreshed_by_peer(seconds: f64, cseq: u32, refresher: &str) -> [Msg; 2] {
    let update = to_bob().peer_sends(seconds, "UPDATE", "b", cseq);
    [update.clone(), update.reply(seconds + 0.1, "200 OK", "").expires(90, refresher)]
}

#[test]
fn a_refresh_in_time_passes() {
    assert_eq!(verdict(&refreshed(45.0, 2, "uac"), "uac"), "pass");
}

#[test]
fn no_refresh_while_the_dialog_lives_fails() {
    assert_eq!(verdict(&[sent(200.0, "MESSAGE", 2)], "uac"), "fail");
}

#[test]
fn a_dialog_that_ends_before_its_interval_decides_nothing() {
    assert_eq!(verdict(&[sent(40.0, "BYE", 2)], "uac"), "inconclusive");
    assert_eq!(verdict(&[], "uac"), "inconclusive");
}

#[test]
fn a_refresh_whose_answer_was_not_captured_decides_nothing() {
    assert_eq!(verdict(&[sent(45.0, "UPDATE", 2), sent(200.0, "MESSAGE", 3)], "uac"), "inconclusive");
}

#[test]
fn a_refresh_answered_481_ends_the_dialog_before_the_interval() {
    let update = sent(45.0, "UPDATE", 2);
    let gone = update.reply(45.1, "481 Call/Transaction Does Not Exist", "");
    let later = invite(200.0, "two", "sip:carol@example.org");
    let flow = [started("uac"), vec![update, gone, later]].concat();
    session_of("one", outcome(&flow, NO_IMS)).is(&[(TIMER, "inconclusive")]);
}

#[test]
fn a_refused_refresh_that_is_repeated_in_time_passes() {
    let update = sent(45.0, "UPDATE", 2);
    let small = update.reply(45.1, "422 Session Interval Too Small", "").row("Min-SE", "90");
    let flow = [vec![update, small], refreshed(46.0, 3, "uac").to_vec()].concat();
    assert_eq!(verdict(&flow, "uac"), "pass");
}

#[test]
fn a_422_to_a_refresh_does_not_extend_the_interval() {
    let update = sent(45.0, "UPDATE", 2);
    let small = update.reply(45.1, "422 Session Interval Too Small", "").row("Min-SE", "90");
    assert_eq!(verdict(&[update, small, sent(200.0, "MESSAGE", 3)], "uac"), "fail");
}

#[test]
fn a_refresh_by_the_server_passes_where_it_is_to_refresh() {
    assert_eq!(verdict(&refreshed_by_peer(45.0, 1, "uac"), "uas"), "pass");
}

#[test]
fn a_bye_in_the_margin_passes_where_the_server_did_not_refresh() {
    for seconds in [61.0, 75.0, 90.0] {
        assert_eq!(verdict(&[sent(seconds, "BYE", 2)], "uas"), "pass", "BYE at {seconds}");
    }
}

#[test]
fn a_bye_before_the_margin_decides_nothing() {
    for seconds in [50.0, 57.5] {
        assert_eq!(verdict(&[sent(seconds, "BYE", 2)], "uas"), "inconclusive", "BYE at {seconds}");
    }
}

#[test]
fn two_seconds_are_allowed_on_either_side_of_the_interval() {
    for (seconds, wanted) in [(89.5, "pass"), (91.5, "pass"), (93.0, "fail")] {
        assert_eq!(verdict(&refreshed(seconds, 2, "uac"), "uac"), wanted, "refresh at {seconds}");
        assert_eq!(verdict(&refreshed_by_peer(seconds, 1, "uac"), "uas"), wanted, "refresh at {seconds}");
    }
    for (seconds, wanted) in [(91.5, "inconclusive"), (93.0, "fail")] {
        assert_eq!(verdict(&[sent(seconds, "MESSAGE", 2)], "uac"), wanted, "the last sign at {seconds}");
    }
    assert_eq!(verdict(&[sent(59.0, "BYE", 2)], "uas"), "pass");
}

#[test]
fn a_refresh_counts_from_its_request() {
    let update = sent(90.0, "UPDATE", 2);
    let answer = update.reply(96.0, "200 OK", "").expires(90, "uac");
    assert_eq!(verdict(&[update, answer], "uac"), "pass");
    let update = to_bob().peer_sends(90.0, "UPDATE", "b", 1);
    let answer = update.reply(96.0, "200 OK", "").expires(90, "uac");
    assert_eq!(verdict(&[update, answer], "uas"), "pass");
}

#[test]
fn a_refresh_by_the_client_decides_nothing_where_the_server_is_to_refresh() {
    assert_eq!(verdict(&refreshed(45.0, 2, "uas"), "uas"), "inconclusive");
}

#[test]
fn a_refresh_of_the_server_answered_481_ends_the_dialog_too() {
    let update = to_bob().peer_sends(45.0, "UPDATE", "b", 1);
    let gone = update.reply(45.1, "481 Call/Transaction Does Not Exist", "");
    let later = invite(200.0, "two", "sip:carol@example.org");
    let flow = [started("uac"), vec![update, gone, later]].concat();
    session_of("one", outcome(&flow, NO_IMS)).is(&[(TIMER, "inconclusive")]);
}

#[test]
fn neither_refresh_nor_bye_by_the_end_of_the_interval_fails() {
    assert_eq!(verdict(&[sent(150.0, "MESSAGE", 2)], "uas"), "fail");
    assert_eq!(verdict(&[sent(150.0, "BYE", 2)], "uas"), "fail");
}

#[test]
fn the_roles_are_those_of_each_refresh() {
    // uac and uas of an UPDATE of the callee: the callee, and the client.
    let kept = [
        refreshed_by_peer(45.0, 1, "uac"),
        refreshed_by_peer(90.0, 2, "uas"),
        refreshed(120.0, 2, "uac"),
        [sent(150.0, "MESSAGE", 3), sent(151.0, "BYE", 4)],
    ];
    assert_eq!(verdict(&kept.concat(), "uas"), "pass");
    let broken = [refreshed_by_peer(45.0, 1, "uas"), [sent(200.0, "MESSAGE", 2), sent(201.0, "BYE", 3)]];
    assert_eq!(verdict(&broken.concat(), "uas"), "fail");
}

#[test]
fn a_2xx_without_session_expires_switches_the_timer_off() {
    let update = sent(45.0, "UPDATE", 2);
    let off = update.reply(45.1, "200 OK", "");
    assert_eq!(verdict(&[update, off, sent(400.0, "BYE", 3)], "uac"), "pass");
    let first = to_bob();
    let flow = [first.clone(), first.accepted(0.5, "b"), first.acked(0.6, "b"), sent(2000.0, "BYE", 2)];
    session(&flow, NO_IMS).is(&[(TIMER, "not-applicable")]);
}

#[test]
fn a_retransmitted_2xx_does_not_begin_a_new_interval() {
    let copy = started("uac").remove(1).at(30.0);
    let ack = sent(30.1, "ACK", 1);
    let [update, answer] = refreshed(110.0, 2, "uac");
    assert_eq!(verdict(&[copy.clone(), ack.clone(), update, answer], "uac"), "fail");
    let [update, answer] = refreshed(45.0, 2, "uac");
    assert_eq!(verdict(&[copy, ack, update, answer], "uac"), "pass");
}

#[test]
fn a_loss_may_have_been_the_refresh() {
    let outcome = outcome_with_loss(&started("uac"), &[sent(200.0, "MESSAGE", 2)], NO_IMS);
    session_of("one", outcome).is(&[(TIMER, "inconclusive")]);
}

#[test]
fn the_timer_runs_in_each_dialog_of_a_fork() {
    let first = to_bob();
    let dialog = |tag: &str| {
        let target = format!("sip:{tag}@im.example.org");
        let accepted = first.reply(0.5, "200 OK", tag).row("Contact", &format!("<{target}>"));
        [accepted.expires(90, "uac"), first.inside(0.6, &format!("ACK {target}"), tag, 1)]
    };
    let refresh = |tag: &str, cseq: u32| {
        let update = first.inside(45.0, &format!("UPDATE sip:{tag}@im.example.org"), tag, cseq);
        [update.clone(), update.reply(45.1, "200 OK", "").expires(90, "uac")]
    };
    let end = first.inside(130.0, "MESSAGE sip:x@im.example.org", "x", 9);
    let both = [dialog("x"), dialog("y"), refresh("x", 2), refresh("y", 3)].concat();
    let one = [dialog("x"), dialog("y"), refresh("x", 2)].concat();
    for (rest, wanted) in [(both, "pass"), (one, "fail")] {
        let flow = [vec![first.clone()], rest, vec![end.clone()]].concat();
        session(&flow, NO_IMS).is(&[(TIMER, wanted)]);
    }
}
