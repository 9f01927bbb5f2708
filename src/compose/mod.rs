//! The other direction: flows that conform, and the single changes that break them.
//!
//! A [`Stage`] plays client and server and writes down what they send; a [`Plan`] is a whole flow as
//! data, and [`Choices`] draw random plans. A [`Fault`] is one mistake that can be made in what was composed,
//! and an [`Edit`] is any single change of it.

mod action;
mod change;
mod choices;
mod client;
mod common;
mod conference;
mod dialog;
mod draft;
mod draw;
mod edit;
mod fault;
mod flow;
mod guest;
mod hostile;
mod invitation;
mod inviting;
mod leg;
mod list;
mod media;
mod method;
mod mixed;
mod piece;
mod plan;
mod refused;
mod registration;
mod replay;
mod rewrite;
mod server;
mod splice;
mod stage;
#[cfg(feature = "proptest")]
pub mod strategy;
mod text;
mod timer;
mod values;
#[cfg(feature = "pcap")]
mod wire;

pub use self::action::{Action, Swap};
pub use self::choices::Choices;
pub use self::client::{Access, Client};
pub use self::common::common_context;
pub use self::dialog::{Dialog, Side};
pub use self::edit::Edit;
pub use self::fault::{Fault, Given, Inapplicable, Step, Target};
pub use self::flow::{Flow, FlowMessage};
pub use self::hostile::Hostility;
pub use self::invitation::{Invitation, ReplacesPlace};
pub use self::inviting::{Challenger, Inviting, REFUSALS, Reliability};
pub use self::list::{CopyControl, ListStyle, RecipientList};
pub use self::media::{MsrpMedia, Setup};
pub use self::method::{Method, Methods};
pub use self::mixed::Mixed;
pub use self::plan::{Act, Beat, Composed, Ongoing, Outcome, Plan};
pub use self::refused::Refused;
pub use self::rewrite::Rewriting;
pub use self::server::{Answer, Server};
pub use self::stage::Stage;
pub use self::text::TextError;
pub use self::timer::LEAST_INTERVAL;
pub use self::values::SipAddress;
#[cfg(feature = "pcap")]
pub use self::wire::{Carriage, FileFormat, Obstacle, Order, Tunnel, Wire, WireError};

#[cfg(test)]
mod tests;
