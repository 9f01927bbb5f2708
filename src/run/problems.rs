//! What a run left aside -> lines for the report.

use super::Run;
use crate::verdict::InputProblem;

impl Run<'_> {
    /// What there is to say about sessions that were not judged, or not whole.
    pub fn problems(&self) -> Vec<InputProblem> {
        let over = self.table.over_limits();
        let room = self.job.room;
        let told = [
            (
                "sessions-early",
                over.calls,
                true,
                "a session was judged early, the longest silent first: too many were open at once \
                 (`limits.sessions`, `limits.session_bytes`)"
                    .to_owned(),
            ),
            (
                "session-messages",
                over.messages,
                true,
                format!(
                    "a message was not kept: its session has more than {} (`limits.session_messages`)",
                    room.messages
                ),
            ),
            (
                "session-bytes",
                over.bytes,
                true,
                format!(
                    "a message was not kept: its session has more than {} bytes, its share of what all may have \
                     (`limits.session_bytes`)",
                    room.share()
                ),
            ),
            (
                "registrations",
                over.surroundings,
                false,
                format!(
                    "a registration or subscription was forgotten: only the last {} of each are remembered \
                     (`limits.registrations`)",
                    room.surroundings
                ),
            ),
            (
                "header-lines",
                over.headers,
                true,
                format!(
                    "a message has more than {} header lines (`limits.header_lines`); the others were not read",
                    self.job.policy.limits.header_lines
                ),
            ),
        ];
        let met = told.into_iter().filter(|(_, count, ..)| *count > 0);
        let mut problems: Vec<_> =
            met.map(|(kind, count, lost, text)| InputProblem { kind, text, count, lost }).collect();
        if let Some(why) = &self.why_server {
            let text = format!(
                "an INVITE was taken for the IM Server's own and not judged: {why}; \
                 `context.clients` says which addresses are the clients under test"
            );
            problems.push(InputProblem { kind: "server-invite", text, count: 1, lost: false });
        }
        problems
    }
}
