//! A ruling -> results of a SARIF report (SARIF 3.27, "result object").

use super::rules::{Rules, level};
use super::uri::{Artifacts, uri};
use crate::clause::Place;
use crate::report::json_text::{Object, Text};
use crate::report::place::{Spot, name};
use crate::report::words::{help, reason, tolerance};
use crate::source::{LineColumn, Span};
use crate::verdict::{FingerprintedFinding, Judgement, Ruling, Verdict};
use crate::visible::sanitise;

/// Writes the results of one session.
pub(super) struct Results<'r> {
    pub(super) judgement: &'r Judgement<'r>,
    pub(super) rules: &'r mut Rules,
    pub(super) artifacts: &'r mut Artifacts,
}

impl Results<'_> {
    /// All results, a line each.
    pub(super) fn write(mut self, out: &mut Text) {
        let judgement = self.judgement;
        for ruling in &judgement.rulings {
            if ruling.findings.is_empty() {
                out.object(|result| self.result(result, ruling, None));
                out.end_line();
            }
            for finding in &ruling.findings {
                out.object(|result| self.result(result, ruling, Some(finding)));
                out.end_line();
            }
        }
    }

    fn result(&mut self, result: &mut Object<'_>, ruling: &Ruling, found: Option<&FingerprintedFinding>) {
        result.member("ruleId", ruling.clause.id.0);
        result.member("ruleIndex", self.rules.index(ruling.clause));
        let (kind, level) = kind(ruling);
        result.member("kind", kind);
        result.member("level", level);
        let text = found.map_or_else(|| reason(ruling), |finding| &finding.message);
        result.object("message", |message| message.member("text", &*plain(text)));
        let begin = self.judgement.messages.first().map_or(0, |shown| shown.index);
        let place = found.map_or(Place { message: begin, span: Span::at(0) }, |finding| finding.at);
        result.array("locations", |locations| {
            locations.object(|object| self.location(object, place, found.is_some()));
        });
        if let Some(finding) = found {
            self.evidence(result, finding);
        }
        // SARIF 3.27.23: an empty list says that nothing is suppressed; all results have one or none has.
        result.array("suppressions", |suppressions| {
            if let Some(why) = tolerance(ruling) {
                suppressions.object(|suppression| suppressed(suppression, &why));
            }
        });
        result.object("properties", |properties| {
            properties.member("callId", &*self.judgement.call_id);
            properties.member("scenario", self.judgement.scenario);
            properties.optional("code", found.map(|finding| finding.code));
            properties.optional("help", found.and_then(|finding| help(finding, self.judgement)).as_deref());
        });
    }

    /// What only a finding has.
    fn evidence(&mut self, result: &mut Object<'_>, finding: &FingerprintedFinding) {
        if !finding.related.is_empty() {
            result.array("relatedLocations", |locations| {
                for (id, related) in finding.related.iter().enumerate() {
                    locations.object(|object| {
                        object.member("id", id + 1);
                        object.object("message", |message| message.member("text", &*plain(&related.note)));
                        self.location(object, related.at, true);
                    });
                }
            });
        }
        result.object("partialFingerprints", |fingerprints| {
            fingerprints.member("sipclauseFingerprint/v1", &*finding.fingerprint);
            // The one that GitHub goes by; without it, it makes its own from line 1 of a capture.
            fingerprints.member("primaryLocationLineHash", &*finding.fingerprint);
        });
    }

    /// Members of a location (SARIF 3.28): where it is in the file, and in which message.
    fn location(&mut self, location: &mut Object<'_>, place: Place, is_exact: bool) {
        let spot = Spot::of(place, self.judgement);
        let input = spot.shown.map_or(self.judgement.input, |shown| shown.input);
        location.object("physicalLocation", |physical| {
            physical.object("artifactLocation", |artifact| {
                artifact.member("uri", &*uri(input));
                artifact.member("index", self.artifacts.index(input));
            });
            physical.object("region", |object| region(object, &spot, is_exact));
        });
        let Some(shown) = spot.shown else { return };
        location.array("logicalLocations", |locations| {
            locations.object(|object| {
                object.member("name", &*format!("message {} ({})", shown.index, name(shown)));
                object.member("fullyQualifiedName", &*self.qualified(&spot));
                object.member("kind", "message");
            });
        });
        if is_exact {
            location.object("properties", |properties| {
                properties.member("message", shown.index);
                properties.values("frames", shown.numbers());
                properties.member("line", spot.at.line);
                properties.member("column", spot.at.column);
                properties.member("byteOffset", spot.range.start);
                properties.member("byteLength", spot.range.len());
            });
        }
    }

    /// `a84b4c76e66710/message 0 (INVITE)/frame 12`.
    fn qualified(&self, spot: &Spot<'_>) -> String {
        let Some(shown) = spot.shown else { return String::new() };
        let frames = shown.numbers();
        let frames = match frames[..] {
            [] => String::new(),
            [one] => format!("/frame {one}"),
            [first, ..] => format!("/frame {first} and {} more", frames.len() - 1),
        };
        sanitise(&format!("{}/message {} ({}){frames}", self.judgement.call_id, shown.index, name(shown)))
            .into_owned()
    }
}

/// SARIF 3.27.9 and 3.27.10: what is no failure has no level.
const fn kind(ruling: &Ruling) -> (&'static str, &'static str) {
    match ruling.verdict {
        Verdict::Fail => ("fail", level(ruling.level)),
        Verdict::Inconclusive => ("open", "none"),
        Verdict::NotApplicable => ("notApplicable", "none"),
        Verdict::Pass => ("pass", "none"),
    }
}

/// A region (SARIF 3.30) of a text file; of a capture, which has no lines, its first, because readers want one.
fn region(region: &mut Object<'_>, spot: &Spot<'_>, is_exact: bool) {
    let line = spot.file_line().unwrap_or(1);
    region.member("startLine", line);
    if !is_exact || spot.file_line().is_none() {
        return;
    }
    let bytes = spot.shown.map_or(&[][..], |shown| shown.bytes);
    let end = LineColumn::of(bytes, spot.range.end);
    region.member("startColumn", column(bytes, spot.range.start, spot.at));
    region.member("endLine", line + end.line - spot.at.line);
    region.member("endColumn", column(bytes, spot.range.end, end));
}

/// SARIF 3.14.17: columns count UTF-16 code units. A byte that is no part of UTF-8 is one, as it is shown.
fn column(bytes: &[u8], offset: usize, at: LineColumn) -> usize {
    let before = &bytes[offset + 1 - at.column..offset];
    String::from_utf8_lossy(before).encode_utf16().count() + 1
}

/// A suppression (SARIF 3.35).
fn suppressed(suppression: &mut Object<'_>, why: &str) {
    suppression.member("kind", "external");
    suppression.member("status", "accepted");
    suppression.member("justification", &*sanitise(why));
}

/// A plain text message. SARIF 3.11.6 would read `[a](b)` as a link.
pub(super) fn plain(text: &str) -> String {
    let text = sanitise(text);
    match text.contains("](") {
        true => text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"),
        false => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_what_an_editor_counts() {
        let bytes = "x\nä😀b".as_bytes();
        let at = |offset| column(bytes, offset, LineColumn::of(bytes, offset));
        assert_eq!(at(0), 1);
        assert_eq!(at(2), 1);
        assert_eq!(at(4), 2);
        assert_eq!(at(8), 4);
        assert_eq!(at(9), 5);
        assert_eq!(column(b"\xff\xffb", 2, LineColumn::of(b"\xff\xffb", 2)), 3);
    }

    #[test]
    fn a_message_holds_no_link() {
        assert_eq!(plain("[a] and (b)"), "[a] and (b)");
        assert_eq!(plain("[a](http://x)"), "\\[a\\](http://x)");
    }
}
