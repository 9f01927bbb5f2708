//! Text -> the fixes of its findings, one by one, for an editor to offer.

use super::edit::Edit;
use super::judged::Judged;
use super::layout::Layout;
use crate::clause::{Book, Id};
use crate::source::Span;
use crate::verdict::Policy;

/// How a text is judged, and which fixes are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// How the text is judged. Findings of clauses that it does not select are left alone.
    pub policy: &'a Policy,
    /// The clauses.
    pub book: &'a Book,
    /// Which fixes are wanted.
    pub trust: Trust,
}

/// Which fixes are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Trust {
    /// Those that the text and the clause determine.
    #[default]
    Safe,
    /// Those that need a guess, too.
    Guesses,
}

/// The fix of one finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// The clause that failed.
    pub clause: Id,
    /// The code of the finding.
    pub code: &'static str,
    /// What the finding says.
    pub finding: String,
    /// Where the finding stands in the text.
    pub place: Span,
    /// What the fix does: an imperative, lower case, no full stop.
    pub title: &'static str,
    /// Whether text and clause determine it.
    pub is_safe: bool,
    /// What to change in the text, Content-Length included; for [`apply`](super::apply).
    pub edits: Vec<Edit>,
}

/// Why a text is left alone.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// gzip, zstd or lz4.
    #[error("packed data: unpack it first")]
    Packed,
    /// A capture of this kind.
    #[error("a capture ({0}): it shows what was sent, and only `.sip` text is fixed")]
    Capture(&'static str),
    /// A log of this program.
    #[error("a log ({0}): it shows what was sent, and only `.sip` text is fixed")]
    Log(&'static str),
    /// Something else, in words for people.
    #[error("no SIP text ({0})")]
    NoSip(String),
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

/// The fixes of all findings in a text, in the order of sessions and clauses.
///
/// They were not tried: what comes of one in this text, [`mend`](super::mend) tells. Two clauses may find the same
/// fault, and then each has its proposal with the same edits.
///
/// ```
/// use sipclause::books::oma_im::BOOK;
/// use sipclause::fix::{Asked, Trust, apply, proposals};
/// use sipclause::verdict::Policy;
///
/// let text = b"INVITE sip:bob@example.com SIP/2.0\nCall-ID: 1\nAccept-Contact: *;+g.oma.sip-im\n\n";
/// let asked = Asked { policy: &Policy::default(), book: &BOOK, trust: Trust::Safe };
/// let found = proposals(text, &asked)?;
/// let fix = found.iter().find(|fix| fix.code == "accept-contact/explicit-missing").unwrap();
/// assert_eq!(fix.title, "add `explicit`");
/// assert!(apply(text, &fix.edits).ends_with(b"+g.oma.sip-im;explicit\n\n"));
/// # Ok::<(), sipclause::fix::Refusal>(())
/// ```
///
/// # Errors
/// [`Refusal`] when the text is something else than `.sip` text.
pub fn proposals(text: &[u8], asked: &Asked<'_>) -> Result<Vec<Proposal>, Refusal> {
    let layout = Layout::of(text);
    let judged = Judged::of(text, &layout, asked)?;
    let mut proposals = Vec::new();
    for session in &judged.sessions {
        for candidate in &session.candidates {
            let edits = session.edits(std::iter::once(&candidate.draft), &layout);
            let (Some(edits), Some(place)) = (edits, session.place_of(candidate.at)) else { continue };
            proposals.push(Proposal {
                clause: candidate.clause.id,
                code: candidate.code,
                finding: candidate.message.clone(),
                place: layout.edit(place, b"").span,
                title: candidate.title,
                is_safe: candidate.is_safe,
                edits,
            });
        }
    }
    Ok(proposals)
}
