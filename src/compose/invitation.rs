//! What an initial INVITE asks for, in each of the four scenarios.

use super::mixed::Part;
use super::timer::checked;
use super::{Mixed, MsrpMedia, RecipientList, Refused, SipAddress};

/// What an initial INVITE asks for. [`Dialog::extend`](super::Dialog::extend) makes that of an extension,
/// because it needs the dialog.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    pub(super) target: SipAddress,
    pub(super) purpose: Purpose,
    pub(super) media: MsrpMedia,
    pub(super) body: Mixed,
    pub(super) interval: u32,
    pub(super) min_se: Option<u32>,
}

/// The subclause that it belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// 6.2.1.2
    OneToOne,
    /// 6.2.1.3
    AdHoc { list: RecipientList },
    /// 6.2.1.4
    PreEstablished,
    /// 6.2.1.5
    Extension { list: RecipientList, replaces: Replaces },
}

/// The dialog that an extension replaces, as its client sees it (RFC 3891 3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Replaces {
    pub(super) value: String,
    pub(super) peer: SipAddress,
    pub(super) place: ReplacesPlace,
}

/// Where an extension names the dialog that it replaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReplacesPlace {
    /// In a Replaces header of the INVITE (RFC 3891).
    #[default]
    Header,
    /// In the URI of the list entry of the ongoing session's user, as later texts want it.
    ListEntry,
}

impl Invitation {
    /// One-to-one: invites this user.
    pub fn one_to_one(recipient: SipAddress, media: MsrpMedia) -> Self {
        Self::to(recipient, Purpose::OneToOne, media)
    }

    /// Ad-hoc conference: asks this conference factory to invite these users.
    pub fn ad_hoc(factory: SipAddress, list: RecipientList, media: MsrpMedia) -> Self {
        Self::to(factory, Purpose::AdHoc { list }, media)
    }

    /// Pre-established conference: joins this group.
    pub fn pre_established(group: SipAddress, media: MsrpMedia) -> Self {
        Self::to(group, Purpose::PreEstablished, media)
    }

    pub(super) fn to(target: SipAddress, purpose: Purpose, media: MsrpMedia) -> Self {
        let body = Mixed::new("im-boundary").expect("the text is a token");
        Self { target, purpose, media, body, interval: 1800, min_se: None }
    }

    /// Writes the body in this way.
    pub fn written(mut self, body: Mixed) -> Self {
        self.body = body;
        self
    }

    /// Asks for this session interval in seconds; for Min-SE, if that is more (RFC 4028 7.1).
    ///
    /// # Errors
    /// Less than 90 (RFC 4028 4).
    pub fn interval(mut self, seconds: u32) -> Result<Self, Refused> {
        self.interval = checked(seconds)?.max(self.min_se.unwrap_or_default());
        Ok(self)
    }

    /// Takes no shorter interval than this.
    ///
    /// # Errors
    /// Less than 90 (RFC 4028 5). An interval asked for that is shorter becomes as long.
    pub fn min_se(mut self, seconds: u32) -> Result<Self, Refused> {
        self.min_se = Some(checked(seconds)?);
        self.interval = self.interval.max(seconds);
        Ok(self)
    }

    /// The recipient list, if there is one.
    pub(super) fn list(&self) -> Option<&RecipientList> {
        match &self.purpose {
            Purpose::AdHoc { list } | Purpose::Extension { list, .. } => Some(list),
            Purpose::OneToOne | Purpose::PreEstablished => None,
        }
    }

    /// The Replaces header, where it stands in the message.
    pub(super) fn replaces_header(&self) -> Option<&str> {
        match &self.purpose {
            Purpose::Extension { replaces, .. } if replaces.place == ReplacesPlace::Header => {
                Some(&replaces.value)
            }
            _ => None,
        }
    }

    /// Content-Type and body: the offer, and the recipient list where there is one.
    pub(super) fn content(&self, origin: &str, id: u64) -> (String, Vec<u8>) {
        let in_entry = match &self.purpose {
            Purpose::Extension { replaces, .. } if replaces.place == ReplacesPlace::ListEntry => {
                Some((&replaces.peer, replaces.value.as_str()))
            }
            _ => None,
        };
        let list = self.list().map(|list| Part {
            headers: vec![
                "Content-Type: application/resource-lists+xml".to_owned(),
                "Content-Disposition: recipient-list".to_owned(),
            ],
            content: list.xml(in_entry),
        });
        self.body.body(self.media.sdp(origin, id, 1), list.into_iter().collect())
    }

    /// What a refresh by INVITE carries: the same offer again, without list (RFC 5366 3.2) and first message.
    pub(super) fn content_again(&self, origin: &str, id: u64) -> (String, Vec<u8>) {
        self.body.without_first_message().body(self.media.sdp(origin, id, 1), Vec::new())
    }
}
