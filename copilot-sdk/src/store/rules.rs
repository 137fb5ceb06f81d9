//! The rules that keep a session to one writer, each of which the tests switch off in turn, to see
//! that something is lost without it.

/// What the holder of a session does.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
pub(crate) struct Rules {
    /// Looks for a successor after each write, before the write counts.
    pub(crate) checks_after_write: bool,
    /// Writes down which records it begins with, and counts no others from then on.
    pub(crate) writes_start: bool,
    /// Tells its own objects from those of another by a nonce.
    pub(crate) has_nonce: bool,
    /// Counts of older epochs what the latest start does, not what is there now.
    pub(crate) keeps_counts: bool,
    /// Leaves every lease where it is.
    pub(crate) keeps_leases: bool,
    /// Deletes what a snapshot replaces only once the snapshot counts.
    pub(crate) folds_after_record: bool,
    /// Looks for a successor after its start, before it serves.
    pub(crate) checks_after_start: bool,
    /// Deletes only what was there before the look that made its snapshot count.
    pub(crate) lists_before_record: bool,
    /// The size from which a piece is stored in an object of its own, in bytes.
    pub(crate) large: usize,
    /// The size from which the end of a file is moved out of snapshots, in bytes.
    pub(crate) large_tail: usize,
}

impl Rules {
    pub(crate) const ALL: Self = Self {
        checks_after_write: true,
        writes_start: true,
        has_nonce: true,
        keeps_counts: true,
        keeps_leases: true,
        folds_after_record: true,
        checks_after_start: true,
        lists_before_record: true,
        large: 32 * 1024,
        large_tail: 256 * 1024,
    };
}
