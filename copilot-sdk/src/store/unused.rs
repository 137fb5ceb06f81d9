//! A lease that was taken, or may have been, and is not in use yet.

use tokio::runtime::Handle;

use super::lease::{Lease, give_up};
use super::names::Names;
use super::objects::Objects;

/// Gives a lease up if the opening of its session fails or its future is dropped. Others would wait
/// for as long as this program lives, which renews all its leases at once.
pub(super) struct UnusedLease(Option<(Objects, Names, Lease, u64)>);

impl UnusedLease {
    /// A lease of the epoch after `latest`, which is about to be created.
    pub(super) fn new(objects: &Objects, names: &Names, lease: &Lease, latest: u64) -> Self {
        Self(Some((objects.clone(), names.clone(), lease.clone(), latest)))
    }

    /// The lease is in use, or given up.
    pub(super) fn settled(mut self) {
        self.0 = None;
    }
}

impl Drop for UnusedLease {
    fn drop(&mut self) {
        let Some((objects, names, lease, latest)) = self.0.take() else { return };
        // Without a runtime it is left to run out: this program no longer renews it.
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            if let Err(error) = give_up(&objects, &names, &lease, latest).await {
                tracing::debug!(%error, "a lease is left to run out");
            }
        });
    }
}
