//! A configuration -> the text of one that says the same, with every key and where its value comes from.

use std::fmt::Write as _;

use super::context::{ANONYMITY, IMS, IMS_SECURITY};
use super::node::{Mark, Value};
use super::settings::{Bounds, FAIL_ON, LEVELS, Settings};
use super::waiver::DatedWaiver;
use super::written::party;
use super::{Config, FILE_NAME};
use crate::session::Glob;
use crate::session::context::Context;
use crate::verdict::{LevelChange, Selector};

/// A key and the value that it has, as YAML in one line.
type Shown<T> = (&'static str, fn(&T) -> String);

impl Config {
    /// Every key with the value that a run would take and, as a comment, where it comes from: the file and its line,
    /// `--set`, or the default. Reading it gives the same settings; paths stand as they are written, so that it is for
    /// the folder of the file.
    ///
    /// ```
    /// use sipclause::books::BOOKS;
    /// use sipclause::config::Config;
    ///
    /// let config = Config::parse("context: {ims: none}\n", "sipclause.yaml", BOOKS)?;
    /// let text = config.shown();
    /// assert!(text.contains("\n  ims: \"none\"  # sipclause.yaml:1\n"));
    /// assert!(text.contains("\nfail_on: \"shall\"  # default\n"));
    /// # Ok::<(), sipclause::error::Error>(())
    /// ```
    pub fn shown(&self) -> String {
        let mut page = Page { config: self, out: String::new() };
        let settings = self.settings();
        page.keys(&[], TOP, settings);
        page.mapping("context", CONTEXT, &settings.context);
        page.keys(&[], &[("fail_on", |settings: &Settings| name(FAIL_ON, settings.fail_on))], settings);
        page.levels(&settings.levels);
        page.waivers(&settings.waivers);
        page.mapping("limits", LIMITS, &settings.limits);
        page.out
    }

    /// Where the value of a key comes from.
    fn origin(&self, path: &[&str]) -> String {
        let mut node = &self.tree;
        for key in path {
            let Value::Mapping(entries) = &node.value else { return "default".to_owned() };
            match entries.iter().find(|(entry, _)| entry.text == *key) {
                Some((_, value)) if value.value != Value::Null => node = value,
                _ => return "default".to_owned(),
            }
        }
        self.written_at(node.at)
    }

    fn written_at(&self, at: Mark) -> String {
        match at.line {
            0 => "--set".to_owned(),
            line => {
                let file = self.path().map_or_else(|| FILE_NAME.into(), |path| path.to_string_lossy());
                format!("{}:{line}", file.replace(char::is_control, "?"))
            }
        }
    }
}

struct Page<'c> {
    config: &'c Config,
    out: String,
}

impl Page<'_> {
    fn mapping<T>(&mut self, key: &'static str, keys: &[Shown<T>], of: &T) {
        let _ = writeln!(self.out, "{key}:");
        self.keys(&[key], keys, of);
    }

    fn keys<T>(&mut self, above: &[&'static str], keys: &[Shown<T>], of: &T) {
        for (key, value) in keys {
            let path = [above, &[*key]].concat();
            let (indent, origin) = (2 * above.len(), self.config.origin(&path));
            let _ = writeln!(self.out, "{:indent$}{key}: {}  # {origin}", "", value(of));
        }
    }

    fn levels(&mut self, levels: &[(Selector, LevelChange)]) {
        if levels.is_empty() {
            self.out.push_str("clauses: {}  # default\n");
            return;
        }
        self.out.push_str("clauses:\n");
        for (selector, change) in levels {
            let level = name(LEVELS, *change);
            let origin = self.config.origin(&["clauses", selector.text(), "level"]);
            let _ = writeln!(self.out, "  {}: {{level: {level}}}  # {origin}", quoted(selector.text()));
        }
    }

    fn waivers(&mut self, waivers: &[DatedWaiver]) {
        if waivers.is_empty() {
            self.out.push_str("waivers: []  # default\n");
            return;
        }
        self.out.push_str("waivers:\n");
        for dated in waivers {
            let _ = writeln!(self.out, "  - {}  # {}", waiver(dated), self.config.written_at(dated.at));
        }
    }
}

const TOP: &[Shown<Settings>] = &[
    ("profile", |settings| quoted(settings.profile.name())),
    ("inputs", |settings| list(&settings.inputs)),
    ("ics", |settings| optional(settings.ics.as_deref())),
];

const CONTEXT: &[Shown<Context>] = &[
    ("scenarios", |context| {
        let scenarios = context.scenarios.iter();
        mapping(scenarios.map(|(glob, scenario)| (quoted(&glob.0), quoted(scenario.name()))))
    }),
    ("clients", |context| list(context.clients.iter().map(party))),
    ("next_hops", |context| list(context.next_hops.iter().map(party))),
    ("conference_factory_uris", |context| list(&context.conference_factory_uris)),
    ("pre_established_groups", |context| list(context.pre_established_groups.iter().map(|glob| &glob.0))),
    ("intended_recipient", |context| optional(context.intended_recipient.as_deref())),
    ("expected_invitees", |context| list(&context.expected_invitees)),
    ("max_adhoc_group_size", |context| {
        context.max_adhoc_group_size.map_or_else(|| "null".to_owned(), |size| size.to_string())
    }),
    ("count_inviter", |context| context.count_inviter.to_string()),
    ("anonymity", |context| name(ANONYMITY, context.anonymity)),
    ("user_agent_release", |context| match &context.user_agent_release {
        Some(pattern) => {
            let whole = pattern.as_str();
            quoted(whole.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$")).unwrap_or(whole))
        }
        None => quoted("unknown"),
    }),
    ("ims", |context| name(IMS, context.ims)),
    ("ims_security", |context| name(IMS_SECURITY, context.ims_security)),
    ("service_route", |context| list(&context.service_route)),
    ("registered_identities", |context| list(&context.registered_identities)),
    ("home_domain", |context| optional(context.home_domain.as_deref())),
    ("clock_tolerance", |context| context.clock_tolerance.to_string()),
];

const LIMITS: &[Shown<Bounds>] = &[
    ("header_lines", |bounds| bounds.message.header_lines.to_string()),
    ("parts", |bounds| bounds.message.parts.to_string()),
    ("nesting", |bounds| bounds.message.nesting.to_string()),
    ("sessions", |bounds| bounds.room.calls.to_string()),
    ("session_bytes", |bounds| bounds.room.bytes.to_string()),
    ("session_messages", |bounds| bounds.room.messages.to_string()),
    ("ended_sessions", |bounds| bounds.room.ended.to_string()),
    ("registrations", |bounds| bounds.room.surroundings.to_string()),
    ("fragments", |bounds| bounds.caps.fragments.to_string()),
    ("fragment_bytes", |bounds| bounds.caps.fragment_bytes.to_string()),
    ("streams", |bounds| bounds.caps.streams.to_string()),
    ("streams_held", |bounds| bounds.caps.streams_held.to_string()),
    ("stream_bytes", |bounds| bounds.caps.stream_bytes.to_string()),
    ("associations", |bounds| bounds.caps.associations.to_string()),
    ("association_bytes", |bounds| bounds.caps.association_bytes.to_string()),
    ("secrets", |bounds| bounds.caps.secrets.to_string()),
    ("tls_held", |bounds| bounds.caps.tls_held.to_string()),
    ("inflated", |bounds| bounds.caps.inflated.to_string()),
    ("inflation", |bounds| bounds.caps.inflation.to_string()),
    ("inflated_bytes", |bounds| bounds.caps.inflated_bytes.to_string()),
    ("log_bytes", |bounds| bounds.caps.log_bytes.to_string()),
];

fn waiver(dated: &DatedWaiver) -> String {
    let waiver = &dated.waiver;
    let glob = |glob: &Option<Glob>| glob.as_ref().map(|glob| quoted(&glob.0));
    let when = [
        ("user_agent", glob(&waiver.user_agent)),
        ("call_id", glob(&waiver.call_id)),
        ("input", glob(&waiver.input)),
        ("fingerprint", glob(&waiver.fingerprint)),
    ];
    let when = mapping(when.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    let keys = [
        ("clause", Some(quoted(waiver.clauses.text()))),
        ("when", Some(when)),
        ("reason", Some(quoted(&waiver.waived.reason))),
        ("owner", waiver.waived.owner.as_deref().map(quoted)),
        ("until", dated.until.map(|until| quoted(&until.to_string()))),
    ];
    mapping(keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))))
}

/// The name of a value in the table that reads it.
fn name<T: Copy + PartialEq>(table: &[(&'static str, T)], value: T) -> String {
    let named = table.iter().find(|(_, known)| *known == value);
    named.map_or_else(|| "null".to_owned(), |(name, _)| quoted(name))
}

fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), quoted)
}

fn list(items: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let items: Vec<_> = items.into_iter().map(|item| quoted(item.as_ref())).collect();
    format!("[{}]", items.join(", "))
}

fn mapping(entries: impl Iterator<Item = (String, String)>) -> String {
    let entries: Vec<_> = entries.map(|(key, value)| format!("{key}: {value}")).collect();
    format!("{{{}}}", entries.join(", "))
}

/// A double-quoted scalar (YAML 1.2, 7.3.1): no text in it is anything else.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\u{feff}' | '\u{2028}' | '\u{2029}' => _ = write!(out, "\\u{:04x}", character as u32),
            _ if character.is_control() => _ = write!(out, "\\u{:04x}", character as u32),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Node, keys};
    use super::*;
    use crate::books::BOOKS;

    /// Every key, none with its default.
    const FULL: &str = r##"
profile: rcs
inputs: ["a b/*.sip", '#x']
ics: ics.yaml
context:
  scenarios: {"x: \"y\"*": ad-hoc, 'null': extension}
  clients: [192.0.2.0/24, 192.0.2.7, "[2001:db8::1]:5062", "sip:alice@example.com"]
  next_hops: ["2001:db8::/32"]
  conference_factory_uris: ["sip:f@im.example.com"]
  pre_established_groups: ["sip:*@groups.example.com"]
  intended_recipient: "sip:bob@example.com"
  expected_invitees: ["tel:+15550100"]
  max_adhoc_group_size: 7
  count_inviter: true
  anonymity: requested
  user_agent_release: "a\\\\b\\.\u00e9"
  ims: 3gpp2
  ims_security: giba
  service_route: ["sip:orig@scscf.example.com;lr"]
  registered_identities: ["sip:alice@example.com"]
  home_domain: example.com
  clock_tolerance: 0.5
fail_on: never
clauses:
  6.2.1.1-7: {level: should}
  "6.2.1.3*": {level: off}
waivers:
  - clause: 6.2.1.1-3
    when: {user_agent: "acme/1.*", call_id: "{*}", input: "c/*", fingerprint: "0*"}
    reason: "ticket: \"x\" # y\n\u2028z"
    owner: us
    until: 2027-03-31
  - {clause: 6.2.1.1-2, reason: r}
limits: {nesting: 7, inflated: 18446744073709551615}
"##;

    fn read(text: &str) -> Config {
        Config::parse(text, "s.yaml", BOOKS).unwrap()
    }

    /// All that a run takes from it, without where it stands.
    fn meaning(config: &Config) -> String {
        let mut settings = config.settings().clone();
        settings.waivers.iter_mut().for_each(|waiver| waiver.at = Mark::default());
        format!("{settings:?}")
    }

    #[test]
    fn what_is_shown_is_read_as_the_same() {
        for text in ["", FULL, "limits: {sessions: 3}\nclauses: {6.2.1.1: {level: off}}\n"] {
            let config = read(text);
            let again = Config::parse(&config.shown(), "t.yaml", BOOKS).unwrap();
            assert_eq!(meaning(&again), meaning(&config), "{}", config.shown());
        }
        assert_ne!(meaning(&read(FULL)), meaning(&read("")));
    }

    #[test]
    fn every_key_is_shown() {
        let tree = Node::parse(&read(FULL).shown()).unwrap();
        let entries = |node: &Node| -> Vec<String> {
            node.mapping().unwrap().iter().map(|(key, _)| key.text.clone()).collect()
        };
        let below = |name: &str| &tree.mapping().unwrap().iter().find(|(key, _)| key.text == name).unwrap().1;
        for (mapping, keys) in keys() {
            let shown = match mapping {
                "" => entries(&tree),
                "context" | "limits" => entries(below(mapping)),
                "clauses" => entries(&below("clauses").mapping().unwrap()[0].1),
                "waivers" => entries(&below("waivers").list().unwrap()[0]),
                _ => entries(&below("waivers").list().unwrap()[0].mapping().unwrap()[1].1),
            };
            assert_eq!(shown, keys, "{mapping}");
        }
    }

    #[test]
    fn each_value_tells_where_it_comes_from() {
        let mut config =
            read("context:\n  ims: none\n  home_domain:\nwaivers: [{clause: 6.2.1.1-2, reason: r}]\n");
        config.apply_set("context.max_adhoc_group_size=5", BOOKS).unwrap();
        config.apply_set("clauses.6.2.1.1-7.level=off", BOOKS).unwrap();
        let text = config.shown();
        for line in [
            "  ims: \"none\"  # s.yaml:2",
            "  home_domain: null  # default",
            "  max_adhoc_group_size: 5  # --set",
            "  \"6.2.1.1-7\": {level: \"off\"}  # --set",
            "  - {clause: \"6.2.1.1-2\", when: {}, reason: \"r\"}  # s.yaml:4",
            "  nesting: 32  # default",
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line} in\n{text}");
        }
    }
}
