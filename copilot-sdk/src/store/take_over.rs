//! Taking a session over: the lease first, then what counts, then a last look for a successor.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::count::EpochStart;
use super::frame;
use super::holder::{Holder, successor};
use super::lease::{Lease, release};
use super::load::{Loaded, load};
use super::names::Names;
use super::objects::{Objects, Settled};
use super::rules::Rules;
use crate::error::{Error, ErrorKind, Result};

/// Takes the epoch after `latest`, the latest epoch there is, and reads the session.
///
/// Whether that is right is for the caller to judge: it is safe at any time, but whoever holds the
/// session is fenced.
pub(crate) async fn take_over(
    objects: &Objects,
    names: &Names,
    rules: Rules,
    lease: Lease,
    latest: u64,
) -> Result<Holder> {
    let epoch = create_lease(objects, names, &lease, latest).await?;
    let loaded = load(objects, names, rules, Some(epoch)).await?;
    if rules.writes_start {
        let start =
            EpochStart { nonce: lease.nonce.clone(), counted: counts(&loaded), deleted: false };
        write_start(objects, names, epoch, &start).await?;
    }
    if rules.checks_after_start {
        no_successor(objects, names, epoch).await?;
    }
    Ok(Holder::new(objects.clone(), names.clone(), rules, lease.nonce, epoch, loaded))
}

/// Deletes a session, unless it was changed after `limit`. Returns whether it is deleted.
///
/// What stays are its leases, which fence holders that do not know yet, and a start that counts
/// nothing.
pub(crate) async fn delete(
    objects: &Objects,
    names: &Names,
    lease: Lease,
    latest: u64,
    limit: Option<SystemTime>,
) -> Result<bool> {
    let epoch = create_lease(objects, names, &lease, latest).await?;
    // Looked at under the lease: every change that was acknowledged is seen.
    if let Some(limit) = limit
        && is_changed(objects, names, limit).await?
    {
        release(objects, names, epoch).await?;
        return Ok(false);
    }
    let start = EpochStart { nonce: lease.nonce, counted: BTreeMap::new(), deleted: true };
    write_start(objects, names, epoch, &start).await?;
    // Listed before the look: what a successor writes is not among it.
    let listed = objects.list(names.root()).await?;
    no_successor(objects, names, epoch).await?;
    for name in listed.into_iter().map(|object| object.location) {
        if !name.prefix_matches(&names.leases()) && name != names.start(epoch) {
            objects.delete(&name).await?;
        }
    }
    release(objects, names, epoch).await.map(|()| true)
}

/// Whether a record or a body was written at that time or later.
async fn is_changed(objects: &Objects, names: &Names, limit: SystemTime) -> Result<bool> {
    let mut written = objects.list(&names.log()).await?;
    written.extend(objects.list(&names.bodies()).await?);
    Ok(written.iter().any(|object| SystemTime::from(object.last_modified) >= limit))
}

async fn create_lease(objects: &Objects, names: &Names, lease: &Lease, latest: u64) -> Result<u64> {
    let epoch = latest.saturating_add(1);
    let name = names.lease(epoch);
    match objects.settle(&name, &lease.encode()?).await? {
        Settled::Ours => Ok(epoch),
        Settled::Others(bytes) => {
            let (Lease { holder, lease_ms, .. }, _) = frame::decode(&name, &bytes)?;
            let lease = Duration::from_millis(lease_ms);
            let text = format!(
                "the session was just opened in {holder}, for {lease:?} more at least: disconnect \
                 it there, or try again later"
            );
            Err(Error::new(ErrorKind::Busy, text))
        }
    }
}

async fn write_start(
    objects: &Objects,
    names: &Names,
    epoch: u64,
    start: &EpochStart,
) -> Result<()> {
    let name = names.start(epoch);
    match objects.settle(&name, &frame::encode(start, &[])?).await? {
        Settled::Ours => Ok(()),
        Settled::Others(_) => Err(frame::damaged(&name, "another holder wrote it")),
    }
}

async fn no_successor(objects: &Objects, names: &Names, epoch: u64) -> Result<()> {
    match successor(objects, names, epoch).await? {
        None => Ok(()),
        Some(fenced) => Err(fenced),
    }
}

/// The counts of those epochs that are read: the snapshot stands for all before its record.
fn counts(loaded: &Loaded) -> BTreeMap<u64, u64> {
    let counts = loaded.counted.counts.iter().map(|(epoch, last)| (*epoch, *last));
    match loaded.snapshot {
        Some(snapshot) => counts.filter(|(epoch, _)| *epoch >= snapshot.epoch).collect(),
        None => counts.collect(),
    }
}
