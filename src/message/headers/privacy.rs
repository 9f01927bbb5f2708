//! Privacy (RFC 3323 4.2, RFC 3325 9.3).

use super::Malformed;
use crate::message::token::{first_of, is_token, same_token, trim};
use crate::message::{Message, Name};

/// The priv-values of one Privacy header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Privacy<'m> {
    /// The whole value.
    pub whole: &'m [u8],
}

/// How a Privacy header breaks its rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrivacyFault<'m> {
    /// A comma parts values; only semicolons do.
    Comma(Malformed<'m>),
    /// A value is empty or no token.
    NoToken(Malformed<'m>),
    /// A value stands there twice.
    Repeated(&'m [u8]),
    /// `none` stands beside other values.
    NoneAmongOthers(&'m [u8]),
    /// Something follows `critical`.
    CriticalNotLast(&'m [u8]),
}

impl<'m> PrivacyFault<'m> {
    /// The fault as a place and what would have fitted there.
    pub fn malformed(self) -> Malformed<'m> {
        match self {
            Self::Comma(malformed) | Self::NoToken(malformed) => malformed,
            Self::Repeated(at) => Malformed { at, expected: "each value at most once" },
            Self::NoneAmongOthers(at) => Malformed { at, expected: "`none` alone" },
            Self::CriticalNotLast(at) => Malformed { at, expected: "`critical` as the last value" },
        }
    }
}

impl<'m> Privacy<'m> {
    /// Takes a value as it is; [`Self::fault`] tells whether it is right.
    pub fn of_value(value: &'m [u8]) -> Self {
        Self { whole: trim(value) }
    }

    /// The first Privacy header of a message; `None` if there is none.
    pub fn of(message: &'m Message<'_>) -> Option<Self> {
        message.first(Name::Privacy).map(Self::of_value)
    }

    /// The priv-values between semicolons, in order, empty ones included.
    pub fn values(&self) -> impl Iterator<Item = &'m [u8]> + use<'m> {
        self.whole.split(|&b| b == b';').map(trim)
    }

    /// Whether a value is `wanted`, in any letter case. `"id"` in quotes is not `id`.
    pub fn has(&self, wanted: &str) -> bool {
        self.values().any(|value| same_token(value, wanted))
    }

    /// Whether a comma stands where only semicolons may.
    pub fn has_comma(&self) -> bool {
        first_of([b','], self.whole).is_some()
    }

    /// The first rule that is broken.
    pub fn fault(&self) -> Option<PrivacyFault<'m>> {
        if let Some(at) = first_of([b','], self.whole) {
            let expected = "semicolons between the values";
            return Some(PrivacyFault::Comma(Malformed::new(&self.whole[at..], self.whole, expected)));
        }
        if let Some(value) = self.values().find(|value| !is_token(value)) {
            return Some(PrivacyFault::NoToken(Malformed::new(
                value,
                self.whole,
                "a privacy value such as `id`",
            )));
        }
        let mut seen = std::collections::BTreeSet::new();
        let is_alone = self.values().nth(1).is_none();
        if is_alone {
            return None;
        }
        if let Some(value) = self.values().find(|value| !seen.insert(value.to_ascii_lowercase())) {
            return Some(PrivacyFault::Repeated(value));
        }
        if let Some(none) = self.values().find(|value| same_token(value, "none")) {
            return Some(PrivacyFault::NoneAmongOthers(none));
        }
        let mut behind = self.values().skip_while(|value| !same_token(value, "critical"));
        behind.next().filter(|_| behind.next().is_some()).map(PrivacyFault::CriticalNotLast)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_between_semicolons() {
        let privacy = Privacy::of_value(b" header; ID ;critical");
        assert!(privacy.has("id") && privacy.has("critical") && !privacy.has("none"));
        assert_eq!(privacy.fault(), None);
    }

    #[test]
    fn broken_rules_are_named() {
        let fault = |value: &'static [u8]| Privacy::of_value(value).fault();
        assert!(matches!(fault(b"id, header"), Some(PrivacyFault::Comma(_))));
        assert!(matches!(fault(b"\"id\""), Some(PrivacyFault::NoToken(_))));
        assert!(matches!(fault(b"id;"), Some(PrivacyFault::NoToken(_))));
        assert!(matches!(fault(b""), Some(PrivacyFault::NoToken(_))));
        assert_eq!(fault(b"id;ID"), Some(PrivacyFault::Repeated(b"ID")));
        assert_eq!(fault(b"id;none"), Some(PrivacyFault::NoneAmongOthers(b"none")));
        assert_eq!(fault(b"critical;id"), Some(PrivacyFault::CriticalNotLast(b"critical")));
        assert_eq!(fault(b"none"), None);
    }
}
