//! Header names: the long and the compact form of one header are one [`Name`].

/// A header this crate knows by name; every other one is [`Name::Other`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the variants are the header names themselves")]
pub enum Name {
    Accept,
    AcceptContact,
    AcceptEncoding,
    AcceptLanguage,
    AlertInfo,
    Allow,
    AllowEvents,
    AuthenticationInfo,
    Authorization,
    CallId,
    CallInfo,
    Contact,
    ContentDisposition,
    ContentEncoding,
    ContentId,
    ContentLanguage,
    ContentLength,
    ContentTransferEncoding,
    ContentType,
    CSeq,
    Date,
    ErrorInfo,
    Event,
    Expires,
    From,
    Identity,
    InReplyTo,
    MaxForwards,
    MimeVersion,
    MinExpires,
    MinSe,
    Organization,
    PAccessNetworkInfo,
    PAssertedIdentity,
    PAssertedService,
    PAssociatedUri,
    Path,
    PCalledPartyId,
    PChargingFunctionAddresses,
    PChargingVector,
    PEarlyMedia,
    PPreferredIdentity,
    PPreferredService,
    Priority,
    Privacy,
    ProxyAuthenticate,
    ProxyAuthorization,
    ProxyRequire,
    PVisitedNetworkId,
    RAck,
    Reason,
    RecordRoute,
    ReferredBy,
    ReferTo,
    RejectContact,
    /// The misspelt `Replace` of the change request: no such header exists.
    Replace,
    Replaces,
    ReplyTo,
    RequestDisposition,
    Require,
    RetryAfter,
    Route,
    RSeq,
    SecurityClient,
    SecurityServer,
    SecurityVerify,
    Server,
    ServiceRoute,
    SessionExpires,
    SipEtag,
    SipIfMatch,
    Subject,
    SubscriptionState,
    Supported,
    Timestamp,
    To,
    Unsupported,
    UserAgent,
    Via,
    Warning,
    WwwAuthenticate,
    /// A header outside of this list, or a line that is no header.
    Other,
}

/// In the order of the names: name, its usual spelling, its compact form (RFC 3261 7.3.3, RFC 3841 10, RFC 4028 4, RFC 6665 8.4).
static NAMES: &[(Name, &str, Option<u8>)] = &[
    (Name::Accept, "Accept", None),
    (Name::AcceptContact, "Accept-Contact", Some(b'a')),
    (Name::AcceptEncoding, "Accept-Encoding", None),
    (Name::AcceptLanguage, "Accept-Language", None),
    (Name::AlertInfo, "Alert-Info", None),
    (Name::Allow, "Allow", None),
    (Name::AllowEvents, "Allow-Events", Some(b'u')),
    (Name::AuthenticationInfo, "Authentication-Info", None),
    (Name::Authorization, "Authorization", None),
    (Name::CallId, "Call-ID", Some(b'i')),
    (Name::CallInfo, "Call-Info", None),
    (Name::Contact, "Contact", Some(b'm')),
    (Name::ContentDisposition, "Content-Disposition", None),
    (Name::ContentEncoding, "Content-Encoding", Some(b'e')),
    (Name::ContentId, "Content-ID", None),
    (Name::ContentLanguage, "Content-Language", None),
    (Name::ContentLength, "Content-Length", Some(b'l')),
    (Name::ContentTransferEncoding, "Content-Transfer-Encoding", None),
    (Name::ContentType, "Content-Type", Some(b'c')),
    (Name::CSeq, "CSeq", None),
    (Name::Date, "Date", None),
    (Name::ErrorInfo, "Error-Info", None),
    (Name::Event, "Event", Some(b'o')),
    (Name::Expires, "Expires", None),
    (Name::From, "From", Some(b'f')),
    (Name::Identity, "Identity", Some(b'y')),
    (Name::InReplyTo, "In-Reply-To", None),
    (Name::MaxForwards, "Max-Forwards", None),
    (Name::MimeVersion, "MIME-Version", None),
    (Name::MinExpires, "Min-Expires", None),
    (Name::MinSe, "Min-SE", None),
    (Name::Organization, "Organization", None),
    (Name::PAccessNetworkInfo, "P-Access-Network-Info", None),
    (Name::PAssertedIdentity, "P-Asserted-Identity", None),
    (Name::PAssertedService, "P-Asserted-Service", None),
    (Name::PAssociatedUri, "P-Associated-URI", None),
    (Name::Path, "Path", None),
    (Name::PCalledPartyId, "P-Called-Party-ID", None),
    (Name::PChargingFunctionAddresses, "P-Charging-Function-Addresses", None),
    (Name::PChargingVector, "P-Charging-Vector", None),
    (Name::PEarlyMedia, "P-Early-Media", None),
    (Name::PPreferredIdentity, "P-Preferred-Identity", None),
    (Name::PPreferredService, "P-Preferred-Service", None),
    (Name::Priority, "Priority", None),
    (Name::Privacy, "Privacy", None),
    (Name::ProxyAuthenticate, "Proxy-Authenticate", None),
    (Name::ProxyAuthorization, "Proxy-Authorization", None),
    (Name::ProxyRequire, "Proxy-Require", None),
    (Name::PVisitedNetworkId, "P-Visited-Network-ID", None),
    (Name::RAck, "RAck", None),
    (Name::Reason, "Reason", None),
    (Name::RecordRoute, "Record-Route", None),
    (Name::ReferredBy, "Referred-By", Some(b'b')),
    (Name::ReferTo, "Refer-To", Some(b'r')),
    (Name::RejectContact, "Reject-Contact", Some(b'j')),
    (Name::Replace, "Replace", None),
    (Name::Replaces, "Replaces", None),
    (Name::ReplyTo, "Reply-To", None),
    (Name::RequestDisposition, "Request-Disposition", Some(b'd')),
    (Name::Require, "Require", None),
    (Name::RetryAfter, "Retry-After", None),
    (Name::Route, "Route", None),
    (Name::RSeq, "RSeq", None),
    (Name::SecurityClient, "Security-Client", None),
    (Name::SecurityServer, "Security-Server", None),
    (Name::SecurityVerify, "Security-Verify", None),
    (Name::Server, "Server", None),
    (Name::ServiceRoute, "Service-Route", None),
    (Name::SessionExpires, "Session-Expires", Some(b'x')),
    (Name::SipEtag, "SIP-ETag", None),
    (Name::SipIfMatch, "SIP-If-Match", None),
    (Name::Subject, "Subject", Some(b's')),
    (Name::SubscriptionState, "Subscription-State", None),
    (Name::Supported, "Supported", Some(b'k')),
    (Name::Timestamp, "Timestamp", None),
    (Name::To, "To", Some(b't')),
    (Name::Unsupported, "Unsupported", None),
    (Name::UserAgent, "User-Agent", None),
    (Name::Via, "Via", Some(b'v')),
    (Name::Warning, "Warning", None),
    (Name::WwwAuthenticate, "WWW-Authenticate", None),
];

/// The names by the [`hash`] of their spellings.
static PLACES: [Name; 512] = places();

/// Of each letter the header of which it is the compact form.
static COMPACT: [Name; 256] = compact_forms();

/// The length and three letters tell all names apart. The factors were found by trying.
const fn hash(written: &[u8]) -> usize {
    let Some(last) = written.len().checked_sub(1) else { return 0 };
    let (first, middle, last) = (written[0] | 0x20, written[written.len() / 2] | 0x20, written[last] | 0x20);
    (first as usize * 9 + last as usize * 37 + middle as usize * 11 + written.len() * 28) % 512
}

const fn places() -> [Name; 512] {
    let mut places = [Name::Other; 512];
    let mut row = 0;
    while row < NAMES.len() {
        let (name, long, _) = NAMES[row];
        let place = hash(long.as_bytes());
        assert!(matches!(places[place], Name::Other), "two names have one place: other factors are needed");
        places[place] = name;
        row += 1;
    }
    places
}

const fn compact_forms() -> [Name; 256] {
    let mut forms = [Name::Other; 256];
    let mut row = 0;
    while row < NAMES.len() {
        if let (name, _, Some(letter)) = NAMES[row] {
            forms[letter as usize] = name;
            forms[letter.to_ascii_uppercase() as usize] = name;
        }
        row += 1;
    }
    forms
}

impl Name {
    /// The header of this written name, long or compact, in any letter case.
    pub fn of(written: &[u8]) -> Self {
        if let [letter] = written {
            return COMPACT[usize::from(*letter)];
        }
        let name = PLACES[hash(written)];
        let Some((_, long, _)) = NAMES.get(name as usize) else { return Self::Other };
        // The usual spelling is the usual one.
        let is_same = long.as_bytes() == written || long.as_bytes().eq_ignore_ascii_case(written);
        if is_same { name } else { Self::Other }
    }

    /// The usual spelling of the long form; `"?"` for [`Name::Other`].
    pub fn canonical(self) -> &'static str {
        NAMES.get(self as usize).map_or("?", |row| row.1)
    }

    /// The compact form, where one is registered.
    pub fn compact(self) -> Option<char> {
        NAMES.get(self as usize).and_then(|row| row.2).map(char::from)
    }

    /// Every known name, in alphabetical order.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|row| row.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_and_long_forms_are_one_name() {
        assert_eq!(Name::of(b"i"), Name::CallId);
        assert_eq!(Name::of(b"CALL-id"), Name::CallId);
        assert_eq!(Name::of(b"A"), Name::AcceptContact);
        assert_eq!(Name::of(b"u"), Name::AllowEvents);
        assert_eq!(Name::of(b"X-Own"), Name::Other);
        assert_eq!(Name::of(b""), Name::Other);
    }

    #[test]
    fn the_rows_stand_in_the_order_of_the_names() {
        assert!(Name::all().enumerate().all(|(row, name)| name as usize == row));
        assert_eq!(Name::Other as usize, NAMES.len());
    }

    #[test]
    fn every_name_is_found_by_its_own_spellings() {
        for name in Name::all() {
            assert_eq!(Name::of(name.canonical().as_bytes()), name);
            if let Some(letter) = name.compact() {
                assert_eq!(Name::of(letter.to_string().as_bytes()), name);
            }
        }
    }
}
