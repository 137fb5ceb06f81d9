//! Opening a session: whether this program may, then the lease.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::fork::ForkPlan;
use super::heartbeat::{Heartbeat, LeftLease};
use super::held::HeldSession;
use super::holder::Holder;
use super::lease::{self, Latest, Lease, latest};
use super::names::Names;
use super::rules::Rules;
use super::session_store::{SessionStore, nonce};
use super::take_over::{delete, take_over};
use super::unused::UnusedLease;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{EventId, SessionId};
use crate::metrics;
use crate::session_fs::WantedSession;
use crate::timestamp::rfc3339;

impl SessionStore {
    /// Takes a session for this program.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Busy`] if another program has it, [`ErrorKind::NotFound`] and
    /// [`ErrorKind::Config`] if it is not as `wanted`.
    pub(super) async fn open_session(
        &self,
        id: &SessionId,
        wanted: WantedSession,
        cli: Option<&str>,
    ) -> Result<HeldSession> {
        let opened = self.try_open(id, wanted, cli).await;
        opened.map_err(|error| error.in_session(id))
    }

    async fn try_open(
        &self,
        id: &SessionId,
        wanted: WantedSession,
        cli: Option<&str>,
    ) -> Result<HeldSession> {
        if self.held(id).is_some_and(|held| held.is_released()) {
            self.until_gone(id).await;
        }
        let _occupied = self.occupy(id).ok_or_else(|| open_here(id))?;
        let heartbeat = self.heartbeat().await?;
        let names = Names::new(&self.prefix, id.as_str());
        let before = self.may_take(heartbeat, &names, id, cli).await?;
        if before.epoch == 0 && wanted == WantedSession::Stored {
            return Err(not_stored(id));
        }
        let beating = heartbeat.keep().await?;
        let lease = Self::lease_of(heartbeat, cli)?;
        let unused = UnusedLease::new(heartbeat, &names, &lease, before.epoch);
        let holder = take_over(&self.objects, &names, Rules::ALL, lease, before.epoch).await?;
        let refused = match (wanted, holder.state().has_events()) {
            (WantedSession::New, true) => Some(stored_already(id)),
            (WantedSession::Stored, false) => Some(not_stored(id)),
            _ => None,
        };
        if let Some(refused) = refused {
            // Given up in the background if that fails.
            if release(holder).await {
                unused.settled();
            }
            return Err(refused);
        }
        tracing::info!(session_id = %id, epoch = holder.epoch(), "holds the session");
        if !before.released {
            metrics::taken_over("to");
        }
        unused.settled();
        let (store, ended, beats) = (self.clone(), id.clone(), Arc::clone(heartbeat));
        let left = LeftLease { names, epoch: holder.epoch(), lease: None };
        let ended = move |released: &Result<()>| {
            if released.as_ref().is_err_and(|error| error.kind() != ErrorKind::Fenced) {
                beats.leave(left);
            }
            drop(beating);
            store.ended(&ended);
        };
        let limit = self.options.stored_within;
        let cli = cli.map(str::to_owned);
        let held = HeldSession::start(holder, cli, heartbeat, limit, ended);
        self.opened(id, held.clone());
        Ok(held)
    }

    /// Copies a session that this program has open.
    pub(super) async fn fork_open(
        &self,
        id: &SessionId,
        before: Option<&EventId>,
        name: Option<&str>,
    ) -> Result<SessionId> {
        let forked = self.try_fork(id, before, name).await;
        forked.map_err(|error| error.in_session(id))
    }

    async fn try_fork(
        &self,
        id: &SessionId,
        before: Option<&EventId>,
        name: Option<&str>,
    ) -> Result<SessionId> {
        let Some(held) = self.held(id) else {
            let text = format!("session `{id}` is not open in this program");
            return Err(Error::new(ErrorKind::Closed, text));
        };
        let copy = SessionId::from(nonce()?);
        let now = rfc3339(SystemTime::now());
        let changes =
            held.writer.content().await?.fork(&ForkPlan { id: &copy, before, name, now })?;
        let heartbeat = self.heartbeat().await?;
        let lease = Self::lease_of(heartbeat, held.cli.as_deref())?;
        let names = Names::new(&self.prefix, copy.as_str());
        let unused = UnusedLease::new(heartbeat, &names, &lease, 0);
        let mut holder = take_over(&self.objects, &names, Rules::ALL, lease, 0).await?;
        // In one record: a copy is there as a whole, or has no events and so is none.
        for made in holder.commit(changes).await? {
            made.map_err(|error| {
                Error::new(ErrorKind::Store, format!("the session cannot be copied: {error:?}"))
            })?;
        }
        if release(holder).await {
            unused.settled();
        }
        Ok(copy)
    }

    /// Deletes a session that this program does not have open, unless it was changed after `limit`.
    /// Returns whether it is deleted.
    pub(super) async fn delete_closed(
        &self,
        id: &SessionId,
        limit: Option<SystemTime>,
    ) -> Result<bool> {
        let _occupied = self.occupy(id).ok_or_else(|| open_here(id))?;
        let heartbeat = self.heartbeat().await?;
        let names = Names::new(&self.prefix, id.as_str());
        let before = self.may_take(heartbeat, &names, id, None).await?.epoch;
        if before == 0 {
            return Err(not_stored(id));
        }
        let _beating = heartbeat.keep().await?;
        let lease = Self::lease_of(heartbeat, None)?;
        let unused = UnusedLease::new(heartbeat, &names, &lease, before);
        let is_deleted = delete(&self.objects, &names, lease, before, limit).await?;
        unused.settled();
        Ok(is_deleted)
    }

    /// The latest epoch of a session, unless its holder may be alive; 0 and released if it has
    /// none.
    async fn may_take(
        &self,
        heartbeat: &Heartbeat,
        names: &Names,
        id: &SessionId,
        cli: Option<&str>,
    ) -> Result<Latest> {
        let none = Latest { epoch: 0, released: true };
        let Some(latest) = latest(&self.objects, names).await? else { return Ok(none) };
        let Some(lease) = lease::read(&self.objects, names, latest.epoch).await? else {
            return Ok(latest);
        };
        if !latest.released
            && let Some(left) = heartbeat.alive_for(&lease).await?
        {
            return Err(busy(id, &lease, left));
        }
        if let (Some(ours), Some(theirs)) = (cli, &lease.cli)
            && !self.options.any_cli
            && is_older(ours, theirs)
        {
            let text = format!(
                "session `{id}` was written by cli {theirs}, and this one is {ours}: use {theirs} \
                 or a newer one, or set `allow_older_cli(true)` on the session store"
            );
            return Err(Error::config(vec![text]));
        }
        Ok(latest)
    }

    fn lease_of(heartbeat: &Heartbeat, cli: Option<&str>) -> Result<Lease> {
        Ok(Lease {
            nonce: nonce()?,
            holder: heartbeat.holder.clone(),
            process: heartbeat.process.clone(),
            lease_ms: u64::try_from(heartbeat.lease.as_millis()).unwrap_or(u64::MAX),
            cli: cli.map(str::to_owned),
        })
    }
}

/// Gives a lease up. Returns whether that is stored.
async fn release(holder: Holder) -> bool {
    let released = holder.release().await;
    released.inspect_err(|error| tracing::debug!(%error, "a lease is left")).is_ok()
}

fn busy(id: &SessionId, lease: &Lease, left: Duration) -> Error {
    let text = format!(
        "session `{id}` is open in {}, for {left:?} more at least: disconnect it there, or try \
         again later",
        lease.holder
    );
    Error::new(ErrorKind::Busy, text)
}

fn open_here(id: &SessionId) -> Error {
    let text = format!("session `{id}` is open in this program already: use that one");
    Error::new(ErrorKind::Busy, text)
}

fn stored_already(id: &SessionId) -> Error {
    let text =
        format!("session `{id}` is on the session store already: `resume` it, or use another id");
    Error::config(vec![text])
}

fn not_stored(id: &SessionId) -> Error {
    let text = format!("there is no session `{id}` on the session store: `create` it");
    Error::new(ErrorKind::NotFound, text)
}

/// Whether a version such as `1.0.102` is older than another. Versions that are no numbers are not
/// compared.
fn is_older(ours: &str, theirs: &str) -> bool {
    let numbers = |version: &str| -> Option<Vec<u64>> {
        let number = version.split(['-', '+']).next()?;
        number.split('.').map(|part| part.parse().ok()).collect()
    };
    matches!((numbers(ours), numbers(theirs)), (Some(ours), Some(theirs)) if ours < theirs)
}

#[cfg(test)]
mod tests {
    use super::is_older;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(is_older("1.0.99", "1.0.102") && is_older("1.0.9-beta.1", "1.1"));
        assert!(!is_older("1.0.102", "1.0.102") && !is_older("2.0", "1.9.9"));
        assert!(!is_older("dev", "1.0.102") && !is_older("1.0.102", "dev"));
    }
}
