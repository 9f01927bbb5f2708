//! Conference state: SUBSCRIBE, NOTIFY (RFC 4575, RFC 6665).

use super::draft::Draft;
use super::leg::Leg;
use super::{Method, Stage};

/// A subscription outside of the dialog, to the session identity, with its first notification.
pub(super) fn subscribe(stage: &mut Stage, conference: &Leg) {
    let (branch, call_id) = (stage.branch(), stage.call_id());
    let local = format!("{};tag={}", stage.client.from(), stage.fresh("t"));
    let (bare, tag) = (format!("<{}>", conference.target), stage.fresh("t"));
    let named = |draft: Draft, to: &str| {
        draft.with("From", &local).with("To", to).with("Call-ID", &call_id).with("CSeq", "1 SUBSCRIBE")
    };
    let draft = stage
        .client_request(Method::Subscribe, &conference.target, &branch)
        .with_some("Route", stage.preloaded_route());
    let draft = named(draft, &bare)
        .with("Contact", stage.client.contact())
        .with("Event", "conference")
        .with("Accept", "application/conference-info+xml")
        .with("Expires", 3600)
        .with("User-Agent", stage.client.user_agent());
    let draft = stage.with_access(draft).with_some("Require", stage.access_requires());
    stage.client_sends(draft);
    let to = format!("{bare};tag={tag}");
    let accepted = named(Draft::response(200).with("Via", stage.client_via(&branch)), &to)
        .with("Contact", format!("<{}>", conference.target))
        .with("Expires", 3600);
    stage.server_sends(accepted);
    notify(stage, conference, &call_id, (&to, &local));
}

fn notify(stage: &mut Stage, conference: &Leg, call_id: &str, (from, to): (&str, &str)) {
    let branch = stage.branch();
    let named = |draft: Draft| {
        draft.with("From", from).with("To", to).with("Call-ID", call_id).with("CSeq", "1 NOTIFY")
    };
    let state = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<conference-info xmlns=\"urn:ietf:params:xml:ns:conference-info\" \
         entity=\"{}\" state=\"full\" version=\"1\"/>\r\n",
        conference.target
    );
    let notify = Draft::request("NOTIFY", stage.client.target())
        .with("Via", stage.server_via(&branch))
        .with("Max-Forwards", 68);
    let notify = named(notify)
        .with("Contact", format!("<{}>", conference.target))
        .with("Event", "conference")
        .with("Subscription-State", "active;expires=3600")
        .carrying("application/conference-info+xml", state.into_bytes());
    stage.server_sends(notify);
    let ok = named(Draft::response(200).with("Via", stage.server_via(&branch)))
        .with("User-Agent", stage.client.user_agent());
    stage.client_sends(ok);
}
