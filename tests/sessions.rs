//! Whole sessions: what a refusal, a redirection, a hop, a fork, a refresh or a loss does to the verdicts.
//!
//! What is expected here is derived from the specification's words, not from what the program says.

#[path = "sessions/dialogs.rs"]
mod dialogs;
#[path = "sessions/extension.rs"]
mod extension;
#[path = "sessions/flow.rs"]
mod flow;
#[path = "sessions/headers.rs"]
mod headers;
#[path = "sessions/hops.rs"]
mod hops;
#[path = "sessions/ims.rs"]
mod ims;
#[path = "sessions/lists.rs"]
mod lists;
#[path = "sessions/marks.rs"]
mod marks;
#[path = "sessions/messages.rs"]
mod messages;
#[path = "sessions/offers.rs"]
mod offers;
#[path = "sessions/parties.rs"]
mod parties;
#[path = "sessions/registration.rs"]
mod registration;
#[path = "sessions/requests.rs"]
mod requests;
#[path = "sessions/retries.rs"]
mod retries;
#[path = "sessions/said.rs"]
mod said;
#[path = "sessions/scenarios.rs"]
mod scenarios;
#[path = "sessions/table.rs"]
mod table;
#[path = "sessions/timer.rs"]
mod timer;
#[path = "sessions/traces.rs"]
mod traces;
#[path = "sessions/wording.rs"]
mod wording;

/// The context of most flows: the SIP/IP Core is no IMS.
const NO_IMS: &str = "{ims: none}";
