use crate::message::body::msrp::{MsrpUri, parse_format_list, parse_path};

fn code(uri: &str) -> Option<&'static str> {
    MsrpUri::parse(uri.as_bytes()).err().map(|defect| defect.code)
}

#[test]
fn uris_of_the_grammar_are_read() {
    for good in [
        "msrp://a.example:7394/2s93i93idj;tcp",
        "MSRPS://192.0.2.1:9/a+b=c/d~;TCP",
        "msrp://alice;x=1@a.example/s;tcp;p;q=r",
        "msrp://[::ffff:192.0.2.1]:1/s;sctp",
        "msrp://a.example;tcp",
        "msrp://a%20b/s;tcp",
    ] {
        assert_eq!(code(good), None, "{good}");
    }
}

#[test]
fn each_part_of_a_uri_has_its_fault() {
    for (uri, expected) in [
        ("sip:a@b", "msrp-uri/scheme"),
        ("msrp:a.example/s;tcp", "msrp-uri/scheme"),
        ("", "msrp-uri/scheme"),
        ("msrp://", "msrp-uri/host"),
        ("msrp:///s;tcp", "msrp-uri/host"),
        ("msrp://::1/s;tcp", "msrp-uri/host"),
        ("msrp://[::1/s;tcp", "msrp-uri/host"),
        ("msrp://[1.2.3.4]:1/s;tcp", "msrp-uri/host"),
        ("msrp://a b:1/s;tcp", "msrp-uri/host"),
        ("msrp://a:/s;tcp", "msrp-uri/port"),
        ("msrp://a:70000/s;tcp", "msrp-uri/port"),
        ("msrp://[::1]2855/s;tcp", "msrp-uri/port"),
        ("msrp://u:p@a:1/s;tcp", "msrp-uri/userinfo"),
        ("msrp://a:1/;tcp", "msrp-uri/session-id"),
        ("msrp://a:1/s%20;tcp", "msrp-uri/session-id"),
        ("msrp://a:1/s", "msrp-uri/transport"),
        ("msrp://a:1/s;", "msrp-uri/transport"),
        ("msrp://a:1/s;transport=tcp", "msrp-uri/transport"),
        ("msrp://a:1/s;tcp;", "msrp-uri/parameter"),
        ("msrp://a:1/s;tcp;a=", "msrp-uri/parameter"),
    ] {
        assert_eq!(code(uri), Some(expected), "{uri}");
    }
}

#[test]
fn uris_are_compared_by_the_rules_of_msrp() {
    let same = |one: &str, other: &str| {
        MsrpUri::parse(one.as_bytes()).unwrap().same(&MsrpUri::parse(other.as_bytes()).unwrap())
    };
    assert!(same("msrp://A.example:1/s;tcp", "MSRP://u@a.EXAMPLE:1/s;TCP;x"));
    assert!(same("msrp://[::1]:1/s;tcp", "msrp://[0:0::1]:1/s;tcp"));
    assert!(same("msrp://%61.example:1/s;tcp", "msrp://a.example:1/s;tcp"));
    assert!(!same("msrp://a:1/s;tcp", "msrps://a:1/s;tcp"));
    assert!(!same("msrp://a:1/s;tcp", "msrp://a/s;tcp"));
    assert!(!same("msrp://a:1/s;tcp", "msrp://a:1/S;tcp"));
    assert!(!same("msrp://a:1/s;tcp", "msrp://a:1;tcp"));
    assert!(!same("msrp://a:1/s;tcp", "msrp://a:1/s;sctp"));
}

#[test]
fn the_uris_of_a_path_stand_one_space_apart() {
    let codes = |path: &str| -> Vec<_> {
        parse_path(path.as_bytes()).map(|uri| uri.map_or_else(|defect| defect.code, |_| "good")).collect()
    };
    assert_eq!(codes("msrp://a:1/s;tcp msrp://b:1/s;tcp"), ["good", "good"]);
    assert_eq!(codes(" msrp://a:1/s;tcp"), ["msrp-path/space", "good"]);
    assert_eq!(codes("msrp://a:1/s;tcp  x"), ["good", "msrp-path/space", "msrp-uri/scheme"]);
    assert_eq!(codes(""), ["msrp-path/empty"]);
}

#[test]
fn format_lists_have_types_with_spaces_between_them() {
    let codes = |list: &str| -> Vec<_> {
        parse_format_list(list.as_bytes())
            .map(|entry| entry.map_or_else(|defect| defect.code, |_| "good"))
            .collect()
    };
    assert_eq!(codes("*"), ["good"]);
    assert_eq!(codes("message/cpim text/*;a=\"b c;d\" x/y"), ["good", "good", "good"]);
    assert_eq!(codes(""), ["format-list/empty"]);
    assert_eq!(codes("a/b "), ["good", "format-list/space"]);
    assert_eq!(codes("a/b, c/d"), ["format-list/comma", "good"]);
    assert_eq!(codes("text"), ["format-list/entry"]);
    assert_eq!(codes("a/b;c"), ["format-list/entry"]);
    let covers =
        |list: &str| parse_format_list(list.as_bytes()).any(|entry| entry.unwrap().covers("text", "plain"));
    assert!(covers("*") && covers("a/b text/*") && covers("Text/Plain;charset=x"));
    assert!(!covers("text/html message/cpim"));
}
