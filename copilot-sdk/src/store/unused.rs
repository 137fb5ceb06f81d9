//! A lease that was taken, or may have been, and is not in use yet.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::heartbeat::{Heartbeat, LeftLease};
use super::lease::Lease;
use super::names::Names;

/// Gives a lease up if the opening of its session fails or its future is dropped. Others would wait
/// for as long as this program lives, which renews all its leases at once.
pub(super) struct UnusedLease(Option<(Arc<Heartbeat>, LeftLease)>);

impl UnusedLease {
    /// A lease of the epoch after `latest`, which is about to be created.
    pub(super) fn new(
        heartbeat: &Arc<Heartbeat>,
        names: &Names,
        lease: &Lease,
        latest: u64,
    ) -> Self {
        let (names, lease) = (names.clone(), Some(lease.clone()));
        let left = LeftLease { names, epoch: latest.saturating_add(1), lease };
        Self(Some((Arc::clone(heartbeat), left)))
    }

    /// The lease is in use, or given up.
    pub(super) fn settled(mut self) {
        self.0 = None;
    }
}

impl Drop for UnusedLease {
    fn drop(&mut self) {
        let Some((heartbeat, left)) = self.0.take() else { return };
        heartbeat.leave(left);
        // What fails, or a runtime that ends cuts off, is tried again after the next heartbeat.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { heartbeat.release_left().await });
        }
    }
}
