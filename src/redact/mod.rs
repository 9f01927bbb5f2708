//! Judgements and summaries -> the same without what nobody else is to know.
//!
//! Two things are done to what a report is shown. Bodies that are neither SDP nor resource lists are not shown, unless
//! somebody asks for them; and where it is asked for, names, numbers, addresses and the like become pseudonyms. A
//! pseudonym is as long as what it stands for, so that every place stays right.

mod body;
mod known;
mod message;
mod pseudonym;
mod quoting;
mod redaction;
mod sentence;
mod sheet;
mod summary;
mod uri;
mod value;
mod vocabulary;

use std::borrow::Cow;

use self::quoting::unquote;
use self::redaction::Redaction;
use crate::session::Context;
use crate::verdict::{Judgement, RunSummary};

/// Whether bodies are shown that are neither SDP nor resource lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Bodies {
    /// Words stand in their place.
    #[default]
    Hidden,
    /// They are shown.
    Shown,
}

/// What reports may tell.
///
/// ```
/// use sipclause::redact::{Bodies, Disclosure};
/// use sipclause::verdict::Policy;
///
/// let mut disclosure = Disclosure::new(Bodies::Hidden).redacting(Some(b"a key"), &Policy::default().context);
/// let path = disclosure.path("captures/alice.pcap");
/// assert!(path.ends_with(".pcap") && !path.contains("alice"));
/// ```
#[derive(Debug, Default)]
pub struct Disclosure {
    bodies: Bodies,
    redaction: Option<Redaction>,
}

impl Disclosure {
    /// Without pseudonyms.
    pub fn new(bodies: Bodies) -> Self {
        Self { bodies, redaction: None }
    }

    /// With pseudonyms. Those of the same key are the same in every run; without one, anybody can compute the pseudonym
    /// of a name, and so find the name by trying. What `context` names is private too.
    #[must_use]
    pub fn redacting(self, key: Option<&[u8]>, context: &Context) -> Self {
        Self { redaction: Some(Redaction::new(key, configured(context))), ..self }
    }

    /// Hands `tell` the judgement as reports may show it.
    pub fn judgement<R>(&mut self, judgement: &Judgement<'_>, tell: impl FnOnce(&Judgement<'_>) -> R) -> R {
        let finds = judgement.rulings.iter().any(|ruling| !ruling.findings.is_empty());
        let hides = (finds || self.bodies == Bodies::Shown)
            && judgement.messages.iter().any(|shown| !shown.hidden().is_empty());
        let changed = hides.then(|| {
            let mut judgement = judgement.clone();
            match self.bodies {
                Bodies::Shown => {
                    judgement.messages.iter_mut().for_each(|shown| shown.unshown = Vec::new().into());
                }
                Bodies::Hidden => unquote(&mut judgement),
            }
            judgement
        });
        let judgement = changed.as_ref().unwrap_or(judgement);
        match &mut self.redaction {
            Some(redaction) => redaction.judgement(judgement, tell),
            None => tell(judgement),
        }
    }

    /// The summary as reports may show it. Counts by User-Agent and what was exercised are to be counted over
    /// judgements that came from [`Self::judgement`].
    pub fn summary<'r>(&mut self, summary: &'r RunSummary) -> Cow<'r, RunSummary> {
        match &mut self.redaction {
            Some(redaction) => Cow::Owned(summary::summary(redaction, summary)),
            None => Cow::Borrowed(summary),
        }
    }

    /// The name of an input as reports may show it: the extension tells what it is and stays.
    pub fn path(&mut self, path: &str) -> String {
        match &mut self.redaction {
            Some(redaction) => redaction.path(path),
            None => path.to_owned(),
        }
    }
}

/// What a configuration names.
fn configured(context: &Context) -> Vec<String> {
    let Context { conference_factory_uris, intended_recipient, expected_invitees, .. } = context;
    let globs = context.pre_established_groups.iter().map(|glob| &glob.0);
    let scenarios = context.scenarios.iter().map(|(glob, _)| &glob.0);
    conference_factory_uris
        .iter()
        .chain(intended_recipient)
        .chain(expected_invitees)
        .chain(&context.service_route)
        .chain(&context.registered_identities)
        .chain(&context.home_domain)
        .chain(globs)
        .chain(scenarios)
        .cloned()
        .collect()
}
