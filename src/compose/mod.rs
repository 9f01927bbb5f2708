//! The other direction: flows that conform, and the single changes that break them.

mod edit;
mod flow;

pub use self::edit::{Action, Edit, Swap};
pub use self::flow::{Flow, FlowMessage};
