//! The heartbeat of a process: one object, which all leases of the process name.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use object_store::path::Path;
use serde::Serialize;
use tokio::time::sleep;

use super::frame;
use super::lease::Lease;
use super::names::holders;
use super::objects::Objects;
use crate::error::Result;

/// A process that holds sessions, and shows that it is alive.
///
/// Whether it is alive decides only when others try to take over. What they and it write is safe
/// whatever they believe.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    objects: Objects,
    prefix: Path,
    /// The nonce of the process.
    pub(crate) process: String,
    /// The name of the process, for people.
    pub(crate) holder: String,
    /// How long the heartbeat may stay the same before others may take over.
    pub(crate) lease: Duration,
    beats: tokio::sync::Mutex<u64>,
    renewed: Mutex<Moment>,
}

impl Heartbeat {
    /// Begins to beat, three times in each lease, until the value is dropped.
    pub(crate) async fn start(
        objects: &Objects,
        prefix: &Path,
        process: String,
        holder: String,
        lease: Duration,
    ) -> Result<Arc<Self>> {
        let heartbeat = Arc::new(Self {
            objects: objects.clone(),
            prefix: prefix.clone(),
            process,
            holder,
            lease,
            beats: tokio::sync::Mutex::new(0),
            renewed: Mutex::new(Moment::now()),
        });
        heartbeat.beat().await?;
        let beating = Arc::downgrade(&heartbeat);
        tokio::spawn(async move {
            let mut wait = lease / 3;
            loop {
                sleep(wait).await;
                let Some(heartbeat) = beating.upgrade() else { return };
                wait = lease / 3;
                if let Err(error) = heartbeat.beat().await {
                    tracing::warn!(%error, "the heartbeat of this program was not written");
                    // The lease runs on meanwhile.
                    wait = lease / 12;
                }
            }
        });
        Ok(heartbeat)
    }

    /// Whether nobody else can have begun to wait for this process's end. A tool or a turn that
    /// starts when it cannot be told may run twice.
    pub(crate) fn is_fresh(&self) -> bool {
        let renewed = *self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        renewed.elapsed() <= self.lease / 2
    }

    /// How long the holder of a lease may still be alive, or `None` if it is not.
    ///
    /// The clock of the store alone is asked: the process's own heartbeat is written first, and the
    /// times of the two are compared.
    pub(crate) async fn alive_for(&self, lease: &Lease) -> Result<Option<Duration>> {
        if lease.process == self.process {
            return Ok(None);
        }
        let Some(theirs) = self.objects.head(&self.name(&lease.process)).await? else {
            return Ok(None);
        };
        self.beat().await?;
        let Some(ours) = self.objects.head(&self.name(&self.process)).await? else {
            return Ok(Some(Duration::from_millis(lease.lease_ms)));
        };
        let age = ours.last_modified.timestamp_millis() - theirs.last_modified.timestamp_millis();
        let left = Duration::from_millis(lease.lease_ms)
            .saturating_sub(Duration::from_millis(u64::try_from(age).unwrap_or(0)));
        Ok((!left.is_zero()).then_some(left))
    }

    /// Beats once.
    pub(crate) async fn beat(&self) -> Result<()> {
        #[derive(Serialize)]
        struct Beat<'a> {
            holder: &'a str,
            beat: u64,
        }
        let mut beats = self.beats.lock().await;
        *beats = beats.wrapping_add(1);
        let begun = Moment::now();
        let beat = frame::encode(&Beat { holder: &self.holder, beat: *beats }, &[])?;
        self.objects.overwrite(&self.name(&self.process), &beat).await?;
        // Counted from before the request: others count from when it was carried out.
        *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = begun;
        Ok(())
    }

    fn name(&self, process: &str) -> Path {
        holders(&self.prefix).join(process)
    }
}

/// A moment whose age counts the time in which the machine was suspended.
#[derive(Debug, Clone, Copy)]
struct Moment {
    monotonic: Instant,
    /// Goes on while the machine is suspended, which the monotonic clock of some platforms does
    /// not.
    wall: SystemTime,
}

impl Moment {
    fn now() -> Self {
        Self { monotonic: Instant::now(), wall: SystemTime::now() }
    }

    fn elapsed(self) -> Duration {
        // A wall clock that was set back says nothing.
        self.monotonic.elapsed().max(self.wall.elapsed().unwrap_or_default())
    }
}
