//! Judgements and summaries -> the members of the JSON report, schema version 1:
//! `docs/schema/report.schema.json`.
//!
//! A function writes one object, and is called what the object is called. The order of its lines is the order
//! of the members in the report.

mod adopted;
mod clock;
mod known;
mod session;
mod summary;

pub(super) use self::known::Known;
pub(super) use self::session::session;
pub(crate) use self::summary::SCHEMA_VERSION;
pub(super) use self::summary::{head, tail};
