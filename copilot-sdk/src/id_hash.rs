//! A fast hash for ids and names.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

/// A map whose keys are ids or names.
pub(crate) type IdMap<K, V> = HashMap<K, V, IdHash>;

/// Hashes in a few instructions for each 16 bytes, under keys that are drawn for each process, so
/// that the other side cannot choose ids that collide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdHash([u64; 2]);

impl IdHash {
    /// A hash with keys of its own.
    pub(crate) fn random() -> Self {
        Self([0, 1].map(|number: u64| RandomState::new().hash_one(number)))
    }
}

impl Default for IdHash {
    /// The hash of this process.
    fn default() -> Self {
        static OF_PROCESS: LazyLock<IdHash> = LazyLock::new(IdHash::random);
        *OF_PROCESS
    }
}

impl BuildHasher for IdHash {
    type Hasher = IdHasher;

    fn build_hasher(&self) -> IdHasher {
        let Self([key, state]) = *self;
        IdHasher { key, state }
    }
}

pub(crate) struct IdHasher {
    key: u64,
    state: u64,
}

impl IdHasher {
    fn mix(&mut self, block: u128) {
        let (low, high) = halves(block);
        self.state = folded(low ^ self.key, high ^ self.state);
    }
}

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        // Folded, so that no difference in length makes up for one in the bytes.
        self.state = folded(self.state ^ bytes.len() as u64, self.key);
        let (blocks, rest) = bytes.as_chunks();
        for block in blocks {
            self.mix(u128::from_le_bytes(*block));
        }
        if rest.is_empty() {
            return;
        }
        // The end overlaps with the block before.
        let last = bytes.last_chunk().copied().unwrap_or_else(|| {
            let mut padded = [0; 16];
            padded.iter_mut().zip(rest).for_each(|(own, byte)| *own = *byte);
            padded
        });
        self.mix(u128::from_le_bytes(last));
    }

    fn write_u8(&mut self, number: u8) {
        self.state = self.state.wrapping_add(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(u128::from(number));
    }

    fn write_u128(&mut self, number: u128) {
        self.mix(number);
    }

    fn finish(&self) -> u64 {
        folded(self.state ^ self.key, 0x9e37_79b9_7f4a_7c15)
    }
}

/// Both halves of the product, in one.
fn folded(one: u64, other: u64) -> u64 {
    let (low, high) = halves(u128::from(one) * u128::from(other));
    low ^ high
}

#[expect(clippy::cast_possible_truncation, reason = "the upper half is the other one")]
fn halves(number: u128) -> (u64, u64) {
    (number as u64, (number >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher as _;

    use super::IdHash;

    /// How many ids share the fullest of so many buckets.
    fn fullest(hash: IdHash, ids: &[String], buckets: u64) -> usize {
        let mut counts = std::collections::BTreeMap::<u64, usize>::new();
        for id in ids {
            *counts.entry(hash.hash_one(id) % buckets).or_default() += 1;
        }
        counts.into_values().max().unwrap_or_default()
    }

    #[test]
    fn ids_that_collide_under_one_key_are_spread_by_another() {
        let known = IdHash([7, 11]);
        // All fall into one of 4,096 buckets of a table whose keys are known.
        let ids: Vec<String> = (0_u64..)
            .map(|number| format!("0b5e0b0a-7d42-4c1f-9a53-{number:012x}"))
            .filter(|id| known.hash_one(id) % 4096 == 5)
            .take(1_000)
            .collect();
        assert_eq!(fullest(known, &ids, 4096), 1_000);
        for hash in [IdHash::random(), IdHash::default()] {
            assert!(fullest(hash, &ids, 4096) < 12, "{hash:?}");
        }
    }

    #[test]
    fn ids_that_differ_in_one_place_have_hashes_that_differ() {
        let hash = IdHash::random();
        for length in [1, 7, 15, 16, 17, 31, 32, 36, 100] {
            let mut seen = HashSet::from([hash.hash_one("x".repeat(length))]);
            for place in 0..length {
                let mut id = "x".repeat(length);
                id.replace_range(place..=place, "y");
                assert!(seen.insert(hash.hash_one(id)), "{place} of {length}");
            }
            assert!(seen.insert(hash.hash_one("x".repeat(length + 1))), "{length} and one more");
        }
    }

    #[test]
    fn counted_ids_are_spread_evenly() {
        let hash = IdHash::random();
        for prefix in ["", "request-", "0b5e0b0a-7d42-4c1f-9a53-"] {
            let ids: Vec<String> = (0..100_000).map(|n| format!("{prefix}{n:08x}")).collect();
            // 100 in each on average.
            assert!(fullest(hash, &ids, 1_000) < 180, "{prefix} {hash:?}");
        }
    }
}
