//! `tel:` URIs (RFC 3966).

use super::PARAMETER;
use super::escape::{Case, require_bytes, same_text, units};
use crate::message::headers::Malformed;
use crate::message::token::{ByteSet, Params, same_token};

/// A telephone number as a URI, or as the user part of a SIP URI with `user=phone`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TelUri<'m> {
    /// The number with its visual separators; a global one begins with `+`.
    pub number: &'m [u8],
    /// The parameters, semicolons included.
    pub params: Params<'m>,
    /// The whole URI.
    pub text: &'m [u8],
}

impl<'m> TelUri<'m> {
    /// Reads `subscriber`, the `telephone-subscriber` part of `text`.
    pub(super) fn parse(text: &'m [u8], subscriber: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let end = memchr::memchr(b';', subscriber).unwrap_or(subscriber.len());
        let (number, params) = subscriber.split_at(end);
        let digits = number.strip_prefix(b"+").unwrap_or(number);
        let is_global = digits.len() < number.len();
        let is_digit = |byte: u8| match byte {
            b'*' | b'#' => !is_global,
            _ if is_global => byte.is_ascii_digit(),
            _ => byte.is_ascii_hexdigit(),
        };
        if !digits.iter().copied().any(is_digit)
            || !digits.iter().all(|&b| is_digit(b) || is_visual_separator(b))
        {
            return Err(Malformed::new(number, text, "a telephone number"));
        }
        for param in params.split(|&b| b == b';').skip(1) {
            let name_end = memchr::memchr(b'=', param).unwrap_or(param.len());
            require_bytes(
                text,
                &param[..name_end],
                &PARAMETER_NAME,
                "the name of a telephone URI parameter",
            )?;
            if let Some(value) = param.get(name_end + 1..) {
                require_bytes(text, value, &PARAMETER_VALUE, "the value of a telephone URI parameter")?;
            }
        }
        Ok(Self { number, params: Params(params), text })
    }

    /// Whether the number is global: it begins with `+`.
    pub fn is_global(&self) -> bool {
        self.number.first() == Some(&b'+')
    }

    /// RFC 3966 4: the same URI in any order of parameters, visual separators left aside.
    pub(super) fn same(&self, other: &TelUri<'_>) -> bool {
        self.same_digits(other)
            && (self.params == other.params || self.sorted_params() == other.sorted_params())
    }

    /// Whether both name the same telephone: the number, and the context of a local one.
    pub(super) fn same_number(&self, other: &TelUri<'_>) -> bool {
        let context = |uri: &TelUri<'m>| uri.params.named("phone-context").and_then(|param| param.value);
        let other_context = other.params.named("phone-context").and_then(|param| param.value);
        self.same_digits(other)
            && match (context(self), other_context) {
                _ if self.is_global() => true,
                (Some(one), Some(other)) => plain(b"phone-context", one).eq(plain(b"phone-context", other)),
                (None, None) => true,
                _ => false,
            }
    }

    fn same_digits(&self, other: &TelUri<'_>) -> bool {
        fn digits(number: &[u8]) -> impl Iterator<Item = u8> {
            number.iter().filter(|b| !is_visual_separator(**b)).map(u8::to_ascii_lowercase)
        }
        same_text(self.number, other.number, Case::Ignored) || digits(self.number).eq(digits(other.number))
    }

    fn sorted_params(&self) -> Vec<(Vec<u16>, Option<Vec<u16>>)> {
        let mut params: Vec<_> = self
            .params
            .iter()
            .map(|param| {
                let value = param.value.map(|value| plain(param.name, value).collect());
                (units(param.name, Case::Ignored).collect(), value)
            })
            .collect();
        params.sort();
        params
    }
}

/// The comparable units of a parameter value: numbers lose their visual separators (RFC 3966 4).
fn plain<'a>(name: &[u8], value: &'a [u8]) -> impl Iterator<Item = u16> + use<'a> {
    let is_number =
        same_token(name, "ext") || same_token(name, "phone-context") && value.first() == Some(&b'+');
    units(value, Case::Ignored)
        .filter(move |&unit| !(is_number && u8::try_from(unit).is_ok_and(is_visual_separator)))
}

const fn is_visual_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'.' | b'(' | b')')
}

/// `paramchar`, and the rest of `uric`, which `isub` may hold (RFC 3966 3).
static PARAMETER_VALUE: ByteSet = PARAMETER.and(b"?@=,");
static PARAMETER_NAME: ByteSet = ByteSet::alphanumeric_and(b"-");

#[cfg(test)]
mod tests {
    use crate::message::uri::{Uri, same_uri};

    fn same(one: &str, other: &str) -> bool {
        same_uri(&Uri::parse(one.as_bytes()).unwrap(), &Uri::parse(other.as_bytes()).unwrap())
    }

    #[test]
    fn separators_letter_case_and_order_of_parameters_do_not_count() {
        assert!(same("tel:+1-201-555-0123", "TEL:+12015550123"));
        assert!(same(
            "tel:7042;ext=1-2;phone-context=Example.COM",
            "tel:7042;phone-context=example.com;ext=12"
        ));
        assert!(same("tel:863-1234;phone-context=+1-914-555", "tel:8631234;phone-context=+1914555"));
        assert!(!same("tel:+12015550123", "tel:12015550123;phone-context=+1"));
        assert!(!same("tel:+12015550123", "tel:+12015550123;ext=1"));
    }

    #[test]
    fn a_number_needs_digits() {
        for broken in ["tel:", "tel:+", "tel:+-", "tel:xyz", "tel:+1 2", "tel:+12;", "tel:+1*2"] {
            assert!(Uri::parse(broken.as_bytes()).is_err(), "{broken}");
        }
        assert!(Uri::parse(b"tel:*31#").is_ok());
    }
}
