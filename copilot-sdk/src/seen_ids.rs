//! A set of recent ids, bounded in number and bytes.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher as _, Hash};

use crate::id_hash::IdHash;

/// The most recent ids up to a limit; older ones are forgotten.
///
/// Ids are stored as 128-bit fingerprints. The hash keys are random, so that the other side cannot
/// produce collisions.
pub(crate) struct SeenIds {
    limit: usize,
    order: VecDeque<u128>,
    known: HashSet<u128, IdHash>,
    hashers: [IdHash; 2],
}

impl SeenIds {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            order: VecDeque::new(),
            known: HashSet::default(),
            hashers: [IdHash::random(), IdHash::random()],
        }
    }

    /// Adds an id. Returns whether it is new.
    pub(crate) fn insert(&mut self, id: &(impl Hash + ?Sized)) -> bool {
        let id = self.fingerprint(id);
        if !self.known.insert(id) {
            return false;
        }
        if self.order.len() == self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back(id);
        true
    }

    pub(crate) fn contains(&self, id: &(impl Hash + ?Sized)) -> bool {
        self.known.contains(&self.fingerprint(id))
    }

    pub(crate) fn remove(&mut self, id: &(impl Hash + ?Sized)) {
        let id = self.fingerprint(id);
        if self.known.remove(&id) {
            self.order.retain(|known| *known != id);
        }
    }

    fn fingerprint(&self, id: &(impl Hash + ?Sized)) -> u128 {
        let [high, low] = self.hashers.each_ref().map(|hasher| u128::from(hasher.hash_one(id)));
        high << 64 | low
    }
}

#[cfg(test)]
mod tests {
    use super::SeenIds;

    #[test]
    fn an_id_is_known_until_enough_others_were_inserted() {
        let mut seen = SeenIds::new(2);
        assert_eq!(["1", "1", "2", "1"].map(|id| seen.insert(id)), [true, false, true, false]);
        assert!(seen.insert("3"), "and 1 is forgotten");
        assert_eq!(["1", "2", "3"].map(|id| seen.contains(id)), [false, true, true]);
    }

    #[test]
    fn a_removed_id_is_new_again_and_frees_its_place() {
        let mut seen = SeenIds::new(2);
        assert_eq!(["1", "2"].map(|id| seen.insert(id)), [true, true]);
        seen.remove("1");
        assert_eq!(["3", "1"].map(|id| seen.insert(id)), [true, true]);
        assert_eq!(["1", "2", "3"].map(|id| seen.contains(id)), [true, false, true]);
    }

    #[test]
    fn ids_cost_the_same_however_long_they_are() {
        let mut seen = SeenIds::new(4);
        for number in 0..64 {
            let id = format!("{number}{}", "x".repeat(1 << 20));
            assert!(seen.insert(&*id));
            assert!(seen.contains(&*id));
        }
        assert_eq!((seen.order.len(), seen.known.len()), (4, 4));
    }
}
