//! A bounded memory of what was there already.

use std::collections::{HashSet, VecDeque};
use std::hash::Hash;

/// The last few ids that were noted; older ones are forgotten.
pub(super) struct SeenIds<T> {
    limit: usize,
    order: VecDeque<T>,
    known: HashSet<T>,
}

impl<T: Clone + Eq + Hash> SeenIds<T> {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, order: VecDeque::new(), known: HashSet::new() }
    }

    /// Notes `id`; whether it is new.
    pub(super) fn note(&mut self, id: &T) -> bool {
        if !self.known.insert(id.clone()) {
            return false;
        }
        if self.order.len() == self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back(id.clone());
        true
    }

    /// Whether `id` was noted.
    pub(super) fn has(&self, id: &T) -> bool {
        self.known.contains(id)
    }
}

#[cfg(test)]
mod tests {
    use super::SeenIds;

    #[test]
    fn what_was_noted_is_known_until_enough_others_came() {
        let mut recent = SeenIds::new(2);
        assert_eq!([1, 1, 2, 1].map(|id| recent.note(&id)), [true, false, true, false]);
        assert!(recent.note(&3), "and 1 is forgotten");
        assert_eq!([1, 2, 3].map(|id| recent.has(&id)), [false, true, true]);
    }
}
