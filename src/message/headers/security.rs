//! Security-Client, Security-Server and Security-Verify (RFC 3329 2.2): comparing the lists.

use crate::message::token::{Param, Params, first_of, same_token, trim};

/// Whether two lists name the same mechanisms in the same order, each with the same parameters.
///
/// RFC 3329 2.3.1: a client returns in Security-Verify what Security-Server told it. The order of the
/// parameters of one mechanism does not count.
pub fn same_security_mechanisms<'a, 'b>(
    one: impl Iterator<Item = &'a [u8]>,
    other: impl Iterator<Item = &'b [u8]>,
) -> bool {
    let mut other = other;
    for mechanism in one {
        if !other.next().is_some_and(|expected| same_mechanism(mechanism, expected)) {
            return false;
        }
    }
    other.next().is_none()
}

fn same_mechanism(one: &[u8], other: &[u8]) -> bool {
    let (name, params) = parts(one);
    let (other_name, other_params) = parts(other);
    same_token(name, other_name) && (params == other_params || sorted(params) == sorted(other_params))
}

fn parts(value: &[u8]) -> (&[u8], Params<'_>) {
    let value = trim(value);
    let (name, params) = value.split_at(first_of([b';'], value).unwrap_or(value.len()));
    (trim(name), Params(params))
}

/// Names and values made comparable: quoted values keep their letter case.
fn sorted(params: Params<'_>) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let value_of = |param: Param<'_>| {
        param.value.map(|value| if param.is_quoted() { value.to_vec() } else { value.to_ascii_lowercase() })
    };
    let mut sorted: Vec<_> =
        params.iter().map(|param| (param.name.to_ascii_lowercase(), value_of(param))).collect();
    sorted.sort();
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &[&str], other: &[&str]) -> bool {
        same_security_mechanisms(one.iter().map(|v| v.as_bytes()), other.iter().map(|v| v.as_bytes()))
    }

    #[test]
    fn order_of_mechanisms_counts_and_order_of_parameters_does_not() {
        assert!(same(&["ipsec-3gpp;alg=a;spi-c=1", "tls"], &["IPSEC-3GPP; spi-c=1; alg=A", "tls"]));
        assert!(!same(&["tls", "digest"], &["digest", "tls"]));
        assert!(!same(&["tls;q=0.1"], &["tls;q=0.2"]));
        assert!(!same(&["tls"], &["tls", "digest"]));
        assert!(!same(&["tls", "digest"], &["tls"]));
    }
}
