//! Edits of a flow that was composed.

use sipclause::capture::Transport;
use sipclause::compose::{Action, Edit, Flow, Swap};

/// The flow that is edited.
const FLOW: &[u8] = include_bytes!("../../../vectors/oma_im/flows/ad-hoc-short.sip");

/// One letter for the action, a digit for the message, a line for each of two texts: an edit that is applied
/// has changed the flow, one that is refused has not.
pub(super) fn edit(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let (head, one, two) = (line(), line(), line());
    let mut head = head.chars();
    let Some(action) = head.next().and_then(|letter| action(letter, one, two)) else { return };
    let message = head.next().and_then(|digit| digit.to_digit(10)).map(|digit| digit as usize);
    let edit = Edit { message, action, keep_length: head.next() == Some('k') };
    applies_or_leaves_alone(&edit, &flow());
}

/// The composed flow.
pub(super) fn flow() -> Flow {
    Flow::read(FLOW).expect("the flow is SIP text")
}

/// What an edit may do to a flow; gives what it makes of it.
pub(super) fn applies_or_leaves_alone(edit: &Edit, flow: &Flow) -> Flow {
    let mut edited = flow.clone();
    match edit.apply(&mut edited) {
        Ok(()) => assert!(edited != *flow, "{edit:?} changed nothing"),
        Err(why) => {
            assert!(edited == *flow, "{edit:?} was refused ({why}), but something changed");
        }
    }
    let more = edited.messages.len().abs_diff(flow.messages.len());
    assert!(more <= 1, "{more} messages more or less");
    edited
}

fn action(letter: char, one: String, two: String) -> Option<Action> {
    let swap = Swap { replace: one.clone(), by: two.clone() };
    Some(match letter {
        's' => Action::StartLine(swap),
        'h' => {
            let (name, replace) = one.split_once(':')?;
            let swap = Swap { replace: replace.to_owned(), by: two };
            Action::Header { name: name.to_owned(), row: None, swap }
        }
        'r' => Action::Remove(one),
        'v' => Action::Set(one, two),
        'a' => Action::Add { line: one, before: (!two.is_empty()).then_some(two) },
        'b' => Action::Body(swap),
        'B' => Action::SetBody(one),
        'A' => Action::AppendBody(one),
        'd' => Action::Drop,
        'c' => Action::CopyAfter(one.parse().ok()?),
        'w' => Action::Separator {
            time: None,
            from: one.parse().ok(),
            to: two.parse().ok(),
            transport: Transport::named(&one),
        },
        't' => Action::Truncate(one.parse().ok()?),
        'e' => Action::Everywhere(swap),
        _ => return None,
    })
}
