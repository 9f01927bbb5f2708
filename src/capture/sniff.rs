//! First bytes -> what kind of input it is.

use std::io::Read;

use super::Kind;
use super::input::Input;
use super::text;

/// How much is looked at.
const HEAD: usize = 64 * 1024;

/// What an input is.
pub(super) enum Sniffed {
    /// SIP text, or nothing at all.
    Sip,
    /// A capture.
    Pcap(Kind),
    /// Frames of HEP.
    #[cfg(feature = "pcap")]
    Hep,
    /// A log of a program.
    #[cfg(feature = "pcap")]
    Log(&'static super::log::Format),
    /// Something else, in words for people.
    Unknown(String),
}

/// libpcap with microseconds and nanoseconds, patched, and as Ixia's testers write it.
pub(super) const PCAP: [u32; 5] = [0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34, 0x1c00_01ac, 0x1c00_01ab];

/// Beginnings of other files, and what to say about them.
const OTHERS: &[(&[u8], &str)] = &[
    (b"\x1f\x8b", "gzip data: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "zstd data: unpack it first"),
    (b"\x04\x22\x4d\x18", "lz4 data: unpack it first"),
    (b"\xfd7zXZ\0", "xz data: unpack it first"),
    (b"BZh", "bzip2 data: unpack it first"),
    (b"PK\x03\x04", "a zip archive: unpack it first"),
    (b"\x7fELF", "an ELF program"),
    (b"MZ", "a Windows program"),
    (b"snoop\0\0\0", "a snoop capture: convert it with `editcap -F pcapng`"),
    (b"GMBU", "a Network Monitor capture: convert it with `editcap -F pcapng`"),
    (b"RTSS", "a Network Monitor capture: convert it with `editcap -F pcapng`"),
    (b"\x89PNG", "a PNG picture"),
    (b"%PDF", "a PDF document"),
    (b"\xff\xfe", "UTF-16 text: SIP text is bytes"),
    (b"\xfe\xff", "UTF-16 text: SIP text is bytes"),
];

/// Tells the kind of an input by its content.
pub(super) fn sniff<R: Read>(input: &mut Input<R>) -> Sniffed {
    if input.fill(4) >= 4
        && let Some(kind) = capture_kind(input.data())
    {
        return Sniffed::Pcap(kind);
    }
    #[cfg(feature = "pcap")]
    if input.fill(6) >= 6 && super::hep::is_hep(input.data()) {
        return Sniffed::Hep;
    }
    input.fill(HEAD);
    let head = input.data();
    #[cfg(feature = "pcap")]
    let is_packet = super::log::begins_with_heading(head);
    #[cfg(not(feature = "pcap"))]
    let is_packet = false;
    if head.is_empty() || (text::is_sip(head) && !is_packet) {
        return Sniffed::Sip;
    }
    #[cfg(feature = "pcap")]
    match super::log::kind(head) {
        super::log::Kind::Log(format) => return Sniffed::Log(format),
        super::log::Kind::Refused(what) => return Sniffed::Unknown(what.to_owned()),
        super::log::Kind::Other => {}
    }
    Sniffed::Unknown(described(head))
}

/// Words that lines of a TLS key log begin with.
const KEY_LOG: [&[u8]; 5] = [
    b"CLIENT_RANDOM ",
    b"CLIENT_HANDSHAKE_TRAFFIC_SECRET ",
    b"SERVER_HANDSHAKE_TRAFFIC_SECRET ",
    b"CLIENT_TRAFFIC_SECRET_0 ",
    b"RSA Session-ID:",
];

/// Whether the first line that is no remark is one of a key log.
fn is_key_log(head: &[u8]) -> bool {
    let mut lines = head
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty() && !line.starts_with(b"#"));
    lines.next().is_some_and(|line| KEY_LOG.iter().any(|word| line.starts_with(word)))
}

fn capture_kind(head: &[u8]) -> Option<Kind> {
    match *head.first_chunk()? {
        [0x0a, 0x0d, 0x0d, 0x0a] => Some(Kind::Pcapng),
        magic => is_pcap(magic).then_some(Kind::Pcap),
    }
}

/// The magic numbers of pcap, in either order.
fn is_pcap(magic: [u8; 4]) -> bool {
    let (one, other) = (u32::from_be_bytes(magic), u32::from_le_bytes(magic));
    PCAP.iter().any(|known| [one, other].contains(known))
}

fn described(head: &[u8]) -> String {
    if let Some((_, words)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return (*words).to_owned();
    }
    if is_key_log(head) {
        return "a TLS key log: give it with `--keylog`, beside its capture".to_owned();
    }
    let head = &head[..head.len().min(512)];
    if head.iter().all(|byte| byte.is_ascii_whitespace()) {
        return "nothing but white space".to_owned();
    }
    let controls = head.iter().filter(|&&byte| byte < 0x20 && !byte.is_ascii_whitespace()).count();
    if controls > 0 {
        let first: Vec<String> = head.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        return format!("binary data that begins with {}", first.join(" "));
    }
    match head.trim_ascii_start() {
        [b'<', ..] => "markup (XML or HTML)".to_owned(),
        [b'{' | b'[', ..] => "JSON or similar text".to_owned(),
        _ => "text without a SIP start line".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_log_is_told_from_other_text() {
        for log in
            ["CLIENT_RANDOM 00 11\n", "# SSL/TLS secrets log file\r\n\r\nCLIENT_TRAFFIC_SECRET_0 00 11\r\n"]
        {
            assert!(described(log.as_bytes()).contains("`--keylog`"), "{log}");
        }
        assert_eq!(described(b"# a list\nof words\n"), "text without a SIP start line");
    }
}
