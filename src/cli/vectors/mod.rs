//! `vectors`: vector files -> what came out otherwise, and an exit code.

mod json;
mod page;
mod place;

use std::path::{Path, PathBuf};

use self::page::Page;
use super::args::{Telling, VectorOptions};
use super::complaint::Complaint;
use super::inputs::{Inputs, Origin, Place};
use super::{print, terminal};
use crate::books::oma_im;
use crate::error::Error;
use crate::vector::{Results, VectorFile, Written};
use crate::verdict::ExitCode;

/// The folder that is taken if no path is named.
const FOLDER: &str = "vectors";

/// Runs every vector and tells what differs.
pub(super) fn vectors(options: &VectorOptions) -> Result<ExitCode, Complaint> {
    let Some(paths) = paths(options) else {
        Complaint::new(format!("no vector found: there is no folder `{FOLDER}` here"))
            .help("name a file or a folder: sipclause vectors PATH; docs/vectors.md shows how to write one")
            .print();
        return Ok(ExitCode::NothingJudged);
    };
    let inputs = Inputs::of(&paths, [].iter())?;
    let mut run = Run::default();
    for unmatched in &inputs.unmatched {
        super::complaint::warn(&format!("no file matches `{unmatched}`"));
    }
    for input in inputs.list {
        match input.place {
            Place::Stdin => {
                return Err(Complaint::new("vectors are not read from standard input")
                    .help("their flows stand relative to their folder: name a file or a folder"));
            }
            Place::Unreachable(path, why) => run.unreadable(&format!("{}: {why}", path.display())),
            Place::File(path) if input.origin == Origin::Named || is_yaml(&path) => {
                run.read(&path, input.origin, options.bless);
            }
            Place::File(_) => {}
        }
    }
    run.finish(options, &paths)
}

/// The arguments, else the folder that has the name for it.
fn paths(options: &VectorOptions) -> Option<Vec<PathBuf>> {
    if options.paths.is_empty() {
        return Path::new(FOLDER).is_dir().then(|| vec![PathBuf::from(FOLDER)]);
    }
    Some(options.paths.clone())
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// What came out of the files so far.
#[derive(Default)]
struct Run {
    files: Vec<Done>,
    /// Vector files that are wrong.
    wrong: usize,
    /// Files and flows that cannot be read.
    unreadable: usize,
    /// YAML files of folders that are no vectors.
    passed_over: usize,
}

/// A vector file that was run.
struct Done {
    path: PathBuf,
    kind: &'static str,
    results: Results,
    /// What blessing wrote.
    blessed: Vec<Written>,
    /// What it could not write.
    by_hand: Vec<Written>,
}

impl Run {
    fn read(&mut self, path: &Path, origin: Origin, bless: bool) {
        let book = &oma_im::BOOK;
        match VectorFile::load(path, book) {
            Ok(Some(file)) => self.run(&file, bless),
            Ok(None) if origin == Origin::Found => self.passed_over += 1,
            Ok(None) => self.wrong(&format!(
                "{}:1:1: this is no vector: it has neither the key `clause` nor the key `capture`",
                path.display()
            )),
            Err(error @ Error::Unreadable { .. }) => self.unreadable(&error.to_string()),
            Err(error) => self.wrong(&error.to_string()),
        }
    }

    fn run(&mut self, file: &VectorFile, bless: bool) {
        let mut done = Done {
            path: file.path().to_owned(),
            kind: file.kind(),
            results: file.run(&oma_im::BOOK),
            blessed: Vec::new(),
            by_hand: Vec::new(),
        };
        if bless && let Err(why) = done.bless(file) {
            self.unreadable(&format!("{}: cannot be rewritten: {why}", file.path().display()));
        }
        for unreadable in &done.results.unreadable {
            self.unreadable(&format!("{}:{}: {}", file.path().display(), unreadable.line, unreadable.error));
        }
        self.files.push(done);
    }

    fn wrong(&mut self, what: &str) {
        self.wrong += 1;
        Complaint::new(what).print();
    }

    fn unreadable(&mut self, what: &str) {
        self.unreadable += 1;
        Complaint::new(what).print();
    }

    fn finish(self, options: &VectorOptions, paths: &[PathBuf]) -> Result<ExitCode, Complaint> {
        let exit_code = self.exit_code();
        if exit_code == ExitCode::NothingJudged {
            let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
            let passed = match self.passed_over {
                0 => String::new(),
                passed => format!("; {} no vectors", page::number(passed, "YAML file is", "YAML files are")),
            };
            Complaint::new(format!("no vector found in {}{passed}", names.join(", ")))
                .help("docs/vectors.md shows how to write the first one")
                .print();
        }
        let look = Page {
            color: terminal::stdout_has_color(),
            width: terminal::stdout_width(),
            quiet: options.quiet,
            bless: options.bless,
        };
        print(&match options.format {
            Telling::Human => look.of(&self),
            Telling::Json => json::text(&self, exit_code),
        })?;
        Ok(exit_code)
    }

    fn exit_code(&self) -> ExitCode {
        let differs = self.files.iter().any(|done| !done.results.differences.is_empty());
        [
            (self.wrong > 0, ExitCode::Usage),
            (self.unreadable > 0, ExitCode::Damaged),
            (differs, ExitCode::Failed),
            (self.files.is_empty(), ExitCode::NothingJudged),
        ]
        .into_iter()
        .find_map(|(is_so, code)| is_so.then_some(code))
        .unwrap_or_default()
    }
}

impl Done {
    /// Rewrites the file and runs it again: what differs then is no matter of blessing.
    fn bless(&mut self, file: &VectorFile) -> Result<(), String> {
        let rewritten = file.blessed(&self.results);
        self.by_hand = rewritten.left;
        if rewritten.done.is_empty() {
            return Ok(());
        }
        let new = VectorFile::parse(rewritten.text.clone(), file.path(), &oma_im::BOOK)
            .map_err(|error| error.to_string())?
            .ok_or("it would be no vector any more")?;
        place::write(file.path(), &rewritten.text).map_err(|error| error.to_string())?;
        self.results = new.run(&oma_im::BOOK);
        self.blessed = rewritten.done;
        Ok(())
    }
}
