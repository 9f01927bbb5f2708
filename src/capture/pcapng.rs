//! pcapng blocks -> frames: sections in either byte order, interfaces with their clocks.

use std::io::Read;

use pcap_parser::pcapng::{parse_block_be, parse_block_le};
use pcap_parser::traits::PcapNGPacketBlock;
use pcap_parser::{Block, InterfaceDescriptionBlock};

use super::input::Input;
use super::pcap::{End, Found, LONGEST};
use crate::source::Time;

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
/// Obsolete, but still in old files.
const PACKET: u32 = 2;
const SIMPLE: u32 = 3;
const ENHANCED: u32 = 6;
/// Decryption secrets.
const SECRETS: u32 = 10;
/// Secrets that are a TLS key log: `TLSK`.
const KEY_LOG: u32 = 0x544c_534b;

/// Interfaces of one section that are remembered.
const INTERFACES: usize = 65_536;

/// What holds for the blocks up to the next section header.
#[derive(Debug, Default)]
pub(super) struct Section {
    big_endian: bool,
    interfaces: Vec<Interface>,
}

/// An interface, as far as its frames need it.
#[derive(Debug, Clone, Copy)]
struct Interface {
    link: u32,
    snaplen: usize,
    resolution: u8,
    /// Seconds to be added to every time.
    offset: i64,
}

impl Section {
    /// Reads one block.
    pub(super) fn next_block<R: Read>(&mut self, input: &mut Input<R>) -> Found {
        match input.fill(12) {
            0 => return Found::End(None),
            1..12 => return Found::End(Some(End::InBlock)),
            _ => {}
        }
        let Some(kind) = self.kind(input.data()) else {
            return Found::End(Some(End::Absurd("a section header has no byte order".to_owned())));
        };
        let declared = self.word(input.data(), 4).unwrap_or(0);
        let length = match usize::try_from(declared) {
            Ok(length) if length >= 12 => length,
            _ => return Found::End(Some(End::Absurd(format!("a block of {declared} bytes is declared")))),
        };
        if !matches!(kind, SECTION | INTERFACE | PACKET | SIMPLE | ENHANCED | SECRETS) {
            return if input.skip(length) { Found::Nothing } else { Found::End(Some(End::InBlock)) };
        }
        if length > LONGEST {
            return Found::End(Some(End::Absurd(format!("a block of {length} bytes is declared"))));
        }
        let is_frame = matches!(kind, PACKET | SIMPLE | ENHANCED);
        if input.fill(length) < length {
            return Found::End(Some(if is_frame { End::InFrame } else { End::InBlock }));
        }
        let block = &input.data()[..length];
        if kind == SECRETS {
            let data = self.key_log(block).unwrap_or_default();
            return Found::Secrets { data, record: length };
        }
        let frame = if kind == PACKET { self.obsolete(block) } else { self.block(block) };
        match frame {
            Some(found) => found,
            None if is_frame => Found::Passed(length),
            None => {
                input.consume(length);
                Found::Nothing
            }
        }
    }

    /// The type of a block; the byte order is taken over from a section header.
    fn kind(&mut self, head: &[u8]) -> Option<u32> {
        if head.starts_with(&SECTION.to_be_bytes()) {
            self.big_endian = match head.get(8..12)? {
                [0x1a, 0x2b, 0x3c, 0x4d] => true,
                [0x4d, 0x3c, 0x2b, 0x1a] => false,
                _ => return None,
            };
            self.interfaces.clear();
            return Some(SECTION);
        }
        self.word(head, 0)
    }

    fn word(&self, bytes: &[u8], at: usize) -> Option<u32> {
        let word = *bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) })
    }

    /// Where the key log is in a block of secrets; `None` if it holds others.
    fn key_log(&self, block: &[u8]) -> Option<std::ops::Range<usize>> {
        let length = usize::try_from(self.word(block, 12)?).ok()?;
        let end = 16_usize.checked_add(length).filter(|&end| end <= block.len())?;
        (self.word(block, 8)? == KEY_LOG).then_some(16..end)
    }

    /// A frame, if the block is one that can be read; an interface is remembered.
    fn block(&mut self, bytes: &[u8]) -> Option<Found> {
        let parse = if self.big_endian { parse_block_be } else { parse_block_le };
        match parse(bytes).ok()?.1 {
            Block::InterfaceDescription(block) => {
                if self.interfaces.len() < INTERFACES {
                    self.interfaces.push(Interface::of(&block, self.big_endian));
                }
                None
            }
            Block::EnhancedPacket(block) => {
                let interface = *self.interfaces.get(usize::try_from(block.if_id).ok()?)?;
                let ticks = (u64::from(block.ts_high) << 32) | u64::from(block.ts_low);
                found(interface.link, interface.time(ticks), 28, block.packet_data().len(), bytes.len())
            }
            Block::SimplePacket(block) => {
                // It belongs to the first interface, has no time, and tells its length through the snap length.
                let interface = *self.interfaces.first()?;
                let length = block.packet_data().len().min(interface.snaplen);
                found(interface.link, None, 12, length, bytes.len())
            }
            _ => None,
        }
    }

    /// The packet block that `pcap-parser` does not know: the interface has 16 bits, drops the other 16.
    fn obsolete(&self, bytes: &[u8]) -> Option<Found> {
        let id: [u8; 2] = *bytes.get(8..)?.first_chunk()?;
        let id = if self.big_endian { u16::from_be_bytes(id) } else { u16::from_le_bytes(id) };
        let interface = *self.interfaces.get(usize::from(id))?;
        let ticks = (u64::from(self.word(bytes, 12)?) << 32) | u64::from(self.word(bytes, 16)?);
        let length = usize::try_from(self.word(bytes, 20)?).ok()?;
        found(interface.link, interface.time(ticks), 28, length, bytes.len())
    }
}

/// A frame of `length` bytes at `start`, if the block has room for it before its trailing length.
fn found(link: u32, time: Option<Time>, start: usize, length: usize, record: usize) -> Option<Found> {
    let end = start.checked_add(length)?;
    (end.checked_add(4)? <= record).then_some(Found::Frame { time, link, data: start..end, record })
}

impl Interface {
    fn of(block: &InterfaceDescriptionBlock<'_>, big_endian: bool) -> Self {
        // `pcap-parser` reads the offset in little-endian order always.
        let offset = if big_endian { block.if_tsoffset.swap_bytes() } else { block.if_tsoffset };
        let snaplen = usize::try_from(block.snaplen).ok().filter(|&snaplen| snaplen > 0);
        Self {
            link: block.linktype.0 as u32 & 0xffff,
            snaplen: snaplen.unwrap_or(usize::MAX),
            resolution: block.if_tsresol,
            offset,
        }
    }

    /// The time of so many ticks; `None` if it lies outside of all calendars.
    fn time(self, ticks: u64) -> Option<Time> {
        const SECOND: u128 = 1_000_000_000;
        let ticks = u128::from(ticks);
        let exponent = u32::from(self.resolution & 0x7f);
        let nanoseconds = if self.resolution & 0x80 != 0 {
            (ticks * SECOND) >> exponent
        } else if exponent <= 9 {
            ticks * 10_u128.pow(9 - exponent)
        } else {
            10_u128.checked_pow(exponent - 9).map_or(0, |divisor| ticks / divisor)
        };
        let offset = self.offset.checked_mul(1_000_000_000)?;
        i64::try_from(nanoseconds).ok()?.checked_add(offset).map(Time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Kind;
    use crate::capture::pcap::Frames;
    use crate::capture::problem::Log;

    type Order = fn(u32) -> [u8; 4];

    fn block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
        let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
        let length = order((12 + body.len() + padding.len()) as u32);
        [&order(kind)[..], &length, body, &padding, &length].concat()
    }

    fn section(order: Order) -> Vec<u8> {
        block(order, SECTION, &[order(0x1a2b_3c4d), order(1), [0xff; 4], [0xff; 4]].concat())
    }

    /// An interface of link type 101 with an option of one byte for the resolution, and an offset.
    fn interface(order: Order, resolution: u8, offset: u32) -> Vec<u8> {
        let wide = order(1) == 1_u32.to_be_bytes();
        let half = |value: u16| if wide { value.to_be_bytes() } else { value.to_le_bytes() };
        let option = |code, length| [half(code), half(length)].concat();
        let seconds = if wide { [order(0), order(offset)] } else { [order(offset), order(0)] }.concat();
        let parts = [
            &half(101)[..],
            &half(0),
            &order(0),
            &option(9, 1),
            &[resolution, 0, 0, 0],
            &option(14, 8),
            &seconds,
            &option(0, 0),
        ];
        block(order, INTERFACE, &parts.concat())
    }

    fn enhanced(order: Order, interface: u32, ticks: u32, data: &[u8]) -> Vec<u8> {
        let length = data.len() as u32;
        let head = [interface, 0, ticks, length, length].map(order).concat();
        block(order, ENHANCED, &[&head, data].concat())
    }

    /// Link type, nanoseconds and bytes.
    type Seen = (u32, Option<i64>, Vec<u8>);

    fn frames(file: &[u8]) -> (Vec<Seen>, Vec<String>) {
        let mut log = Log::default();
        let mut frames = Frames::new(Input::new(file), Kind::Pcapng, &mut log);
        let mut all = Vec::new();
        while let Some(frame) = frames.next_frame(&mut log) {
            all.push((frame.link, frame.time.map(|time| time.0), frames.bytes(&frame).to_vec()));
        }
        (all, log.problems().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn sections_interfaces_and_clocks_are_read_in_both_orders() {
        let mut file = Vec::new();
        for order in [u32::to_le_bytes as Order, u32::to_be_bytes] {
            file.extend(section(order));
            file.extend(block(order, 0x4711, b"unknown"));
            file.extend(interface(order, 9, 0));
            file.extend(interface(order, 0x80 | 1, 10));
            file.extend(enhanced(order, 0, 7, b"nanoseconds"));
            file.extend(enhanced(order, 1, 3, b"half seconds"));
            file.extend(block(order, SIMPLE, &[&order(2)[..], b"ab"].concat()));
            let obsolete = if order(1)[0] == 1 { [1, 0, 0, 0] } else { [0, 1, 0, 0] };
            let words = [0, 4, 3, 3].map(order).concat();
            file.extend(block(order, PACKET, &[&obsolete[..], &words, b"old"].concat()));
        }
        let (all, problems) = frames(&file);
        let once = [
            (101, Some(7), b"nanoseconds".to_vec()),
            (101, Some(11_500_000_000), b"half seconds".to_vec()),
            (101, None, b"ab".to_vec()),
            (101, Some(12_000_000_000), b"old".to_vec()),
        ];
        assert_eq!(all, [&once[..], &once].concat());
        assert!(problems.is_empty());
    }

    #[test]
    fn a_frame_of_no_interface_is_damaged_and_the_next_is_read() {
        let order = u32::to_le_bytes;
        let parts = [
            section(order),
            interface(order, 6, 0),
            enhanced(order, 9, 0, b"?"),
            enhanced(order, 0, 0, b"x"),
        ];
        let (all, problems) = frames(&parts.concat());
        assert_eq!(all.len(), 1);
        assert_eq!(problems, ["frame 1 is damaged: passed over"]);
    }

    #[test]
    fn absurd_and_cut_blocks_end_the_reading() {
        let order = u32::to_le_bytes;
        let good = [section(order), interface(order, 6, 0), enhanced(order, 0, 0, b"data")].concat();
        let cut = &good[..good.len() - 1];
        assert_eq!(frames(cut).1, ["frame 1 is cut short: the file ends inside of it"]);
        for absurd in [0, 11, u32::MAX] {
            let file = [&good[..], &[ENHANCED, absurd, 0].map(order).concat()].concat();
            let (all, problems) = frames(&file);
            assert_eq!((all.len(), problems.len()), (1, 1), "{problems:?}");
        }
    }

    #[test]
    fn key_logs_without_a_frame_behind_them_do_not_pile_up() {
        let order = u32::to_le_bytes;
        let secrets = |text: &[u8]| {
            block(order, SECRETS, &[&order(KEY_LOG)[..], &order(text.len() as u32), text].concat())
        };
        let (long, short) = (secrets(&vec![b'x'; 12 << 20]), secrets(b"CLIENT_RANDOM 00 11"));
        let file = [section(order), long.clone(), long.clone(), long, short, interface(order, 6, 0)].concat();
        let mut log = Log::default();
        let mut frames = Frames::new(Input::new(&file[..]), Kind::Pcapng, &mut log);
        assert!(frames.next_frame(&mut log).is_none());
        let kept: Vec<_> = frames.take_secrets().into_iter().map(|(_, text)| text.len()).collect();
        assert_eq!(kept, [12 << 20, 12 << 20, 19]);
        assert!(log.problems()[0].text.contains("not all are read"));
    }
}
