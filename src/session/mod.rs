//! Messages -> sessions.

pub mod context;
pub mod scenario;

pub use self::context::{Context, Glob};
pub use self::scenario::Scenario;

/// placeholder
#[derive(Debug)]
pub struct Session<'s>(pub &'s ());
/// placeholder
#[derive(Debug)]
pub struct Invite<'s>(pub &'s ());
