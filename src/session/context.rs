//! What the wire cannot tell: the `context` of the configuration, ready for use.
//!
//! Text becomes typed values here, so that a bad URI or address is found when it is read and not when a
//! clause stumbles over it. Where each value stood in its file is the reader's business (`config`).

use std::net::{IpAddr, SocketAddr};

use regex::bytes::Regex;

use super::scenario::Scenario;

/// All keys of `context`; the default is what an empty configuration gives.
#[derive(Clone, Debug)]
pub struct Context {
    /// The scenario of single sessions: Call-ID or glob, scenario.
    pub scenarios: Vec<(Glob, Scenario)>,
    /// The clients under test; empty: the sender of the first hop.
    pub clients: Vec<PartyPattern>,
    /// What counts as towards the IM Server.
    pub next_hops: Vec<PartyPattern>,
    /// The Conference-factory-URIs of the home network.
    pub conference_factory_uris: Vec<String>,
    /// Pre-established groups: URIs or globs.
    pub pre_established_groups: Vec<Glob>,
    /// The intended recipient of a one-to-one session.
    pub intended_recipient: Option<String>,
    /// The users invited to a conference.
    pub expected_invitees: Vec<String>,
    /// MAX-ADHOC-GROUP-SIZE.
    pub max_adhoc_group_size: Option<u64>,
    /// Whether the inviter counts towards it.
    pub count_inviter: bool,
    /// Whether the user asked for anonymity.
    pub anonymity: Anonymity,
    /// The release product token of the User-Agent; `None`: its value is not known.
    pub user_agent_release: Option<Regex>,
    /// Whether the SIP/IP Core is an IMS.
    pub ims: Ims,
    /// How the client secures its access to it.
    pub ims_security: ImsSecurity,
    /// Service-Route of the registration; empty: learnt from a captured REGISTER.
    pub service_route: Vec<String>,
    /// The public identities that are registered.
    pub registered_identities: Vec<String>,
    /// The home domain.
    pub home_domain: Option<String>,
    /// Seconds allowed on timer verdicts.
    pub clock_tolerance: f64,
}

impl Context {
    /// The release token that `user_agent_release` means when nothing is configured.
    pub const DEFAULT_RELEASE: &str = r"IM-client/OMA[0-9]+\.[0-9]+";
}

impl Default for Context {
    fn default() -> Self {
        Self {
            scenarios: Vec::new(),
            clients: Vec::new(),
            next_hops: Vec::new(),
            conference_factory_uris: Vec::new(),
            pre_established_groups: Vec::new(),
            intended_recipient: None,
            expected_invitees: Vec::new(),
            max_adhoc_group_size: None,
            count_inviter: false,
            anonymity: Anonymity::Auto,
            user_agent_release: release_pattern(Self::DEFAULT_RELEASE).ok(),
            ims: Ims::Auto,
            ims_security: ImsSecurity::Auto,
            service_route: Vec::new(),
            registered_identities: Vec::new(),
            home_domain: None,
            clock_tolerance: 2.0,
        }
    }
}

/// Compiles `user_agent_release`: the pattern has to match the whole product token.
///
/// # Errors
/// What the regular expression engine says of a bad pattern.
pub fn release_pattern(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

/// Text in which `*` stands for any run of characters and `?` for one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Glob(pub String);

impl Glob {
    /// Whether the whole of `text` matches; linear in pattern times text, without recursion.
    pub fn matches(&self, text: &str) -> bool {
        let (pattern, text) = (self.0.as_bytes(), text.as_bytes());
        let (mut p, mut t) = (0, 0);
        let mut star = None;
        while t < text.len() {
            match pattern.get(p) {
                Some(b'*') => {
                    star = Some((p, t));
                    p += 1;
                }
                Some(&byte) if byte == b'?' || byte == text[t] => {
                    p += 1;
                    t += 1;
                }
                _ => match star {
                    Some((at, from)) => {
                        (p, t) = (at + 1, from + 1);
                        star = Some((at, t));
                    }
                    None => return false,
                },
            }
        }
        pattern[p..].iter().all(|&byte| byte == b'*')
    }

    /// Whether it has a wildcard at all.
    pub fn is_pattern(&self) -> bool {
        self.0.contains(['*', '?'])
    }
}

/// An address, a range of addresses, or a URI that names a party.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PartyPattern {
    /// `192.0.2.4`, `2001:db8::/32`: any port.
    Range {
        /// First address of the range.
        base: IpAddr,
        /// Number of leading bits that count.
        bits: u8,
    },
    /// `192.0.2.4:5060`: that port alone.
    Address(SocketAddr),
    /// `sip:alice@example.com`, or a host name.
    Name(String),
}

impl PartyPattern {
    /// Reads an address, an address with port, a CIDR range, a URI or a host name.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
        if let Ok(base) = bare.parse::<IpAddr>() {
            return Ok(Self::Range { base, bits: if base.is_ipv4() { 32 } else { 128 } });
        }
        if let Some((base, bits)) = text.split_once('/')
            && let Ok(base) = base.parse::<IpAddr>()
        {
            let most = if base.is_ipv4() { 32 } else { 128 };
            return match bits.parse::<u8>() {
                Ok(bits) if bits <= most => Ok(Self::Range { base, bits }),
                _ => Err(format!("`{bits}` is no prefix length of 0 to {most}")),
            };
        }
        if text.is_empty() || text.contains(char::is_whitespace) {
            return Err(format!("`{text}` is no address, range or URI"));
        }
        Ok(Self::Name(text.to_owned()))
    }

    /// Whether `address` lies in it; a name holds no address.
    pub fn holds(&self, address: SocketAddr) -> bool {
        match self {
            Self::Address(own) => *own == address,
            Self::Range { base, bits } => same_prefix(*base, address.ip().to_canonical(), *bits),
            Self::Name(_) => false,
        }
    }
}

fn same_prefix(one: IpAddr, other: IpAddr, bits: u8) -> bool {
    let bits = u32::from(bits);
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            (one.to_bits() ^ other.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            (one.to_bits() ^ other.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

/// `context.anonymity`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Anonymity {
    /// From the message: Privacy or an anonymous From.
    #[default]
    Auto,
    /// The user asked for it.
    Requested,
    /// The user did not.
    NotRequested,
}

/// `context.ims`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Ims {
    /// From the message: P- headers and security agreement.
    #[default]
    Auto,
    /// The core is no IMS.
    None,
    /// 3GPP IMS.
    ThreeGpp,
    /// 3GPP2 IMS.
    ThreeGpp2,
}

/// `context.ims_security`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ImsSecurity {
    /// From the message: Security-Verify means AKA.
    #[default]
    Auto,
    /// IMS AKA with IPsec.
    Aka,
    /// SIP digest.
    Digest,
    /// SIP digest over TLS.
    Tls,
    /// GPRS-IMS-Bundled Authentication.
    Giba,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_whole_texts() {
        assert!(Glob("sip:*@groups.example.com".into()).matches("sip:friends@groups.example.com"));
        assert!(!Glob("sip:*@groups.example.com".into()).matches("sip:friends@groups.example.com.org"));
        assert!(Glob("a?c*".into()).matches("abc"));
        assert!(!Glob("a".into()).matches(""));
        assert!(Glob("*".into()).matches(""));
        assert!(Glob("*ab".into()).matches("aaab"));
        assert!(Glob("a*b*c".into()).matches("aXbbbXc"));
        assert!(!Glob("a*b*c".into()).matches("aXbbbXd"));
    }

    #[test]
    fn a_glob_without_wildcards_is_no_pattern() {
        assert!(Glob("a*".into()).is_pattern() && Glob("a?".into()).is_pattern());
        assert!(!Glob("a.b".into()).is_pattern());
    }

    #[test]
    fn ranges_of_version_6_hold_their_addresses() {
        let holds =
            |range: &str, address: &str| PartyPattern::parse(range).unwrap().holds(address.parse().unwrap());
        assert!(holds("2001:db8::/32", "[2001:db8:7::1]:5060"));
        assert!(!holds("2001:db8::/32", "[2001:db9::1]:5060"));
        assert!(holds("2001:db8::1", "[2001:db8::1]:5060"));
        assert!(!holds("2001:db8::1", "[2001:db8::2]:5060"));
        assert!(holds("2001:db8::1/127", "[2001:db8::]:5060"));
        assert!(holds("::/0", "[2001:db8::1]:5060"));
        assert!(!holds("::/0", "192.0.2.1:5060"));
        // An address of version 4 in the form of version 6.
        assert!(holds("192.0.2.0/24", "[::ffff:192.0.2.7]:5060"));
        assert!(PartyPattern::parse("2001:db8::/129").is_err());
    }

    #[test]
    fn nothing_and_several_words_are_no_party() {
        assert!(PartyPattern::parse("").is_err());
        assert!(PartyPattern::parse("two words").is_err());
        assert_eq!(PartyPattern::parse(" host ").unwrap(), PartyPattern::Name("host".into()));
    }

    #[test]
    fn ranges_hold_their_addresses() {
        let range = PartyPattern::parse("192.0.2.0/24").unwrap();
        assert!(range.holds("192.0.2.77:5060".parse().unwrap()));
        assert!(!range.holds("192.0.3.77:5060".parse().unwrap()));
        assert!(PartyPattern::parse("0.0.0.0/0").unwrap().holds("8.8.8.8:1".parse().unwrap()));
        assert!(
            PartyPattern::parse("[2001:db8::1]:5060").unwrap().holds("[2001:db8::1]:5060".parse().unwrap())
        );
        assert!(PartyPattern::parse("192.0.2.0/33").is_err());
        assert_eq!(PartyPattern::parse("sip:a@b").unwrap(), PartyPattern::Name("sip:a@b".into()));
    }
}
