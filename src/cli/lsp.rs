//! `lsp`: an editor on standard input and output -> a server for it.

use std::io::ErrorKind;

use lsp_server::Connection;

use super::args::LspOptions;
use super::complaint::{Complaint, warn};
use crate::lsp::{Ended, Server, Settings};
use crate::verdict::ExitCode;

/// Why nobody is served any more.
enum Over {
    /// The client left.
    Left(Ended),
    /// Nobody takes what is written.
    Deaf,
}

/// Serves one client until it leaves. Standard output is the protocol's; everything else goes to standard error.
pub(super) fn lsp(options: LspOptions) -> Result<ExitCode, Complaint> {
    let LspOptions { config, profile, set, docs, stdio: _ } = options;
    let config = config.map(std::path::absolute).transpose();
    let config = config.map_err(|error| Complaint::new(format!("--config: {error}")))?;
    let settings = Settings { config, profile, set, docs, inconclusive: true, today: super::check::today };
    let (connection, threads) = Connection::stdio();
    let mut server = Server::new(settings);
    let ended = match serve(&connection, &mut server) {
        // The thread that reads may wait for input for ever.
        Over::Deaf => return Ok(ExitCode::Clean),
        Over::Left(ended) => ended,
    };
    drop(connection);
    if let Err(error) = threads.join()
        && error.kind() != ErrorKind::BrokenPipe
    {
        warn(&format!("lsp: {error}"));
    }
    Ok(match ended {
        Ended::Orderly => ExitCode::Clean,
        // LSP 3.17, "exit": without a `shutdown` before it the exit code is 1.
        Ended::Abruptly => ExitCode::Failed,
    })
}

/// Answers at once, and judges what changed when nothing waits: of many changes only the last is judged.
fn serve(connection: &Connection, server: &mut Server) -> Over {
    loop {
        let message = if server.is_behind() {
            connection.receiver.try_recv().ok()
        } else {
            match connection.receiver.recv() {
                Ok(message) => Some(message),
                Err(_) => return Over::Left(server.ended()),
            }
        };
        let ended = match message {
            Some(message) => server.take(message),
            None => {
                server.catch_up();
                None
            }
        };
        for message in server.sent() {
            if connection.sender.send(message).is_err() {
                return Over::Deaf;
            }
        }
        if let Some(ended) = ended {
            return Over::Left(ended);
        }
    }
}
