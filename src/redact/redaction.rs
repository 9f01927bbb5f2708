//! A judgement -> the same with pseudonyms in its messages, and in all that is said of them.

use std::borrow::Cow;
use std::collections::HashMap;

use super::known::Known;
use super::message;
use super::pseudonym::Pseudonyms;
use super::quoting::Quoting;
use super::sentence::Words;
use super::sheet::Sheet;
use super::value::Way;
use crate::clause::{Place, Related};
use crate::verdict::{FingerprintedFinding, Hidden, Judgement, Ruling, Shown, Waived};

/// The pseudonyms of a run, and what it knows to be private whatever a session holds.
#[derive(Debug)]
pub(super) struct Redaction {
    names: Pseudonyms,
    configured: Vec<String>,
    paths: HashMap<String, String>,
}

/// Paths that are remembered.
const MOST_PATHS: usize = 10_000;

impl Redaction {
    /// The pseudonyms of this key, and what is private beside a session.
    pub(super) fn new(key: Option<&[u8]>, configured: Vec<String>) -> Self {
        Self { names: Pseudonyms::of(key), configured, paths: HashMap::new() }
    }

    /// Hands `tell` the judgement with pseudonyms.
    pub(super) fn judgement<R>(
        &mut self,
        judgement: &Judgement<'_>,
        tell: impl FnOnce(&Judgement<'_>) -> R,
    ) -> R {
        let mut known = Known::default();
        self.configured.iter().for_each(|value| known.add(value.as_bytes()));
        judgement.messages.iter().for_each(|shown| known.see(shown.bytes));
        let call_id = self.strict(&judgement.call_id, &mut known);
        let written: Vec<Vec<u8>> =
            judgement.messages.iter().map(|shown| self.message(shown.bytes, &mut known)).collect();
        let inputs: HashMap<&str, String> =
            inputs(judgement).map(|input| (input, self.path(input))).collect();
        let agent = judgement.user_agent.as_deref().map(|agent| self.agent(agent));
        let quoting = Quoting { judgement, written: &written };
        let rulings = judgement.rulings.iter().map(|ruling| self.ruling(ruling, quoting, &known)).collect();
        let told = |this: &mut Self, text: &str| this.sentence(text, &known);
        let scenario_reason = match &judgement.scenario_reason {
            Cow::Borrowed(words) => Cow::Borrowed(*words),
            Cow::Owned(words) => Cow::Owned(told(self, words)),
        };
        let observations = judgement.observations.iter().map(|words| told(self, words)).collect();
        let messages = judgement.messages.iter().zip(&written).map(|(shown, bytes)| {
            let input = &*inputs[shown.input];
            let elsewhere = shown.elsewhere.iter().map(|(input, frames)| (&*inputs[input], frames.clone()));
            Shown {
                input,
                elsewhere: elsewhere.collect(),
                from: shown.from.map(|from| self.names.socket(from)),
                to: shown.to.map(|to| self.names.socket(to)),
                bytes,
                unshown: self.hidden(shown.hidden()).into(),
                start_line: start_line(shown, bytes),
                ..shown.clone()
            }
        });
        let messages = messages.collect();
        tell(&Judgement {
            input: &inputs[judgement.input],
            call_id: call_id.into(),
            scenario_reason,
            client: judgement.client.map(|client| self.names.socket(client)),
            server: judgement.server.map(|server| self.names.socket(server)),
            user_agent: agent.map(Cow::Owned),
            messages,
            rulings,
            observations,
            ..bare(judgement)
        })
    }

    fn ruling(&mut self, ruling: &Ruling, quoting: Quoting<'_>, known: &Known) -> Ruling {
        let findings: Vec<_> =
            ruling.findings.iter().map(|finding| self.finding(finding, quoting, known)).collect();
        let first = ruling.findings.first().zip(findings.first());
        let reason = match &ruling.reason {
            Cow::Borrowed(words) => Cow::Borrowed(*words),
            Cow::Owned(words) => Cow::Owned(match first.filter(|(finding, _)| finding.message == *words) {
                Some((_, finding)) => finding.message.clone(),
                None => self.sentence(words, known),
            }),
        };
        let waived = ruling.waived.as_deref().map(|waived| Box::new(self.waived(waived)));
        Ruling { reason, findings, waived, ..*ruling }
    }

    fn finding(
        &mut self,
        finding: &FingerprintedFinding,
        quoting: Quoting<'_>,
        known: &Known,
    ) -> FingerprintedFinding {
        let places = || std::iter::once(finding.at).chain(finding.related.iter().map(|related| related.at));
        let mut told = |text: &str| self.quoting(text, (quoting, places()), known);
        let message = told(&finding.message);
        let help = finding.help.as_deref().map(&mut told);
        let related = finding
            .related
            .iter()
            .map(|Related { at, note }| Related { at: *at, note: told(note) })
            .collect();
        FingerprintedFinding { message, help, related, ..finding.clone() }
    }

    /// A sentence about a place: what it quotes from there is what stands there now.
    fn quoting(
        &mut self,
        text: &str,
        (quoting, places): (Quoting<'_>, impl Iterator<Item = Place> + Clone),
        known: &Known,
    ) -> String {
        let mut told = String::with_capacity(text.len());
        for (number, part) in text.split('`').enumerate() {
            if number > 0 {
                told.push('`');
            }
            if number % 2 == 0 {
                told.push_str(&self.sentence(part, known));
                continue;
            }
            let found = places.clone().find_map(|place| quoting.now(part, place));
            told.push_str(&found.unwrap_or_else(|| {
                let quoted = self.sentence(&format!("`{part}`"), known);
                quoted[1..quoted.len() - 1].to_owned()
            }));
        }
        told
    }

    fn hidden(&mut self, hidden: &[Hidden]) -> Vec<Hidden> {
        let told = hidden.iter().map(|Hidden { range, words }| {
            let words = self.with(words, &mut Known::default(), |sheet, all| sheet.value(all, Way::TOKENS));
            Hidden { range: range.clone(), words }
        });
        told.collect()
    }

    /// Why a failure is tolerated, and by whom, is for those at home; until when is not.
    pub(super) fn waived(&mut self, waived: &Waived) -> Waived {
        let owner = waived.owner.as_deref().map(|owner| self.strict(owner, &mut Known::default()));
        Waived { reason: "a reason that is not shown".to_owned(), owner, until: waived.until.clone() }
    }

    fn message(&mut self, bytes: &[u8], known: &mut Known) -> Vec<u8> {
        let mut sheet = Sheet::of(bytes, &mut self.names, known);
        message::message(&mut sheet);
        sheet.finish()
    }

    fn sentence(&mut self, text: &str, known: &Known) -> String {
        let mut sentence = Known::default();
        let mut sheet = Sheet::of(text.as_bytes(), &mut self.names, &mut sentence);
        sheet.sentence(Words::Known(known));
        text_of(sheet.finish())
    }

    /// What is said of an input: nobody knows which of the words that it quotes are private.
    pub(super) fn problem(&mut self, text: &str) -> String {
        self.with(text, &mut Known::default(), |sheet, _| sheet.sentence(Words::Unknown))
    }

    pub(super) fn strict(&mut self, text: &str, known: &mut Known) -> String {
        self.with(text, known, |sheet, all| sheet.strict(all))
    }

    pub(super) fn agent(&mut self, text: &str) -> String {
        self.with(text, &mut Known::default(), |sheet, all| sheet.agent(all))
    }

    fn with(
        &mut self,
        text: &str,
        known: &mut Known,
        rewrite: impl FnOnce(&mut Sheet<'_>, std::ops::Range<usize>),
    ) -> String {
        let mut sheet = Sheet::of(text.as_bytes(), &mut self.names, known);
        rewrite(&mut sheet, 0..text.len());
        text_of(sheet.finish())
    }

    pub(super) fn path(&mut self, path: &str) -> String {
        if let Some(known) = self.paths.get(path) {
            return known.clone();
        }
        let name = path.rfind(['/', '\\']).map_or(0, |slash| slash + 1);
        let stem = path[name..].find(['.']).filter(|dot| *dot > 0).map_or(path.len(), |dot| name + dot);
        let mut told = self.strict(&path[..stem], &mut Known::default());
        for part in path[stem..].split_inclusive('.') {
            let word = part.trim_end_matches('.');
            let is_format = EXTENSIONS.iter().any(|known| word.eq_ignore_ascii_case(known));
            told.push_str(&if is_format {
                part.to_owned()
            } else {
                self.strict(part, &mut Known::default())
            });
        }
        if self.paths.len() >= MOST_PATHS {
            self.paths.clear();
        }
        self.paths.insert(path.to_owned(), told.clone());
        told
    }
}

/// Extensions that tell what a file is.
const EXTENSIONS: &[&str] = &[
    "pcap", "pcapng", "cap", "sip", "txt", "log", "hep", "msg", "json", "ndjson", "yaml", "yml", "gz", "zst",
    "lz4", "dump",
];

/// The inputs that a judgement names.
fn inputs<'j>(judgement: &'j Judgement<'_>) -> impl Iterator<Item = &'j str> {
    let messages = judgement.messages.iter();
    let of_messages = messages.flat_map(|shown| {
        std::iter::once(shown.input).chain(shown.elsewhere.iter().map(|(input, _)| *input))
    });
    std::iter::once(judgement.input).chain(of_messages)
}

/// The start line of a message in its new bytes.
fn start_line<'b>(shown: &Shown<'_>, bytes: &'b [u8]) -> &'b [u8] {
    let span = crate::source::Span::of_slice(shown.bytes, shown.start_line);
    span.map_or(&bytes[..0], |span| span.of(bytes))
}

/// What a judgement says without naming anybody.
fn bare<'b>(judgement: &Judgement<'_>) -> Judgement<'b> {
    Judgement {
        input: "",
        first_packet: judgement.first_packet,
        call_id: "".into(),
        scenario: judgement.scenario,
        subclause: judgement.subclause,
        inferred: judgement.inferred,
        scenario_reason: "".into(),
        client: None,
        server: None,
        user_agent: None,
        started: judgement.started,
        messages: Vec::new(),
        rulings: Vec::new(),
        observations: Vec::new(),
        profile: judgement.profile,
    }
}

fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
