//! A report as json or ndjson -> the findings and verdicts of an earlier run.

use std::borrow::Cow;
use std::path::Path;

use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};

use super::complaint::Complaint;
use crate::report::SCHEMA_VERSION;
use crate::source::LineColumn;
use crate::verdict::Verdict;

/// What an earlier run found.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    /// How the text was read.
    pub(super) profile: String,
    /// Where the report says so, for complaints.
    pub(super) profile_at: String,
    /// The judged sessions, in the order of the report.
    pub(super) sessions: Vec<Session>,
}

/// A judged session.
#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub(super) input: String,
    pub(super) call_id: String,
    pub(super) user_agent: Option<String>,
    pub(super) verdicts: Vec<Ruled>,
}

/// The verdict on a clause.
#[derive(Debug, Deserialize)]
pub(super) struct Ruled {
    pub(super) clause: String,
    #[serde(deserialize_with = "verdict")]
    pub(super) verdict: Verdict,
    pub(super) waived: Option<IgnoredAny>,
    pub(super) findings: Vec<Found>,
}

/// A finding.
#[derive(Debug, Deserialize)]
pub(super) struct Found {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) fingerprint: String,
    #[serde(default)]
    pub(super) known: bool,
    pub(super) at: At,
}

/// Where it is.
#[derive(Debug, Deserialize)]
pub(super) struct At {
    pub(super) message: u64,
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) file_line: Option<u64>,
}

fn verdict<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Verdict, D::Error> {
    let word = Cow::<str>::deserialize(deserializer)?;
    let named = Verdict::ALL.into_iter().find(|verdict| verdict.name() == word);
    named.ok_or_else(|| D::Error::custom(format!("no verdict `{word}`")))
}

/// A whole report, or a line of ndjson: every member that either may have.
#[derive(Debug, Deserialize)]
struct Document {
    r#type: Option<String>,
    schema_version: Option<u64>,
    profile: Option<String>,
    sessions: Option<Vec<Session>>,
    input: Option<String>,
    call_id: Option<String>,
    user_agent: Option<String>,
    verdicts: Option<Vec<Ruled>>,
    summary: Option<IgnoredAny>,
}

/// Reads a report.
///
/// # Errors
/// When it cannot be read or is none that this version wrote: with the place, and what to do.
pub(super) fn recorded(file: &Path) -> Result<Recorded, Complaint> {
    let bytes = std::fs::read(file)
        .map_err(|error| Complaint::new(format!("{}: {error}", file.display())).help(REMEDY))?;
    read(&bytes).map_err(|(at, why)| {
        Complaint::new(format!("{}:{}:{}: {why}", file.display(), at.line, at.column)).help(REMEDY)
    })
}

const REMEDY: &str =
    "a report is wanted that this version wrote: sipclause check … --output json=FILE, or ndjson=FILE";

/// What is wrong, and where.
type Fault = (LineColumn, String);

fn read(bytes: &[u8]) -> Result<Recorded, Fault> {
    let fault = |offset, why: &str| (LineColumn::of(bytes, offset), why.to_owned());
    let mut recorded = Recorded::default();
    let mut is_whole = false;
    let mut documents = serde_json::Deserializer::from_slice(bytes).into_iter::<Document>();
    loop {
        let gap =
            bytes[documents.byte_offset()..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let start = documents.byte_offset() + gap;
        let Some(document) = documents.next() else { break };
        let document = document.map_err(of_json)?;
        if is_whole {
            return Err(fault(start, "something follows the end of the report"));
        }
        match document {
            Document { r#type: Some(word), .. } if word != "session" && word != "summary" => {
                return Err(fault(start, "this is no report of sipclause"));
            }
            Document {
                input: Some(input),
                call_id: Some(call_id),
                verdicts: Some(verdicts),
                user_agent,
                ..
            } => {
                recorded.sessions.push(Session { input, call_id, user_agent, verdicts });
            }
            Document { schema_version: Some(version), .. } if version != SCHEMA_VERSION => {
                let at = start + key(&bytes[start..], b"\"schema_version\"");
                let why = format!(
                    "this report has schema version {version}; only version {SCHEMA_VERSION} is read"
                );
                return Err(fault(at, &why));
            }
            Document {
                schema_version: Some(_), profile: Some(profile), summary: Some(_), sessions, ..
            } => {
                let at = LineColumn::of(bytes, start + key(&bytes[start..], b"\"profile\""));
                recorded.profile = profile;
                recorded.profile_at = format!("{}:{}", at.line, at.column);
                recorded.sessions.extend(sessions.unwrap_or_default());
                is_whole = true;
            }
            _ => return Err(fault(start, "this is no report of sipclause")),
        }
    }
    match is_whole {
        true => Ok(recorded),
        false if recorded.sessions.is_empty() => Err(fault(0, "the file is empty")),
        false => Err(fault(bytes.len(), "the last line, with the summary, is missing: the run did not end")),
    }
}

/// Where a key of this object stands. Inside of a text its quotes would be escaped.
fn key(object: &[u8], name: &[u8]) -> usize {
    memchr::memmem::find(object, name).unwrap_or(0)
}

fn of_json(error: serde_json::Error) -> Fault {
    let said = error.to_string();
    let why = said.rsplit_once(" at line ").map_or(&*said, |(why, _)| why);
    let at = LineColumn { line: error.line().max(1), column: error.column().max(1) };
    (at, format!("this is no report of sipclause: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        let (at, why) = read(text.as_bytes()).unwrap_err();
        format!("{}:{}: {why}", at.line, at.column)
    }

    #[test]
    fn what_is_no_report_is_told_with_its_place() {
        for (text, said) in [
            ("", "1:1: the file is empty"),
            ("\n{\"a\": ]", "2:7: this is no report of sipclause: expected value"),
            ("{}", "1:1: this is no report of sipclause"),
            ("[1]", "1:2: this is no report of sipclause: invalid type: integer `1`"),
            (
                "{\n \"schema_version\": 2, \"profile\": \"rcs\"}",
                "2:2: this report has schema version 2; only version 1 is read",
            ),
            (
                "{\"type\":\"session\",\"input\":\"a\",\"call_id\":\"b\",\"verdicts\":[]}\n",
                "2:1: the last line, with the summary, is missing: the run did not end",
            ),
        ] {
            let told = fault(text);
            assert!(told.starts_with(said), "{text:?}: {told}");
        }
    }

    #[test]
    fn both_formats_are_told_apart_by_what_they_hold() {
        let json = r#"{"schema_version":1,"profile":"rcs","sessions":[{"input":"a","call_id":"b","verdicts":[]}],"summary":{}}"#;
        let lines = "{\"type\":\"session\",\"input\":\"a\",\"call_id\":\"b\",\"verdicts\":[]}\n{\"type\":\"summary\",\"schema_version\":1,\"profile\":\"rcs\",\"summary\":{}}\n";
        for text in [json, lines] {
            let recorded = read(text.as_bytes()).unwrap();
            assert_eq!((recorded.profile.as_str(), recorded.sessions.len()), ("rcs", 1));
        }
        assert_eq!(read(json.as_bytes()).unwrap().profile_at, "1:21");
    }
}
