//! The readers, and where they differ from us.

use sipclause::message::Message;

use super::values::{Field, Reading, Values, ours, rsips, sipxs};

/// Who reads the message besides us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reader {
    /// rsip, the bytes as they are.
    Rsip,
    /// rsip, handed our message by `TryFrom<&Message>`.
    RsipHanded,
    /// sipx-sip, the bytes as one datagram.
    Sipx,
}

impl Reader {
    /// Those that there are: handing over needs the feature `rsip`.
    pub(crate) const ALL: &[Self] = if cfg!(feature = "rsip") {
        &[Self::Rsip, Self::RsipHanded, Self::Sipx]
    } else {
        &[Self::Rsip, Self::Sipx]
    };

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rsip => "rsip",
            Self::RsipHanded => "rsip, handed over",
            Self::Sipx => "sipx-sip",
        }
    }

    /// The values, or in words why there are none.
    fn read(self, message: &Message<'_>) -> Result<Values, String> {
        match self {
            Self::Rsip => rsip::SipMessage::try_from(message.bytes())
                .map(|message| rsips(&message))
                .map_err(|error| error.to_string()),
            #[cfg(not(feature = "rsip"))]
            Self::RsipHanded => Err("this build hands nothing over".to_owned()),
            #[cfg(feature = "rsip")]
            Self::RsipHanded => rsip::SipMessage::try_from(message)
                .map(|message| rsips(&message))
                .map_err(|error| error.to_string()),
            Self::Sipx => {
                sipx_sip::parse_datagram(message.bytes().to_vec().into(), &sipx_sip::Limits::stream())
                    .map(|message| sipxs(&message))
                    .map_err(|error| error.to_string())
            }
        }
    }
}

/// One field that two readers read differently.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) reader: Reader,
    pub(crate) field: Field,
    pub(crate) ours: Reading,
    pub(crate) theirs: Reading,
    /// Why they refuse the message; empty if they do not.
    pub(crate) refusal: String,
}

/// Everything in which `reader` differs from us.
pub(crate) fn differences(message: &Message<'_>, reader: Reader) -> Vec<Difference> {
    let mine = ours(message);
    let difference = |field, theirs, refusal: &str| Difference {
        reader,
        field,
        ours: mine[&field].clone(),
        theirs,
        refusal: refusal.to_owned(),
    };
    match reader.read(message) {
        Err(refusal) => vec![difference(Field::Message, Reading::Malformed, &refusal)],
        Ok(theirs) => theirs
            .into_iter()
            .filter(|(field, reading)| mine[field] != *reading)
            .map(|(field, reading)| difference(field, reading, ""))
            .collect(),
    }
}
