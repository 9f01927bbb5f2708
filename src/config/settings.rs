//! The tree of a configuration file -> its typed settings.

use super::context::{FIELDS, PROFILES, set};
use super::fields::{Field, names};
use super::node::{Fault, Node};
use super::waiver::{self, DatedWaiver};
use crate::capture::Caps;
use crate::clause::{Book, Level, Profile};
use crate::message::Limits;
use crate::session::{Context, Room};
use crate::verdict::{FailOn, LevelChange, Selector};

/// Everything a configuration file says; the default is what an empty one says.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How the text is read.
    pub profile: Profile,
    /// Paths and globs, as they are written.
    pub inputs: Vec<String>,
    /// The conformance statement of the client, as it is written.
    pub ics: Option<String>,
    /// What the wire cannot tell.
    pub context: Context,
    /// What makes a run fail.
    pub fail_on: FailOn,
    /// Changed levels, in the order of the file.
    pub levels: Vec<(Selector, LevelChange)>,
    /// Tolerated failures, expired ones among them.
    pub waivers: Vec<DatedWaiver>,
    /// How far is read, and how much is held.
    pub limits: Bounds,
}

/// All that `limits` holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bounds {
    /// How far a message is read.
    pub message: Limits,
    /// How much reading captures holds.
    pub caps: Caps,
    /// How much open sessions hold.
    pub room: Room,
}

impl Settings {
    /// Reads a whole file; clause ids must mean something in `books`.
    pub(super) fn read(tree: &Node, books: &[&Book]) -> Result<Self, Fault> {
        let mut reading = Reading { books, settings: Self::default() };
        tree.read_fields(&top(), &mut reading)?;
        Ok(reading.settings)
    }
}

/// Every key that a configuration may hold: the mappings by their names, each with its keys. The top of the
/// file has no name; `clauses` stands for the mapping of one clause, `waivers` for one waiver.
pub fn keys() -> [(&'static str, Vec<&'static str>); 6] {
    [
        ("", names(&top())),
        ("context", names(FIELDS)),
        ("clauses", names(LEVEL_FIELDS)),
        ("waivers", names(waiver::FIELDS)),
        ("when", names(waiver::WHEN)),
        ("limits", names(LIMITS)),
    ]
}

/// Settings that are being filled, and the clauses that exist.
struct Reading<'b> {
    books: &'b [&'b Book],
    settings: Settings,
}

/// The keys at the top of the file, in the order of the documentation.
fn top<'b>() -> [Field<Reading<'b>>; 8] {
    [
        ("profile", |reading, node| set(&mut reading.settings.profile, node.one_of(PROFILES))),
        ("inputs", |reading, node| set(&mut reading.settings.inputs, node.list_of(Node::text))),
        ("ics", |reading, node| set(&mut reading.settings.ics, node.text().map(Some))),
        ("context", |reading, node| node.read_fields(FIELDS, &mut reading.settings.context)),
        ("fail_on", |reading, node| set(&mut reading.settings.fail_on, node.one_of(FAIL_ON))),
        ("clauses", |reading, node| set(&mut reading.settings.levels, levels(node, reading.books))),
        ("waivers", |reading, node| {
            set(&mut reading.settings.waivers, node.list_of(|item| waiver::read(item, reading.books)))
        }),
        ("limits", |reading, node| node.read_fields(LIMITS, &mut reading.settings.limits)),
    ]
}

pub(super) const FAIL_ON: &[(&str, FailOn)] = &[
    ("shall", FailOn::Shall),
    ("should", FailOn::Should),
    ("inconclusive", FailOn::Inconclusive),
    ("never", FailOn::Never),
];

pub(super) const LEVELS: &[(&str, LevelChange)] = &[
    (Level::Shall.name(), LevelChange::To(Level::Shall)),
    (Level::Should.name(), LevelChange::To(Level::Should)),
    ("off", LevelChange::Off),
];

const LIMITS: &[Field<Bounds>] = &[
    ("header_lines", |bounds, node| set(&mut bounds.message.header_lines, limit(node, 1_000_000))),
    ("parts", |bounds, node| set(&mut bounds.message.parts, limit(node, 1_000_000))),
    // Nested bodies are read by recursion, which needs a bound of its own.
    ("nesting", |bounds, node| set(&mut bounds.message.nesting, limit(node, 64))),
    ("sessions", |bounds, node| set(&mut bounds.room.calls, limit(node, usize::MAX))),
    ("session_bytes", |bounds, node| set(&mut bounds.room.bytes, limit(node, usize::MAX))),
    ("session_messages", |bounds, node| set(&mut bounds.room.messages, limit(node, usize::MAX))),
    ("ended_sessions", |bounds, node| set(&mut bounds.room.ended, limit(node, usize::MAX))),
    ("registrations", |bounds, node| set(&mut bounds.room.surroundings, limit(node, usize::MAX))),
    ("fragments", |bounds, node| set(&mut bounds.caps.fragments, limit(node, usize::MAX))),
    ("fragment_bytes", |bounds, node| set(&mut bounds.caps.fragment_bytes, limit(node, usize::MAX))),
    ("streams", |bounds, node| set(&mut bounds.caps.streams, limit(node, usize::MAX))),
    ("streams_held", |bounds, node| set(&mut bounds.caps.streams_held, limit(node, usize::MAX))),
    ("stream_bytes", |bounds, node| set(&mut bounds.caps.stream_bytes, limit(node, usize::MAX))),
    ("associations", |bounds, node| set(&mut bounds.caps.associations, limit(node, usize::MAX))),
    ("association_bytes", |bounds, node| set(&mut bounds.caps.association_bytes, limit(node, usize::MAX))),
    ("secrets", |bounds, node| set(&mut bounds.caps.secrets, limit(node, usize::MAX))),
    ("tls_held", |bounds, node| set(&mut bounds.caps.tls_held, limit(node, usize::MAX))),
    ("inflated", |bounds, node| set(&mut bounds.caps.inflated, wide_limit(node))),
    ("inflation", |bounds, node| set(&mut bounds.caps.inflation, wide_limit(node))),
    ("inflated_bytes", |bounds, node| set(&mut bounds.caps.inflated_bytes, limit(node, usize::MAX))),
    ("log_bytes", |bounds, node| set(&mut bounds.caps.log_bytes, limit(node, usize::MAX))),
];

fn limit(node: &Node, most: usize) -> Result<usize, Fault> {
    match node.count().map(usize::try_from)? {
        Ok(count) if (1..=most).contains(&count) => Ok(count),
        _ if most == usize::MAX => Err(node.fault(AT_LEAST_1)),
        _ => Err(node.fault(format!("a limit of 1 to {most} is wanted here"))),
    }
}

/// A limit that may be larger than memory.
fn wide_limit(node: &Node) -> Result<u64, Fault> {
    match node.count()? {
        0 => Err(node.fault(AT_LEAST_1)),
        count => Ok(count),
    }
}

const AT_LEAST_1: &str = "a limit of at least 1 is wanted here";

/// Clause or prefix: `{level: …}`.
fn levels(node: &Node, books: &[&Book]) -> Result<Vec<(Selector, LevelChange)>, Fault> {
    let mut levels = Vec::new();
    for (key, value) in node.mapping()? {
        let selector = Selector::parse(&key.text, books).map_err(|why| Fault::new(key.at, why))?;
        let mut change = None;
        value.read_fields(LEVEL_FIELDS, &mut change)?;
        levels.extend(change.map(|change| (selector, change)));
    }
    Ok(levels)
}

const LEVEL_FIELDS: &[Field<Option<LevelChange>>] =
    &[("level", |change, node| set(change, node.one_of(LEVELS).map(Some)))];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::BOOKS;

    fn fault(text: &str) -> String {
        let fault = Settings::read(&Node::parse(text).unwrap(), BOOKS).unwrap_err();
        format!("{}:{}: {}", fault.at.line, fault.at.column, fault.message)
    }

    #[test]
    fn an_unknown_key_is_told_with_the_nearest() {
        assert_eq!(fault("profil: rcs"), "1:1: no key `profil` here; did you mean `profile`?");
        assert_eq!(
            fault("\nclauses:\n  6.2.1.1-1: {levle: off}"),
            "3:15: no key `levle` here; did you mean `level`?"
        );
        assert!(fault("zzz: 1").starts_with("1:1: no key `zzz` here; valid: profile, inputs"));
        assert!(fault("- a").starts_with("1:1: a mapping of keys to values is wanted here"));
    }

    #[test]
    fn an_unknown_clause_is_told_with_the_nearest() {
        assert!(
            fault("clauses:\n  6.2.1.1-1x: {level: off}")
                .starts_with("2:3: no clause `6.2.1.1-1x`; did you mean")
        );
        assert!(fault("clauses: {6.2.1.1-1: should}").contains("a mapping of keys to values is wanted"));
    }

    #[test]
    fn levels_and_limits_are_read() {
        let text = "clauses: {6.2.1.1-1: {level: off}}\nlimits: {nesting: 4, sessions: 9, streams: 7}\nfail_on: never\nprofile: oma-ts\n";
        let settings = Settings::read(&Node::parse(text).unwrap(), BOOKS).unwrap();
        assert_eq!(settings.levels[0].1, LevelChange::Off);
        assert_eq!(settings.limits.message, Limits { nesting: 4, ..Limits::DEFAULT });
        assert_eq!((settings.limits.room.calls, settings.limits.caps.streams), (9, 7));
        assert_eq!(fault("limits: {inflated: 0}"), "1:20: a limit of at least 1 is wanted here");
        assert_eq!((settings.fail_on, settings.profile), (FailOn::Never, Profile::OmaTs));
        assert_eq!(fault("limits: {nesting: 1000}"), "1:19: a limit of 1 to 64 is wanted here");
        assert_eq!(fault("limits: {streams: 0}"), "1:19: a limit of at least 1 is wanted here");
    }

    #[test]
    fn every_limit_has_a_key_that_sets_it_and_nothing_else() {
        let read = |text: &str| Settings::read(&Node::parse(text).unwrap(), BOOKS).unwrap().limits;
        let mut seen = vec![Bounds::default()];
        for (key, _) in LIMITS {
            let bounds = read(&format!("limits: {{{key}: 3}}"));
            assert!(!seen.contains(&bounds), "{key}");
            seen.push(bounds);
        }
        let all: Vec<_> = LIMITS.iter().map(|(key, _)| format!("{key}: 3")).collect();
        let Bounds { message, caps, room } = read(&format!("limits: {{{}}}", all.join(", ")));
        assert_eq!(message, Limits { header_lines: 3, parts: 3, nesting: 3 });
        let limits = Limits::DEFAULT;
        let three = Room { calls: 3, bytes: 3, ended: 3, messages: 3, surroundings: 3, limits };
        assert_eq!(room, three);
        let three = Caps {
            fragments: 3,
            fragment_bytes: 3,
            streams: 3,
            streams_held: 3,
            stream_bytes: 3,
            associations: 3,
            association_bytes: 3,
            inflated: 3,
            inflation: 3,
            inflated_bytes: 3,
            log_bytes: 3,
            secrets: 3,
            tls_held: 3,
            limits,
        };
        assert_eq!(caps, three);
    }
}
