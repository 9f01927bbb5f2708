//! The words of protocols, which tell nothing of anybody.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether it is such a word, however it is capitalised.
pub(super) fn is_protocol(word: &[u8]) -> bool {
    static WORDS: LazyLock<HashSet<&[u8]>> = LazyLock::new(|| {
        GROUPS.iter().flat_map(|group| group.split_ascii_whitespace()).map(str::as_bytes).collect()
    });
    const LONGEST: usize = 24;
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    WORDS.contains(&*lower)
}

/// Whether a URI begins with this word and a colon.
pub(super) fn is_scheme(word: &[u8]) -> bool {
    const SCHEMES: &[&str] = &[
        "sip", "sips", "tel", "msrp", "msrps", "im", "pres", "xmpp", "mailto", "http", "https", "urn", "cid",
        "mid", "ws", "wss", "ftp", "rtsp", "h323",
    ];
    SCHEMES.iter().any(|scheme| word.eq_ignore_ascii_case(scheme.as_bytes()))
}

/// Whether it is the reason phrase that a specification suggests; another may say anything.
pub(super) fn is_reason(phrase: &[u8]) -> bool {
    REASONS.iter().any(|known| phrase.eq_ignore_ascii_case(known.as_bytes()))
}

/// RFC 3261 21, and the status codes of its extensions.
const REASONS: &[&str] = &[
    "Trying",
    "Ringing",
    "Call Is Being Forwarded",
    "Queued",
    "Session Progress",
    "Early Dialog Terminated",
    "OK",
    "Accepted",
    "No Notification",
    "Multiple Choices",
    "Moved Permanently",
    "Moved Temporarily",
    "Use Proxy",
    "Alternative Service",
    "Bad Request",
    "Unauthorized",
    "Payment Required",
    "Forbidden",
    "Not Found",
    "Method Not Allowed",
    "Not Acceptable",
    "Proxy Authentication Required",
    "Request Timeout",
    "Gone",
    "Conditional Request Failed",
    "Request Entity Too Large",
    "Request-URI Too Long",
    "Unsupported Media Type",
    "Unsupported URI Scheme",
    "Bad Extension",
    "Extension Required",
    "Session Interval Too Small",
    "Interval Too Brief",
    "Bad Location Information",
    "Anonymity Disallowed",
    "Temporarily Unavailable",
    "Call/Transaction Does Not Exist",
    "Call Leg/Transaction Does Not Exist",
    "Loop Detected",
    "Too Many Hops",
    "Address Incomplete",
    "Ambiguous",
    "Busy Here",
    "Request Terminated",
    "Not Acceptable Here",
    "Bad Event",
    "Request Pending",
    "Undecipherable",
    "Security Agreement Required",
    "Server Internal Error",
    "Internal Server Error",
    "Not Implemented",
    "Bad Gateway",
    "Service Unavailable",
    "Server Time-out",
    "Server Timeout",
    "Version Not Supported",
    "Message Too Large",
    "Precondition Failure",
    "Busy Everywhere",
    "Decline",
    "Declined",
    "Does Not Exist Anywhere",
];

/// Sorted by where they come from.
const GROUPS: &[&str] = &[
    // Methods, versions, transports, schemes.
    "ack bye cancel info invite message notify options prack publish refer register subscribe update sip sips tel msrp \
     msrps tcp udp tls sctp ws wss im pres xmpp mailto http https urn cid mid",
    // Headers, their parameters and what stands in them.
    "accept alert allow anonymous asserted preferred identity associated auth authenticate authorization authentication \
     branch call called charging vector contact content disposition encoding language length transfer cseq date diversion \
     expires explicit from handling history info index join max forwards mime min organization path privacy proxy \
     rack reason record recursion recurse redirect refer referred reject replaces reply require retry route rport rseq \
     se sec sender side stale subject subscription state supported tag target timestamp to ttl user agent verify via \
     visited network warning www client id early only final both uac uas refresher maddr received lr transport phone \
     context ext isub comp sigcomp norefersub norefersup timer timers 100rel eventlist outbound gruu gr pub temp instance \
     recipient list invite invited resource message lists xml sdp application multipart mixed related alternative plain \
     text html cpim boundary charset utf 8bit 7bit binary base64 quoted printable gzip identity optional render \
     session alert icon attachment inline start feature level active pending presence reg conference dialog cause \
     protocol q850 fork sequential parallel queue critical header none history digest basic aka akav1 akav2 md5 sess \
     algorithm nonce cnonce opaque realm qop nc response username auts integrity protected yes no true false mechanism \
     ipsec 3gpp alg ealg prot esp mod trans tun spi port hmac sha des ede3 cbc aes null method methods uri isfocus audio \
     video data control duplex mobility fixed mobile automata class business personal actor attendant principal \
     description schemes language priority extensions access ieee network info utran cell wlan geran fdd tdd gstn \
     invalid localhost star",
    // The feature tags of IM and RCS.
    "g oma sip gpp iari icsi ref service rcs cpm msg largemsg filetransfer deferred session group ims mmtel iana 7 uuid imei \
     gsma ucs chat ft systems",
    // Session descriptions.
    "in ip4 ip6 as tias rs rr ct accept types wrapped max size path setup actpass passive holdconn inactive sendonly \
     recvonly sendrecv rtpmap fmtp ptime msrp rtp avp savp avpf vm imdn iscomposing mid label tls connection new existing \
     pcma pcmu telephone",
    // Resource lists and what they are named with.
    "xmlns ns rl params urn ietf cp copycontrol copy bcc cc anonymize entry display name external version utf standalone \
     xsi schemalocation w3 org 2001 xmlschema cdata doctype element amp lt gt quot apos lang",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_protocols_are_known_and_names_are_not() {
        for word in ["INVITE", "Sendrecv", "uuid", "100rel"] {
            assert!(is_protocol(word.as_bytes()), "{word}");
        }
        for word in ["alice", "bob", "example", "acme", "friends", ""] {
            assert!(!is_protocol(word.as_bytes()), "{word}");
        }
        assert!(is_scheme(b"SIP") && !is_scheme(b"sipx"));
    }
}
