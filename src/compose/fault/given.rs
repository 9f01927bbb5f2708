//! What a fault takes for granted, or has configured otherwise, beyond the messages.

use super::scene::Scene;
use super::step::Target;
use crate::capture::Transport;
use crate::compose::Composed;
use crate::session::context::{Context, Glob, Ims};

/// A circumstance of a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "yaml", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Given {
    /// The flow has such a message.
    Message(Target),
    /// The scenario is told, because the faulty flow does not show it any more.
    ScenarioTold,
    /// The client sends over a stream, where Content-Length is mandatory.
    Stream,
    /// The SIP/IP Core is no IMS, whose clauses look at the same value.
    NoIms,
    /// The client invites again after a challenge or a 422.
    Retried,
    /// Nobody told whom the list should name.
    NoExpectedInvitees,
    /// MAX-ADHOC-GROUP-SIZE is lower by so many.
    MaximumLower(u64),
    /// MAX-ADHOC-GROUP-SIZE is higher by so many.
    MaximumHigher(u64),
    /// The inviter counts towards MAX-ADHOC-GROUP-SIZE.
    InviterCounts,
}

impl Given {
    /// Sees to it in the context of a flow.
    ///
    /// # Errors
    /// Says why it cannot be so in this flow.
    pub(super) fn arrange(
        self,
        composed: &Composed,
        scene: &Scene,
        context: &mut Context,
    ) -> Result<(), String> {
        let over = composed.flow.messages.first().and_then(|message| message.transport);
        match self {
            Self::Message(target) if scene.messages(target).is_empty() => {
                Err(format!("the flow has no message that is {target:?}"))
            }
            Self::ScenarioTold => {
                context.scenarios.push((Glob(composed.session.clone()), composed.scenario));
                Ok(())
            }
            Self::Stream if !over.is_some_and(Transport::is_stream) => {
                Err("it is not sent over a stream".into())
            }
            Self::NoIms if context.ims != Ims::None => Err("the core is an IMS".into()),
            Self::Retried if scene.messages(Target::Invites).len() < 2 => {
                Err("the client invites once".into())
            }
            Self::Message(_) | Self::Stream | Self::NoIms | Self::Retried => Ok(()),
            Self::NoExpectedInvitees => {
                context.expected_invitees.clear();
                Ok(())
            }
            Self::MaximumLower(by) => change(context, |most| most.checked_sub(by)),
            Self::MaximumHigher(by) => change(context, |most| most.checked_add(by)),
            Self::InviterCounts => {
                context.count_inviter = true;
                change(context, Some)
            }
        }
    }
}

fn change(context: &mut Context, to: impl Fn(u64) -> Option<u64>) -> Result<(), String> {
    let most = context.max_adhoc_group_size.ok_or("no maximum is configured")?;
    context.max_adhoc_group_size = Some(to(most).ok_or("the maximum cannot be changed so")?);
    Ok(())
}
