//! The torture messages of RFC 4475 and RFC 5118 earn the complaints their sections tell, and no other.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sipclause::message::Message;
use sipclause::message::syntax::{Carriage, Complaint, ComplaintKind, complaints};

/// Every file of both folders, with the codes of its complaints in order of place.
const EXPECTED: &[(&str, &[&str])] = &[
    ("torture-rfc4475/badaspec.dat", &["to/malformed"]),
    ("torture-rfc4475/badbranch.dat", &["via/branch-empty"]),
    ("torture-rfc4475/baddate.dat", &["date/malformed"]),
    ("torture-rfc4475/baddn.dat", &["from/malformed", "to/malformed", "header-line/no-empty-line"]),
    ("torture-rfc4475/badvers.dat", &["start-line/version"]),
    ("torture-rfc4475/bcast.dat", &[]),
    ("torture-rfc4475/clerr.dat", &["content-length/mismatch"]),
    ("torture-rfc4475/cparam01.dat", &[]),
    ("torture-rfc4475/cparam02.dat", &[]),
    ("torture-rfc4475/esc01.dat", &[]),
    ("torture-rfc4475/esc02.dat", &[]),
    ("torture-rfc4475/escnull.dat", &[]),
    ("torture-rfc4475/escruri.dat", &["uri/headers"]),
    (
        "torture-rfc4475/insuf.dat",
        &["from/missing", "to/missing", "call-id/missing", "max-forwards/missing", "contact/missing"],
    ),
    ("torture-rfc4475/intmeth.dat", &[]),
    ("torture-rfc4475/invut.dat", &[]),
    ("torture-rfc4475/ltgtruri.dat", &["uri/malformed", "via/branch-missing"]),
    ("torture-rfc4475/lwsdisp.dat", &[]),
    ("torture-rfc4475/lwsruri.dat", &["start-line/spacing"]),
    ("torture-rfc4475/mismatch02.dat", &["cseq/method-mismatch"]),
    ("torture-rfc4475/noreason.dat", &[]),
    ("torture-rfc4475/novelsc.dat", &[]),
    ("torture-rfc4475/regaut01.dat", &[]),
    ("torture-rfc4475/regescrt.dat", &[]),
    (
        "torture-rfc4475/scalar02.dat",
        &["cseq/number", "max-forwards/malformed", "expires/malformed", "contact/malformed"],
    ),
    (
        "torture-rfc4475/scalarlg.dat",
        &["to/tag-missing", "cseq/number", "retry-after/malformed", "warning/malformed"],
    ),
    (
        // Of no section of the RFC: a request without version, Via and CSeq.
        "torture-rfc4475/test.dat",
        &[
            "start-line/version",
            "to/malformed",
            "from/malformed",
            "from/tag-missing",
            "header-line/no-colon",
            "via/missing",
            "cseq/missing",
            "contact/missing",
        ],
    ),
    ("torture-rfc4475/transports.dat", &[]),
    ("torture-rfc4475/trws.dat", &["start-line/spacing"]),
    ("torture-rfc4475/unkscm.dat", &[]),
    ("torture-rfc4475/unksm2.dat", &[]),
    // The topmost branch is one of RFC 2543.
    ("torture-rfc4475/wsinv.dat", &["via/branch-cookie"]),
    ("torture-rfc4475/zeromf.dat", &[]),
    ("torture-rfc5118/ipv6-bad.crlf.sip", &["uri/malformed"]),
    ("torture-rfc5118/ipv6-bad.lf.dat", &["uri/malformed"]),
    ("torture-rfc5118/ipv6-bug-abnf-3-colons.crlf.sip", &[]),
    ("torture-rfc5118/ipv6-bug-abnf-3-colons.lf.dat", &[]),
    ("torture-rfc5118/ipv6-correct-abnf-2-colons.crlf.sip", &[]),
    ("torture-rfc5118/ipv6-correct-abnf-2-colons.lf.dat", &[]),
    // RFC 5118 4.6 is about the SDP; its Content-Length of 268 is 17 octets more than the archive holds.
    ("torture-rfc5118/ipv6-in-sdp.crlf.sip", &["content-length/mismatch"]),
    ("torture-rfc5118/ipv6-in-sdp.lf.dat", &["content-length/mismatch"]),
    ("torture-rfc5118/mult-ip-in-header.crlf.sip", &[]),
    ("torture-rfc5118/mult-ip-in-header.lf.dat", &[]),
    ("torture-rfc5118/port-ambiguous.crlf.sip", &[]),
    ("torture-rfc5118/port-ambiguous.lf.dat", &[]),
    ("torture-rfc5118/port-unambiguous.crlf.sip", &[]),
    ("torture-rfc5118/port-unambiguous.lf.dat", &[]),
    ("torture-rfc5118/via-received-param-no-delim.crlf.sip", &[]),
    ("torture-rfc5118/via-received-param-no-delim.lf.dat", &[]),
];

/// Files that their RFC calls valid, or wrong for the application only.
const VALID: &[&str] = &[
    "bcast",
    "cparam01",
    "cparam02",
    "esc01",
    "esc02",
    "escnull",
    "insuf",
    "intmeth",
    "invut",
    "lwsdisp",
    "noreason",
    "novelsc",
    "regaut01",
    "regescrt",
    "transports",
    "unkscm",
    "unksm2",
    "wsinv",
    "zeromf",
    "badbranch",
];

#[test]
fn every_torture_message_earns_its_complaints() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let expected: BTreeMap<_, _> = EXPECTED.iter().copied().collect();
    let mut wrong = Vec::new();
    for folder in ["torture-rfc4475", "torture-rfc5118"] {
        let Ok(files) = std::fs::read_dir(corpus.join(folder)) else {
            println!("skipped: no corpus at {}", corpus.join(folder).display());
            continue;
        };
        let mut seen = 0;
        for file in files {
            let file = file.unwrap();
            let name = format!("{folder}/{}", file.file_name().to_string_lossy());
            let found = judge(&name, &std::fs::read(file.path()).unwrap());
            let sorted = |codes: &mut dyn Iterator<Item = &'static str>| {
                let mut codes: Vec<_> = codes.collect();
                codes.sort_unstable();
                codes
            };
            let codes = sorted(&mut found.iter().map(|complaint| complaint.code));
            match expected.get(name.as_str()) {
                None => wrong.push(format!("{name} is in no table: {codes:?}")),
                Some(&codes_wanted) if codes != sorted(&mut codes_wanted.iter().copied()) => {
                    wrong.push(format!("{name}: {found:#?}\n  wanted {codes_wanted:?}"));
                }
                Some(_) => {}
            }
            let stem = name.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap();
            if VALID.contains(&stem) {
                assert!(found.iter().all(|c| c.kind == ComplaintKind::Required), "{name}: {found:#?}");
            }
            seen += 1;
        }
        let listed = EXPECTED.iter().filter(|(name, _)| name.starts_with(folder)).count();
        assert_eq!(seen, listed, "files in {folder}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn judge(name: &str, bytes: &[u8]) -> Vec<Complaint> {
    if !name.ends_with(".lf.dat") {
        return complaints(&Message::split(bytes), Carriage::Datagram);
    }
    // The archive of RFC 5118 has line feeds alone, and not always the empty line.
    let text = String::from_utf8_lossy(bytes).replace('\n', "\r\n");
    complaints(&Message::split(text.as_bytes()), Carriage::Text)
}
