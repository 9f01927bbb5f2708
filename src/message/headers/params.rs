//! `generic-param` (RFC 3261 25.1): what may follow a header value.

use super::Malformed;
use crate::message::token::{Param, Params, is_token, quoted_string};
use crate::message::uri::Host;

/// Checks that every parameter is `name` or `name=value`, the value a token, a host or a quoted string.
///
/// # Errors
///
/// [`Malformed`] at the first parameter that is not, an empty one included.
pub fn check_generic_params(params: Params<'_>) -> Result<(), Malformed<'_>> {
    params.iter().try_for_each(|param| check_param(params, param))
}

/// Checks one parameter of `params` as [`check_generic_params`] does.
///
/// # Errors
///
/// [`Malformed`] at the parameter or its value.
pub fn check_param<'m>(params: Params<'m>, param: Param<'m>) -> Result<(), Malformed<'m>> {
    if !is_token(param.name) {
        return Err(Malformed::new(param.text, params.0, "a parameter `;name` or `;name=value`"));
    }
    match param.value {
        Some(value) if !is_generic_value(value) => {
            let expected = "a token, a host or a quoted string as parameter value";
            Err(Malformed::new(if value.is_empty() { param.text } else { value }, params.0, expected))
        }
        _ => Ok(()),
    }
}

/// `gen-value`
fn is_generic_value(value: &[u8]) -> bool {
    match value.first() {
        Some(b'"') => matches!(quoted_string(value), Ok(([], _))),
        _ => is_token(value) || Host::parse(value).is_ok(),
    }
}
