//! Keys with values -> a map that asks for no memory as long as there are few of them.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

/// So many keys are looked through in place.
const HANDFUL: usize = 8;

/// A map of what most sessions have one or two of, and a hostile one thousands: dialogs, methods, CSeq numbers.
pub(crate) struct Few<K, V> {
    handful: [Option<(K, V)>; HANDFUL],
    /// What came when the handful was full.
    crowd: Option<HashMap<K, V, RandomState>>,
}

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self { handful: [const { None }; HANDFUL], crowd: None }
    }
}

impl<K: Eq + Hash, V> Few<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let near = self.handful.iter().map_while(Option::as_ref).find(|(known, _)| known == key);
        near.map(|(_, value)| value).or_else(|| self.crowd.as_ref()?.get(key))
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let near = self.handful.iter_mut().map_while(Option::as_mut).find(|(known, _)| known == key);
        near.map(|(_, value)| value).or_else(|| self.crowd.as_mut()?.get_mut(key))
    }

    /// Sets the value of a key, whatever it was before.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        if let Some(known) = self.get_mut(&key) {
            *known = value;
        } else if let Some(free) = self.handful.iter_mut().find(|place| place.is_none()) {
            *free = Some((key, value));
        } else {
            self.crowd.get_or_insert_default().insert(key, value);
        }
    }

    /// Sets the value of a key that has none yet. Tells whether it had none.
    pub(crate) fn insert_new(&mut self, key: K, value: V) -> bool {
        let is_new = self.get(&key).is_none();
        if is_new {
            self.insert(key, value);
        }
        is_new
    }

    /// The keys in the order in which they came; `None` if they are a crowd, which keeps none.
    pub(crate) fn into_keys(self) -> Option<impl Iterator<Item = K>> {
        self.crowd.is_none().then(|| self.handful.into_iter().flatten().map(|(key, _)| key))
    }

    /// The values, those of a crowd in no order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        let near = self.handful.iter().flatten().map(|(_, value)| value);
        near.chain(self.crowd.iter().flat_map(HashMap::values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_kept_like_a_handful() {
        let mut few = Few::default();
        for key in 0..20 {
            assert!(few.insert_new(key, key));
        }
        for key in 0..20 {
            assert!(!few.insert_new(key, 0));
            few.insert(key, key * key);
        }
        assert!((0..20).all(|key| few.get(&key) == Some(&(key * key))));
        assert_eq!((few.values().count(), few.get(&20)), (20, None));
        assert!(few.into_keys().is_none());
    }
}
