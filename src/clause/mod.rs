//! What a requirement is: an entry of a table with its words, its citations and the check that judges it.
//!
//! A [`Book`] is one specification: a static table of [`Clause`]s in the order of its text. The engine
//! (`verdict`) knows no book; a second book is a second table.

mod item;
mod witness;

use std::fmt;

pub use self::item::{Item, Status};
pub use self::witness::{Finding, Reason, Related, Seen, Witness};
use crate::session::{Invite, Scenario, Session};
pub use crate::source::Place;

/// One specification: its clauses in the order of its text.
#[derive(Debug)]
pub struct Book {
    /// Short name: the folder of its vectors and pages.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Its clauses in the order of the text.
    pub chapters: &'static [&'static Chapter],
    /// What a client may leave out.
    pub items: &'static [Item],
}

/// One subclause of a book.
#[derive(Debug)]
pub struct Chapter {
    /// Its number, such as `6.2.1.3`.
    pub number: &'static str,
    /// Its title in our words.
    pub title: &'static str,
    /// The scenario it is about; `None`: its clauses bind in every one.
    pub scenario: Option<Scenario>,
    /// Its clauses in order.
    pub clauses: &'static [Clause],
}

impl PartialEq for Book {
    /// A book is known by its name.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Book {}

impl Book {
    /// All clauses in catalogue order.
    pub fn clauses(&self) -> impl Iterator<Item = &'static Clause> + Clone + use<> {
        self.chapters.iter().flat_map(|chapter| chapter.clauses.iter())
    }

    /// The number of the subclause about a scenario; empty if the book has none.
    pub fn subclause_of(&self, scenario: Scenario) -> &'static str {
        let chapter = self.chapters.iter().find(|chapter| chapter.scenario == Some(scenario));
        chapter.map_or("", |chapter| chapter.number)
    }

    /// The clause of this id.
    pub fn clause(&self, id: &str) -> Option<&'static Clause> {
        self.clauses().find(|clause| clause.id.0 == id)
    }
}

/// A clause id such as `6.2.1.1-5bis`: the subclause and the item's own number in the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Id(pub &'static str);

impl Id {
    /// The subclause it stands in: `6.2.1.1` of `6.2.1.1-5bis`.
    pub fn subclause(self) -> &'static str {
        self.0.split_once('-').map_or(self.0, |(subclause, _)| subclause)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How strongly a clause binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Recommended: a failure is a warning.
    Should,
    /// Required: a failure is an error.
    Shall,
}

impl Level {
    /// The word in reports and configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shall => "shall",
            Self::Should => "should",
        }
    }
}

/// How the text is read; see `explain` for what each changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Profile {
    /// The change request to the letter.
    #[default]
    ChangeRequest,
    /// The later approved texts, as far as they are known.
    OmaTs,
    /// As [`Profile::OmaTs`], with what RCS clients send in list entries.
    Rcs,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 3] = [Self::ChangeRequest, Self::OmaTs, Self::Rcs];

    /// The name in options and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChangeRequest => "change-request",
            Self::OmaTs => "oma-ts",
            Self::Rcs => "rcs",
        }
    }

    /// The profile of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }
}

/// One requirement.
#[derive(Debug)]
pub struct Clause {
    /// Its id.
    pub id: Id,
    /// How strongly it binds.
    pub level: Level,
    /// The fact it asks for: lower case, present tense, no full stop.
    pub title: &'static str,
    /// Why it matters, how it is judged, what may surprise. Paragraphs parted by an empty line.
    pub explain: &'static str,
    /// When it passes, fails, does not apply and stays open.
    pub verdicts: Verdicts,
    /// Readings chosen where the text is doubtful, each with its reason.
    pub readings: &'static [&'static str],
    /// What the requirement rests on.
    pub cites: &'static [Cite],
    /// What it binds.
    pub binds: &'static str,
    /// From what it can be seen, and the function that looks.
    pub check: Check,
}

/// The four verdicts of a clause in words; an empty one cannot occur.
#[derive(Debug)]
pub struct Verdicts {
    /// When it passes.
    pub pass: &'static str,
    /// When it fails.
    pub fail: &'static str,
    /// When it does not apply.
    pub not_applicable: &'static str,
    /// When the input cannot tell.
    pub inconclusive: &'static str,
}

/// Where a requirement or a rule it leans on is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cite {
    /// The document: `RFC 3841`, `TS 24.229`.
    pub document: &'static str,
    /// The section in it.
    pub section: &'static str,
}

impl fmt::Display for Cite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.section.is_empty() {
            f.write_str(self.document)
        } else {
            write!(f, "{} {}", self.document, self.section)
        }
    }
}

/// A citation of an RFC or another document: `cite("RFC 3841", "9.2")`.
pub const fn cite(document: &'static str, section: &'static str) -> Cite {
    Cite { document, section }
}

/// From what a clause can be seen.
#[derive(Clone, Copy)]
pub enum Check {
    /// From the initial INVITE; judged for each attempt, the worst verdict counts.
    Invite(fn(&Invite<'_>, &mut Witness<'_>)),
    /// From the initial INVITE, by the same rule in every scenario: it can be told though the scenario cannot.
    AnyInvite(fn(&Invite<'_>, &mut Witness<'_>)),
    /// From what the client does after a response, in whatever dialogs it opens.
    Session(fn(&Session<'_>, &mut Witness<'_>)),
    /// From the INVITE and the dialog of another session that it names.
    Pair(fn(&Invite<'_>, &mut Witness<'_>)),
    /// Nothing on the wire shows whether it was done; the function tells not-applicable from inconclusive.
    Unseen(fn(&Invite<'_>, &mut Witness<'_>)),
}

impl Check {
    /// What it is seen from, in a word.
    pub const fn evidence(self) -> &'static str {
        match self {
            Self::Invite(_) | Self::AnyInvite(_) => "invite",
            Self::Session(_) => "session",
            Self::Pair(_) => "pair of sessions",
            Self::Unseen(_) => "not on the wire",
        }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.evidence())
    }
}
