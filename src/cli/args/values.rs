//! Values that options share.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::clause::Profile;
use crate::session::Scenario;
use crate::verdict::FailOn;

/// How to tell what came out of vectors, or what two reports differ in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum Telling {
    /// Lines for people.
    Human,
    /// One JSON document.
    Json,
}

/// `--scenario`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) enum ScenarioChoice {
    /// As the session shows.
    Auto,
    /// This one.
    Forced(Scenario),
}

pub(super) fn profile() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.map(Profile::name))
        .map(|name| Profile::named(&name).expect("only the names above are possible"))
}

pub(super) fn some_scenario() -> impl TypedValueParser<Value = Scenario> {
    PossibleValuesParser::new(Scenario::ALL.map(Scenario::name))
        .map(|name| Scenario::named(&name).expect("only the names above are possible"))
}

pub(super) fn scenario() -> impl TypedValueParser<Value = ScenarioChoice> {
    PossibleValuesParser::new(["auto"].into_iter().chain(Scenario::ALL.map(Scenario::name)))
        .map(|name| Scenario::named(&name).map_or(ScenarioChoice::Auto, ScenarioChoice::Forced))
}

pub(super) fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(["shall", "should", "inconclusive", "never"]).map(|name| match name.as_str() {
        "should" => FailOn::Should,
        "inconclusive" => FailOn::Inconclusive,
        "never" => FailOn::Never,
        _ => FailOn::Shall,
    })
}
