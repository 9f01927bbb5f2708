//! A vector file: the clause, its good flow, its faults, and its cases that do not apply or cannot be told.

use std::path::{Path, PathBuf};

use super::edit::edit;
use super::read;
use crate::compose::Edit;
use crate::config::{Block, Fault, Node, Value, context_block};
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

const VECTOR_KEYS: &[&str] = &[
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
const CASE_KEYS: &[&str] = &[
    "name", "flow", "session", "profile", "scenario", "context", "edit", "edits", "because", "finds", "also",
    "doubts", "lapses",
];

impl Vector {
    /// Reads a vector file. Its flows stand relative to its folder.
    ///
    /// # Errors
    /// When it cannot be read; an unknown key or a wrong value with file, line and column.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&text, path).map_err(|fault| fault.in_file(path))
    }

    fn parse(text: &str, path: &Path) -> Result<Self, Fault> {
        let node = Node::parse(text)?;
        let entries = read::entries(&node, VECTOR_KEYS)?;
        let find = |key: &str| entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let clause = find("clause").ok_or_else(|| Fault::new(node.at, "the key `clause` is missing"))?;
        let shared = Shared {
            folder: path.parent().unwrap_or(Path::new("")),
            node: &node,
            good: find("good")
                .filter(|node| matches!(node.value, Value::Text(_)))
                .map(read::text)
                .transpose()?,
            session: find("session").map(read::text).transpose()?,
        };
        let mut cases = Vec::new();
        for fault in find("faults").map(read::items).unwrap_or_default() {
            cases.push(shared.fault(fault)?);
        }
        for case in find("not_applicable").map(read::items).unwrap_or_default() {
            cases.push(shared.case(case, "not applicable", Expectation::NotApplicable)?);
        }
        for case in find("inconclusive").map(read::items).unwrap_or_default() {
            cases.push(shared.case(case, "inconclusive", Expectation::Inconclusive(None))?);
        }
        let good = find("good").map(|node| shared.case(node, "good", Expectation::Pass)).transpose()?;
        Ok(Self { path: path.to_owned(), clause: read::text(clause)?, good, cases })
    }
}

/// What the cases of a file share.
struct Shared<'n> {
    folder: &'n Path,
    node: &'n Node,
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
        let entries = read::entries(node, CASE_KEYS)?;
        let find = |key: &str| entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let text = |key: &str| find(key).map(read::text).transpose();
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
        let entries = read::entries(node, CASE_KEYS)?;
        let find = |key: &str| entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let list = |key: &str| find(key).map(read::texts).transpose().map(Option::unwrap_or_default);
        let expects = Expectation::Fail {
            finds: find("finds").map(read::text).transpose()?,
            also: list("also")?,
            doubts: list("doubts")?,
            lapses: list("lapses")?,
        };
        self.case(node, "fault", expects)
    }

    /// The context of a case: its own over that of the file, key by key.
    fn block(&self, own: Option<&Node>) -> Result<Block, Fault> {
        let mut merged = Node::empty_mapping();
        for source in std::iter::once(self.node).chain(own) {
            let Value::Mapping(entries) = &source.value else { continue };
            for (key, value) in entries {
                match key.text.as_str() {
                    "context" => merged = merged.overlaid(value),
                    "profile" | "scenario" => merged.set(&[&key.text], value.clone()),
                    _ => {}
                }
            }
        }
        context_block(&merged)
    }
}

fn edits(one: Option<&Node>, many: Option<&Node>) -> Result<Vec<Edit>, Fault> {
    one.into_iter().chain(many.map(read::items).unwrap_or_default()).map(edit).collect()
}
