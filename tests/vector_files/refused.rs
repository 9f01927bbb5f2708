//! Wrong vector files: each is refused with its place by the reader, and by the schema too.

use sipclause::books::oma_im::BOOK;
use sipclause::vector::VectorFile;

use crate::schema::complaints;

/// `line:column: message`, or nothing.
fn refused(text: &str) -> Option<String> {
    let error = VectorFile::parse(text.to_owned(), "v".as_ref(), &BOOK).err()?.to_string();
    Some(error.strip_prefix("v:").expect("the file comes first").to_owned())
}

const CLAUSE: &str = "clause: 6.2.1.1-1\ngood: a.sip\n";
const CAPTURE: &str = "capture: a.pcap\nsessions:\n  a@b:\n";

/// What stands behind [`CLAUSE`], and what is said of it.
const OF_A_CLAUSE: &[(&str, &str)] = &[
    ("fault: []\n", "3:1: unknown key `fault`; did you mean `faults`?"),
    ("contxt: {}\n", "3:1: unknown key `contxt`; did you mean `context`?"),
    ("context: {imz: none}\n", "3:11: no key `imz` here; did you mean `ims`?"),
    ("context: 5\n", "3:10: a mapping of keys to values is wanted here"),
    ("profile: oma\n", "3:10: no value `oma` here; valid: change-request, oma-ts, rcs"),
    ("session: \"\"\n", "3:10: the text is empty"),
    (
        "faults:\n  - name: x\n    finds: a/b\n",
        "4:5: the fault changes nothing: one of `edit`, `edits`, `context`, `profile`, `scenario`, `flow`, `session` is wanted",
    ),
    (
        "faults: [{edit: {message: 0, drop: true}, because: x}]\n",
        "3:43: unknown key `because`; known: name, flow, session, profile, scenario, context, edit, edits, finds, also, doubts, lapses",
    ),
    (
        "faults: [{edit: {message: 0, drop: true}, also: [6.2.1.1-99]}]\n",
        "3:50: no clause `6.2.1.1-99`; did you mean `6.2.1.1-0`?",
    ),
    (
        "faults: [{edit: {message: 0, drop: true}, also: [6.2.1.1]}]\n",
        "3:50: no clause `6.2.1.1`; did you mean `6.2.1.1-0`?",
    ),
    (
        "faults: [{edit: {message: 0, drop: true}, also: [6.2.1.1-2, 6.2.1.1-2]}]\n",
        "3:61: the clause `6.2.1.1-2` is named twice; the first time on line 3, column 50",
    ),
    ("faults: [{edit: {drop: true}}]\n", "3:17: `message` is wanted: the number of the message from 0"),
    ("faults: [{edit: {message: -1, drop: true}}]\n", "3:27: a whole number from 0 is wanted here"),
    ("faults: [{edit: {message: 0, drop: false}}]\n", "3:36: only `true` makes sense here"),
    (
        "faults: [{edit: {message: 0}}]\n",
        "3:17: the edit does nothing: one of `all`, `start_line`, `header`, `add`, `body`, `drop`, `copy_after`, `separator`, `truncate` is wanted",
    ),
    ("faults: [{edit: {message: 0, header: To, replace: x}}]\n", "3:17: `replace` and `by` are wanted here"),
    (
        "faults: [{edit: {message: 0, header: To}}]\n",
        "3:17: one of `remove`, `set`, `replace` is wanted here",
    ),
    (
        "faults: [{edit: {message: 0, header: To, set: x, remove: true}}]\n",
        "3:17: `remove` and `set` do not go together",
    ),
    (
        "faults: [{edit: {message: 0, drop: true, body: true}}]\n",
        "3:30: the key `drop` does not go with `body`",
    ),
    (
        "faults: [{edit: {all: true, message: 0, replace: a, by: b}}]\n",
        "3:29: the key `message` does not go with `all`",
    ),
    (
        "faults: [{edit: {message: 0, separator: {form: x}}}]\n",
        "3:42: unknown key `form`; did you mean `from`?",
    ),
    ("faults: [{edit: {message: 0, separator: {transport: x25}}}]\n", "3:53: `x25` is no transport"),
    ("faults: [{edits: drop}]\n", "3:18: a mapping of keys to values is wanted here"),
    ("not_applicable: [{flow: }]\n", "3:23: text is wanted here"),
    ("good: b.sip\n", "3:1: the key `good` is here twice"),
    ("capture: a.pcap\n", "3:1: a vector has either `clause` or `capture`, not both"),
];

/// What stands behind [`CAPTURE`].
const OF_A_CAPTURE: &[(&str, &str)] = &[
    ("    fails: []\n", "4:5: unknown key `fails`; did you mean `fail`?"),
    ("    fail: [6.2.1.1-1, 6.2.1.7]\n", "4:23: no clause `6.2.1.7`; did you mean `6.2.1.1`?"),
    ("    fail: ['7.*']\n", "4:12: no clause `7.*`; `sipclause clauses` lists them"),
    (
        "    fail: [6.2.1.1-1, 6.2.1.1-1]\n",
        "4:23: the clause `6.2.1.1-1` is named twice; the first time on line 4, column 12",
    ),
    (
        "    fail: [6.2.1.1-1]\n    pass: [6.2.1.1]\n",
        "5:12: the clause `6.2.1.1-1` is named twice; the first time on line 4, column 12",
    ),
    (
        "    scenario: adhoc\n",
        "4:15: no value `adhoc` here; did you mean `ad-hoc`? (valid: one-to-one, ad-hoc, pre-established, extension)",
    ),
    ("    fail: {}\n", "4:11: text is wanted here"),
    ("  a@b:\n", "4:3: the key `a@b` is here twice"),
    ("  '': {}\n", "4:3: the Call-ID is empty"),
    ("  c@d: 5\n", "4:8: a mapping of keys to values is wanted here"),
    ("others: skip\n", "4:9: no value `skip` here; valid: refuse, ignore"),
    (
        "good: a.sip\n",
        "4:1: unknown key `good`; known: capture, profile, scenario, context, sessions, others",
    ),
    ("context: {clients: 192.0.2.1}\n", "4:20: a list, such as `[one, two]` is wanted here, not `192.0.2.1`"),
];

/// Whole files.
const WHOLE: &[(&str, &str)] = &[
    (
        "clause: 6.2.1.1-1\n",
        "1:1: the vector tests nothing: `good`, `not_applicable` or `inconclusive` is wanted",
    ),
    (
        "clause: 6.2.1.1-1\nnot_applicable: []\n",
        "1:1: the vector tests nothing: `good`, `not_applicable` or `inconclusive` is wanted",
    ),
    ("clause: 6.2.1.1-1\nfaults: []\n", "2:9: faults need a `good` flow to be compared with"),
    ("clause: 6.2.1.9-1\ngood: a.sip\n", "1:9: no clause `6.2.1.9-1`; did you mean `6.2.1.1-1`?"),
    ("clause:\ngood: a.sip\n", "1:7: text is wanted here"),
    ("cluase: 6.2.1.1-1\ngood: a.sip\n", "1:1: unknown key `cluase`; did you mean `clause`?"),
    (
        "capture: a.pcap\nothers: ignore\n",
        "1:1: the vector tests nothing: it lists no session and ignores all others",
    ),
    ("capture: a.pcap\nsessions: [a@b]\n", "2:11: a mapping of Call-IDs is wanted here"),
    ("clause: 6.2.1.1-1\ngood: {name: x}\n", "2:7: the key `flow` is missing"),
    ("clause: 6.2.1.1-1\n---\ngood: a.sip\n", "3:1: only one YAML document is read"),
];

/// What a schema cannot say: that two lists name the same clause, or that a glob means nothing.
const BEYOND_THE_SCHEMA: &[&str] = &["    fail: [6.2.1.1-1]\n    pass: [6.2.1.1]\n", "    fail: ['7.*']\n"];

#[test]
fn every_wrong_file_is_refused_with_line_and_column_and_by_the_schema_too() {
    let clauses = OF_A_CLAUSE.iter().map(|(more, said)| (format!("{CLAUSE}{more}"), *more, *said));
    let captures = OF_A_CAPTURE.iter().map(|(more, said)| (format!("{CAPTURE}{more}"), *more, *said));
    let whole = WHOLE.iter().map(|(text, said)| ((*text).to_owned(), *text, *said));
    let mut faults = Vec::new();
    for (text, more, said) in clauses.chain(captures).chain(whole) {
        let refused = refused(&text);
        if refused.as_deref() != Some(said) {
            faults.push(format!("{more:?}\n  wanted {said}\n  got    {refused:?}"));
        }
        if complaints(&text).is_empty() && !BEYOND_THE_SCHEMA.contains(&more) {
            faults.push(format!("{more:?}\n  the schema takes it"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn what_is_right_is_taken_by_both() {
    for text in [
        "clause: 6.2.1.1-1\ngood: a.sip\n",
        "clause: 6.2.1.1-1\ngood: {flow: a.sip, context: {ims: none}, edit: {all: true, replace: a, by: ''}}\n",
        "clause: 6.2.1.1-1\ninconclusive: a.sip\ncontext:\n",
        "clause: 6.2.1.1-1\ninconclusive: {flow: a.sip, because: 5}\nprofile: rcs\nscenario: extension\n",
        "clause: 6.2.1.1-1\ngood: a.sip\nfaults:\n  edits: {message: 0, separator: {time: '2026-11-22T08:00:00Z'}}\n  also: 6.2.1.1-2\n",
        "clause: 6.2.1.1-1\ngood: a.sip\nfaults: [{context: {ims: null}, lapses: [6.2.1.1-2], doubts: [6.2.1.1-3]}]\n",
        "clause: 6.2.1.1-1\ngood: a.sip\nfaults: [{edit: {message: 1, body: true, append: x, keep_length: true}}]\n",
        "capture: a.pcap\n",
        "capture: a.pcap\nsessions:\n",
        "capture: a.pcap\nsessions: {a@b: , c@d: {}}\nothers: ignore\n",
        "capture: a.pcap\nsessions:\n  a@b: {scenario: ad-hoc, fail: 6.2.1.3, pass: ['6.2.1.1-*'], inconclusive: , not-applicable: []}\n",
    ] {
        assert_eq!(refused(text), None, "{text}");
        assert_eq!(complaints(text), [""; 0], "{text}");
    }
}
