//! The pieces of one message -> the order in which they are captured.

use crate::compose::choices::SplitMix;

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
    random: SplitMix,
}

impl Arranger {
    pub(super) fn new(order: Order) -> Self {
        let seed = if let Order::Shuffled { seed } = order { seed } else { 0 };
        Self { order, random: SplitMix(seed) }
    }

    pub(super) fn arrange<T>(&mut self, pieces: &mut [T]) {
        match self.order {
            Order::InOrder => {}
            Order::Reversed => pieces.reverse(),
            Order::Shuffled { .. } => {
                // Fisher and Yates; the remainder favours no place that a test could notice.
                for last in (1..pieces.len()).rev() {
                    let at = self.random.next() % (last as u64 + 1);
                    pieces.swap(last, at as usize);
                }
            }
        }
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
