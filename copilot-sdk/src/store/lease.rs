//! Leases: who may write a session, in which epoch.

use serde::{Deserialize, Serialize};

use super::frame;
use super::load::Nothing;
use super::names::{Names, numbered, released};
use super::objects::{Objects, Settled};
use crate::error::Result;

/// What a lease says about its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lease {
    /// Tells this holder from every other, also of the same process.
    pub(crate) nonce: String,
    /// The holder's name, for people.
    pub(crate) holder: String,
    /// The nonce of the holder's process, after which its heartbeat is named.
    pub(crate) process: String,
    /// How long the heartbeat may stay the same before others may take over, in milliseconds.
    pub(crate) lease_ms: u64,
    /// The version of the holder's CLI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cli: Option<String>,
}

/// The latest lease of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Latest {
    pub(crate) epoch: u64,
    pub(crate) released: bool,
}

impl Lease {
    pub(crate) fn encode(&self) -> Result<Vec<u8>> {
        frame::encode(self, &[])
    }
}

/// Finds the latest lease, or `None` if the session never had one.
pub(crate) async fn latest(objects: &Objects, names: &Names) -> Result<Option<Latest>> {
    let listed = objects.list(&names.leases()).await?;
    let epochs = listed.iter().filter_map(|object| numbered(&object.location));
    let Some(epoch) = epochs.max() else { return Ok(None) };
    let released = listed.iter().any(|object| released(&object.location) == Some(epoch));
    Ok(Some(Latest { epoch, released }))
}

/// Reads the lease of an epoch, or `None` if there is none.
pub(crate) async fn read(objects: &Objects, names: &Names, epoch: u64) -> Result<Option<Lease>> {
    let name = names.lease(epoch);
    let Some(bytes) = objects.read(&name).await? else { return Ok(None) };
    frame::decode(&name, &bytes).map(|(lease, _)| Some(lease))
}

/// Gives up a lease that nobody has used. It is created first if it is not known whether it was: a
/// request may be carried out late.
pub(crate) async fn give_up(
    objects: &Objects,
    names: &Names,
    lease: &Lease,
    latest: u64,
) -> Result<()> {
    let epoch = latest.saturating_add(1);
    match objects.settle(&names.lease(epoch), &lease.encode()?).await? {
        Settled::Ours => release(objects, names, epoch).await,
        Settled::Others(_) => Ok(()),
    }
}

/// Records that others need not wait for a lease to run out.
pub(crate) async fn release(objects: &Objects, names: &Names, epoch: u64) -> Result<()> {
    objects.settle(&names.released(epoch), &frame::encode(&Nothing {}, &[])?).await.map(drop)
}
