//! The Request-URI that the configuration names.

use crate::fix::draft::{Case, Draft};

/// The only factory that is configured.
pub(in crate::fix) fn factory(case: &Case<'_>) -> Option<Draft> {
    match &case.context.conference_factory_uris[..] {
        [one] => case.replace(case.message().request_uri()?, one),
        _ => None,
    }
}

/// The recipient that is configured.
pub(in crate::fix) fn recipient(case: &Case<'_>) -> Option<Draft> {
    case.replace(case.message().request_uri()?, case.context.intended_recipient.as_ref()?)
}

/// The only group that is configured, if it is no pattern.
pub(in crate::fix) fn group(case: &Case<'_>) -> Option<Draft> {
    match &case.context.pre_established_groups[..] {
        [one] if !one.0.contains(['*', '?']) => case.replace(case.message().request_uri()?, &one.0),
        _ => None,
    }
}
