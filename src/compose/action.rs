//! What an edit does, as data, and its placeholders -> the same with what they stand for.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::capture::Transport;
use crate::source::Time;

/// What an edit does.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "yaml", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Action {
    /// Replaces the first occurrence in the start line.
    StartLine(Swap),
    /// Sets the Request-URI.
    RequestUri(String),
    /// Replaces the first occurrence in a header row of that name.
    Header {
        /// The header, long or compact.
        name: String,
        /// The row, from 0; `None`: the first that holds the text.
        row: Option<usize>,
        /// The replacement.
        swap: Swap,
    },
    /// Removes all rows of a header.
    Remove(String),
    /// Sets the value of the first row of a header.
    Set(String, String),
    /// Gives the first row of a header another name.
    Rename(String, String),
    /// Removes one value of a header with values between commas; the row too if it has no other.
    RemoveValue(String, String),
    /// Removes one parameter from the first row of a header that has it.
    RemoveParameter(String, String),
    /// Adds a row, before another header or at the end.
    Add {
        /// `Name: value`.
        line: String,
        /// The header before which it goes.
        before: Option<String>,
    },
    /// Replaces the first occurrence in the body.
    Body(Swap),
    /// Replaces every occurrence in the body.
    EveryInBody(Swap),
    /// Ends the body before the last occurrence of this text.
    EndBody(String),
    /// The first line of the body that begins so becomes another line, or goes.
    BodyLine {
        /// How the line begins.
        starts: String,
        /// What becomes of it; `{rest}` is what followed. `None` removes it with its line end.
        becomes: Option<String>,
    },
    /// Sets the whole body.
    SetBody(String),
    /// Appends to the body.
    AppendBody(String),
    /// Removes the message.
    Drop,
    /// Inserts a copy of the message behind another.
    CopyAfter(usize),
    /// Changes keys of the separator line.
    Separator {
        /// Time.
        #[cfg_attr(feature = "yaml", serde(skip))]
        time: Option<Time>,
        /// Sender.
        from: Option<SocketAddr>,
        /// Receiver.
        to: Option<SocketAddr>,
        /// Transport.
        #[cfg_attr(feature = "yaml", serde(skip))]
        transport: Option<Transport>,
    },
    /// Makes this message and everything behind it so many seconds later; earlier if negative.
    Delay(i64),
    /// Makes this message and everything behind it later by the session interval that the last 2xx of its
    /// session set, and ten seconds.
    Outlast,
    /// Moves this message and all that follows of its Call-ID up, to a second after what came before.
    Hasten,
    /// Sends it to another address, under the same port; a topmost Route that named the old one names the new.
    Divert(Ipv4Addr, Ipv6Addr),
    /// Behind this request its sender sends one of another method in the same dialog, and gets 405. The Allow
    /// that it had received last there does not list that method, nor does it any more.
    SendUnlisted(String),
    /// The Allow that its sender had received last in the dialog does not list its method any more.
    Unlist,
    /// Behind this ACK its sender sends the initial INVITE again, with the next CSeq, and gets 482.
    InviteAgain,
    /// Removes the list entries of all other URIs from the body.
    OnlyEntry(String),
    /// Keeps only so many bytes, as a capture cut by its snap length.
    Truncate(usize),
    /// Replaces every occurrence, everywhere.
    Everywhere(Swap),
}

/// Text and what takes its place.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "yaml", derive(serde::Serialize))]
pub struct Swap {
    /// The text.
    pub replace: String,
    /// What takes its place.
    pub by: String,
}

impl Action {
    /// Replaces text in the first row of a header that holds it.
    pub(super) fn header(name: &str, replace: &str, by: &str) -> Self {
        let swap = Swap { replace: replace.into(), by: by.into() };
        Self::Header { name: name.into(), row: None, swap }
    }

    /// The same action with its texts filled in.
    ///
    /// # Errors
    /// What `fill` says.
    pub(super) fn filled(&self, fill: &dyn Fn(&str) -> Result<String, String>) -> Result<Self, String> {
        let swap = |swap: &Swap| -> Result<Swap, String> {
            Ok(Swap { replace: fill(&swap.replace)?, by: fill(&swap.by)? })
        };
        Ok(match self {
            Self::StartLine(text) => Self::StartLine(swap(text)?),
            Self::RequestUri(uri) => Self::RequestUri(fill(uri)?),
            Self::OnlyEntry(uri) => Self::OnlyEntry(fill(uri)?),
            Self::Header { name, row, swap: text } => {
                Self::Header { name: name.clone(), row: *row, swap: swap(text)? }
            }
            Self::Set(name, value) => Self::Set(name.clone(), fill(value)?),
            Self::Add { line, before } => Self::Add { line: fill(line)?, before: before.clone() },
            Self::RemoveValue(name, value) => Self::RemoveValue(name.clone(), fill(value)?),
            Self::Body(text) => Self::Body(swap(text)?),
            Self::EveryInBody(text) => Self::EveryInBody(swap(text)?),
            Self::EndBody(from) => Self::EndBody(fill(from)?),
            Self::BodyLine { starts, becomes } => {
                // `{rest}` is filled in when the line is found.
                let keep = |text: &String| fill(&text.replace("{rest}", REST));
                let becomes =
                    becomes.as_ref().map(keep).transpose()?.map(|text| text.replace(REST, "{rest}"));
                Self::BodyLine { starts: fill(starts)?, becomes }
            }
            Self::SetBody(body) => Self::SetBody(fill(body)?),
            Self::AppendBody(more) => Self::AppendBody(fill(more)?),
            Self::Everywhere(text) => Self::Everywhere(swap(text)?),
            Self::Remove(_)
            | Self::Rename(..)
            | Self::RemoveParameter(..)
            | Self::Drop
            | Self::CopyAfter(_)
            | Self::Separator { .. }
            | Self::Delay(_)
            | Self::Outlast
            | Self::Hasten
            | Self::Divert(..)
            | Self::SendUnlisted(_)
            | Self::Unlist
            | Self::InviteAgain
            | Self::Truncate(_) => self.clone(),
        })
    }
}

/// Stands for `{rest}` while placeholders are filled in; it cannot occur in text.
const REST: &str = "\u{0}";
