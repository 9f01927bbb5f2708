//! Vector files as people write them: the command, what it rewrites, its schema, and what is refused.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod blessing;
mod capture;
mod command;
mod page;
mod refused;
mod schema;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A call that conforms, with every clause judged.
const GOOD: &str = include_str!("../../vectors/oma_im/flows/one-to-one.sip");
/// One message with three mistakes.
const BROKEN: &str = include_str!("../../docs/demo/broken.sip");

/// The context in which no clause fails in the call that conforms.
const CONTEXT: &str = "\
session: \"1to1-a-0001@192.0.2.10\"
context:
  clients: [\"192.0.2.10\"]
  next_hops: [\"198.51.100.9\"]
  ims: none
";

/// A folder of its own for each test, with the flows.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let top = tempfile::tempdir().unwrap();
    for (name, text) in [("good.sip", GOOD), ("broken.sip", BROKEN)].iter().chain(files) {
        let path = top.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    top
}

/// The vector of the clause on Accept-Contact, with these lines behind its context.
fn vector(more: &str) -> String {
    format!("clause: 6.2.1.1-1\ngood: good.sip\n{CONTEXT}{more}")
}

struct Done {
    code: i32,
    out: String,
    err: String,
}

/// The real binary, without anything of the environment.
fn run(folder: &Path, arguments: &[&str]) -> Done {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"));
    command.arg("vectors").args(arguments).current_dir(folder).env_clear().stdin(Stdio::null());
    let output = command.output().unwrap();
    Done {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The text of a file in a folder.
fn text(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}
