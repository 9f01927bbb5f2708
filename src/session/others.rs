//! A session's questions about other sessions -> answers, of the table or of what was noted for one call.

use super::Context;
use super::record::Record;
use super::scenario::may_mean_another;
use super::subject::{Claim, Question, Skip};
use super::surroundings::Surroundings;
use super::table::{Finished, Table};
use super::trace::{DialogTrace, Party};
use crate::message::uri::Uri;
use crate::source::Time;

/// Who answers when a session asks about others.
#[derive(Clone, Copy, Debug)]
pub enum Others<'s> {
    /// Everything that the input showed so far.
    Table(&'s Table),
    /// What was noted for a call that means no other session.
    Noted(&'s Noted),
}

/// What a call that means no other session may ask: it can be judged while the table goes on.
#[derive(Debug)]
pub struct Noted {
    now: Option<Time>,
    surroundings: Surroundings,
}

impl Noted {
    /// What `finished` may ask of `table`; `None` if it may mean the dialogs of another session.
    ///
    /// # Errors
    /// Says why the call is not judged.
    pub fn of(finished: &Finished, table: &Table, question: Question<'_>) -> Result<Option<Self>, Skip> {
        let claim = Claim::on(&finished.call, question)?;
        let invites = || finished.call.records.iter().filter(|record| record.is_meant_as_invite());
        let meets = |invite: &Record, own: &Uri<'_>| table.has_others_of(own, finished, invite.order);
        // Without its INVITE, whose a call is depends on more.
        if !claim.captured || invites().any(|invite| may_mean_another(invite, |own| meets(invite, own))) {
            return Ok(None);
        }
        let surroundings = table.surroundings().around(invites(), finished.serial);
        Ok(Some(Self { now: table.now(), surroundings }))
    }
}

impl<'s> Others<'s> {
    /// The latest time that the input has told so far.
    pub fn now(self) -> Option<Time> {
        match self {
            Self::Table(table) => table.now(),
            Self::Noted(noted) => noted.now,
        }
    }

    /// Registrations and subscriptions.
    pub fn surroundings(self) -> &'s Surroundings {
        match self {
            Self::Table(table) => table.surroundings(),
            Self::Noted(noted) => &noted.surroundings,
        }
    }

    /// The dialogs of the session with that Call-ID, open or ended.
    pub fn dialogs(self, call_id: &[u8]) -> Option<&'s [DialogTrace]> {
        self.table()?.dialogs(call_id)
    }

    /// Whether the capture lost messages of the session with that Call-ID, as far as was noticed.
    pub fn has_losses(self, call_id: &[u8]) -> bool {
        self.table().is_some_and(|table| table.has_losses(call_id))
    }

    /// The other parties of the IM dialogs that the party `own` has alive at `order`.
    pub(super) fn live_peers(self, own: &Uri<'_>, order: u64, context: &Context) -> Vec<&'s Party> {
        self.table().map_or_else(Vec::new, |table| table.live_peers(own, order, context))
    }

    fn table(self) -> Option<&'s Table> {
        match self {
            Self::Table(table) => Some(table),
            Self::Noted(_) => None,
        }
    }
}

impl<'s> From<&'s Table> for Others<'s> {
    fn from(table: &'s Table) -> Self {
        Self::Table(table)
    }
}

impl<'s> From<&'s Noted> for Others<'s> {
    fn from(noted: &'s Noted) -> Self {
        Self::Noted(noted)
    }
}
