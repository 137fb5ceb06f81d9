//! How long a child may take to end.

use std::time::Duration;

/// How long to read the rest of stderr once every writer has exited.
pub(super) const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long a child may take to exit after its stdin is closed, and on Unix again after SIGTERM,
/// before it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum GracePeriod {
    /// 2 s.
    Normal,
    /// 200 ms.
    Short,
    /// None at all, for a child that hangs: it is killed without having been asked.
    Zero,
}

impl GracePeriod {
    pub(super) fn duration(self) -> Duration {
        match self {
            Self::Normal => Duration::from_secs(2),
            Self::Short => Duration::from_millis(200),
            Self::Zero => Duration::ZERO,
        }
    }
}
