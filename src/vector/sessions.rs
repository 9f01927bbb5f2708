//! The vector of a capture: for every session in it, which clauses fail.

use std::path::{Path, PathBuf};

use super::read;
use crate::clause::{Book, Id};
use crate::config::{Block, Fault, Mark, Node, Value};
use crate::session::Scenario;
use crate::verdict::{Selector, Verdict, nearest};

/// One vector file about a capture.
#[derive(Clone, Debug)]
pub struct CaptureVector {
    /// The file.
    pub path: PathBuf,
    /// The capture.
    pub capture: PathBuf,
    /// Line of the key `capture`.
    pub line: usize,
    /// What the wire cannot tell, the profile, a forced scenario.
    pub block: Block,
    /// The sessions that are listed, in the order of the file.
    pub sessions: Vec<SessionEntry>,
    /// What sessions are that are not listed.
    pub others: Others,
    /// Whether the file has the key `sessions`, and something in it.
    pub(super) has_sessions: bool,
}

/// What is expected of one session. A clause that no list names must not fail.
#[derive(Clone, Debug)]
pub struct SessionEntry {
    /// Its Call-ID.
    pub call_id: String,
    /// Line of the entry in its file.
    pub line: usize,
    /// The scenario it has to be judged as.
    pub scenario: Option<Scenario>,
    /// The clauses that have each verdict, in the order of [`Verdict::ALL`]; `None`: no such list.
    pub lists: [Option<Vec<Selector>>; 4],
}

/// What sessions are that are not listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Others {
    /// A difference.
    #[default]
    Refuse,
    /// Nobody's business.
    Ignore,
}

pub(super) const KEYS: &[&str] = &["capture", "profile", "scenario", "context", "sessions", "others"];

/// The keys of a session: the lists are named as the verdicts.
const SESSION_KEYS: &[&str] = &["scenario", "pass", "fail", "inconclusive", "not-applicable"];

impl CaptureVector {
    /// Reads the tree of a file.
    pub(super) fn of(node: &Node, path: &Path, book: &Book) -> Result<Self, Fault> {
        let entries = read::entries(node, KEYS)?;
        let find = |key: &str| entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let capture = find("capture").ok_or_else(|| Fault::new(node.at, "the key `capture` is missing"))?;
        let listed = find("sessions").map(|node| (node, sessions(node)));
        let mut sessions = Vec::new();
        if let Some((_, listed)) = listed {
            for (key, value) in listed? {
                sessions.push(entry(&key.text, key.at, value, book)?);
            }
        }
        let others = find("others").map(others).transpose()?.unwrap_or_default();
        if sessions.is_empty() && others == Others::Ignore {
            let message = "the vector tests nothing: it lists no session and ignores all others";
            return Err(Fault::new(node.at, message));
        }
        Ok(Self {
            path: path.to_owned(),
            capture: path.parent().unwrap_or(Path::new("")).join(read::word(capture)?),
            line: capture.at.line,
            block: read::block(std::iter::once(node))?,
            has_sessions: !sessions.is_empty(),
            sessions,
            others,
        })
    }
}

impl SessionEntry {
    /// The list of a verdict.
    pub(super) fn list(&self, verdict: Verdict) -> Option<&[Selector]> {
        let at = Verdict::ALL.iter().position(|other| *other == verdict)?;
        self.lists[at].as_deref()
    }

    /// The verdict that a list names the clause under.
    pub(super) fn expected(&self, clause: Id) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| {
            self.list(*verdict).is_some_and(|list| list.iter().any(|named| named.means(clause)))
        })
    }
}

fn sessions(node: &Node) -> Result<&[(crate::config::Key, Node)], Fault> {
    match &node.value {
        Value::Mapping(entries) => Ok(entries),
        Value::Null => Ok(&[]),
        _ => Err(Fault::new(node.at, "a mapping of Call-IDs is wanted here")),
    }
}

fn others(node: &Node) -> Result<Others, Fault> {
    choice(node, &[("refuse", Others::Refuse), ("ignore", Others::Ignore)])
}

fn entry(call_id: &str, at: Mark, node: &Node, book: &Book) -> Result<SessionEntry, Fault> {
    if call_id.is_empty() {
        return Err(Fault::new(at, "the Call-ID is empty"));
    }
    let mut entry = SessionEntry {
        call_id: call_id.to_owned(),
        line: at.line,
        scenario: None,
        lists: Default::default(),
    };
    if node.value == Value::Null {
        return Ok(entry);
    }
    let scenarios = Scenario::ALL.map(|scenario| (scenario.name(), scenario));
    let mut seen: Vec<(Id, Mark)> = Vec::new();
    for (key, value) in read::entries(node, SESSION_KEYS)? {
        if key == "scenario" {
            entry.scenario = Some(choice(value, &scenarios)?);
            continue;
        }
        let mut list = Vec::new();
        for item in read::items(value) {
            let text = read::word(item)?;
            let selector = Selector::parse(&text, &[book]).map_err(|why| Fault::new(item.at, why))?;
            for id in book.clauses().map(|clause| clause.id).filter(|id| selector.means(*id)) {
                if let Some((_, first)) = seen.iter().find(|(other, _)| *other == id) {
                    return Err(read::twice(item.at, id.0, *first));
                }
                seen.push((id, item.at));
            }
            list.push(selector);
        }
        if let Some(at) = Verdict::ALL.iter().position(|verdict| verdict.name() == key) {
            entry.lists[at] = Some(list);
        }
    }
    Ok(entry)
}

/// One of several names.
fn choice<T: Copy>(node: &Node, names: &[(&str, T)]) -> Result<T, Fault> {
    let text = read::word(node)?;
    if let Some((_, value)) = names.iter().find(|(name, _)| *name == text) {
        return Ok(*value);
    }
    let known = || names.iter().map(|(name, _)| *name);
    let valid = known().collect::<Vec<_>>().join(", ");
    Err(Fault::new(
        node.at,
        match nearest(&text, known()) {
            Some(near) => format!("no value `{text}` here; did you mean `{near}`? (valid: {valid})"),
            None => format!("no value `{text}` here; valid: {valid}"),
        },
    ))
}
