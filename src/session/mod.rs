//! Messages -> sessions: calls, attempts, dialogs, and whose they are.
//!
//! A [`Table`] collects the messages of each Call-ID as a [`Call`] and tells when it is over. [`Session::of`]
//! then looks at the call as the client under test saw it: its attempts, what it sent and received on its
//! own hop, and the scenario it set up.

mod attempt;
mod call;
pub mod context;
mod few;
mod initial;
mod invite;
mod losses;
mod mark;
mod others;
mod party;
mod record;
pub mod scenario;
mod step;
mod subject;
mod surroundings;
mod table;
mod trace;

pub use self::attempt::{Attempt, Hop};
pub use self::call::Call;
pub use self::context::{Context, Glob};
pub(crate) use self::few::Few;
pub use self::invite::Invite;
pub use self::mark::{is_factory, is_group};
pub use self::others::{Noted, Others};
pub use self::record::Record;
pub use self::scenario::{Decision, Scenario};
pub use self::step::{Direction, Part, Step};
pub use self::subject::{Dialog, Question, Session, Skip};
pub use self::surroundings::{Registration, Subscription, Surroundings, UserAgent};
pub use self::table::{Finished, Keep, OverLimits, Room, Table};
pub use self::trace::{DialogTrace, Party};
