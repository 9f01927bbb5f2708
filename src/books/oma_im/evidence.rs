//! What the checks share: how a thing that is not there counts, and how a place is shown.

use crate::clause::{Finding, Reason, Witness};
use crate::session::{Hop, Invite};

/// Why a header that is absent may have been there.
const HEADERS_CUT: &str = "the end of the headers of the INVITE was lost by the capture, or left unread";
/// Why a body part that is absent may have been there.
const BODY_CUT: &str = "the body of the INVITE was truncated by the capture";
/// Why something absent behind a proxy says nothing of the client.
pub(super) const FURTHER_HOP: &str =
    "the INVITE has several Via values: not the client's own hop, proxies may have changed this";

/// Something in the headers is not there: broken, unless the capture cut it off.
pub(super) fn missing(invite: &Invite<'_>, witness: &mut Witness<'_>, finding: impl FnOnce() -> Finding) {
    if invite.may_have_lost_headers() {
        witness.doubt(HEADERS_CUT);
    } else {
        witness.broken(finding());
    }
}

/// Something is broken that proxies may change: it counts only on the client's own hop.
pub(super) fn broken_on_own_hop(
    invite: &Invite<'_>,
    witness: &mut Witness<'_>,
    finding: impl FnOnce() -> Finding,
) {
    match invite.hop() {
        Hop::Own => missing_or_wrong(invite, witness, finding),
        Hop::Further => witness.doubt(FURTHER_HOP),
    }
}

fn missing_or_wrong(invite: &Invite<'_>, witness: &mut Witness<'_>, finding: impl FnOnce() -> Finding) {
    let finding = finding();
    if finding.code.ends_with("/missing") && invite.may_have_lost_headers() {
        witness.doubt(HEADERS_CUT);
    } else {
        witness.broken(finding);
    }
}

/// Why the parts of the body cannot be told, if they cannot: truncated, encrypted, undecodable, not parted.
pub(super) fn unreadable_body(invite: &Invite<'_>) -> Option<Reason> {
    let bodies = invite.bodies();
    if bodies.truncated {
        return Some(BODY_CUT.into());
    }
    if bodies.encrypted() {
        return Some("the body is encrypted".into());
    }
    if bodies.external() {
        return Some("a body part stands elsewhere: message/external-body".into());
    }
    if bodies.may_hold_more() {
        return Some("the body is encoded or nested in a way that is not read".into());
    }
    let unparted =
        |code: &str| matches!(code, "multipart/boundary-not-in-body" | "boundary/missing" | "boundary/empty");
    if bodies.is_multipart() && bodies.defects.iter().any(|defect| unparted(defect.code)) {
        return Some("the boundary does not part the body, so that its parts cannot be told".into());
    }
    None
}

/// Bytes of a message for a sentence: as text, shortened, in backticks.
pub(super) fn quoted(bytes: &[u8]) -> String {
    const MOST: usize = 80;
    // Most of what is quoted is one short word.
    if bytes.len() <= MOST
        && bytes.iter().all(u8::is_ascii_graphic)
        && let Ok(word) = str::from_utf8(bytes)
    {
        return ["`", word, "`"].concat();
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}
