//! A flow -> what is said of its sessions.

use sipclause::books::oma_im::BOOK;
use sipclause::capture::{Event, Loss, Packet};
use sipclause::clause::Place;
use sipclause::config::{Node, context_block};
use sipclause::run::Run;
use sipclause::verdict::{Judgement, Policy, Skipped};

use super::flow::{CLIENT, Msg, SERVER};

/// What was said of one session.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) call_id: String,
    pub(crate) scenario: &'static str,
    pub(crate) inferred: bool,
    pub(crate) user_agent: Option<String>,
    rulings: Vec<(&'static str, &'static str, String)>,
    pub(crate) findings: Vec<Found>,
}

/// What was found, and the text of the places that it points at.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) clause: &'static str,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) at: String,
    pub(crate) related: Vec<String>,
}

/// The text at a place of a session.
fn shown(judgement: &Judgement<'_>, at: Place) -> String {
    let message = judgement.messages.iter().find(|shown| shown.index == at.message);
    let bytes = message.map_or(&[][..], |shown| at.span.of(shown.bytes));
    String::from_utf8_lossy(bytes).into_owned()
}

impl Said {
    fn of(judgement: &Judgement<'_>) -> Self {
        let rulings = judgement
            .rulings
            .iter()
            .map(|ruling| (ruling.clause.id.0, ruling.verdict.name(), ruling.reason.to_string()));
        let findings = judgement.rulings.iter().flat_map(|ruling| {
            ruling.findings.iter().map(|found| Found {
                clause: ruling.clause.id.0,
                code: found.code,
                message: found.message.clone(),
                help: found.help.clone().unwrap_or_default(),
                at: shown(judgement, found.at),
                related: found.related.iter().map(|related| shown(judgement, related.at)).collect(),
            })
        });
        Self {
            call_id: judgement.call_id.to_string(),
            scenario: judgement.scenario,
            inferred: judgement.inferred,
            user_agent: judgement.user_agent.as_ref().map(ToString::to_string),
            rulings: rulings.collect(),
            findings: findings.collect(),
        }
    }

    /// The codes of what a clause found.
    pub(crate) fn codes(&self, clause: &str) -> Vec<&'static str> {
        self.findings.iter().filter(|found| found.clause == clause).map(|found| found.code).collect()
    }

    /// The only finding of a clause.
    #[track_caller]
    pub(crate) fn found(&self, clause: &str) -> &Found {
        let found: Vec<_> = self.findings.iter().filter(|found| found.clause == clause).collect();
        assert_eq!(found.len(), 1, "{clause}: {found:#?}");
        found[0]
    }

    /// Why the verdict on a clause is what it is.
    pub(crate) fn reason(&self, clause: &str) -> &str {
        &self.ruling(clause).2
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
    Packet(Packet<'static>),
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
                run.take(Event::Packet(message.packet()), &mut sink);
            }
            Happening::Packet(packet) => run.take(Event::Packet(packet.clone()), &mut sink),
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

/// Judges what was captured on the wire, where nobody says that it is about instant messaging.
pub(crate) fn outcome_on_the_wire(flow: &[Msg], context: &str) -> Outcome {
    let packets = flow.iter().map(|message| Happening::Packet(message.captured()));
    outcome_of(&packets.collect::<Vec<_>>(), context)
}

/// Judges messages of which the capture may have lost the end.
pub(crate) fn outcome_of_packets(packets: &[Packet<'static>], context: &str) -> Outcome {
    outcome_of(&packets.iter().cloned().map(Happening::Packet).collect::<Vec<_>>(), context)
}

/// Judges a text that tells neither times nor addresses.
pub(crate) fn outcome_of_bare(flow: &[Msg], context: &str) -> Outcome {
    let packets = flow.iter().map(|message| Happening::Packet(message.bare()));
    outcome_of(&packets.collect::<Vec<_>>(), context)
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
