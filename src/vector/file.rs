//! A vector file: the clause, its good flow, its faults, and its cases that do not apply or cannot be told.

use std::path::{Path, PathBuf};

use super::edit::edit;
use super::read;
use crate::clause::Book;
use crate::compose::Edit;
use crate::config::{Block, Fault, Mark, Node, Value};
use crate::error::Error;

/// One vector file.
#[derive(Clone, Debug)]
pub struct Vector {
    /// The file.
    pub path: PathBuf,
    /// The clause it is about.
    pub clause: String,
    /// The flow that passes; the two `-notify` clauses have none.
    pub good: Option<Case>,
    /// All other cases, in the order of the file.
    pub cases: Vec<Case>,
}

/// A flow, edited, in a context, and what is expected of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// What people call it.
    pub name: String,
    /// The flow file.
    pub flow: PathBuf,
    /// The Call-ID of the session that is meant; `None`: the first of the flow.
    pub session: Option<String>,
    /// What the wire cannot tell, the profile, a forced scenario.
    pub block: Block,
    /// The edits, in order.
    pub edits: Vec<Edit>,
    /// What is expected.
    pub expects: Expectation,
    /// Line of the case in its file.
    pub line: usize,
}

/// What is expected of a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expectation {
    /// The clause passes and no clause fails.
    Pass,
    /// The clause goes from pass to fail; no other clause changes but those named.
    Fail {
        /// The code of one of its findings.
        finds: Option<String>,
        /// Clauses that go from pass to fail with it: they repeat the requirement.
        also: Vec<String>,
        /// Clauses that become inconclusive.
        doubts: Vec<String>,
        /// Clauses that become not-applicable.
        lapses: Vec<String>,
    },
    /// The clause does not apply.
    NotApplicable,
    /// The clause cannot be told; the reason holds these words.
    Inconclusive(Option<String>),
}

pub(super) const VECTOR_KEYS: &[&str] = &[
    "clause",
    "good",
    "session",
    "profile",
    "scenario",
    "context",
    "faults",
    "not_applicable",
    "inconclusive",
];
const CASE_KEYS: &[&str] = &["name", "flow", "session", "profile", "scenario", "context", "edit", "edits"];
const INCONCLUSIVE_KEYS: &[&str] =
    &["name", "flow", "session", "profile", "scenario", "context", "edit", "edits", "because"];
const FAULT_KEYS: &[&str] = &[
    "name", "flow", "session", "profile", "scenario", "context", "edit", "edits", "finds", "also", "doubts",
    "lapses",
];
/// One of these a fault has to have, or nothing would differ from the good flow.
const CHANGING_KEYS: [&str; 7] = ["edit", "edits", "context", "profile", "scenario", "flow", "session"];

impl Vector {
    /// Reads the vector of a clause. Its flows stand relative to its folder. Clause ids are not looked up:
    /// [`super::VectorFile`] does that.
    ///
    /// # Errors
    /// When it cannot be read; an unknown key or a wrong value with file, line and column.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = read::file(path)?;
        Node::parse(&text).and_then(|node| Self::of(&node, path, None)).map_err(|fault| fault.in_file(path))
    }

    /// Reads the tree of a file. Clauses have to be those of the book, if there is one.
    pub(super) fn of(node: &Node, path: &Path, book: Option<&Book>) -> Result<Self, Fault> {
        let entries = read::entries(node, VECTOR_KEYS)?;
        let find = |key: &str| entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let clause = find("clause").ok_or_else(|| Fault::new(node.at, "the key `clause` is missing"))?;
        let shared = Shared {
            folder: path.parent().unwrap_or(Path::new("")),
            node,
            clause: read::clause(clause, book)?,
            book,
            good: find("good")
                .filter(|node| matches!(node.value, Value::Text(_)))
                .map(read::word)
                .transpose()?,
            session: find("session").map(read::word).transpose()?,
        };
        shared.block(None)?;
        let good = find("good").map(|node| shared.case(node, "good", Expectation::Pass)).transpose()?;
        let mut cases = Vec::new();
        if let Some(faults) = find("faults").filter(|_| good.is_none()) {
            return Err(Fault::new(faults.at, "faults need a `good` flow to be compared with"));
        }
        for fault in find("faults").map(read::items).unwrap_or_default() {
            cases.push(shared.fault(fault)?);
        }
        for case in find("not_applicable").map(read::items).unwrap_or_default() {
            cases.push(shared.case(case, "not applicable", Expectation::NotApplicable)?);
        }
        for case in find("inconclusive").map(read::items).unwrap_or_default() {
            cases.push(shared.case(case, "inconclusive", Expectation::Inconclusive(None))?);
        }
        if good.is_none() && cases.is_empty() {
            let message = "the vector tests nothing: `good`, `not_applicable` or `inconclusive` is wanted";
            return Err(Fault::new(node.at, message));
        }
        Ok(Self { path: path.to_owned(), clause: shared.clause, good, cases })
    }
}

/// What the cases of a file share.
struct Shared<'n> {
    folder: &'n Path,
    node: &'n Node,
    clause: String,
    book: Option<&'n Book>,
    good: Option<String>,
    session: Option<String>,
}

impl Shared<'_> {
    /// A case that is a path or a mapping.
    fn case(&self, node: &Node, name: &str, expects: Expectation) -> Result<Case, Fault> {
        if let Value::Text(flow) = &node.value {
            return Ok(Case {
                name: name.to_owned(),
                flow: self.folder.join(flow),
                session: if Some(flow) == self.good.as_ref() { self.session.clone() } else { None },
                block: self.block(None)?,
                edits: Vec::new(),
                expects,
                line: node.at.line,
            });
        }
        let known = match expects {
            Expectation::Fail { .. } => FAULT_KEYS,
            Expectation::Inconclusive(_) => INCONCLUSIVE_KEYS,
            Expectation::Pass | Expectation::NotApplicable => CASE_KEYS,
        };
        let entries = read::entries(node, known)?;
        let find = |key: &str| entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let text = |key: &str| find(key).map(read::word).transpose();
        let flow = text("flow")?.or_else(|| self.good.clone());
        let flow = flow.ok_or_else(|| Fault::new(node.at, "the key `flow` is missing"))?;
        let expects = match expects {
            Expectation::Inconclusive(_) => Expectation::Inconclusive(text("because")?),
            other => other,
        };
        let own_flow = Some(&flow) == self.good.as_ref();
        Ok(Case {
            name: text("name")?.unwrap_or_else(|| name.to_owned()),
            flow: self.folder.join(&flow),
            session: text("session")?.or_else(|| self.session.clone().filter(|_| own_flow)),
            block: self.block(Some(node))?,
            edits: edits(find("edit"), find("edits"))?,
            expects,
            line: node.at.line,
        })
    }

    fn fault(&self, node: &Node) -> Result<Case, Fault> {
        let entries = read::entries(node, FAULT_KEYS)?;
        let find = |key: &str| entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let [also, doubts, lapses] = self.lists(["also", "doubts", "lapses"].map(find))?;
        let finds = find("finds").map(read::word).transpose()?;
        if !CHANGING_KEYS.iter().any(|key| find(key).is_some()) {
            let keys = CHANGING_KEYS.map(|key| format!("`{key}`")).join(", ");
            return Err(Fault::new(node.at, format!("the fault changes nothing: one of {keys} is wanted")));
        }
        self.case(node, "fault", Expectation::Fail { finds, also, doubts, lapses })
    }

    /// The clauses that change with that of the vector, none of them twice.
    fn lists<const N: usize>(&self, nodes: [Option<&Node>; N]) -> Result<[Vec<String>; N], Fault> {
        let mut seen: Vec<(String, Mark)> = Vec::new();
        let mut lists = [const { Vec::new() }; N];
        for (list, node) in lists.iter_mut().zip(nodes) {
            for item in node.map(read::items).unwrap_or_default() {
                let id = read::clause(item, self.book)?;
                if id == self.clause {
                    let message = format!("`{id}` is the clause of this vector: it fails anyway");
                    return Err(Fault::new(item.at, message));
                }
                if let Some((_, first)) = seen.iter().find(|(other, _)| *other == id) {
                    return Err(read::twice(item.at, &id, *first));
                }
                seen.push((id.clone(), item.at));
                list.push(id);
            }
        }
        Ok(lists)
    }

    /// The context of a case: its own over that of the file, key by key.
    fn block(&self, own: Option<&Node>) -> Result<Block, Fault> {
        read::block(std::iter::once(self.node).chain(own))
    }
}

fn edits(one: Option<&Node>, many: Option<&Node>) -> Result<Vec<Edit>, Fault> {
    one.into_iter().chain(many.map(read::items).unwrap_or_default()).map(edit).collect()
}
