//! Which header has which grammar, and which may stand in a message once only.

use super::values;
use crate::message::Name;

/// What is known about one header.
pub(super) struct Rule {
    pub(super) name: Name,
    pub(super) shape: Shape,
    /// The code for a value that breaks the grammar.
    pub(super) malformed: &'static str,
    /// The code for a second row; empty where rows may repeat (RFC 3261 7.3.1).
    pub(super) repeated: &'static str,
}

/// Reads one value by its grammar.
pub(super) type Reader = for<'m> fn(&'m [u8]) -> values::Read<'m>;

/// How a header row is cut into values.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// The row is the value.
    One(Reader),
    /// One or more values between commas.
    Many(Reader),
    /// Values between commas, or none.
    AnyNumber(Reader),
    /// Free text, or a grammar that is not looked at.
    Free,
}

/// The rule of a header, if there is one.
pub(super) fn of(name: Name) -> Option<&'static Rule> {
    Some(&RULES[usize::from(PLACES[name as usize]).checked_sub(1)?])
}

/// Of each header the place of its rule, counted from 1; 0 without one.
static PLACES: [u8; 128] = {
    let mut places = [0; 128];
    let mut at = 0;
    while at < RULES.len() {
        places[RULES[at].name as usize] = at as u8 + 1;
        at += 1;
    }
    places
};

const fn once(name: Name, read: Reader, malformed: &'static str, repeated: &'static str) -> Rule {
    Rule { name, shape: Shape::One(read), malformed, repeated }
}

const fn list(name: Name, shape: Shape, malformed: &'static str) -> Rule {
    Rule { name, shape, malformed, repeated: "" }
}

const fn free(name: Name, repeated: &'static str) -> Rule {
    Rule { name, shape: Shape::Free, malformed: "", repeated }
}

/// The headers that clauses look at, and some that are cheap to read.
pub(super) static RULES: &[Rule] = &[
    list(Name::Accept, Shape::AnyNumber(values::media_range), "accept/malformed"),
    list(Name::AcceptContact, Shape::Many(values::caller_preference), "accept-contact/malformed"),
    list(Name::Allow, Shape::AnyNumber(values::token), "allow/malformed"),
    list(Name::AllowEvents, Shape::Many(values::token), "allow-events/malformed"),
    once(Name::CallId, values::call_id, "call-id/malformed", "call-id/repeated"),
    list(Name::Contact, Shape::Many(values::contact), "contact/malformed"),
    once(
        Name::ContentDisposition,
        values::token_and_params,
        "content-disposition/malformed",
        "content-disposition/repeated",
    ),
    once(Name::ContentLength, values::content_length, "content-length/malformed", "content-length/repeated"),
    once(Name::ContentType, values::media_type, "content-type/malformed", "content-type/repeated"),
    once(Name::CSeq, values::cseq, "cseq/malformed", "cseq/repeated"),
    once(Name::Date, values::date, "date/malformed", "date/repeated"),
    once(Name::Event, values::event, "event/malformed", "event/repeated"),
    once(Name::Expires, values::seconds, "expires/malformed", "expires/repeated"),
    once(Name::From, values::tagged_address, "from/malformed", "from/repeated"),
    once(Name::MaxForwards, values::max_forwards, "max-forwards/malformed", "max-forwards/repeated"),
    free(Name::MimeVersion, "mime-version/repeated"),
    once(Name::MinExpires, values::seconds, "min-expires/malformed", "min-expires/repeated"),
    once(Name::MinSe, values::seconds_and_params, "min-se/malformed", "min-se/repeated"),
    free(Name::Organization, "organization/repeated"),
    list(Name::PAssertedIdentity, Shape::Many(values::address), "p-asserted-identity/malformed"),
    list(Name::Path, Shape::Many(values::route), "path/malformed"),
    list(Name::PPreferredIdentity, Shape::Many(values::address), "p-preferred-identity/malformed"),
    free(Name::Priority, "priority/repeated"),
    once(Name::Privacy, values::privacy, "privacy/malformed", "privacy/repeated"),
    list(Name::ProxyRequire, Shape::Many(values::token), "proxy-require/malformed"),
    list(Name::RecordRoute, Shape::Many(values::route), "record-route/malformed"),
    once(Name::ReferredBy, values::address, "referred-by/malformed", "referred-by/repeated"),
    once(Name::ReferTo, values::address, "refer-to/malformed", "refer-to/repeated"),
    list(Name::RejectContact, Shape::Many(values::caller_preference), "reject-contact/malformed"),
    once(Name::Replaces, values::replaces, "replaces/malformed", "replaces/repeated"),
    once(Name::ReplyTo, values::address, "reply-to/malformed", "reply-to/repeated"),
    list(Name::Require, Shape::Many(values::token), "require/malformed"),
    once(Name::RetryAfter, values::retry_after, "retry-after/malformed", "retry-after/repeated"),
    list(Name::Route, Shape::Many(values::route), "route/malformed"),
    once(Name::Server, values::products, "server/malformed", "server/repeated"),
    list(Name::ServiceRoute, Shape::Many(values::route), "service-route/malformed"),
    once(
        Name::SessionExpires,
        values::seconds_and_params,
        "session-expires/malformed",
        "session-expires/repeated",
    ),
    free(Name::Subject, "subject/repeated"),
    list(Name::Supported, Shape::AnyNumber(values::token), "supported/malformed"),
    once(Name::To, values::tagged_address, "to/malformed", "to/repeated"),
    list(Name::Unsupported, Shape::Many(values::token), "unsupported/malformed"),
    once(Name::UserAgent, values::products, "user-agent/malformed", "user-agent/repeated"),
    list(Name::Via, Shape::Many(values::via), "via/malformed"),
    list(Name::Warning, Shape::Many(values::warning), "warning/malformed"),
];
