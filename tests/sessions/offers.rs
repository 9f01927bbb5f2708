//! The SDP offer: which part is one, which sections are for MSRP, what their lines say.

use super::NO_IMS;
use super::flow::{Msg, SDP_PART, to_bob};
use super::said::{Said, outcome_of_packets, session};

const OFFER: &str = "6.2.1.2-3";
const PATH: &str = "6.2.1.2-3a";
const TYPES: &str = "6.2.1.2-3b";

fn said(body: &str) -> Said {
    session(&[to_bob().body(body)], "{ims: none, scenarios: {one: one-to-one}}")
}

/// The offer with something else in place of a piece of it.
fn with(piece: &str, other: &str) -> Said {
    assert!(SDP_PART.contains(piece), "{piece}");
    said(&format!("{}--b1--\n", SDP_PART.replacen(piece, other, 1)))
}

#[test]
fn an_offer_that_can_be_read_is_judged_beside_a_part_that_cannot() {
    let sealed = "--b1\nContent-Type: application/pkcs7-mime;smime-type=enveloped-data\n\n0123\n--b1--\n";
    said(&format!("{SDP_PART}{sealed}")).is(&[(OFFER, "pass"), (PATH, "pass"), (TYPES, "pass")]);
    said(sealed).is(&[(OFFER, "inconclusive"), (PATH, "inconclusive"), (TYPES, "inconclusive")]);
}

#[test]
fn an_offer_of_which_the_capture_lost_the_end_is_a_doubt() {
    let cut = to_bob().cut_before("a=accept-types");
    let outcome = outcome_of_packets(&[cut], "{ims: none, scenarios: {one: one-to-one}}");
    outcome.sessions[0].is(&[(OFFER, "inconclusive"), (TYPES, "inconclusive")]).fails(&[]);
}

#[test]
fn several_offers_fail_unless_they_are_alternatives() {
    assert_eq!(said(&format!("{SDP_PART}{SDP_PART}--b1--\n")).codes(OFFER), ["sdp/several"]);
    let inner = SDP_PART.replace("--b1", "--b2");
    let head = "--b1\nContent-Type: multipart/alternative;boundary=b2\n\n";
    said(&format!("{head}{inner}{inner}--b2--\n--b1--\n")).is(&[(OFFER, "pass")]);
    let mixed = format!("{SDP_PART}{head}{inner}--b2--\n--b1--\n");
    assert_eq!(said(&mixed).codes(OFFER), ["sdp/several"]);
    let mixed = format!("{head}{inner}--b2--\n{SDP_PART}--b1--\n");
    assert_eq!(said(&mixed).codes(OFFER), ["sdp/several"]);
}

#[test]
fn only_sections_for_msrp_are_held_to_it() {
    let audio = "m=audio 4000 RTP/AVP 0\nm=message 7654 TCP/MSRP *";
    with("m=message 7654 TCP/MSRP *", audio).is(&[(OFFER, "pass"), (PATH, "pass"), (TYPES, "pass")]);
    let said = with("m=message 7654", "m=text 7654");
    assert_eq!(said.codes(OFFER), ["sdp/media-type"]);
    said.is(&[(PATH, "pass")]);
    let said = with("TCP/MSRP", "MSRP/TCP");
    assert_eq!(said.codes(OFFER), ["sdp/protocol"]);
    said.is(&[(PATH, "pass")]);
}

#[test]
fn without_a_section_for_msrp_path_and_types_do_not_apply_and_say_why() {
    let said = with("m=message 7654 TCP/MSRP *", "m=audio 4000 RTP/AVP 0");
    assert_eq!(said.codes(OFFER), ["sdp/no-message-media"]);
    for clause in [PATH, TYPES] {
        said.is(&[(clause, "not-applicable")]);
        assert_eq!(said.reason(clause), "the offer has no MSRP media");
    }
}

#[test]
fn each_fault_of_a_path_has_its_code() {
    let path = "msrp://192.0.2.10:7654/aliceS3cret001;tcp";
    for (other, code) in [
        ("http://192.0.2.10:7654/aliceS3cret001;tcp", "sdp/path-scheme"),
        ("msrp://192.0.2.10:7654/;tcp", "sdp/path-session-id-missing"),
        ("msrp://192.0.2.10:7654;tcp", "sdp/path-session-id-missing"),
        ("msrp://192.0.2.10:7654/aliceS3cret001", "sdp/path-transport-missing"),
        ("msrp://192.0.2.10/aliceS3cret001;tcp", "sdp/path-port-missing"),
    ] {
        assert_eq!(with(path, other).codes(PATH), [code], "{other}");
    }
}

#[test]
fn the_scheme_of_the_path_goes_with_the_transport() {
    let secure = |scheme: &str| {
        let offer = SDP_PART.replace("TCP/MSRP", "TCP/TLS/MSRP").replace("msrp://", scheme);
        said(&format!("{offer}--b1--\n")).codes(PATH)
    };
    assert_eq!(secure("msrp://"), ["sdp/path-scheme"]);
    assert!(secure("msrps://").is_empty());
}

#[test]
fn empty_accept_types_fail() {
    for types in ["a=accept-types:", "a=accept-types: ", "a=accept-types"] {
        let said = with("a=accept-types:message/cpim text/plain", types);
        assert_eq!(said.codes(TYPES), ["sdp/accept-types-malformed"], "{types}");
        assert_eq!(said.found(TYPES).at.trim_end(), types.trim_end(), "{:?}", said.found(TYPES));
    }
}

#[test]
fn the_boundary_fault_says_what_is_wrong() {
    let body = |text: &str| session(&[Msg::body(to_bob(), text)], NO_IMS);
    let open = body(SDP_PART);
    assert!(open.found("6.2.1.1-7").message.contains("without the close delimiter"));
    let other = body(&format!("{}--b2--\n", SDP_PART.replace("b1", "b2")));
    let message = &other.found("6.2.1.1-7").message;
    assert!(message.contains("`b1` does not occur in the body"), "{message}");
}
