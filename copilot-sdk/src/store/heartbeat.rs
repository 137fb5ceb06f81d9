//! The heartbeat of a process: one object, which all leases of the process name.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use object_store::path::Path;
use serde::Serialize;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::frame;
use super::lease::{Lease, give_up, release};
use super::load::{AT_ONCE, together};
use super::names::{Names, holders};
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
    number: AtomicU64,
    renewed: Mutex<Moment>,
    /// When it is to be written again.
    next: Mutex<Instant>,
    left: Mutex<Vec<LeftLease>>,
}

/// A lease of this process that is not in use any more, and not released either.
///
/// It would not run out while the process renews all its leases at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftLease {
    pub(crate) names: Names,
    pub(crate) epoch: u64,
    /// The lease, if it is not known whether it was created.
    pub(crate) lease: Option<Lease>,
}

/// Keeps the heartbeat going, until it is dropped or its runtime ends.
#[derive(Debug)]
pub(crate) struct Beating(JoinHandle<()>);

impl Drop for Beating {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Heartbeat {
    /// Writes the heartbeat for the first time.
    pub(crate) async fn start(
        objects: &Objects,
        prefix: &Path,
        process: String,
        holder: String,
        lease: Duration,
    ) -> Result<Self> {
        let heartbeat = Self {
            objects: objects.clone(),
            prefix: prefix.clone(),
            process,
            holder,
            lease,
            number: AtomicU64::new(0),
            renewed: Mutex::new(Moment::now()),
            next: Mutex::new(Instant::now()),
            left: Mutex::default(),
        };
        heartbeat.beat().await?;
        Ok(heartbeat)
    }

    /// Beats three times in each lease, until the value is dropped.
    ///
    /// Every session that is open has such a value of its own, on the runtime that opened it. The
    /// heartbeat is written by whichever is the first to find it due: it stops with the last
    /// session, not with the runtime of the first.
    pub(crate) async fn keep(self: &Arc<Self>) -> Result<Beating> {
        // It may have stood still while there was no session.
        if self.is_due() || !self.is_fresh() {
            self.beat().await?;
        }
        let heartbeat = Arc::clone(self);
        Ok(Beating(tokio::spawn(async move {
            loop {
                let wait = lock(&heartbeat.next).saturating_duration_since(Instant::now());
                sleep(wait).await;
                if !heartbeat.is_due() {
                    continue;
                }
                match heartbeat.beat().await {
                    Ok(()) => heartbeat.release_left().await,
                    Err(error) => {
                        tracing::warn!(%error, "the heartbeat of this program was not written");
                        // The lease runs on meanwhile.
                        *lock(&heartbeat.next) = Instant::now() + heartbeat.lease / 12;
                    }
                }
            }
        })))
    }

    /// Leaves a lease to be released when the store answers again.
    pub(crate) fn leave(&self, lease: LeftLease) {
        lock(&self.left).push(lease);
    }

    /// Tries once to release the leases that were left, until the heartbeat is due again.
    pub(crate) async fn release_left(&self) {
        let left = lock(&self.left).clone();
        let objects = self.objects.with_outage(Duration::ZERO);
        for some in left.chunks(AT_ONCE) {
            // The heartbeat waits for none of them.
            if *lock(&self.next) <= Instant::now() {
                return;
            }
            let released = together(some.iter().map(|left| left.release(&objects))).await;
            let failed = released.iter().find_map(|released| released.as_ref().err());
            let mut done = some.iter().zip(&released).filter(|(_, released)| released.is_ok());
            lock(&self.left).retain(|left| !done.any(|(one, _)| one == left));
            if let Some(error) = failed {
                tracing::debug!(%error, "leases of sessions that ended are left for later");
                return;
            }
        }
    }

    /// Whether the heartbeat is to be written now, by the caller.
    fn is_due(&self) -> bool {
        let (mut next, now) = (lock(&self.next), Instant::now());
        let is_due = *next <= now;
        if is_due {
            // The caller may be cancelled, or its runtime stand still: then it is another's turn.
            *next = now + self.lease / 3;
        }
        is_due
    }

    /// Whether nobody else can have begun to wait for this process's end. A tool or a turn that
    /// starts when it cannot be told may run twice.
    pub(crate) fn is_fresh(&self) -> bool {
        let renewed = *lock(&self.renewed);
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

    /// The time by the clock of the store.
    pub(crate) async fn store_time(&self) -> Result<SystemTime> {
        let name = self.name(&self.process);
        self.beat().await?;
        match self.objects.head(&name).await? {
            Some(ours) => Ok(ours.last_modified.into()),
            None => Err(frame::damaged(&name, "it is missing, and was just written")),
        }
    }

    /// Beats once.
    pub(crate) async fn beat(&self) -> Result<()> {
        #[derive(Serialize)]
        struct Beat<'a> {
            holder: &'a str,
            beat: u64,
        }
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let (begun, at) = (Moment::now(), Instant::now());
        let beat = frame::encode(&Beat { holder: &self.holder, beat: number }, &[])?;
        self.objects.overwrite(&self.name(&self.process), &beat).await?;
        // Counted from before the request: others count from when it was carried out.
        *lock(&self.renewed) = begun;
        *lock(&self.next) = at + self.lease / 3;
        Ok(())
    }

    fn name(&self, process: &str) -> Path {
        holders(&self.prefix).join(process)
    }
}

impl LeftLease {
    async fn release(&self, objects: &Objects) -> Result<()> {
        let Self { names, epoch, lease } = self;
        match lease {
            Some(lease) => give_up(objects, names, lease, epoch.saturating_sub(1)).await,
            None => release(objects, names, *epoch).await,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A moment whose age counts the time in which the machine was suspended.
#[derive(Debug, Clone, Copy)]
struct Moment {
    monotonic: std::time::Instant,
    /// Goes on while the machine is suspended, which the monotonic clock of some platforms does
    /// not.
    wall: SystemTime,
}

impl Moment {
    fn now() -> Self {
        Self { monotonic: std::time::Instant::now(), wall: SystemTime::now() }
    }

    fn elapsed(self) -> Duration {
        // A wall clock that was set back says nothing.
        self.monotonic.elapsed().max(self.wall.elapsed().unwrap_or_default())
    }
}
