//! Messages of an editor -> diagnostics, fixes, hovers, completions and symbols, by the Language Server Protocol 3.17.
//!
//! A [`Server`] is fed the messages of a client and hands out its answers; it reads configurations and the flows of
//! vectors, and nothing else of the system. [`Text`] alone knows how editors count; all other files count bytes.

mod actions;
mod capabilities;
mod complete;
mod configuration;
mod diagnostic;
mod document;
mod found;
mod heading;
mod hover;
mod server;
mod session_page;
mod settings;
mod sip;
mod subject;
mod symbols;
mod text;
mod uri;
mod vector;
mod wire;

pub(crate) use self::server::{Ended, Server};
pub(crate) use self::settings::Settings;
use self::text::Text;
