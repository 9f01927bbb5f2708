//! Mistakes against the SDP offer: 6.2.1.2-3, 6.2.1.3-5, 6.2.1.4-5 and 6.2.1.5-7.

use super::{Fault, Step};

/// The offer, once for each scenario.
const OFFER: &[&str] = &["6.2.1.2-3", "6.2.1.3-5", "6.2.1.4-5", "6.2.1.5-7"];
/// Path and types, which cannot be asked for without MSRP media.
const SECTIONS: &[&str] = &[
    "6.2.1.2-3a",
    "6.2.1.2-3b",
    "6.2.1.3-5a",
    "6.2.1.3-5b",
    "6.2.1.4-5a",
    "6.2.1.4-5b",
    "6.2.1.5-7a",
    "6.2.1.5-7b",
];

pub(super) fn faults() -> Vec<Fault> {
    [session(), media(), part()].concat()
}

fn fault(name: &'static str, title: &'static str, step: Step) -> Fault {
    Fault::new(name, title).breaks(OFFER).step(step)
}

fn session() -> Vec<Fault> {
    let without = |line| Step::line(line, None);
    vec![
        fault("sdp-version-missing", "no v line", without("v=0")),
        fault("sdp-origin-missing", "no o line", without("o=")),
        fault(
            "sdp-origin-with-space",
            "a user name of two words in o",
            Step::line("o=", Some("o=im {rest}")),
        ),
        fault("sdp-name-missing", "no s line", without("s=-")),
        fault("sdp-name-empty", "an empty s line", Step::line("s=-", Some("s="))),
        fault("sdp-time-missing", "no t line", without("t=0 0")),
        fault("sdp-connection-missing", "no c line", without("c=IN")),
        fault("sdp-name-behind-time", "the s line behind the t line", without("s=-"))
            .step(Step::line("t=0 0", Some("t=0 0\r\ns=-"))),
        fault(
            "sdp-space-behind-equals",
            "a space behind an equals sign",
            Step::line("t=0 0", Some("t= 0 0")),
        ),
        fault(
            "sdp-empty-line",
            "an empty line before the media",
            Step::line("m=message", Some("\r\nm=message{rest}")),
        ),
    ]
}

fn media() -> Vec<Fault> {
    let becomes = |line: &str| Step::line("m=message {msrp-port} {msrp-proto} *", Some(line));
    vec![
        fault("media-port-zero", "port 0", becomes("m=message 0 {msrp-proto} *")),
        fault("media-port-too-high", "a port above 65535", becomes("m=message 70000 {msrp-proto} *")),
        fault(
            "media-format-type",
            "a media type for the star",
            becomes("m=message {msrp-port} {msrp-proto} text/plain"),
        ),
        fault(
            "media-format-number",
            "a payload type for the star",
            becomes("m=message {msrp-port} {msrp-proto} 98"),
        ),
        fault("media-format-missing", "no format", becomes("m=message {msrp-port} {msrp-proto}")),
        fault(
            "media-transport-reversed",
            "the transport MSRP/TCP",
            becomes("m=message {msrp-port} MSRP/TCP *"),
        ),
        fault(
            "media-transport-lower-case",
            "the transport in small letters",
            becomes("m=message {msrp-port} tcp/msrp *"),
        ),
        fault("media-of-another-type", "the media text", becomes("m=text {msrp-port} {msrp-proto} *")),
        fault("media-audio-alone", "audio and no messages", becomes("m=audio {msrp-port} RTP/AVP 0"))
            .lapses(SECTIONS),
    ]
}

fn part() -> Vec<Fault> {
    let typed = |by| Step::body("Content-Type: application/sdp", by);
    vec![
        fault("sdp-typed-as-text", "the offer as text/plain", typed("Content-Type: text/plain"))
            .lapses(SECTIONS),
        fault("sdp-type-misspelt", "the offer as text/sdp", typed("Content-Type: text/sdp")).lapses(SECTIONS),
        fault(
            "sdp-disposition-render",
            "the offer to be rendered",
            Step::body("Content-Disposition: session", "Content-Disposition: render"),
        )
        .lapses(SECTIONS),
        fault("sdp-twice", "two offers", Step::add_part("application/sdp", "session", "{sdp}")),
    ]
}
