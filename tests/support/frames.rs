//! Payloads -> pcap records of Ethernet frames, without checksums.

use super::calls::BEGIN;

/// A record with that frame, number `number` at ten thousand frames a second.
pub(crate) fn record(number: u32, frame: &[u8]) -> Vec<u8> {
    let length = frame.len() as u32;
    let words = [BEGIN + number / 10_000, number % 10_000 * 100, length, length];
    let mut record = words.map(u32::to_le_bytes).concat();
    record.extend_from_slice(frame);
    record
}

/// An IPv4 packet from `10.0.0.0 + source`, a fragment where `offset` says so.
pub(crate) fn ip(protocol: u8, id: u16, offset: u16, source: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0];
    frame.extend((20 + payload.len() as u16).to_be_bytes());
    frame.extend([id.to_be_bytes(), offset.to_be_bytes()].concat());
    frame.extend([64, protocol, 0, 0]);
    frame.extend([(0x0a00_0000 + source).to_be_bytes(), [192, 0, 2, 2]].concat());
    frame.extend(payload);
    frame
}

pub(crate) fn udp(source: u32, payload: &[u8]) -> Vec<u8> {
    let length = (8 + payload.len() as u16).to_be_bytes();
    let header = [5060_u16.to_be_bytes(), 5060_u16.to_be_bytes(), length, [0, 0]].concat();
    ip(17, 0, 0, source, &[&header, payload].concat())
}

pub(crate) fn tcp(source: u32, port: u16, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let mut segment = [port.to_be_bytes(), 5060_u16.to_be_bytes()].concat();
    segment.extend(sequence.to_be_bytes());
    segment.extend([0, 0, 0, 1, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]);
    segment.extend(payload);
    ip(6, 0, 0, source, &segment)
}
