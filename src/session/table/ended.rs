//! IM sessions that were reported -> what others may still ask about them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::parties::{ByParty, PARTY};
use crate::session::call::Call;
use crate::session::trace::DialogTrace;

/// What an ended session costs beside its names and dialogs.
const ENDED: usize = 2 * size_of::<Ended>() + 2 * PARTY + 256;

/// The sessions that ended, by serial and by Call-ID.
#[derive(Debug, Default)]
pub(super) struct EndedCalls {
    by_serial: BTreeMap<u64, Ended>,
    by_id: HashMap<Arc<[u8]>, u64, RandomState>,
    held: usize,
}

/// What is kept of an IM session that was reported.
#[derive(Debug)]
pub(super) struct Ended {
    call_id: Arc<[u8]>,
    pub(super) dialogs: Arc<Vec<DialogTrace>>,
    parties: Vec<Vec<u8>>,
    pub(super) lossy: bool,
    /// Its bytes.
    held: usize,
}

impl EndedCalls {
    /// Keeps what may be asked of `call`: of at most `most`, and about `most_bytes` of all. Those that began first go,
    /// and `by_party` hears of it.
    pub(super) fn add(
        &mut self,
        serial: u64,
        (call, parties): (&Call, Vec<Vec<u8>>),
        (most, most_bytes): (usize, usize),
        by_party: &mut ByParty,
    ) {
        let (lossy, call_id) = (call.has_losses(), Arc::clone(&call.call_id));
        let names = parties.iter().map(Vec::len).sum::<usize>();
        let held = ENDED + 3 * call_id.len() + 2 * names + call.traces.held;
        while self.by_serial.len() >= most || self.held + held > most_bytes {
            if !self.forget_oldest(by_party) {
                break;
            }
        }
        self.held += held;
        self.by_id.insert(Arc::clone(&call_id), serial);
        let dialogs = Arc::clone(&call.traces.dialogs);
        let ended = Ended { call_id, dialogs, parties, lossy, held };
        by_party.end(&ended.parties, serial, ended.alive_until());
        self.by_serial.insert(serial, ended);
    }

    /// `false` if there is none.
    fn forget_oldest(&mut self, by_party: &mut ByParty) -> bool {
        let Some((oldest, ended)) = self.by_serial.pop_first() else { return false };
        if self.by_id.get(&ended.call_id) == Some(&oldest) {
            self.by_id.remove(&ended.call_id);
        }
        self.held -= ended.held;
        by_party.forget(&ended.parties, oldest, Some(ended.alive_until()));
        true
    }

    /// The session with that serial.
    pub(super) fn get(&self, serial: u64) -> Option<&Ended> {
        self.by_serial.get(&serial)
    }

    /// The session with that Call-ID.
    pub(super) fn with(&self, call_id: &[u8]) -> Option<&Ended> {
        self.get(*self.by_id.get(call_id)?)
    }

    #[cfg(test)]
    pub(super) fn entries(&self) -> [usize; 2] {
        [self.by_serial.len(), self.by_id.len()]
    }
}

impl Ended {
    /// The order up to which a dialog of it lived.
    fn alive_until(&self) -> u64 {
        self.dialogs.iter().map(|dialog| dialog.ended.unwrap_or(u64::MAX)).max().unwrap_or(0)
    }
}
