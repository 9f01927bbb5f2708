//! A flow -> what is said of its sessions.

use sipclause::books::oma_im::BOOK;
use sipclause::capture::{Event, Loss};
use sipclause::compose::Flow;
use sipclause::config::{Node, context_block};
use sipclause::run::Run;
use sipclause::verdict::{Judgement, Policy, Skipped};

use super::flow::{CLIENT, Msg, SERVER};

/// What was said of one session.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) call_id: String,
    pub(crate) scenario: &'static str,
    rulings: Vec<(&'static str, &'static str, String)>,
}

impl Said {
    fn of(judgement: &Judgement<'_>) -> Self {
        let rulings = judgement
            .rulings
            .iter()
            .map(|ruling| (ruling.clause.id.0, ruling.verdict.name(), ruling.reason.to_string()));
        Self {
            call_id: judgement.call_id.to_string(),
            scenario: judgement.scenario,
            rulings: rulings.collect(),
        }
    }

    fn ruling(&self, clause: &str) -> &(&'static str, &'static str, String) {
        self.rulings.iter().find(|(id, ..)| *id == clause).expect("the clause is in the catalogue")
    }

    /// The verdict on a clause.
    pub(crate) fn of_clause(&self, clause: &str) -> &'static str {
        self.ruling(clause).1
    }

    /// Holds verdicts against those expected.
    #[track_caller]
    pub(crate) fn is(&self, verdicts: &[(&str, &str)]) -> &Self {
        for &(clause, wanted) in verdicts {
            let (_, verdict, reason) = self.ruling(clause);
            assert_eq!(*verdict, wanted, "{clause}: {reason}");
        }
        self
    }

    /// These clauses fail and no others.
    #[track_caller]
    pub(crate) fn fails(&self, clauses: &[&str]) -> &Self {
        let failed = self.rulings.iter().filter(|(_, verdict, _)| *verdict == "fail");
        let ids: Vec<_> = failed.clone().map(|(id, ..)| *id).collect();
        assert_eq!(ids, clauses, "{:#?}", failed.collect::<Vec<_>>());
        self
    }
}

/// All that was judged, and what was not.
pub(crate) struct Outcome {
    pub(crate) sessions: Vec<Said>,
    pub(crate) skipped: Skipped,
}

/// Something that is captured, or not.
pub(crate) enum Happening<'m> {
    Message(&'m Msg),
    /// The capture lost something between client and server.
    Loss,
}

/// Judges what was captured, with those keys of `context`.
pub(crate) fn outcome_of(happenings: &[Happening<'_>], context: &str) -> Outcome {
    let node = Node::parse(context).expect("the context of a test is YAML");
    let block = context_block(&node).expect("the context of a test is one");
    let policy = Policy {
        profile: block.profile,
        scenario: block.scenario,
        context: block.context,
        ..Policy::default()
    };
    let mut sessions = Vec::new();
    let mut sink = |judgement: &Judgement<'_>| sessions.push(Said::of(judgement));
    let mut run = Run::new("flow.sip", &policy, &BOOK);
    for happening in happenings {
        match happening {
            Happening::Message(message) => {
                let flow = Flow::read(message.text().as_bytes()).expect("a message of a test is SIP");
                for packet in flow.packets() {
                    run.take(Event::Packet(packet), &mut sink);
                }
            }
            Happening::Loss => {
                let loss = Loss { time: None, from: CLIENT.parse().ok(), to: SERVER.parse().ok() };
                run.take(Event::Loss(loss), &mut sink);
            }
        }
    }
    let skipped = run.finish(&mut sink);
    Outcome { sessions, skipped }
}

/// Judges a whole flow.
pub(crate) fn outcome(flow: &[Msg], context: &str) -> Outcome {
    outcome_of(&flow.iter().map(Happening::Message).collect::<Vec<_>>(), context)
}

/// The one session of a flow.
#[track_caller]
pub(crate) fn session(flow: &[Msg], context: &str) -> Said {
    let mut sessions = outcome(flow, context).sessions;
    assert_eq!(sessions.len(), 1, "{sessions:?}");
    sessions.remove(0)
}

/// The session of that Call-ID.
#[track_caller]
pub(crate) fn session_of(call_id: &str, outcome: Outcome) -> Said {
    outcome.sessions.into_iter().find(|said| said.call_id == call_id).expect("the session was judged")
}

/// Judges a flow in which the capture loses something after `before`.
pub(crate) fn outcome_with_loss(before: &[Msg], after: &[Msg], context: &str) -> Outcome {
    let mut happenings: Vec<_> = before.iter().map(Happening::Message).collect();
    happenings.push(Happening::Loss);
    happenings.extend(after.iter().map(Happening::Message));
    outcome_of(&happenings, context)
}
