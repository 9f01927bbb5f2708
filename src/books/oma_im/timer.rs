//! 6.2.1.1-ok1: the session timer as each 2xx sets it, seen in who refreshes and who hangs up (RFC 4028).

use super::evidence::quoted;
use super::stored::{OkOnly, was_answered};
use crate::clause::{Finding, Verdicts, Witness};
use crate::message::Name;
use crate::message::headers::{Refresher, SessionExpires};
use crate::session::{Dialog, Direction, Few, Record, Session, Step};
use crate::source::Time;

pub(super) const EXPLAIN: &str = "A session whose other end has vanished is cleared when its interval runs out unrefreshed, \
    which works only if both ends count.\n\n\
    The interval begins when the 2xx is received and anew with the 2xx to each refresh; a 2xx without Session-Expires ends \
    it. With the client as refresher, an UPDATE or re-INVITE of the client has to be sent before it runs out, and accepted. \
    With the server as refresher, the server refreshes, or the client sends BYE in the last min(32, interval/3) seconds. \
    An interval that the end of the dialog or of the capture cuts short decides nothing. `context.clock_tolerance` seconds \
    are allowed.";

pub(super) const VERDICTS: Verdicts = Verdicts {
    pass: "every interval that was captured to its end was refreshed, or ended by a BYE in time where the server failed to",
    fail: "an interval ran out with the dialog alive and no refresh, or no BYE where the server was to refresh",
    not_applicable: "no 2xx carried Session-Expires, or the INVITE ended in a final failure",
    inconclusive: "no 2xx was captured; the dialog or the capture ends before an interval does; there are no times; \
        something was lost",
};

/// Who has to refresh, seen from the client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Duty {
    Client,
    Server,
}

/// A running interval.
#[derive(Clone, Copy)]
struct Interval<'s> {
    set_by: &'s Record,
    start: Time,
    seconds: f64,
    duty: Duty,
}

impl Interval<'_> {
    fn age(&self, now: Time) -> f64 {
        now.seconds_since(self.start)
    }

    /// RFC 4028 10: when the party that does not refresh is to hang up.
    fn bye_from(&self) -> f64 {
        self.seconds - (self.seconds / 3.0).min(32.0)
    }
}

pub(super) fn session_timer_runs(session: &Session<'_>, witness: &mut Witness<'_>) {
    if !was_answered(session, witness, OkOnly::Yes) {
        return;
    }
    let mut timed = false;
    let mut decided = false;
    for dialog in session.dialogs() {
        let mut watch = Watch {
            session,
            dialog: &dialog,
            asked: Few::default(),
            interval: None,
            refused: None,
            timed: false,
            decided: false,
        };
        watch.run(witness);
        timed |= watch.timed;
        decided |= watch.decided;
    }
    if decided || !witness.is_clean() {
        return;
    }
    if timed {
        witness.doubt("the dialog or the capture ends before the session interval does");
    } else if session.has_losses() {
        witness.doubt("a message was lost by the capture: it may have carried Session-Expires");
    } else {
        witness.not_applicable("the 200 had no Session-Expires");
    }
}

/// Follows the timer of one dialog.
struct Watch<'w, 's> {
    session: &'w Session<'s>,
    dialog: &'w Dialog<'w, 's>,
    /// Times of the requests that may refresh, by CSeq number and direction of their answer.
    asked: Few<(Option<u32>, bool), Time>,
    interval: Option<Interval<'s>>,
    /// A refresh of the client that was refused, in the running interval.
    refused: Option<&'s Record>,
    timed: bool,
    decided: bool,
}

impl<'s> Watch<'_, 's> {
    fn run(&mut self, witness: &mut Witness<'_>) {
        let tolerance = witness.context().clock_tolerance;
        let mut ended = None;
        let dialog = self.dialog;
        for &step in dialog.steps() {
            if step.record.is("BYE") {
                ended = Some(step);
                break;
            }
            let is_refresh = step.record.concerns("INVITE") || step.record.concerns("UPDATE");
            if is_refresh
                && step.record.is_request()
                && let Some(time) = step.record.time
            {
                self.asked.insert_new((step.record.cseq(), step.direction == Direction::Sent), time);
            }
            match step.record.status().filter(|_| is_refresh) {
                Some(200..=299) => self.accepted(&step, tolerance, witness),
                // RFC 3261 12.2.1.2, RFC 4028 10: after these the dialog is over for both, timer or not.
                Some(408 | 481) => return,
                Some(300..=699) if step.direction == Direction::Received => self.refused = Some(step.record),
                _ => {}
            }
        }
        match ended {
            Some(bye) => self.hung_up(&bye, tolerance, witness),
            None => self.left_open(tolerance, witness),
        }
    }

    /// A 2xx to the INVITE or to a refresh: judges the interval it ends, and begins the next.
    fn accepted(&mut self, step: &Step<'s>, tolerance: f64, witness: &mut Witness<'_>) {
        let request_is_clients = step.direction == Direction::Received;
        if let (Some(interval), Some(now)) = (self.interval, step.record.time) {
            // The refresh counts from its request, which is what shows the client's clock.
            let asked = self.asked.get(&(step.record.cseq(), request_is_clients)).copied().unwrap_or(now);
            self.refreshed(&interval, asked, request_is_clients, step.record, tolerance, witness);
        }
        self.refused = None;
        self.interval = self.begin(step, request_is_clients, witness);
    }

    fn begin(
        &mut self,
        step: &Step<'s>,
        request_is_clients: bool,
        witness: &mut Witness<'_>,
    ) -> Option<Interval<'s>> {
        let value = match SessionExpires::of(&step.record.message)? {
            Ok(value) => value,
            Err(_) => {
                witness.doubt("the Session-Expires of the 2xx cannot be read");
                return None;
            }
        };
        self.timed = true;
        let Some(start) = step.record.time else {
            witness.doubt("the input has no times, which the session timer is judged by");
            return None;
        };
        // RFC 4028 9: the roles are those of the transaction, anew with each refresh.
        let duty = match (value.refresher, request_is_clients) {
            (Some(Ok(Refresher::Uac)), true) | (Some(Ok(Refresher::Uas)), false) => Duty::Client,
            (Some(Ok(Refresher::Uas)), true) | (Some(Ok(Refresher::Uac)), false) => Duty::Server,
            (None | Some(Err(_)), _) => {
                witness.doubt("the Session-Expires of the 2xx names no refresher");
                return None;
            }
        };
        Some(Interval { set_by: step.record, start, seconds: f64::from(value.seconds), duty })
    }

    fn refreshed(
        &mut self,
        interval: &Interval<'s>,
        asked: Time,
        by_client: bool,
        answer: &'s Record,
        tolerance: f64,
        witness: &mut Witness<'_>,
    ) {
        let late = interval.age(asked) >= interval.seconds + tolerance;
        match (interval.duty, by_client) {
            (Duty::Client, _) if late => {
                self.fail("session-timer/refresh-too-late", interval, answer, witness);
            }
            (Duty::Client, true) | (Duty::Server, false) if !late => {
                self.decided = true;
                witness.held();
            }
            (Duty::Server, _) if late => self.fail("session-timer/no-bye", interval, answer, witness),
            // Refreshed by the one who need not: the interval decides nothing about the other.
            _ => {}
        }
    }

    fn hung_up(&mut self, bye: &Step<'s>, tolerance: f64, witness: &mut Witness<'_>) {
        let (Some(interval), Some(now)) = (self.interval, bye.record.time) else { return };
        let age = interval.age(now);
        let late = age >= interval.seconds + tolerance;
        match interval.duty {
            Duty::Client if late => self.fail(self.why_unrefreshed(), &interval, bye.record, witness),
            Duty::Server if late => self.fail("session-timer/no-bye", &interval, bye.record, witness),
            Duty::Server if bye.direction == Direction::Sent && age >= interval.bye_from() - tolerance => {
                self.decided = true;
                witness.held_with("the server did not refresh, and the client sent BYE in time");
            }
            Duty::Client | Duty::Server => {}
        }
    }

    /// No BYE was captured: the interval is over if the capture goes on long enough.
    fn left_open(&mut self, tolerance: f64, witness: &mut Witness<'_>) {
        let Some(interval) = self.interval else { return };
        let Some(now) = self.session.others.now() else { return };
        if interval.age(now) < interval.seconds + tolerance {
            return;
        }
        let last = self.session.call.records.last().unwrap_or(interval.set_by);
        let code = match interval.duty {
            Duty::Client => self.why_unrefreshed(),
            Duty::Server => "session-timer/no-bye",
        };
        self.fail(code, &interval, last, witness);
    }

    /// Whether the client sent a refresh while the interval ran.
    fn asked_in(&self, interval: &Interval<'s>) -> bool {
        self.dialog.steps().any(|step| {
            (step.sends("UPDATE") || step.sends("INVITE"))
                && step.record.order > interval.set_by.order
                && step.record.time.is_some_and(|time| interval.age(time) < interval.seconds)
        })
    }

    fn why_unrefreshed(&self) -> &'static str {
        if self.refused.is_some() { "session-timer/refresh-refused" } else { "session-timer/no-refresh" }
    }

    fn fail(
        &mut self,
        code: &'static str,
        interval: &Interval<'s>,
        last: &'s Record,
        witness: &mut Witness<'_>,
    ) {
        if self.session.has_losses() {
            return witness.doubt("a message was lost by the capture: it may have been the refresh");
        }
        if code == "session-timer/no-refresh" && self.asked_in(interval) {
            return witness.doubt("the client asked for a refresh in time; its answer was not captured");
        }
        let seconds = interval.seconds;
        let text = match code {
            "session-timer/refresh-too-late" => {
                format!("the refresh came only after the session interval of `{seconds}` s had run out")
            }
            "session-timer/refresh-refused" => {
                format!("the only refresh was refused, and the session interval of `{seconds}` s ran out")
            }
            "session-timer/no-bye" => {
                format!(
                    "the server did not refresh within `{seconds}` s, and the client did not send BYE by then"
                )
            }
            _ => format!("the session interval of `{seconds}` s ran out without a refresh by the client"),
        };
        let mut finding = Finding::new(code, interval.set_by.place_of(Name::SessionExpires), text);
        finding = match (code, self.refused) {
            ("session-timer/no-bye", _) => finding
                .help("without a refresh, send BYE shortly before the interval ends; RFC 4028 10 itself only recommends it"),
            (_, Some(refused)) => finding
                .help("after a 422, refresh again with the interval it asks for")
                .related(refused.place_of_start(), format!("refused: {}", quoted(refused.message.start_line().of(refused.message.bytes())))),
            _ => finding.help("send UPDATE or a re-INVITE at half of the interval"),
        };
        if !std::ptr::eq(last, interval.set_by) {
            finding = finding.related(last.place_of_start(), "the dialog was still alive here");
        }
        self.decided = true;
        witness.broken(finding);
    }
}
