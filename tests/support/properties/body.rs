//! Bodies: multiparts and their leaves, SDP with its MSRP values, resource lists.

use std::borrow::Cow;

use sipclause::message::body::content_type::{Disposition, MediaType};
use sipclause::message::body::msrp::{MsrpUri, parse_format_list, parse_path};
use sipclause::message::body::multipart::{Multipart, RawPart};
use sipclause::message::body::resource_list::ResourceList;
use sipclause::message::body::sdp::{Line, Sdp};
use sipclause::message::body::{Bodies, Defect};
use sipclause::message::{Limits, Message, Wholeness};

use super::{assert_inside, offset};

fn assert_defects_inside<'d>(whole: &[u8], defects: impl IntoIterator<Item = &'d Defect<'d>>) {
    for defect in defects {
        assert_inside(whole, defect.at, defect.code);
    }
}

/// The first line is a Content-Type value, the rest a body: the parts stand in it in order, and between two of
/// them a delimiter.
pub(super) fn multipart(bytes: &[u8]) {
    let line = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len());
    let (value, body) = (&bytes[..line], bytes.get(line + 1..).unwrap_or_default());
    if let Ok(media) = MediaType::parse(value) {
        media.defects().for_each(|defect| assert_inside(bytes, defect.at, defect.code));
        for (wholeness, limit) in [(Wholeness::Whole, 10_000), (Wholeness::Cut, 2)] {
            let read = Multipart::parse(body, &media, wholeness, limit);
            assert!(read.parts.len() <= limit);
            parts_are_parted_by_delimiters(body, &read);
            assert_defects_inside(bytes, &read.defects);
            assert!(read == Multipart::parse(body, &media, wholeness, limit), "the second reading differs");
        }
    }
    if let Ok(disposition) = Disposition::parse(value) {
        assert_inside(value, disposition.kind, "the disposition type");
        disposition.handling();
    }
    let message = [b"MESSAGE sip:a@b.example SIP/2.0\r\nContent-Type: ", value, b"\r\n\r\n", body].concat();
    let small = Limits { header_lines: 100, parts: 4, nesting: 3 };
    for (wholeness, limits) in [(Wholeness::Whole, Limits::DEFAULT), (Wholeness::Cut, small)] {
        leaves_stand_in_the_message(&Message::split_within(&message, wholeness, limits));
    }
}

fn parts_are_parted_by_delimiters(body: &[u8], read: &Multipart<'_>) {
    assert_inside(body, read.preamble, "the preamble");
    assert_inside(body, read.epilogue, "the epilogue");
    assert!(body.starts_with(read.preamble) && body.ends_with(read.epilogue));
    assert!(read.closed || read.epilogue.is_empty());
    let Some(boundary) = &read.boundary else {
        assert!(read.parts.is_empty());
        return;
    };
    let dashed = [b"--", boundary.value().trim_suffix_spaces()].concat();
    let mut end = read.preamble.len();
    for part in &read.parts {
        let start = offset(body, part.whole);
        let between = body[end..start].trim_ascii_start();
        assert!(between.starts_with(&dashed), "`{}` parts two parts", between.escape_ascii());
        end = start + part.whole.len();
        part_is_headers_and_body(part);
    }
}

trait TrimSuffixSpaces {
    fn trim_suffix_spaces(&self) -> &[u8];
}

impl TrimSuffixSpaces for [u8] {
    fn trim_suffix_spaces(&self) -> &[u8] {
        &self[..self.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1)]
    }
}

fn part_is_headers_and_body(part: &RawPart<'_>) {
    assert!(part.whole.starts_with(part.headers) && part.whole.ends_with(part.body));
    let between = &part.whole[part.headers.len()..part.whole.len() - part.body.len()];
    assert!(matches!(between, b"" | b"\n" | b"\r\n"), "{between:?} is the empty line of a part");
    for header in part.header_lines() {
        assert_inside(part.headers, header.line, "the line of a part header");
        assert_inside(header.line, header.name, "the name of a part header");
        assert_inside(header.line, header.value, "the value of a part header");
    }
}

fn leaves_stand_in_the_message(message: &Message<'_>) {
    let bodies = Bodies::of(message);
    let again = Bodies::of(message);
    assert!(bodies.defects == again.defects && bodies.multipart == again.multipart);
    assert_eq!(bodies.parts.len(), again.parts.len());
    assert!(bodies.parts.len() <= message.limits().parts, "more parts than the limit");
    assert_defects_inside(message.bytes(), &bodies.defects);
    for (part, second) in bodies.parts.iter().zip(&again.parts) {
        assert!(part.depth <= message.limits().nesting, "deeper than the limit");
        assert!(part.content == second.content && part.raw == second.raw);
        assert_inside(message.body(), part.raw, "the raw part");
        assert_inside(message.bytes(), part.place_of(&part.content), "the place of a part");
        match &part.content {
            Cow::Borrowed(content) => assert_eq!(*content, part.raw),
            Cow::Owned(content) => assert!(content.len() <= part.raw.len()),
        }
        // What text/plain says of a part without Content-Type stands in no message.
        part.effective_disposition();
    }
}

/// The sections make the text again; every field is a slice of it.
pub(super) fn sdp(bytes: &[u8]) {
    let sdp = Sdp::parse(bytes);
    let mut joined = sdp.session.text.to_vec();
    sdp.media.iter().for_each(|media| joined.extend_from_slice(media.text));
    assert!(joined == bytes, "the sections put together are not the text");
    assert_defects_inside(bytes, &sdp.defects);
    assert!(sdp == Sdp::parse(bytes), "the second reading differs");
    let lines: usize = sdp.media.iter().map(|media| media.lines().count()).sum();
    assert_eq!(sdp.lines().count(), lines + sdp.session.lines().count());
    sdp.lines().for_each(|line: Line<'_>| assert_inside(bytes, line.text, "the line"));
    assert_inside(bytes, sdp.origin().map_or(&[], |line| line.value), "the origin");
    for media in &sdp.media {
        assert!(media.text.starts_with(b"m="));
        let line = media.media_line();
        let fields = [line, media.media(), media.port_text(), media.proto()];
        fields.iter().for_each(|field| assert_inside(media.text, field, "the field of a media line"));
        media.formats().for_each(|format| assert_inside(line, format, "the format"));
        assert!(media.unmapped_payloads().count() <= media.formats().count());
        assert!(!media.is_msrp() || media.msrp_proto().is_some());
        let connection = sdp.connection_of(media);
        assert_inside(bytes, connection.map_or(&[], |connection| connection.address), "the address");
        for attribute in media.attributes() {
            assert_inside(attribute.line, attribute.name, "the name of an attribute");
            assert_inside(attribute.line, attribute.value.unwrap_or_default(), "the value of an attribute");
            msrp_values_are_slices(attribute.value.unwrap_or_default());
        }
    }
}

fn msrp_values_are_slices(value: &[u8]) {
    let mut before: Option<MsrpUri<'_>> = None;
    for read in parse_path(value) {
        match read {
            Ok(uri) => {
                assert!(uri.same(&uri), "same is reflexive");
                let before = before.replace(uri).unwrap_or(uri);
                assert_eq!(uri.same(&before), before.same(&uri), "same is symmetric");
                let optional = [uri.userinfo, uri.session_id].map(Option::unwrap_or_default);
                for part in [uri.scheme, uri.host, uri.transport, uri.params].iter().chain(&optional) {
                    assert_inside(uri.text, part, "the part of an MSRP URI");
                }
            }
            Err(defect) => assert_inside(value, defect.at, defect.code),
        }
    }
    for read in parse_format_list(value) {
        match read {
            Ok(entry) => {
                assert_inside(value, entry.format, "the format");
                assert_inside(value, entry.params, "the parameters of a format");
                entry.covers("text", "plain");
            }
            Err(defect) => assert_inside(value, defect.at, defect.code),
        }
    }
}

/// Entries stand in the document in order; what we call sound, another reader of XML reads too.
pub(super) fn resource_list(bytes: &[u8]) {
    let list = ResourceList::parse(bytes);
    assert!(list == ResourceList::parse(bytes), "the second reading differs");
    assert_defects_inside(bytes, &list.defects);
    let mut start = 0;
    for entry in &list.entries {
        assert!(!entry.uri.is_empty() && entry.uri.trim() == entry.uri);
        assert!(start <= entry.span.start && entry.span.end as usize <= bytes.len());
        start = entry.span.start;
        assert_inside(bytes, entry.tag, "the tag of an entry");
        assert!(entry.span.of(bytes).starts_with(entry.tag));
    }
    if list.is_sound() {
        let text = std::str::from_utf8(bytes).expect("what is sound is UTF-8");
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let document = roxmltree::Document::parse(text).expect("what is sound is well-formed");
        let entries = document.descendants().filter(|node| node.tag_name().name() == "entry").count();
        assert!(list.entries.len() <= entries, "{} entries of {entries}", list.entries.len());
    }
}
