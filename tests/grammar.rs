//! The TextMate grammar of `editors/`: a line of a message -> the scopes of its words.
//!
//! Editors read such a grammar with Oniguruma; the rules that are used here mean the same to `fancy-regex`. What is done
//! with them is what a highlighter does, as far as this grammar needs it: the rule that matches first, and of
//! several the one that stands first.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use fancy_regex::Regex;
use serde_json::Value;

fn grammar() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/textmate/sip.tmLanguage.json");
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// Every rule of the grammar.
fn rules(node: &Value) -> Vec<&Value> {
    let inner = match node {
        Value::Object(members) => members.values().flat_map(rules).collect::<Vec<_>>(),
        Value::Array(items) => items.iter().flat_map(rules).collect(),
        _ => Vec::new(),
    };
    let own = node.get("match").or(node.get("begin")).map(|_| node);
    own.into_iter().chain(inner).collect()
}

/// The rules that a list means, with those that it includes.
fn flat<'g>(grammar: &'g Value, patterns: &'g Value) -> Vec<&'g Value> {
    let mut rules = Vec::new();
    for rule in patterns.as_array().into_iter().flatten() {
        match rule["include"].as_str() {
            Some(name) => {
                let meant = &grammar["repository"][name.strip_prefix('#').unwrap()];
                assert!(meant.is_object(), "nothing is called {name}");
                match meant.get("patterns").filter(|_| meant.get("begin").is_none()) {
                    Some(patterns) => rules.extend(flat(grammar, patterns)),
                    None => rules.push(meant),
                }
            }
            None => rules.push(rule),
        }
    }
    rules
}

/// A match: all of it, and then its groups.
type Groups = Vec<Option<Range<usize>>>;

fn whole(groups: &Groups) -> Range<usize> {
    groups[0].clone().unwrap()
}

/// The scopes of the words of a line: the text and the innermost name that it has.
struct Highlighter<'g> {
    grammar: &'g Value,
    line: &'g str,
    words: Vec<(usize, usize, String)>,
}

impl<'g> Highlighter<'g> {
    fn highlighted(grammar: &'g Value, line: &'g str) -> Vec<(String, String)> {
        let mut it = Self { grammar, line, words: Vec::new() };
        it.walk(&grammar["patterns"], 0, None);
        let mut words = it.words;
        words.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
        words.into_iter().map(|(start, end, scope)| (line[start..end].to_owned(), scope)).collect()
    }

    /// Walks along the line until `end` matches, or to its end; gives where that is.
    fn walk(&mut self, patterns: &'g Value, mut at: usize, end: Option<&str>) -> usize {
        let rules = flat(self.grammar, patterns);
        while at <= self.line.len() {
            let stop = end.and_then(|end| matched(end, self.line, at));
            let first = rules.iter().filter_map(|rule| {
                let pattern = rule["match"].as_str().or(rule["begin"].as_str()).unwrap();
                matched(pattern, self.line, at).map(|captures| (captures, *rule))
            });
            let first = first.min_by_key(|(captures, _)| whole(captures).start);
            if let Some(stop) = stop
                && first.as_ref().is_none_or(|(captures, _)| whole(&stop).start <= whole(captures).start)
            {
                return whole(&stop).end;
            }
            let Some((captures, rule)) = first else { return self.line.len() };
            let all = whole(&captures);
            let next = match rule["end"].as_str() {
                Some(end) => {
                    self.name(&captures, &rule["beginCaptures"]);
                    let empty = Value::Array(Vec::new());
                    let inner = if rule["patterns"].is_array() {
                        &rule["patterns"]
                    } else {
                        Box::leak(Box::new(empty))
                    };
                    self.walk(inner, all.end, Some(end))
                }
                None => {
                    self.name(&captures, &rule["captures"]);
                    all.end
                }
            };
            if let Some(name) = rule["name"].as_str() {
                self.words.push((all.start, next, name.to_owned()));
            }
            at = if next > all.start { next } else { next + 1 };
        }
        self.line.len()
    }

    fn name(&mut self, captures: &Groups, names: &Value) {
        for (number, name) in names.as_object().into_iter().flatten() {
            if let Some(group) = &captures[number.parse::<usize>().unwrap()] {
                self.words.push((group.start, group.end, name["name"].as_str().unwrap().to_owned()));
            }
        }
    }
}

thread_local! {
    static RULES: RefCell<HashMap<String, Regex>> = RefCell::default();
}

/// Where a pattern and its groups match from a place on.
fn matched(pattern: &str, line: &str, at: usize) -> Option<Groups> {
    RULES.with_borrow_mut(|rules| {
        let rule = rules.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).unwrap());
        let captures = rule.captures_from_pos(line, at).unwrap()?;
        Some(captures.iter().map(|group| group.map(|group| group.range())).collect())
    })
}

#[test]
fn every_rule_is_well_formed_and_every_name_ends_as_the_grammar_does() {
    let grammar = grammar();
    assert_eq!(grammar["scopeName"], "source.sip");
    let rules = rules(&grammar);
    assert!(rules.len() > 15, "{}", rules.len());
    for rule in rules {
        for key in ["match", "begin", "end"] {
            if let Some(pattern) = rule.get(key) {
                Regex::new(pattern.as_str().unwrap()).unwrap_or_else(|why| panic!("{pattern}: {why}"));
            }
        }
        assert_eq!(rule.get("begin").is_some(), rule.get("end").is_some(), "{rule}");
        let captures = ["captures", "beginCaptures"].iter().filter_map(|key| rule[*key].as_object());
        let names =
            captures.flat_map(|members| members.values().map(|it| &it["name"])).chain(rule.get("name"));
        for name in names {
            assert!(name.as_str().unwrap().ends_with(".sip"), "{name}");
        }
    }
}

#[test]
fn the_words_of_a_message_have_their_scopes() {
    let grammar = grammar();
    for (line, wanted) in [
        (
            "INVITE sip:bob@example.org SIP/2.0",
            "INVITE keyword.control.method|sip:bob@example.org markup.underline.link.uri|SIP/2.0 constant.language.version",
        ),
        ("SIP/2.0 200 OK", "200 constant.numeric.status|OK string.unquoted.reason"),
        ("SIP/2.0 486 Busy Here\r", "486 invalid.deprecated.status.refused|Busy Here string.unquoted.reason"),
        (
            "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKx",
            "Via entity.name.tag.header|SIP/2.0/UDP constant.language.version|branch variable.parameter|z9hG4bKx constant.other.value",
        ),
        (
            "From: \"A \\\" B\" <sip:a@b.example;x=1>;tag=1",
            "\"A \\\" B\" string.quoted.double|\\\" constant.character.escape|sip:a@b.example;x=1 markup.underline.link.uri|tag variable.parameter",
        ),
        ("CSeq: 1 INVITE", "CSeq entity.name.tag.header|1 constant.numeric"),
        (
            "Accept-Contact: *;+g.oma.sip-im;explicit",
            "+g.oma.sip-im variable.parameter|explicit variable.parameter",
        ),
        ("Max-Forwards : 70", "Max-Forwards entity.name.tag.header|70 constant.numeric"),
        (" ;tag=77", "tag variable.parameter"),
        (
            "# time=2026-11-22T08:00:00Z from=192.0.2.10:5060",
            "time keyword.other.key|192.0.2.10:5060 string.unquoted.value",
        ),
        ("---", "--- comment.line.dashes"),
        ("--boundary-1", "--boundary-1 punctuation.section.boundary"),
        ("--boundary-1--", "--boundary-1-- punctuation.section.boundary"),
        ("m=message 7654 TCP/MSRP *", "m keyword.other.sdp|message 7654 TCP/MSRP * string.unquoted.sdp"),
        (
            "a=path:msrp://192.0.2.10:7654/x;tcp",
            "path entity.other.attribute-name.sdp|msrp://192.0.2.10:7654/x;tcp string.unquoted.sdp",
        ),
        ("a=sendrecv", "sendrecv entity.other.attribute-name.sdp"),
        (
            "  <entry uri=\"sip:bill@example.com\"/>",
            "entry entity.name.tag.xml|uri entity.other.attribute-name.xml|\"sip:bill@example.com\" string.quoted.xml",
        ),
    ] {
        let got = Highlighter::highlighted(&grammar, line);
        for wanted in wanted.split('|') {
            let (words, scope) = wanted.rsplit_once(' ').unwrap();
            let scope = format!("{scope}.sip");
            let is_there =
                got.iter().any(|(word, name)| word.trim_end_matches('\r') == words && *name == scope);
            assert!(is_there, "{line:?}: no `{words}` {scope} in {got:#?}");
        }
    }
}

#[test]
fn a_line_is_what_it_is_and_nothing_else() {
    let grammar = grammar();
    for (line, unwanted) in [
        ("SIP/2.0 200 OK", "meta.header"),
        ("INVITE sip:b@c SIP/2.0", "meta.header"),
        ("INVITE sip:b@c SIP/2.0", "meta.sdp"),
        ("a=path:x", "meta.header"),
        ("a: *", "meta.sdp"),
        ("---", "punctuation.section.boundary"),
        ("Subject: # no comment", "comment"),
        ("hello, world", "meta"),
        ("", "meta"),
    ] {
        let got = Highlighter::highlighted(&grammar, line);
        assert!(!got.iter().any(|(_, name)| name.starts_with(unwanted)), "{line:?}: {got:#?}");
    }
}

#[test]
fn the_extension_for_vs_code_names_what_is_there_and_the_options_that_the_server_knows() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/vscode");
    let read = |name: &str| fs::read_to_string(top.join(name)).unwrap();
    let manifest: Value = serde_json::from_str(&read("package.json")).unwrap();
    let contributes = &manifest["contributes"];
    assert_eq!(contributes["grammars"][0]["scopeName"], grammar()["scopeName"]);
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    let made = manifest["scripts"]["vscode:prepublish"].as_str().unwrap();
    let copied = made.strip_prefix("cp ").unwrap().strip_suffix(" .").unwrap();
    assert!(top.join(copied).is_file(), "{copied}");
    assert!(contributes["grammars"][0]["path"].as_str().unwrap().ends_with("/sip.tmLanguage.json"));
    for file in [&manifest["main"], &contributes["languages"][0]["configuration"]] {
        assert!(top.join(file.as_str().unwrap()).is_file(), "{file}");
    }
    let _: Value = serde_json::from_str(&read("language-configuration.json")).unwrap();
    let page = fs::read_to_string(top.join("../../docs/editor.md")).unwrap();
    let settings = contributes["configuration"]["properties"].as_object().unwrap();
    for key in settings.keys().map(|key| key.strip_prefix("sipclause.").unwrap()).filter(|key| *key != "path")
    {
        assert!(page.contains(&format!("| `{key}` |")), "{key}");
        assert!(read("extension.js").contains(&format!("\"{key}\"")), "{key}");
    }
}

#[test]
fn every_line_of_the_sample_flows_has_a_scope() {
    let grammar = grammar();
    for file in ["vectors/oma_im/flows/one-to-one.sip", "docs/demo/broken.sip"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            assert!(!Highlighter::highlighted(&grammar, line).is_empty(), "{file}: {line}");
        }
    }
}
