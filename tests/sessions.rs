//! Whole sessions: what a refusal, a redirection, a hop, a fork, a refresh or a loss does to the verdicts.
//!
//! What is expected here is derived from the specification's words, not from what the program says.

#[path = "sessions/dialogs.rs"]
mod dialogs;
#[path = "sessions/extension.rs"]
mod extension;
#[path = "sessions/flow.rs"]
mod flow;
#[path = "sessions/hops.rs"]
mod hops;
#[path = "sessions/messages.rs"]
mod messages;
#[path = "sessions/registration.rs"]
mod registration;
#[path = "sessions/retries.rs"]
mod retries;
#[path = "sessions/said.rs"]
mod said;
#[path = "sessions/timer.rs"]
mod timer;

/// The context of most flows: the SIP/IP Core is no IMS.
const NO_IMS: &str = "{ims: none}";
