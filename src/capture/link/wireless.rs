//! IEEE 802.11 frames, bare or behind what the receiver noted -> IP packet.

use super::ethertype::{behind_snap, of_type};

/// Frame control: data frames, whatever their subtype.
const TYPE: u8 = 0x0c;
const DATA: u8 = 0x08;
/// Bits of the subtype.
const QOS: u8 = 0x80;
const NO_DATA: u8 = 0x40;
/// Bits of the second byte.
const FOUR_ADDRESSES: u8 = 0x03;
const PROTECTED: u8 = 0x40;
const HT_CONTROL: u8 = 0x80;

/// A frame in the clear, without the notes of a receiver.
pub(super) fn ieee80211(frame: &[u8]) -> Option<&[u8]> {
    let [subtype, flags, ..] = *frame else {
        return None;
    };
    if subtype & TYPE != DATA || subtype & NO_DATA != 0 || flags & PROTECTED != 0 {
        return None;
    }
    let mut header: usize = 24;
    if flags & FOUR_ADDRESSES == FOUR_ADDRESSES {
        header += 6;
    }
    if subtype & QOS != 0 {
        header += if flags & HT_CONTROL == 0 { 2 } else { 6 };
    }
    // Some receivers fill the header up to words of four bytes.
    [header, header.next_multiple_of(4)].into_iter().find_map(|at| {
        let (kind, rest) = behind_snap(frame.get(at..)?)?;
        of_type(kind, rest)
    })
}

/// <https://www.radiotap.org>: version, padding, length.
pub(super) fn radiotap(frame: &[u8]) -> Option<&[u8]> {
    let length = u16::from_le_bytes(*frame.get(2..)?.first_chunk()?);
    ieee80211(frame.get(usize::from(length)..)?)
}

/// The notes of AVS: a magic word, then the length.
pub(super) fn avs(frame: &[u8]) -> Option<&[u8]> {
    let length = u32::from_be_bytes(*frame.get(4..)?.first_chunk()?);
    ieee80211(frame.get(usize::try_from(length).ok()?..)?)
}

/// The notes of Prism, which are as long as they say; those of AVS use the same link type.
pub(super) fn prism(frame: &[u8]) -> Option<&[u8]> {
    if frame.starts_with(&[0x80, 0x21, 0x10]) {
        return avs(frame);
    }
    let length: [u8; 4] = *frame.get(4..)?.first_chunk()?;
    let fits = |length: u32| usize::try_from(length).ok().filter(|&length| length < frame.len());
    let length = fits(u32::from_le_bytes(length)).or_else(|| fits(u32::from_be_bytes(length)))?;
    ieee80211(frame.get(length..)?)
}

#[cfg(test)]
mod tests {
    use super::super::{Carried, carried};

    const IP: &[u8] = b"\x45 a packet";

    /// A frame with this control field and a header of `length` bytes.
    fn frame(control: [u8; 2], length: usize) -> Vec<u8> {
        let addresses = vec![7; length - 2];
        [&control[..], &addresses, b"\xaa\xaa\x03\0\0\0\x08\0", IP].concat()
    }

    fn finds(link: u32, frame: &[u8]) -> bool {
        carried(link, frame) == Carried::Ip(IP)
    }

    #[test]
    fn data_frames_are_read_with_every_form_of_header() {
        assert!(finds(105, &frame([0x08, 0x01], 24)));
        assert!(finds(105, &frame([0x08, 0x03], 30)), "four addresses");
        assert!(finds(105, &frame([0x88, 0x02], 26)), "with quality of service");
        assert!(finds(105, &frame([0x88, 0x02], 28)), "and filled up");
        assert!(finds(105, &frame([0x88, 0x82], 30)), "with a control field behind it");
    }

    #[test]
    fn what_is_protected_or_no_data_is_passed_over() {
        for control in [[0x80, 0], [0x48, 1], [0x08, 0x41]] {
            assert_eq!(carried(105, &frame(control, 24)), Carried::Other);
        }
        assert_eq!(carried(105, b""), Carried::Other);
        assert_eq!(carried(105, &frame([0x08, 1], 24)[..30]), Carried::Other);
    }

    #[test]
    fn the_notes_of_a_receiver_are_passed_over() {
        let bare = frame([0x08, 1], 24);
        let noted = |head: &[u8], length: usize| {
            let mut notes = head.to_vec();
            notes.resize(length, 0);
            [notes, bare.clone()].concat()
        };
        assert!(finds(127, &noted(b"\0\0\x12\0", 18)));
        assert!(finds(163, &noted(b"\x80\x21\x10\x01\0\0\0\x40", 64)));
        assert!(finds(119, &noted(b"\x80\x21\x10\x01\0\0\0\x40", 64)));
        assert!(finds(119, &noted(b"\x44\0\0\0\x90\0\0\0", 144)));
        assert!(finds(119, &noted(b"\0\0\0\x44\0\0\0\x90", 144)));
    }
}
