//! Text -> the same text with fixes applied, each of which was judged and made nothing worse.

use super::compare::{Fault, compare};
use super::draft::Change;
use super::edit::{Edit, apply, composed};
use super::judged::{Candidate, Judged, Seen};
use super::layout::Layout;
use super::proposal::{Asked, Refusal, Trust};
use crate::clause::Id;

/// How often a text is judged at most: a hostile one has findings without end.
const MOST_TRIALS: usize = 300;

/// Bytes that are judged at most in all trials of a text: seconds, and enough for [`MOST_TRIALS`] of what people write.
const MOST_BYTES: usize = 256 << 20;

/// How often a text is judged though it is a long one.
const FEWEST_TRIALS: usize = 20;

/// What came of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mended {
    /// The text with the fixes made; every other byte is as it was.
    pub text: Vec<u8>,
    /// What was changed, as edits of the text that was given, in order.
    pub edits: Vec<Edit>,
    /// What was fixed, in the order in which it was done.
    pub applied: Vec<Applied>,
    /// What could have been fixed and was not, with the reason.
    pub dropped: Vec<Dropped>,
    /// Sessions that were judged.
    pub sessions: usize,
    /// Findings that are left, of the clauses that are selected.
    pub left: usize,
    /// Those of them for which there is a fix that needs a guess, where none was asked for.
    pub guesses: usize,
}

/// A fix that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applied {
    /// The clause that failed.
    pub clause: Id,
    /// The code of the finding.
    pub code: &'static str,
    /// What was done.
    pub title: &'static str,
    /// Whether text and clause determined it.
    pub is_safe: bool,
    /// The session.
    pub call_id: String,
    /// Line of the finding, from 1, in the text as it was when the fix was made.
    pub line: usize,
}

/// A fix that was not made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dropped {
    /// What it would have been.
    pub fix: Applied,
    /// Why it was not made.
    pub why: String,
}

/// Makes all fixes that are asked for, as often as there is one to make.
///
/// After each step the whole text is judged by all clauses. A fix is kept if its finding is gone, no other clause
/// has become worse, and the text still has the same messages and sessions. A second call changes nothing.
///
/// ```
/// use sipclause::books::oma_im::BOOK;
/// use sipclause::fix::{Asked, Trust, mend};
/// use sipclause::verdict::Policy;
///
/// let text = b"INVITE sip:bob@example.com SIP/2.0\nCall-ID: 1\nAccept-Contact: *;+g.oma.sip-im\n\n";
/// let asked = Asked { policy: &Policy::default(), book: &BOOK, trust: Trust::Safe };
/// let mended = mend(text, &asked)?;
/// assert!(mended.applied.iter().any(|fix| fix.code == "accept-contact/explicit-missing"));
/// assert_eq!(mend(&mended.text, &asked)?.text, mended.text);
/// # Ok::<(), sipclause::fix::Refusal>(())
/// ```
///
/// # Errors
/// [`Refusal`] when the text is something else than `.sip` text.
pub fn mend(text: &[u8], asked: &Asked<'_>) -> Result<Mended, Refusal> {
    let mut bench = Bench { trials: 0, steps: 0, applied: Vec::new(), dropped: Vec::new(), asked };
    let mut state = State::of(text.to_vec(), asked)?;
    let mut made = Vec::new();
    while let Some((edits, next)) = bench.step(&state) {
        made = composed(&made, &edits, text.len());
        state = next;
    }
    let dropped = bench.dropped.into_iter().map(|(.., dropped)| dropped).collect();
    let (sessions, left, guesses) = (state.judged.sessions.len(), state.left(asked), state.guesses(asked)?);
    Ok(Mended { text: state.text, edits: made, applied: bench.applied, dropped, sessions, left, guesses })
}

/// A text under way.
struct State {
    text: Vec<u8>,
    judged: Judged,
}

impl State {
    fn of(text: Vec<u8>, asked: &Asked<'_>) -> Result<Self, Refusal> {
        let judged = Judged::of(&text, &Layout::of(&text), asked)?;
        Ok(Self { text, judged })
    }

    fn left(&self, asked: &Asked<'_>) -> usize {
        let said = self.judged.sessions.iter().flat_map(|session| &session.verdicts);
        said.filter(|said| asked.policy.level_of(said.clause).is_some()).map(|said| said.codes.len()).sum()
    }

    /// How many findings a guess could do away with, which the safe fixes leave.
    fn guesses(&self, asked: &Asked<'_>) -> Result<usize, Refusal> {
        if asked.trust == Trust::Guesses || self.left(asked) == 0 {
            return Ok(0);
        }
        let asked = Asked { trust: Trust::Guesses, ..*asked };
        let judged = Judged::of(&self.text, &Layout::of(&self.text), &asked)?;
        let candidates = judged.sessions.iter().flat_map(|session| &session.candidates);
        Ok(candidates.filter(|candidate| !candidate.is_safe).count())
    }

    fn applied(&self, one: &Chosen<'_>, layout: &Layout<'_>) -> Applied {
        let place = one.session.place_of(one.candidate.at).map_or(0, |span| span.start as usize);
        Applied {
            clause: one.candidate.clause.id,
            code: one.candidate.code,
            title: one.candidate.title,
            is_safe: one.candidate.is_safe,
            call_id: one.session.call_id.clone(),
            line: layout.line(place),
        }
    }
}

/// A candidate of a session.
struct Chosen<'s> {
    number: usize,
    session: &'s Seen,
    candidate: &'s Candidate,
}

/// By what a candidate is known after other edits.
type Key = (usize, Id, &'static str, Vec<(usize, Vec<u8>)>);

impl Chosen<'_> {
    fn key(&self) -> Key {
        let changes = self.candidate.draft.changes.iter().map(|change| (change.message, change.by.clone()));
        (self.number, self.candidate.clause.id, self.candidate.code, changes.collect())
    }

    /// The session, the clause, the code and the message that it is about.
    fn fault(&self) -> Fault {
        (self.number, self.candidate.clause.id, (self.candidate.code, self.candidate.at.message))
    }

    /// Its edits without those of Content-Length, which all share.
    fn edits(&self, layout: &Layout<'_>) -> Option<Vec<Edit>> {
        let changes = self.candidate.draft.changes.iter();
        let edit = |change: &Change| Some(layout.edit(self.session.place(change)?, &change.by));
        changes.map(edit).collect()
    }
}

/// Where fixes are tried.
struct Bench<'a> {
    trials: usize,
    /// How often the text has changed.
    steps: usize,
    applied: Vec<Applied>,
    /// What did harm, and the number of steps before it was tried.
    dropped: Vec<(usize, Key, Dropped)>,
    asked: &'a Asked<'a>,
}

impl Bench<'_> {
    /// Makes as many fixes at once as can be; `None` if there is none left to make.
    fn step(&mut self, state: &State) -> Option<(Vec<Edit>, State)> {
        let layout = Layout::of(&state.text);
        loop {
            let mut chosen = self.chosen(state, &layout);
            if chosen.is_empty() {
                // What did harm in an earlier text may do none in this one.
                self.dropped.retain(|(steps, ..)| *steps == self.steps);
                chosen = self.chosen(state, &layout);
            }
            let mut batch = &chosen[..];
            if batch.is_empty() || self.is_spent(state) {
                let why = "not tried: too many fixes of this text had to be undone";
                batch.iter().for_each(|one| self.drop(one, state.applied(one, &layout), why.to_owned()));
                return None;
            }
            // Half by half, the first that does harm is found.
            loop {
                self.trials += 1;
                match tried(state, batch, &layout, self.asked) {
                    Ok(next) => {
                        self.steps += 1;
                        self.applied.extend(batch.iter().map(|one| state.applied(one, &layout)));
                        return Some(next);
                    }
                    Err(why) if batch.len() == 1 => {
                        self.drop(&batch[0], state.applied(&batch[0], &layout), why);
                        break;
                    }
                    Err(_) => batch = &batch[..batch.len() / 2],
                }
            }
        }
    }

    fn is_spent(&self, state: &State) -> bool {
        let bytes = self.trials.saturating_mul(state.text.len());
        self.trials >= MOST_TRIALS || (self.trials >= FEWEST_TRIALS && bytes >= MOST_BYTES)
    }

    fn drop(&mut self, one: &Chosen<'_>, fix: Applied, why: String) {
        self.dropped.push((self.steps, one.key(), Dropped { fix, why }));
    }

    /// The candidates that can be made together, in the order of sessions and clauses.
    fn chosen<'s>(&self, state: &'s State, layout: &Layout<'_>) -> Vec<Chosen<'s>> {
        let mut chosen = Vec::new();
        for (number, session) in state.judged.sessions.iter().enumerate() {
            let mut taken: Vec<Edit> = Vec::new();
            for candidate in &session.candidates {
                let one = Chosen { number, session, candidate };
                let key = one.key();
                if self.dropped.iter().any(|(_, dropped, _)| *dropped == key) {
                    continue;
                }
                let Some(edits) = one.edits(layout) else { continue };
                let is_free = |edit: &Edit| taken.iter().all(|taken| taken == edit || !taken.disturbs(edit));
                if edits.iter().all(is_free) {
                    taken.extend(edits);
                    chosen.push(one);
                }
            }
        }
        chosen
    }
}

/// The text after these fixes, if they did what they should; if not, why they did not.
fn tried(
    state: &State,
    batch: &[Chosen<'_>],
    layout: &Layout<'_>,
    asked: &Asked<'_>,
) -> Result<(Vec<Edit>, State), String> {
    let mut edits = Vec::new();
    for of_session in batch.chunk_by(|one, other| one.number == other.number) {
        let drafts = of_session.iter().map(|one| &one.candidate.draft);
        let session = of_session[0].session;
        edits.extend(session.edits(drafts, layout).ok_or("the message is not found in the text")?);
    }
    let text = apply(&state.text, &edits);
    if text == state.text {
        return Err("it changes nothing".to_owned());
    }
    let next = State::of(text, asked).map_err(|refusal| refusal.to_string())?;
    let fixed: Vec<_> = batch.iter().map(Chosen::fault).collect();
    compare(&state.judged, &next.judged, &fixed)?;
    Ok((edits, next))
}
