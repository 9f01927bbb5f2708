//! Mistakes against the MSRP section of the offer: its path (6.2.1.2-3a and its like) and its types (-3b).

use super::{Fault, Step};

const PATH: &[&str] = &["6.2.1.2-3a", "6.2.1.3-5a", "6.2.1.4-5a", "6.2.1.5-7a"];
const TYPES: &[&str] = &["6.2.1.2-3b", "6.2.1.3-5b", "6.2.1.4-5b", "6.2.1.5-7b"];

pub(super) fn faults() -> Vec<Fault> {
    [paths(), uris(), types()].concat()
}

/// How many paths there are, and where.
fn paths() -> Vec<Fault> {
    let fault = |name, title, step| Fault::new(name, title).breaks(PATH).step(step);
    let becomes = |line: &str| Step::line("a=path:{path}", Some(line));
    vec![
        fault("path-missing", "no path", Step::line("a=path:", None)),
        fault("path-twice", "two path lines", becomes("a=path:{path}\r\na=path:{path}")),
        fault("path-at-session-level", "the path at session level", Step::line("a=path:", None))
            .step(Step::line("m=message", Some("a=path:{path}\r\nm=message{rest}"))),
        fault("path-empty", "an empty path", becomes("a=path:")),
        fault("path-name-upper-case", "the attribute in capitals", becomes("a=PATH:{path}")),
        fault("path-of-two-with-comma", "a comma between two URIs", becomes("a=path:{path},{path}")),
        fault("path-with-leading-space", "a space before the URI", becomes("a=path: {path}")),
        fault("path-in-brackets", "angle brackets around the URI", becomes("a=path:<{path}>")),
    ]
}

/// The URI of the path.
fn uris() -> Vec<Fault> {
    let fault = |name, title, step| Fault::new(name, title).breaks(PATH).step(step);
    let swap = |replace: &str, by: &str| Step::body(replace, by);
    vec![
        fault("path-without-transport", "no transport", swap("/{session-id};tcp", "/{session-id}")),
        fault("path-over-udp", "the transport udp", swap("/{session-id};tcp", "/{session-id};udp")),
        fault("path-without-session-id", "no session-id", swap("/{session-id};tcp", ";tcp")),
        fault("path-session-id-empty", "an empty session-id", swap("/{session-id};tcp", "/;tcp")),
        fault("path-without-port", "no port", swap("{path-host}:{path-port}/", "{path-host}/")),
        fault("path-port-too-high", "a port above 65535 in the path", swap(":{path-port}/", ":70000/")),
        fault("path-secure-without-tls", "msrps without TLS", swap("a=path:msrp:", "a=path:msrps:")),
        fault("path-insecure-over-tls", "msrp over TLS", swap("a=path:msrps:", "a=path:msrp:")),
        fault(
            "path-address-without-brackets",
            "an IPv6 address without brackets",
            swap("://[2001:db8::10]:", "://2001:db8::10:"),
        ),
    ]
}

fn types() -> Vec<Fault> {
    let fault = |name, title, step| Fault::new(name, title).breaks(TYPES).step(step);
    let becomes = |line: &str| Step::line("a=accept-types:", Some(line));
    vec![
        fault("accept-types-missing", "no accept-types", Step::line("a=accept-types:", None)),
        fault("accept-types-empty", "empty accept-types", becomes("a=accept-types:")),
        fault("accept-types-name-misspelt", "the attribute accept-type", becomes("a=accept-type:{rest}")),
        fault(
            "accept-types-with-comma",
            "a comma between the types",
            becomes("a=accept-types:message/cpim,text/plain"),
        ),
        fault(
            "accept-types-with-semicolon",
            "a semicolon between the types",
            becomes("a=accept-types:message/cpim;text/plain"),
        ),
        fault(
            "accept-types-without-subtype",
            "types without subtype",
            becomes("a=accept-types:message text"),
        ),
        fault("accept-types-trailing-space", "a space at the end", becomes("a=accept-types:{rest} ")),
        fault(
            "accept-types-two-spaces",
            "two spaces between the types",
            becomes("a=accept-types:text/plain  {rest}"),
        ),
        fault(
            "accept-types-at-session-level",
            "accept-types at session level",
            Step::line("a=accept-types:", None),
        )
        .step(Step::line("m=message", Some("a=accept-types:message/cpim\r\nm=message{rest}"))),
        fault("rtpmap-missing", "a dynamic payload type without rtpmap", Step::line("a=rtpmap:97", None)),
    ]
}
