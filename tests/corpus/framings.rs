//! One dialog in every framing: the same verdicts, and doubt where (and only where) a lost part matters.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sipclause::books::oma_im::BOOK;
use sipclause::run::Job;
use sipclause::session::Context;
use sipclause::session::context::PartyPattern;
use sipclause::verdict::{Policy, Verdict};

use super::index::{corpus, secrets};

/// Clause -> verdict.
type Verdicts = BTreeMap<&'static str, Verdict>;

/// A capture that lost a part of the dialog.
struct Lossy {
    name: &'static str,
    /// What was lost, and what of the dialog is left.
    lost: &'static str,
    /// Clauses that cannot be told for it; `*` at the end stands for any. The others keep their verdicts.
    doubtful: &'static [&'static str],
}

const LOSSY: &[Lossy] = &[
    Lossy {
        name: "A-cut-in-record-header.pcap",
        lost: "the ACK to the 488, which is hop by hop: no clause asks for it",
        doubtful: &[],
    },
    Lossy {
        name: "A-ip-last-fragment-lost.pcap",
        lost: "the end of the body of the INVITE: whether it agrees with Content-Length, the scenario that its parts would \
               tell, and what the session did not do while something was lost. What its headers tell is told",
        doubtful: &[
            "6.2.1.1-0",
            "6.2.1.1-r2",
            "6.2.1.2-1",
            "6.2.1.2-2",
            "6.2.1.2-3",
            "6.2.1.2-3a",
            "6.2.1.2-3b",
            "6.2.1.3-*",
            "6.2.1.4-*",
            "6.2.1.5-*",
        ],
    },
    Lossy {
        name: "A-snaplen-200.pcap",
        lost: "the end of every message from before Call-ID on: no message is known to belong to another",
        doubtful: &["*"],
    },
    Lossy {
        name: "A-tcp-1byte-segments.pcap",
        lost: "everything behind the INVITE: what answers to it ask for",
        doubtful: &["6.2.1.1-r2", "6.2.1.1-ok1", "6.2.1.2-ok1", "6.2.1.2-ok2"],
    },
    Lossy {
        name: "A-tcp-lost-segment.pcap",
        lost: "the INVITE from before Call-ID on: it is a session of its own, and the others have none",
        doubtful: &["*"],
    },
    Lossy {
        name: "I-cut-in-last-record.pcap",
        lost: "the ACK to the 200: whether it goes to the Contact of the 200",
        doubtful: &["6.2.1.2-ok2"],
    },
];

/// The dialog as it is framed most plainly, by the first letter of the captures.
const PLAIN: [(char, &str); 2] = [('A', "A-raw-ip-lt101.pcap"), ('I', "I-incoming-call-udp.pcap")];

/// The verdicts on every session of a capture.
fn verdicts(path: &Path) -> Vec<Verdicts> {
    // The INVITE of dialog I comes from a server; here its address is that of the client.
    let caller = PartyPattern::Range { base: "10.20.0.22".parse().unwrap(), bits: 32 };
    let is_incoming = path.file_name().unwrap().to_string_lossy().starts_with('I');
    let context =
        Context { clients: is_incoming.then_some(caller).into_iter().collect(), ..Context::default() };
    let policy = Policy { all_sessions: true, context, ..Policy::default() };
    let bytes = std::fs::read(path).unwrap();
    let mut sessions = Vec::new();
    let mut sink = |judgement: &sipclause::verdict::Judgement<'_>| {
        sessions.push(judgement.rulings.iter().map(|ruling| (ruling.clause.id.0, ruling.verdict)).collect());
    };
    let job = Job::new(&policy, &BOOK).with_secrets(secrets(path));
    job.run("capture", &bytes[..], &mut sink).unwrap();
    sessions
}

/// Whether a clause is meant by the name, or by its beginning.
fn means(pattern: &str, clause: &str) -> bool {
    pattern.strip_suffix('*').map_or(clause == pattern, |start| clause.starts_with(start))
}

fn captures(corpus: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(corpus.join("derived-captures")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_none_or(|extension| extension != "keylog"));
    paths.sort();
    paths
}

#[test]
fn framing_changes_no_verdict_but_by_what_it_lost() {
    let Some(corpus) = corpus() else {
        return;
    };
    let plain = PLAIN.map(|(letter, name)| {
        let sessions = verdicts(&corpus.join("derived-captures").join(name));
        assert_eq!(sessions.len(), 1, "{name}");
        (letter, sessions.into_iter().next().unwrap())
    });
    let plain: BTreeMap<char, Verdicts> = plain.into_iter().collect();
    let mut wrong = Vec::new();
    for path in captures(&corpus) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let lossy = LOSSY.iter().find(|lossy| lossy.name == name);
        let sessions = verdicts(&path);
        if sessions.is_empty() || lossy.is_none() && sessions.len() > 1 {
            wrong.push(format!("{name}: {} sessions", sessions.len()));
        }
        let right = &plain[&name.chars().next().unwrap()];
        for (clause, seen) in sessions.iter().flatten() {
            let doubt = lossy.filter(|lossy| lossy.doubtful.iter().any(|pattern| means(pattern, clause)));
            let wanted = if doubt.is_some() { Verdict::Inconclusive } else { right[clause] };
            if *seen != wanted {
                let lost = lossy.map_or("nothing", |lossy| lossy.lost);
                wrong.push(format!("{name}: {clause} is {seen:?} and not {wanted:?}; lost: {lost}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_lossy_capture_is_there_and_its_doubts_are_no_verdicts_of_the_whole() {
    let Some(corpus) = corpus() else {
        return;
    };
    let folder = corpus.join("derived-captures");
    for lossy in LOSSY {
        assert!(folder.join(lossy.name).is_file(), "{}", lossy.name);
        let (_, plain) = PLAIN.iter().find(|(letter, _)| lossy.name.starts_with(*letter)).unwrap();
        let whole = verdicts(&folder.join(plain)).remove(0);
        for pattern in lossy.doubtful {
            let mut clauses = whole.iter().filter(|(clause, _)| means(pattern, clause));
            let told = clauses.any(|(_, verdict)| *verdict != Verdict::Inconclusive);
            assert!(told, "{}: {pattern} is in doubt without the loss too", lossy.name);
        }
    }
}
