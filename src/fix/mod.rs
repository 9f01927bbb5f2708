//! Findings in `.sip` text -> edits -> text, judged again.
//!
//! [`TABLE`] says for every code of a finding whether there is a fix: a safe one, whose bytes the text and the
//! clause determine, or an unsafe one, which needs a guess. [`proposals`] gives the edits of each finding, for an
//! editor; [`mend`] applies them and keeps those alone after which the finding is gone and no clause is worse.

mod compare;
mod draft;
mod edit;
mod judged;
mod layout;
mod make;
mod mend;
mod offer;
mod proposal;
mod table;

pub use self::edit::{Edit, apply};
pub use self::judged::refused;
pub use self::mend::{Applied, Dropped, Mended, mend};
pub use self::offer::offered;
pub use self::proposal::{Asked, Proposal, Refusal, Trust, proposals};
pub use self::table::{Entry, Remedy, TABLE, remedy};
