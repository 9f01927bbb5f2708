//! The pieces of one message -> the order in which they are captured.

/// In which order the fragments or segments of one message stand in the capture.
///
/// The messages themselves keep their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// As they were sent.
    #[default]
    InOrder,
    /// The last first.
    Reversed,
    /// By chance; the same for the same seed.
    Shuffled {
        /// Where chance begins.
        seed: u64,
    },
}

/// An [`Order`] with the state of its chance.
#[derive(Debug)]
pub(super) struct Arranger {
    order: Order,
    state: u64,
}

impl Arranger {
    pub(super) fn new(order: Order) -> Self {
        let state = if let Order::Shuffled { seed } = order { seed } else { 0 };
        Self { order, state }
    }

    pub(super) fn arrange<T>(&mut self, pieces: &mut [T]) {
        match self.order {
            Order::InOrder => {}
            Order::Reversed => pieces.reverse(),
            Order::Shuffled { .. } => {
                // Fisher and Yates; the remainder favours no place that a test could notice.
                for last in (1..pieces.len()).rev() {
                    let at = self.next() % (last as u64 + 1);
                    pieces.swap(last, at as usize);
                }
            }
        }
    }

    /// SplitMix64 (Steele, Lea and Flood 2014): the same on every machine and in every version.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arranged(order: Order) -> Vec<u8> {
        let mut pieces: Vec<u8> = (0..20).collect();
        Arranger::new(order).arrange(&mut pieces);
        pieces
    }

    #[test]
    fn a_seed_gives_one_order_of_all_pieces() {
        let shuffled = arranged(Order::Shuffled { seed: 1 });
        assert_eq!(shuffled, arranged(Order::Shuffled { seed: 1 }));
        assert_ne!(shuffled, arranged(Order::Shuffled { seed: 2 }));
        assert_ne!(shuffled, arranged(Order::InOrder));
        let mut sorted = shuffled;
        sorted.sort_unstable();
        assert_eq!(sorted, arranged(Order::InOrder));
        assert_eq!(arranged(Order::Reversed)[0], 19);
    }
}
