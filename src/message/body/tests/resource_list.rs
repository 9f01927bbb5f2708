use proptest::prelude::*;

use super::{NONE, codes};
use crate::message::body::plain_list;
use crate::message::body::resource_list::{CopyControl, ResourceList};
use crate::message::body::xml::Document;

const NS: &str = "xmlns='urn:ietf:params:xml:ns:resource-lists'";

fn list(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<resource-lists {NS}><list>{inside}</list></resource-lists>\r\n"
    )
}

fn found(document: &str) -> Vec<&'static str> {
    codes(&ResourceList::parse(document.as_bytes()).defects)
}

#[test]
fn entries_are_read_with_their_place() {
    let text = list(
        "<entry uri=' sip:a@b ' xmlns:c='urn:ietf:params:xml:ns:copyControl' c:copyControl='cc' c:anonymize='true'>\
                     <display-name>A &amp; B</display-name></entry><list><entry uri='tel:+1'/></list>",
    );
    let read = ResourceList::parse(text.as_bytes());
    assert_eq!(codes(&read.defects), ["resource-list/space-around-uri"]);
    let [first, second] = &read.entries[..] else { panic!("two entries") };
    assert_eq!((&*first.uri, first.copy_control, first.anonymize), ("sip:a@b", Some(CopyControl::Cc), true));
    assert!(
        text[first.span.range()].starts_with("<entry uri=' sip")
            && text[first.span.range()].ends_with("</entry>")
    );
    assert_eq!((&text[second.span.range()], second.copy_control), ("<entry uri='tel:+1'/>", None));
    assert!(read.nested && !read.by_reference && read.is_sound());
}

#[test]
fn the_vintage_before_rfc_5364_is_read() {
    let text = list(
        "<entry uri='sip:a@b' xmlns:cp='urn:ietf:params:xml:ns:capacity' cp:capacity='to'/>\
                     <entry uri='sip:c@d' xmlns:cp='urn:x' cp:capacity='to'/>\
                     <entry uri='sip:e@f' xmlns:cp='urn:ietf:params:xml:ns:copycontrol' cp:copyControl='To'/>",
    );
    let read = ResourceList::parse(text.as_bytes());
    let controls: Vec<_> = read.entries.iter().map(|entry| entry.copy_control).collect();
    assert_eq!(controls, [Some(CopyControl::To), None, Some(CopyControl::Other("To"))]);
    assert_eq!((codes(&read.defects), read.is_sound()), (vec!["resource-list/copy-control"], true));
}

#[test]
fn prefixes_and_extensions_are_no_defects() {
    let text = "<r:resource-lists xmlns:r='urn:ietf:params:xml:ns:resource-lists' xmlns:x='urn:x' x:y='z'>\
                <r:list name='a'><x:entry uri='no'><r:entry uri='no'/></x:entry><r:entry uri='sip:a@b' x:z=''/></r:list></r:resource-lists>";
    let read = ResourceList::parse(text.as_bytes());
    assert_eq!((codes(&read.defects), read.entries.len()), (NONE.to_vec(), 1));
    assert_eq!(
        found(&list("<entry uri='sip:a@b'/>").replace("resource-lists'", "resource&#45;lists'")),
        NONE
    );
}

#[test]
fn lists_that_are_wrong_say_how() {
    for (text, code) in [
        ("<resource-lists><list><entry uri='sip:a@b'/></list></resource-lists>".into(), "resource-list/namespace"),
        (
            "<resource-lists xmlns='urn:ietf:params:xml:ns:resource-list'><list><entry uri='sip:a@b'/></list></resource-lists>"
                .into(),
            "resource-list/namespace",
        ),
        (
            "<r:resource-lists xmlns:r='urn:ietf:params:xml:ns:resource-lists'><list><entry uri='sip:a@b'/></list></r:resource-lists>"
                .into(),
            "resource-list/namespace",
        ),
        (format!("<list {NS}><entry uri='sip:a@b'/></list>"), "resource-list/root"),
        (list(""), "resource-list/no-entry"),
        (list("<entry/>"), "resource-list/entry-without-uri"),
        (list("<entry uri='  '/>"), "resource-list/entry-without-uri"),
        (list("<entry uri='sip:a@b'/><entry URI='x'/>"), "resource-list/entry-without-uri"),
        (format!("<resource-lists {NS}><entry uri='sip:a@b'/></resource-lists>"), "resource-list/entry-outside-list"),
        (list("<entry uri='sip:a@b?x=1&y=2'/>"), "resource-list/not-well-formed"),
        (list("<entry uri='sip:a@b?x=1&y;=2'/>"), "resource-list/entity"),
        (list("<entry uri='sip:a@b'>"), "resource-list/not-well-formed"),
        (list("<entry uri='sip:a@b' cp:copyControl='to'/>"), "resource-list/not-well-formed"),
        // XML Namespaces 1.0, 5: a prefix cannot be undeclared. The other parser of the property below allows it.
        (list("<entry uri='sip:a@b' xmlns:p=''/>"), "resource-list/not-well-formed"),
        (list("<entry uri='sip:a@b' xmlns:xmlns='u'/>"), "resource-list/not-well-formed"),
        (list("<:entry uri='sip:a@b'/>"), "resource-list/not-well-formed"),
        (list("&#xD800;"), "resource-list/not-well-formed"),
        (list("<<entry uri='sip:a@b'/>"), "resource-list/not-well-formed"),
        // XML 1.0, production 17: the same there.
        (list("<?XML x?>"), "resource-list/not-well-formed"),
        (format!("<!DOCTYPE resource-lists><resource-lists {NS}/>"), "resource-list/doctype"),
        ("".into(), "resource-list/not-well-formed"),
        (list("<entry uri='sip:a@b'/>").replace("UTF-8", "UTF-16"), "resource-list/encoding"),
    ] {
        assert_eq!(found(&text), [code], "{text}");
    }
    assert_eq!(codes(&ResourceList::parse(b"\xfe\xff\0<").defects), ["resource-list/encoding"]);
    assert_eq!(codes(&ResourceList::parse(b"<a>\xff</a>").defects), ["resource-list/not-well-formed"]);
}

#[test]
fn references_to_other_lists_are_said_and_no_fault() {
    for inside in ["<entry-ref ref='a/b'/>", "<external anchor='http://a.example'/>"] {
        let text = list(inside);
        let read = ResourceList::parse(text.as_bytes());
        assert!(read.by_reference && read.entries.is_empty() && read.is_sound());
    }
}

#[test]
fn ascii_in_a_latin_encoding_is_read() {
    assert_eq!(found(&list("<entry uri='sip:a@b'/>").replace("UTF-8", "iso-8859-1")), NONE);
    assert_eq!(found(&format!("\u{feff}{}", list("<entry uri='sip:a@b'/>"))), NONE);
}

#[test]
fn entries_before_the_fault_are_kept() {
    let text = list("<entry uri='sip:a@b'/></x>");
    assert_eq!(ResourceList::parse(text.as_bytes()).entries.len(), 1);
}

#[test]
fn lists_nested_over_the_limit_are_left_alone_and_that_is_said() {
    let depth =
        |n: usize| list(&format!("{}<entry uri='sip:a@b'/>{}", "<list>".repeat(n), "</list>".repeat(n)));
    assert_eq!(found(&depth(31)), NONE);
    assert_eq!(found(&depth(40)), ["resource-list/too-deep"]);
}

/// The first defect of the XML itself.
fn well_formed(text: &str) -> Result<(), &'static str> {
    let mut document = Document::of(text.as_bytes(), 100).map_err(|defect| defect.expected)?;
    loop {
        match document.next() {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(()),
            Err(defect) => return Err(defect.expected),
        }
    }
}

fn piece() -> impl Strategy<Value = String> {
    proptest::sample::select(
        &[
            "<a>",
            "</a>",
            "<b/>",
            "<p:a>",
            "</p:a>",
            "<a xmlns:p='u'>",
            "<a xmlns='v'>",
            " ",
            "\n",
            "text",
            "é",
            "&amp;",
            "&x;",
            "&#38;",
            "&#x26;",
            "&#0;",
            "&#;",
            "&",
            "&;",
            "<!--c-->",
            "<!--c--d-->",
            "<!--c--->",
            "<!-->",
            "<![CDATA[<x>]]>",
            "<?pi x?>",
            "<?pi?>",
            "<?xml version='1.0'?>",
            "<?xml version='1.0' encoding='UTF-8'?>",
            "<a x='1' x='2'/>",
            "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>",
            "<a xmlns:p='u' x='1' p:x='2'/>",
            "]]>",
            "<",
            ">",
            "<a x=1/>",
            "<a x/>",
            "<a x='<'/>",
            "<a x='>'/>",
            "<a x='&lt;'/>",
            "<a x='&'/>",
            "<a x='&y;'/>",
            "<a x='1'y='2'/>",
            "<a\tx = \"1\"\r\n/>",
            "</a >",
            "</ a>",
            "< a>",
            "<a / >",
            "<a p:x=''/>",
            "<a xml:lang='de'/>",
            "<a xmlns=''/>",
            "<a xmlns:xml='u'/>",
            "<1/>",
            "<a:b:c/>",
            "<a:/>",
            "<é/>",
            "\u{1}",
            "\u{fffe}",
            "<a x='\u{1}'/>",
            "</a x='1'>",
            "<!x>",
            "<>",
        ][..],
    )
    .prop_map(str::to_owned)
}

fn tree() -> impl Strategy<Value = String> {
    piece().prop_recursive(4, 24, 4, |inner| {
        (
            proptest::sample::select(&["a", "p:a", "a xmlns:p='u'", "b x='1'", "c xmlns='w'"][..]),
            proptest::collection::vec(inner, 0..4),
        )
            .prop_map(|(tag, inside)| {
                let name = tag.split(' ').next().unwrap_or(tag);
                format!("<{tag}>{}</{name}>", inside.concat())
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn well_formedness_agrees_with_another_parser(text in prop_oneof![
        proptest::collection::vec(piece(), 0..6).prop_map(|pieces| pieces.concat()),
        tree(),
        (piece(), tree(), piece()).prop_map(|(a, b, c)| format!("{a}{b}{c}")),
        tree().prop_map(|inside| format!("<r xmlns:p='u'>{inside}</r>")),
    ]) {
        let theirs = roxmltree::Document::parse(&text).map(|_| ());
        let ours = well_formed(&text);
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}: {:?}, {:?}", text, ours, theirs);
    }
}

#[test]
fn a_second_byte_order_mark_is_text_outside_of_the_root() {
    let list = ResourceList::parse(b"\xef\xbb\xbf\xef\xbb\xbf<resource-lists/>");
    let [defect] = list.defects.as_slice() else { panic!("{:?}", list.defects) };
    assert_eq!((defect.code, defect.at), ("resource-list/not-well-formed", &b"\xef\xbb\xbf"[..]));
}

/// A list as clients write it.
const PLAIN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
    <resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\" xmlns:cp='urn:ietf:params:xml:ns:copycontrol'>\n\
    <list name='a'><entry uri=\"sip:a@b\" cp:copyControl=\"to\"/>\n<entry cp:anonymize='1' uri='sip:c@d;x=y'>\
    <display-name>C</display-name></entry></list></resource-lists>\r\n";

#[test]
fn a_list_as_clients_write_it_is_plain() {
    let plain = plain_list::read(PLAIN.as_bytes(), 9).unwrap();
    assert_eq!(plain, ResourceList::of_xml(PLAIN.as_bytes(), 9));
    assert_eq!((plain.entries.len(), plain.is_sound()), (2, true));
}

/// A plain list, and edits of it.
fn edited() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "",
        " ",
        "\t",
        "<",
        ">",
        "/",
        "=",
        "'",
        "\"",
        "&amp;",
        "a",
        "b:",
        ":",
        "to",
        "cc",
        "]]>",
        "<!--c-->",
        "<?p?>",
        "\u{e4}",
        "<list>",
        "</list>",
        "<x>",
        "</x>",
        "<x/>",
        "<entry uri='sip:e@f'/>",
        " cp:copyControl='bcc'",
        " b:anonymize=\"0\"",
        " cp:capacity='x'",
        " uri=''",
        " xmlns='urn:x'",
        " xmlns:b='urn:ietf:params:xml:ns:copycontrol'",
        " xml:lang='en'",
        " xmlns:xml='urn:x'",
        " xmlns:cp=''",
        "</entry>",
        "<external/>",
        "<cp:x/>",
    ]);
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..9_usize, piece), 0..4);
    edits.prop_map(|edits| {
        let mut text = PLAIN.as_bytes().to_vec();
        for (at, gone, piece) in edits {
            let at = at.index(text.len());
            let end = text.len().min(at + gone);
            text.splice(at..end, piece.bytes());
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn what_is_plain_is_read_as_any_document(document in edited(), max_depth in 2..9_usize) {
        if let Some(plain) = plain_list::read(&document, max_depth) {
            prop_assert_eq!(plain, ResourceList::of_xml(&document, max_depth));
        }
    }
}
