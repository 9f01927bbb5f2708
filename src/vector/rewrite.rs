//! A YAML text and what should stand in it -> the text with that and nothing else changed.
//!
//! Values are exchanged where they stand, by the places of the nodes; comments, order and quotation marks of
//! everything else stay as they are. The new text is read again: where it does not say exactly what it
//! should, nothing is changed, and somebody has to do it by hand.

use super::patch::Patches;
use super::place::Places;
use crate::config::{Node, Value};

/// Something that should stand in a mapping of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Change {
    /// Line of the case, from 1.
    pub(super) line: usize,
    /// What people call the case.
    pub(super) case: String,
    /// The way from the top to the mapping.
    pub(super) path: Vec<Step>,
    /// Keys of the mapping and what should stand there.
    pub(super) set: Vec<(String, To)>,
}

/// A step down the tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// To the value of a key.
    Key(String),
    /// To an item of a list, from 0. A value that is no list is its own only item.
    Item(usize),
}

/// What should stand somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum To {
    /// This text.
    Text(String),
    /// A list of these texts.
    List(Vec<String>),
    /// A mapping, where there is none yet.
    Mapping(Vec<(String, To)>),
}

/// A text with the changes made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rewritten {
    /// All of it.
    pub text: String,
    /// What was written.
    pub done: Vec<Written>,
    /// What could not be written: somebody has to do it by hand.
    pub left: Vec<Written>,
}

/// The values of one case that were written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// Line of the case before, from 1.
    pub line: usize,
    /// What people call the case.
    pub case: String,
    /// The keys.
    pub keys: Vec<String>,
}

/// Makes all changes that can be made.
pub(super) fn rewritten(text: &str, changes: &[Change]) -> Rewritten {
    let name = |change: &Change| Written {
        line: change.line,
        case: change.case.clone(),
        keys: change.set.iter().map(|(key, _)| key.clone()).collect(),
    };
    if let Some(new) = changed(text, changes) {
        return Rewritten { text: new, done: changes.iter().map(name).collect(), left: Vec::new() };
    }
    // One of them cannot be made: which?
    let mut rewritten = Rewritten { text: text.to_owned(), done: Vec::new(), left: Vec::new() };
    for change in changes {
        match changed(&rewritten.text, std::slice::from_ref(change)) {
            Some(new) => {
                rewritten.text = new;
                rewritten.done.push(name(change));
            }
            None => rewritten.left.push(name(change)),
        }
    }
    rewritten
}

/// The text with all changes made, or `None` if one of them cannot.
fn changed(text: &str, changes: &[Change]) -> Option<String> {
    let mut tree = Node::parse(text).ok()?;
    let places = Places::of(text);
    let mut patches = Vec::new();
    for change in changes {
        patches.extend(Patches { places: &places }.of(&tree, change)?);
    }
    // Stable: what is inserted at one place stays in its order.
    patches.sort_by_key(|patch| (patch.range.start, patch.range.end));
    let mut new = String::with_capacity(text.len());
    let mut done = 0;
    for patch in patches {
        new.push_str(text.get(done..patch.range.start)?);
        new.push_str(&patch.by);
        done = patch.range.end;
    }
    new.push_str(text.get(done..)?);
    changes.iter().try_for_each(|change| set(target(&mut tree, &change.path)?, &change.set))?;
    is_same(&tree, &Node::parse(&new).ok()?).then_some(new)
}

/// The mapping that a path leads to.
fn target<'n>(tree: &'n mut Node, path: &[Step]) -> Option<&'n mut Node> {
    path.iter().try_fold(tree, |node, step| match step {
        Step::Item(0) if !matches!(node.value, Value::List(_)) => Some(node),
        Step::Item(index) => match &mut node.value {
            Value::List(items) => items.get_mut(*index),
            _ => None,
        },
        Step::Key(name) => match &mut node.value {
            Value::Mapping(entries) => {
                entries.iter_mut().find(|(key, _)| key.text == *name).map(|(_, value)| value)
            }
            _ => None,
        },
    })
}

/// What should stand in the mapping afterwards.
fn set(node: &mut Node, values: &[(String, To)]) -> Option<()> {
    for (key, to) in values {
        node.set(&[key], node_of(to));
    }
    Some(())
}

fn node_of(to: &To) -> Node {
    let node = |value| Node { value, ..Node::empty_mapping() };
    match to {
        To::Text(text) => node(Value::Text(text.clone())),
        To::List(items) => {
            node(Value::List(items.iter().map(|item| node_of(&To::Text(item.clone()))).collect()))
        }
        To::Mapping(entries) => {
            let mut mapping = Node::empty_mapping();
            for (key, to) in entries {
                mapping.set(&[key], node_of(to));
            }
            mapping
        }
    }
}

/// Whether two trees say the same, wherever it stands.
fn is_same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Mapping(one), Value::Mapping(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| {
                    other.iter().any(|(name, there)| name.text == key.text && is_same(value, there))
                })
        }
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn change(path: Vec<Step>, key: &str, to: To) -> Change {
        Change { line: 1, case: "it".into(), path, set: vec![(key.into(), to)] }
    }

    fn list(items: &[&str]) -> To {
        To::List(items.iter().map(|item| (*item).to_owned()).collect())
    }

    #[test]
    fn a_change_that_cannot_be_made_hinders_no_other() {
        let text = "a: {x: &n [one]}\nb: {x: *n}\nc: {x: [two]} # c\n";
        let step = |key: &str| vec![Step::Key(key.into())];
        let changes = [change(step("b"), "x", list(&["three"])), change(step("c"), "x", list(&["three"]))];
        let rewritten = rewritten(text, &changes);
        assert_eq!(rewritten.text, text.replace("[two]", "[three]"));
        assert_eq!((rewritten.done.len(), rewritten.left.len()), (1, 1));
    }

    #[test]
    fn several_changes_at_one_place_stay_in_their_order() {
        let entry = |key: &str| (key.to_owned(), To::Mapping(vec![("fail".into(), list(&[]))]));
        let changes = [
            change(vec![Step::Key("s".into()), Step::Key("a".into())], "pass", list(&["x"])),
            Change {
                set: vec![entry("b@c"), entry("d@e")],
                ..change(vec![Step::Key("s".into())], "", list(&[]))
            },
        ];
        let rewritten = rewritten("s:\n  a:\n    fail: [] # c\n# end\n", &changes);
        let wanted = "s:\n  a:\n    fail: [] # c\n    pass: [x]\n  \"b@c\":\n    fail: []\n  \"d@e\":\n    fail: []\n# end\n";
        assert_eq!(rewritten.text, wanted);
    }

    proptest! {
        #[test]
        fn whatever_the_text_is_like_it_says_what_it_should_or_stays(
            text in "(a:|x:|s:| |  |\n|\r|- |[,|]|[{]|[}]|,|#c|'|\"|&n|[*]n|<<:|one|\u{e9}|\t|: |[|]\n|~|1){0,24}",
            before in prop::sample::select(vec!["", "a: {x: [one, two]}\n", "a:\n  x:\n  - one\n  - two\n", "a: {x: one"]),
        ) {
            let text = format!("{before}{text}");
            let changes = [
                change(vec![Step::Key("a".into())], "x", list(&["two", "new"])),
                change(vec![Step::Key("a".into()), Step::Item(0)], "y", To::Text("z".into())),
                change(Vec::new(), "s", To::Mapping(vec![("c@d".into(), To::Mapping(vec![("x".into(), list(&[]))]))])),
            ];
            let rewritten = rewritten(&text, &changes);
            prop_assert_eq!(rewritten.done.len() + rewritten.left.len(), 3);
            prop_assert_eq!(rewritten.text == text, rewritten.done.is_empty());
            prop_assert!(rewritten.done.is_empty() || Node::parse(&rewritten.text).is_ok());
        }
    }
}
