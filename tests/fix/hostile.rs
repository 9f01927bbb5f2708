//! Texts that are hardly any: every byte that no fix is about stays.

use sipclause::books::oma_im::BOOK;
use sipclause::fix::{Asked, Edit, Refusal, Trust, apply, mend, proposals};
use sipclause::verdict::Policy;

use super::mended;

const HEAD: &str = "INVITE sip:b@example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
    Max-Forwards: 70\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.org>\r\nCall-ID: c1\r\n\
    CSeq: 1 INVITE\r\nContact: <sip:a@192.0.2.1>;+g.oma.sip-im\r\n";

fn fixed(text: &[u8]) -> Vec<u8> {
    mended(text, &Policy::default(), Trust::Guesses).text
}

/// Whether every byte of `text` stands in `longer`, in its order.
fn is_within(text: &[u8], longer: &[u8]) -> bool {
    let mut bytes = longer.iter();
    text.iter().all(|wanted| bytes.any(|byte| byte == wanted))
}

#[test]
fn bytes_outside_of_utf_8_stay() {
    let text =
        [HEAD.as_bytes(), b"Subject: \xff\xfe\x00\x80\r\nAccept-Contact: *;+g.oma.sip-im\r\n\r\n\xc3\x28"]
            .concat();
    let after = fixed(&text);
    let holds = |part: &[u8]| after.windows(part.len()).any(|window| window == part);
    assert!(holds(b"\xff\xfe\x00\x80") && holds(b"\xc3\x28") && holds(b"+g.oma.sip-im;explicit"));
}

#[test]
fn long_lines_and_many_of_them_stay() {
    let long = "x".repeat(200_000);
    let many: String = (0..3000).map(|number| format!("X-{number}: {number}\r\n")).collect();
    let text = format!("{HEAD}Subject: {long}\r\n{many}Allow: INVITE\r\n\r\n");
    let after = fixed(text.as_bytes());
    assert!(is_within(text.as_bytes(), &after) && after.len() > text.len());
}

#[test]
fn a_message_that_ends_anywhere_is_no_trouble() {
    let body = "Accept-Contact: *;+g.oma.sip-im\r\nContent-Type: multipart/mixed;boundary=b\r\nContent-Length: 9\r\n\r\n\
        --b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\ns=\r\nm=message 9 MSRP/TCP x\r\na=path:msrp://h/;tcp\r\n--b";
    let text = format!("# from=192.0.2.1:5060\r\n{HEAD}{body}");
    for end in 0..=text.len() {
        let cut = &text.as_bytes()[..end];
        if sipclause::fix::refused(cut).is_ok() {
            fixed(cut);
        }
    }
}

#[test]
fn line_ends_marks_comments_and_what_stands_between_messages_stay() {
    let wire = format!("{HEAD}Accept-Contact: *;+g.oma.sip-im\r\nContent-Length: 0\r\n\r\n");
    let unix = wire.replace("\r\n", "\n");
    let other = wire.replace("c1", "c2");
    let wanted = "Accept-Contact: *;+g.oma.sip-im;explicit";
    for text in [
        format!("\u{feff}{unix}"),
        format!("# first\n\n{unix}\n\n---\n# second\n{}\n\n", other.replace("\r\n", "\n")),
        format!("# first\r\n\r\n{wire}\r\n\r\n---\r\n{other}\r\n \t\r\n"),
        // One line alone with CRLF makes a text of CRLF, in which the others are as they are.
        unix.replacen('\n', "\r\n", 1),
    ] {
        let policy = Policy { select: select("6.2.1.1-1"), ..Policy::default() };
        let after = String::from_utf8(mended(text.as_bytes(), &policy, Trust::Safe).text).unwrap();
        assert_eq!(after, text.replace("Accept-Contact: *;+g.oma.sip-im", wanted));
    }
}

fn select(id: &str) -> Vec<sipclause::verdict::Selector> {
    vec![sipclause::verdict::Selector::parse(id, &[&BOOK]).unwrap()]
}

#[test]
fn folded_lines_and_compact_forms_stay_as_they_are_written() {
    let text = format!("{HEAD}x : 1800\r\n ;refresher=uas\r\nk:\r\n\tpath\r\nl: 0\r\n\r\n");
    let policy = Policy { ..Policy::default() };
    let after = String::from_utf8(mended(text.as_bytes(), &policy, Trust::Safe).text).unwrap();
    assert!(after.contains("x : 1800\r\n ;refresher=uac\r\nk:\r\n\tpath, timer\r\nl: 0\r\n"), "{after}");
}

#[test]
fn a_fix_that_makes_another_clause_fail_is_undone_and_told() {
    let body = "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n\
        c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n\r\n--b--\r\n";
    let text = format!("{HEAD}Content-Type: multipart/mixed;boundary=c\r\n\r\n{body}");
    let policy = Policy { select: select("6.2.1.1-7"), ..Policy::default() };
    let undone = mended(text.as_bytes(), &policy, Trust::Safe);
    assert!(undone.text == text.as_bytes() && undone.applied.is_empty());
    let [dropped] = &undone.dropped[..] else { panic!("{:?}", undone.dropped) };
    assert_eq!(dropped.fix.code, "multipart/boundary-not-in-body");
    assert!(dropped.why.starts_with("6.2.1.2-3 would be fail: "), "{}", dropped.why);
}

#[test]
fn copies_of_a_message_are_mended_alike() {
    let once = format!("{HEAD}Accept-Contact: *;+g.oma.sip-im\r\nContent-Length: 0\r\n\r\n");
    let after = String::from_utf8(fixed(format!("{once}{once}").as_bytes())).unwrap();
    let (first, second) = after.split_at(after.len() / 2);
    assert_eq!(first, second);
}

#[test]
fn what_is_no_text_of_messages_is_refused_with_a_reason() {
    let policy = Policy::default();
    let asked = Asked { policy: &policy, book: &BOOK, trust: Trust::Safe };
    let refused = |text: &[u8]| mend(text, &asked).unwrap_err();
    assert_eq!(refused(b"\x1f\x8b\x08\0"), Refusal::Packed);
    assert_eq!(
        refused(&[b"\xd4\xc3\xb2\xa1\x02\0\x04\0".as_slice(), &[0; 16]].concat()),
        Refusal::Capture("pcap")
    );
    assert!(matches!(refused(b"\x89PNG\r\n"), Refusal::NoSip(_)));
    let log = std::fs::read(super::at("docs/demo/sipp.log")).ok();
    assert!(log.is_none_or(|log| matches!(refused(&log), Refusal::Log(_))));
    assert!(refused(b"\x1f\x8b").to_string().contains("unpack it first"));
}

#[test]
fn a_text_with_thousands_of_faults_comes_to_an_end() {
    let session = |number: usize| {
        let head = HEAD.replace("c1", &format!("c{number}"));
        format!("{head}Accept-Contact: *;+g.oma.sip-im\r\nUser-Agent: x\r\nContent-Length: 7\r\n\r\n")
    };
    let text: String = (0..300).map(session).collect();
    let policy = Policy { select: select("6.2.1.1-*"), ..Policy::default() };
    let mended = mended(text.as_bytes(), &policy, Trust::Safe);
    assert!(mended.applied.len() >= 900, "{}", mended.applied.len());
}

#[test]
fn a_proposal_alone_is_sound_too() {
    let text = format!("{HEAD}Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n")
        .replace("\r\n", "\n");
    let policy = Policy::default();
    let asked = Asked { policy: &policy, book: &BOOK, trust: Trust::Safe };
    let found = proposals(text.as_bytes(), &asked).unwrap();
    let wrap = found.iter().find(|fix| fix.code == "content-type/not-multipart").unwrap();
    assert_eq!(&text[wrap.place.range()], "application/sdp");
    let after = apply(text.as_bytes(), &wrap.edits);
    let length =
        |edit: &Edit| edit.replacement.iter().all(u8::is_ascii_digit) && !edit.replacement.is_empty();
    assert!(wrap.edits.iter().any(length), "Content-Length goes with the body");
    let left = proposals(&after, &asked).unwrap();
    assert!(
        left.iter()
            .all(|fix| fix.code != "content-type/not-multipart" && fix.code != "content-length/mismatch")
    );
}
