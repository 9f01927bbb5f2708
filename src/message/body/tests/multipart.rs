use proptest::prelude::*;

use super::{NONE, codes};
use crate::message::body::boundary::Boundary;
use crate::message::body::content_type::MediaType;
use crate::message::body::multipart::Multipart;
use crate::message::{LineFault, Name, Wholeness};

fn read<'m>(media: &'m str, body: &'m str) -> Multipart<'m> {
    let media = MediaType::parse(media.as_bytes()).unwrap();
    Multipart::parse(body.as_bytes(), &media, Wholeness::Whole, 100)
}

fn boundary_codes(parameter: &str) -> Vec<&'static str> {
    let media = format!("multipart/mixed{parameter}");
    let media = MediaType::parse(media.as_bytes()).unwrap();
    match Boundary::of(&media) {
        Ok(boundary) => boundary.defects().map(|defect| defect.code).collect(),
        Err(defect) => vec![defect.code],
    }
}

const B: &str = "multipart/mixed; boundary=b";

#[test]
fn boundaries_of_sip_tokens_need_no_quotes_and_others_do() {
    for good in [";boundary=b", ";BOUNDARY=\"b\"", ";boundary=a'b+c_d-e.f", ";boundary=\"(a),b/c:d=e? f\""] {
        assert_eq!(boundary_codes(good), NONE, "{good}");
    }
    for bare in [";boundary=a:b", ";boundary=a=b", ";boundary=a b", ";boundary=(a)", ";boundary=a/b"] {
        assert_eq!(boundary_codes(bare), ["boundary/needs-quotes"], "{bare}");
    }
}

#[test]
fn broken_boundaries_are_told_apart() {
    assert_eq!(boundary_codes(""), ["boundary/missing"]);
    assert_eq!(boundary_codes(";charset=x"), ["boundary/missing"]);
    assert_eq!(boundary_codes(";boundary"), ["boundary/empty"]);
    assert_eq!(boundary_codes(";boundary="), ["boundary/empty"]);
    assert_eq!(boundary_codes(";boundary=\"\""), ["boundary/empty"]);
    assert_eq!(boundary_codes(";boundary=\"b"), ["boundary/unbalanced-quotes"]);
    assert_eq!(boundary_codes(";boundary=b\""), ["boundary/unbalanced-quotes"]);
    assert_eq!(boundary_codes(";boundary=b*"), ["boundary/bad-character"]);
    assert_eq!(boundary_codes(";boundary=\"b \""), ["boundary/ends-in-space"]);
    assert_eq!(boundary_codes(&format!(";boundary={}", "b".repeat(70))), NONE);
    assert_eq!(boundary_codes(&format!(";boundary={}", "b".repeat(71))), ["boundary/too-long"]);
}

#[test]
fn a_quoted_boundary_with_a_backslash_means_what_it_escapes() {
    let multipart = read("multipart/mixed;boundary=\"a\\-b\"", "--a-b\r\n\r\nx\r\n--a-b--");
    assert_eq!((multipart.parts[0].body, multipart.is_sound()), (&b"x"[..], true));
}

#[test]
fn the_line_end_before_a_delimiter_belongs_to_it() {
    let multipart = read(B, "--b\r\n\r\nv=0\r\n\r\n--b--\r\n");
    assert_eq!(multipart.parts[0].body, b"v=0\r\n");
    let multipart = read(B, "--b\r\n\r\nv=0\r\n--b--");
    assert_eq!(multipart.parts[0].body, b"v=0");
}

#[test]
fn preamble_and_epilogue_are_no_parts() {
    let multipart = read(B, "before\r\nit\r\n--b\r\nSubject: x\r\n\r\ny\r\n--b--\r\nbehind\r\n--b\r\n");
    assert_eq!(multipart.preamble, b"before\r\nit");
    assert_eq!(multipart.epilogue, b"behind\r\n--b\r\n");
    assert_eq!((multipart.parts.len(), codes(&multipart.defects)), (1, NONE.to_vec()));
}

#[test]
fn a_longer_line_is_text_and_noted() {
    let multipart = read(B, "--b\r\n\r\n--b10\r\n--b--x\r\n--B--\r\n--b--");
    assert_eq!(multipart.parts[0].body, b"--b10\r\n--b--x\r\n--B--");
    assert_eq!(codes(&multipart.defects), ["multipart/longer-delimiter"]);
    assert!(multipart.is_sound());
}

#[test]
fn white_space_behind_a_delimiter_is_tolerated_and_noted() {
    let multipart = read(B, "--b \t\r\n\r\nx\r\n--b-- \r\n");
    assert_eq!((multipart.parts[0].body, multipart.closed), (&b"x"[..], true));
    assert_eq!(codes(&multipart.defects), ["multipart/padding"]);
}

#[test]
fn bare_line_feeds_are_read_and_noted_once() {
    let multipart = read(B, "--b\nSubject: x\n\ny\n--b\n\nz\n--b--\n");
    let bodies: Vec<_> = multipart.parts.iter().map(|part| part.body).collect();
    assert_eq!(bodies, [b"y", b"z"]);
    assert_eq!(codes(&multipart.defects), ["multipart/bare-line-feed"]);
}

#[test]
fn a_body_without_its_delimiters_is_a_fault_where_it_shows() {
    let without = read(B, "v=0\r\n--c\r\n--c--");
    assert_eq!(codes(&without.defects), ["multipart/boundary-not-in-body"]);
    assert_eq!(without.defects[0].at, b"--c");
    assert_eq!(codes(&read(B, "").defects), ["multipart/boundary-not-in-body"]);
    let open = read(B, "--b\r\n\r\nx\r\n--b\r\n\r\nlast\r\n");
    assert_eq!((open.parts.len(), open.parts[1].body, open.parts[1].closed), (2, &b"last\r\n"[..], false));
    assert_eq!(
        (codes(&open.defects), open.defects[0].at),
        (vec!["multipart/no-close-delimiter"], &b"last"[..])
    );
    assert_eq!(codes(&read(B, "--b--\r\n").defects), ["multipart/no-part"]);
}

#[test]
fn a_cut_body_leaves_its_end_open_without_a_fault() {
    let media = MediaType::parse(B.as_bytes()).unwrap();
    for body in ["", "--", "--b\r\nContent-Ty", "--b\r\n\r\nx\r\n--b-"] {
        let multipart = Multipart::parse(body.as_bytes(), &media, Wholeness::Cut, 100);
        assert_eq!(multipart.defects.iter().filter(|d| d.is_doubt()).count(), 1, "{body}");
        assert_eq!(multipart.defects.iter().filter(|d| d.is_fault()).count(), 0, "{body}");
    }
    let whole = Multipart::parse(b"--b\r\n\r\nx\r\n--b--", &media, Wholeness::Cut, 100);
    assert!(whole.is_sound());
}

#[test]
fn headers_of_a_part_fold_and_may_be_none() {
    let multipart =
        read(B, "--b\r\nContent-Type : text/x;\r\n charset=y\r\nno header\r\n\r\nz\r\n--b\r\n\r\n\r\n--b--");
    let part = multipart.parts[0];
    assert_eq!(part.header(Name::ContentType), Some(&b"text/x;\r\n charset=y"[..]));
    assert_eq!(part.header_lines().nth(1).unwrap().fault, Some(LineFault::NoColon));
    assert_eq!(codes(&multipart.defects), ["part/bad-header"]);
    assert_eq!((multipart.parts[1].header_lines().count(), multipart.parts[1].body), (0, &b""[..]));
}

#[test]
fn parts_over_the_limit_are_left_alone_and_that_is_said() {
    let media = MediaType::parse(B.as_bytes()).unwrap();
    let body = "--b\r\n\r\nx\r\n".repeat(5) + "--b--";
    let multipart = Multipart::parse(body.as_bytes(), &media, Wholeness::Whole, 3);
    assert_eq!((multipart.parts.len(), codes(&multipart.defects)), (3, vec!["multipart/too-many-parts"]));
}

fn header_lines() -> impl Strategy<Value = String> {
    proptest::collection::vec("[A-Za-z-]{1,12}: [ -~]{0,20}", 0..4)
        .prop_map(|lines| lines.into_iter().map(|line| line + "\r\n").collect())
}

proptest! {
    #[test]
    fn what_was_put_together_comes_apart_again(
        boundary in "[A-Za-z0-9'()+_,./:=? -]{0,30}[A-Za-z0-9'()+_,./:=?-]",
        preamble in proptest::option::of("[ -~]{0,20}"),
        parts in proptest::collection::vec((header_lines(), proptest::collection::vec(any::<u8>(), 0..60)), 1..5),
        epilogue in proptest::option::of("[ -~\r\n]{0,20}"),
    ) {
        let dashed = format!("--{boundary}").into_bytes();
        let begins = |text: &[u8]| text.split(|&b| b == b'\n').any(|line| line.starts_with(&dashed));
        prop_assume!(!begins(preamble.as_deref().unwrap_or_default().as_bytes()));
        prop_assume!(parts.iter().all(|(headers, content)| !begins(headers.as_bytes()) && !begins(content)));
        let mut body = Vec::new();
        if let Some(preamble) = &preamble {
            body.extend_from_slice(preamble.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        for (headers, content) in &parts {
            body.extend_from_slice(&dashed);
            body.extend_from_slice(b"\r\n");
            body.extend_from_slice(headers.as_bytes());
            body.extend_from_slice(b"\r\n");
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(&dashed);
        body.extend_from_slice(b"--");
        if let Some(epilogue) = &epilogue {
            body.extend_from_slice(b"\r\n");
            body.extend_from_slice(epilogue.as_bytes());
        }
        let media = format!("multipart/mixed;boundary=\"{boundary}\"");
        let media = MediaType::parse(media.as_bytes()).unwrap();
        let read = Multipart::parse(&body, &media, Wholeness::Whole, 100);
        prop_assert_eq!(codes(&read.defects), NONE);
        prop_assert_eq!(read.preamble, preamble.as_deref().unwrap_or_default().as_bytes());
        prop_assert_eq!(read.epilogue, epilogue.as_deref().unwrap_or_default().as_bytes());
        let again: Vec<_> = read
            .parts
            .iter()
            .map(|part| (String::from_utf8(part.headers.to_vec()).unwrap(), part.body.to_vec()))
            .collect();
        prop_assert_eq!(again, parts);
    }
}
