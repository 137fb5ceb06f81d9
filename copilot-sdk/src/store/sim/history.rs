//! What happened in a world, and whether it may have.

use std::collections::BTreeMap;

/// What each holder began with and what it wrote, by its epoch.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) served: BTreeMap<u64, Served>,
    /// The epochs in which the session may have been deleted.
    pub(super) deleting: Vec<u64>,
}

#[derive(Debug, Default)]
pub(super) struct Served {
    pub(super) begin: Vec<String>,
    pub(super) acknowledged: Vec<String>,
    /// What was being written when the holder ended. It may count or not.
    pub(super) under_way: Vec<String>,
    /// Whether it deleted the session.
    pub(super) deleted: bool,
}

impl History {
    pub(super) fn acknowledged(&self) -> usize {
        self.served.values().map(|served| served.acknowledged.len()).sum()
    }

    /// Panics unless every holder began with what the one before it began with, followed by all
    /// that was acknowledged to that one, and with nothing else.
    pub(super) fn check(&self, seed: u64) {
        for ((before, first), (epoch, second)) in self.served.iter().zip(self.served.iter().skip(1))
        {
            let mut expected = first.begin.clone();
            expected.extend(first.acknowledged.iter().cloned());
            let mut with_last = expected.clone();
            with_last.extend(first.under_way.iter().cloned());
            let may_be_deleted =
                self.deleting.iter().any(|deleting| before < deleting && deleting < epoch);
            let is_deleted = second.deleted || may_be_deleted && second.begin.is_empty();
            assert!(
                second.begin == expected || second.begin == with_last || is_deleted,
                "violation: seed {seed}: epoch {epoch} begins with {:?}, not with {expected:?} of \
                 epoch {before}, after which {:?} may come",
                second.begin,
                first.under_way,
            );
        }
    }
}
