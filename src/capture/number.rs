//! Numbers of frames.

/// To be a type.
pub(super) trait Packed {
    fn of_input(self, input: usize) -> Self;
    fn input(&self) -> usize;
}

impl Packed for u64 {
    fn of_input(self, input: usize) -> Self {
        self | (input as u64) << 44
    }
    fn input(&self) -> usize {
        (self >> 44) as usize
    }
}
