//! Single mistakes: what each changes in a composed flow, and what that does to the verdicts.
//!
//! Each is data: [`Step`]s on messages that are named by their part in the session, so that the same
//! mistake can be made in any flow that has such a message.

mod bodies;
mod body;
mod destination;
mod dialog;
mod extension;
mod general;
mod given;
mod ims;
mod list;
mod msrp;
mod request;
mod scene;
mod sdp;
mod session;
mod step;
mod target;
#[cfg(test)]
mod tests;
mod timer;
mod values;

use std::sync::LazyLock;

pub use self::given::Given;
pub(super) use self::scene::Scene;
pub use self::step::{Step, Target};
use super::Composed;
use crate::session::Scenario;

/// One mistake that real stacks make.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "yaml", derive(serde::Serialize))]
pub struct Fault {
    /// The name by which it is asked for: lower case, with hyphens.
    pub name: &'static str,
    /// What was done wrong, as a phrase.
    pub title: &'static str,
    /// The clauses that ask for what was not done: at most one of each subclause.
    pub breaks: Vec<&'static str>,
    /// Clauses that fail with it because they repeat the requirement.
    pub twins: Vec<&'static str>,
    /// Clauses that cannot be told any more.
    pub doubts: Vec<&'static str>,
    /// Clauses that do not apply any more.
    pub lapses: Vec<&'static str>,
    /// The scenarios in which it can be made.
    pub scenarios: Vec<&'static str>,
    /// What has to be so for it, beyond the messages.
    pub given: Vec<Given>,
    /// What is done, in order.
    pub steps: Vec<Step>,
}

/// Why a fault cannot be made in a flow: what it would change is not there.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the fault `{fault}` cannot be made here: {why}")]
pub struct Inapplicable {
    /// The fault.
    pub fault: &'static str,
    /// What is missing.
    pub why: String,
}

impl Fault {
    /// All of them, in the order of the clauses that they break.
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Fault>> = LazyLock::new(|| {
            [
                request::faults(),
                general::faults(),
                body::faults(),
                dialog::faults(),
                timer::faults(),
                ims::faults(),
                session::faults(),
                target::faults(),
                sdp::faults(),
                msrp::faults(),
                destination::faults(),
                list::faults(),
                extension::faults(),
            ]
            .concat()
        });
        &ALL
    }

    /// The fault of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|fault| fault.name == name)
    }

    /// Whether it can be made in flows of this scenario at all.
    pub fn is_of(&self, scenario: Scenario) -> bool {
        self.scenarios.contains(&scenario.name())
    }

    /// Those of `clauses` that a session of this scenario is judged by: the general ones and its own.
    pub fn of_scenario<'c>(
        clauses: &'c [&'static str],
        scenario: Scenario,
    ) -> impl Iterator<Item = &'static str> + 'c {
        let own = match scenario {
            Scenario::OneToOne => "6.2.1.2-",
            Scenario::AdHoc => "6.2.1.3-",
            Scenario::PreEstablished => "6.2.1.4-",
            Scenario::Extension => "6.2.1.5-",
        };
        clauses
            .iter()
            .copied()
            .filter(move |clause| clause.starts_with("6.2.1.1-") || clause.starts_with(own))
    }

    /// Makes the mistake in a flow.
    ///
    /// # Errors
    /// When the flow has no message, header or line that it is about.
    pub fn make_in(&self, composed: &Composed) -> Result<Composed, Inapplicable> {
        self.make_at(composed, &Scene::of(composed))
    }

    /// The same with the scene of the flow, for whoever tries many faults in it. What the placeholders mean is
    /// what the conforming flow says.
    pub(super) fn make_at(&self, composed: &Composed, scene: &Scene) -> Result<Composed, Inapplicable> {
        let inapplicable = |why: String| Inapplicable { fault: self.name, why };
        if !self.is_of(composed.scenario) {
            return Err(inapplicable(format!("it is none of {}", composed.scenario.name())));
        }
        let mut faulty = composed.clone();
        for given in &self.given {
            given.arrange(composed, scene, &mut faulty.context).map_err(inapplicable)?;
        }
        for step in &self.steps {
            step.apply(scene, &mut faulty).map_err(inapplicable)?;
        }
        Ok(faulty)
    }

    // How the tables below are written.

    /// A fault of that name, which can be made in every scenario.
    fn new(name: &'static str, title: &'static str) -> Self {
        let none = Vec::new;
        let scenarios = Scenario::ALL.map(Scenario::name).to_vec();
        Self {
            name,
            title,
            breaks: none(),
            twins: none(),
            doubts: none(),
            lapses: none(),
            scenarios,
            given: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn breaks(mut self, clauses: &[&'static str]) -> Self {
        self.breaks = clauses.to_vec();
        self
    }

    fn twins(mut self, clauses: &[&'static str]) -> Self {
        self.twins = clauses.to_vec();
        self
    }

    fn doubts(mut self, clauses: &[&'static str]) -> Self {
        self.doubts = clauses.to_vec();
        self
    }

    fn lapses(mut self, clauses: &[&'static str]) -> Self {
        self.lapses = clauses.to_vec();
        self
    }

    fn only(mut self, scenarios: &[Scenario]) -> Self {
        self.scenarios = scenarios.iter().map(|scenario| scenario.name()).collect();
        self
    }

    fn needs(self, target: Target) -> Self {
        self.given(Given::Message(target))
    }

    fn told(self) -> Self {
        self.given(Given::ScenarioTold)
    }

    fn given(mut self, given: Given) -> Self {
        self.given.push(given);
        self
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}
