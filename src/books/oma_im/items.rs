//! What an IM Client may leave out: the items of its conformance statement.

use crate::clause::{Item, Status};

pub(super) static ITEMS: &[Item] = &[
    Item {
        id: "one-to-one",
        question: "Does the client set up one-to-one sessions?",
        reference: "6.2.1.2",
        status: Status::OneOf,
        conditions: &["6.2.1.2"],
    },
    Item {
        id: "ad-hoc",
        question: "Does the client set up conferences of users that it lists?",
        reference: "6.2.1.3",
        status: Status::OneOf,
        conditions: &["6.2.1.3"],
    },
    Item {
        id: "pre-established",
        question: "Does the client set up conferences of groups that exist already?",
        reference: "6.2.1.4",
        status: Status::OneOf,
        conditions: &["6.2.1.4"],
    },
    Item {
        id: "extension",
        question: "Does the client make a conference of a one-to-one session?",
        reference: "6.2.1.5",
        status: Status::Optional,
        conditions: &["6.2.1.5"],
    },
    Item {
        id: "ims",
        question: "Does the client work in a 3GPP or 3GPP2 IMS, as `context.ims` says in the configuration?",
        reference: "6.2.1.1, last sentence",
        status: Status::Optional,
        conditions: &["-ims"],
    },
    Item {
        id: "anonymity",
        question: "Can the user ask for anonymity?",
        reference: "6.2.1.1, item 5",
        status: Status::Optional,
        conditions: &["6.2.1.1-5"],
    },
    Item {
        id: "conference-events",
        question: "Can the user ask for the state of the other users of a conference?",
        reference: "6.2.1.3 and 6.2.1.4, note 2",
        status: Status::Optional,
        conditions: &["6.2.1.3-note2", "6.2.1.4-note2"],
    },
    Item {
        id: "session-timer",
        question: "Does the client keep sessions alive by session timers?",
        reference: "6.2.1.1, items 5bis and 6, and on receipt of the 200",
        status: Status::Mandatory,
        conditions: &["6.2.1.1-5bis", "6.2.1.1-6", "6.2.1.1-ok1"],
    },
    Item {
        id: "stored-methods",
        question: "Does the client keep to the methods that the server allows?",
        reference: "6.2.1.1 to 6.2.1.4, on receipt of a response",
        status: Status::Mandatory,
        conditions: &["6.2.1.1-r1", "6.2.1.2-ok1", "6.2.1.3-ok1", "6.2.1.4-ok1"],
    },
];
