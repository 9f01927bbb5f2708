//! Accept-Contact, which 6.2.1.1-1 gives word by word.

use super::IM_TAG;
use crate::fix::draft::{Case, Draft};
use crate::message::Name;
use crate::message::headers::{AcceptContact, Flag};

const WANTED: &str = "*;+g.oma.sip-im;explicit";

pub(in crate::fix) fn add(case: &Case<'_>) -> Option<Draft> {
    case.header(Name::AcceptContact, WANTED, &[Name::Contact, Name::AcceptContact])
}

/// Another value beside those that are there: what they ask for stays.
pub(in crate::fix) fn add_value(case: &Case<'_>) -> Option<Draft> {
    case.listed(Name::AcceptContact, WANTED, &[Name::Contact])
}

pub(in crate::fix) fn add_explicit(case: &Case<'_>) -> Option<Draft> {
    case.behind(case.at(), ";explicit")
}

pub(in crate::fix) fn explicit_is_a_flag(case: &Case<'_>) -> Option<Draft> {
    match AcceptContact::parse(case.at()).ok()?.explicit() {
        Flag::Valued(param) => case.replace(param.text, "explicit"),
        _ => None,
    }
}

pub(in crate::fix) fn explicit_once(case: &Case<'_>) -> Option<Draft> {
    match AcceptContact::parse(case.at()).ok()?.explicit() {
        Flag::Repeated(param) => case.without_param(param.text),
        _ => None,
    }
}

pub(in crate::fix) fn target_is_star(case: &Case<'_>) -> Option<Draft> {
    case.replace(AcceptContact::parse(case.at()).ok()?.target, "*")
}

/// Of Contact too: the parameter as the flag that it is to be.
pub(in crate::fix) fn tag_is_a_flag(case: &Case<'_>) -> Option<Draft> {
    case.replace_at(IM_TAG)
}

pub(in crate::fix) fn add_plus(case: &Case<'_>) -> Option<Draft> {
    case.before(case.at(), "+")
}
