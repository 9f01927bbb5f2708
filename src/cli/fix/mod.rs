//! `fix`: `.sip` files -> the same files mended, or what would change in them.

mod diff;
mod file;

use std::borrow::Cow;
use std::io::Write;

use super::args::FixOptions;
use super::complaint::{Complaint, warn};
use super::config::configuration;
use super::inputs::{Input, Inputs, Origin, Place};
use super::{check, output, print};
use crate::books::{BOOKS, oma_im};
use crate::fix::{self, Asked, Mended, Refusal, Trust};
use crate::verdict::{ExitCode, Policy};
use crate::visible::sanitise;

/// Mends every file that is named or found.
pub(super) fn fix(options: &FixOptions) -> Result<ExitCode, Complaint> {
    let policy = policy(options)?;
    let inputs = Inputs::of(&options.paths, std::iter::empty())?;
    let trust = if options.r#unsafe { Trust::Guesses } else { Trust::Safe };
    let mut run = Run { options, policy, trust, done: Done::default() };
    for unmatched in &inputs.unmatched {
        warn(&format!("no file matches `{unmatched}`"));
    }
    for input in &inputs.list {
        run.input(input)?;
    }
    run.done.say(options);
    Ok(run.done.exit_code(options))
}

fn policy(options: &FixOptions) -> Result<Policy, Complaint> {
    let mut config = configuration(options.config.as_deref())?;
    for assignment in &options.set {
        config.apply_set(assignment, BOOKS)?;
    }
    let mut policy = config.into_policy(check::today());
    policy.select = check::selectors("--select", &options.select)?;
    policy.ignore = check::selectors("--ignore", &options.ignore)?;
    Ok(policy)
}

/// The policy with the waivers that are meant for this input, and no others.
fn policy_for(name: &str, policy: &Policy) -> Policy {
    let mut policy = policy.clone();
    policy.waivers.retain(|waiver| waiver.input.as_ref().is_none_or(|input| input.matches(name)));
    policy.waivers.iter_mut().for_each(|waiver| waiver.input = None);
    policy
}

/// What came of all files.
#[derive(Debug, Default)]
struct Done {
    sessions: usize,
    files: usize,
    fixed: usize,
    left: usize,
    guesses: usize,
    is_incomplete: bool,
}

struct Run<'o> {
    options: &'o FixOptions,
    policy: Policy,
    trust: Trust,
    done: Done,
}

impl Run<'_> {
    fn input(&mut self, input: &Input) -> Result<(), Complaint> {
        let name = input.name();
        let read = match &input.place {
            Place::Stdin => file::read(std::io::stdin().lock()),
            Place::File(path) => std::fs::File::open(path).map_err(unreadable).and_then(file::read),
            Place::Unreachable(_, why) => Err(Refusal::Unreadable(why.clone())),
        };
        let policy = policy_for(&name, &self.policy);
        let asked = Asked { policy: &policy, book: &oma_im::BOOK, trust: self.trust };
        let refusal = match read.and_then(|text| Ok((fix::mend(&text, &asked)?, text))) {
            Ok((mended, text)) => return self.mended(input, &text, &mended),
            Err(refusal) => refusal,
        };
        // What else lies in a folder is no mistake of anybody.
        if input.origin == Origin::Named || matches!(refusal, Refusal::Unreadable(_)) {
            Complaint::new(format!("{name}: {refusal}")).print();
            self.done.is_incomplete = true;
        }
        Ok(())
    }

    fn mended(&mut self, input: &Input, text: &[u8], mended: &Mended) -> Result<(), Complaint> {
        let name = input.name();
        let is_changed = mended.text != text;
        match &input.place {
            _ if self.options.diff => {
                print(diff::unified(&name, text, &mended.edits))?;
            }
            Place::Stdin => {
                print(&mended.text)?;
            }
            Place::File(path) if is_changed => {
                if let Err(error) = file::replace(path, &mended.text) {
                    Complaint::new(format!("cannot write {name}: {error}")).print();
                    self.done.is_incomplete = true;
                    return Ok(());
                }
            }
            Place::File(_) | Place::Unreachable(..) => {}
        }
        self.tell(input, mended)?;
        self.done.sessions += mended.sessions;
        self.done.files += usize::from(is_changed);
        self.done.fixed += mended.applied.len();
        self.done.left += mended.left;
        self.done.guesses += mended.guesses;
        Ok(())
    }

    /// A line for each fix: on standard output, unless the text or the diff goes there.
    fn tell(&self, input: &Input, mended: &Mended) -> Result<(), Complaint> {
        let name = input.name();
        let name = sanitise(&name);
        for dropped in &mended.dropped {
            let fix::Dropped { fix, why } = dropped;
            let (line, clause, title) = (fix.line, fix.clause, fix.title);
            warn(&format!("{name}:{line}: {clause}: not fixed ({title}): {}", shortened(why)));
        }
        if self.options.diff || self.options.quiet {
            return Ok(());
        }
        let mut lines = String::new();
        for fix in &mended.applied {
            let guess = if fix.is_safe { "" } else { ", a guess" };
            let (line, clause, title, code) = (fix.line, fix.clause, fix.title, fix.code);
            lines.push_str(&format!("{name}:{line}: {clause}: {title} ({code}{guess})\n"));
        }
        match input.place {
            // Nobody is left to be told that standard error is gone.
            Place::Stdin => drop(std::io::stderr().lock().write_all(lines.as_bytes())),
            Place::File(_) | Place::Unreachable(..) => {
                print(lines)?;
            }
        }
        Ok(())
    }
}

fn unreadable(error: std::io::Error) -> Refusal {
    Refusal::Unreadable(error.to_string())
}

fn shortened(why: &str) -> Cow<'_, str> {
    crate::visible::shorten(why, 300)
}

impl Done {
    /// The end of the report, on standard error.
    fn say(&self, options: &FixOptions) {
        if self.sessions == 0 && !self.is_incomplete {
            warn("no IM session was judged");
        }
        if options.quiet || self.sessions == 0 {
            return;
        }
        let verb = if options.diff { "would be fixed" } else { "fixed" };
        let fixed = format!("{} {verb} in {}", count(self.fixed, "finding"), count(self.files, "file"));
        let hint = match self.guesses {
            0 => String::new(),
            guesses => format!(" ({guesses} with --unsafe)"),
        };
        let mut out = output::Lenient::new(std::io::stderr().lock());
        // Nobody is left to be told that standard error is gone.
        drop(writeln!(out, "{fixed}, {} left{hint}", self.left));
    }

    fn exit_code(&self, options: &FixOptions) -> ExitCode {
        if self.is_incomplete {
            ExitCode::Damaged
        } else if options.diff && self.fixed > 0 {
            ExitCode::Failed
        } else if self.sessions == 0 {
            ExitCode::NothingJudged
        } else {
            ExitCode::Clean
        }
    }
}

fn count(number: usize, of: &str) -> String {
    format!("{number} {of}{}", if number == 1 { "" } else { "s" })
}
