//! What is on the store, whether or not it is open: listed, read, deleted.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use object_store::ObjectMeta;

use super::count::count;
use super::load::{all_bytes, load};
use super::names::{Names, holders, numbered, position, sessions};
use super::path::EVENTS;
use super::rules::Rules;
use super::session_store::SessionStore;
use super::tree::TreeError;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::ids::SessionId;

/// How long a heartbeat is kept that is not renewed, longer than any lease.
pub(super) const DEAD_AFTER: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// A session on the store.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredSessionInfo {
    /// The id of the session.
    pub session_id: SessionId,
    /// The time of its last change, by the clock of the store.
    pub modified: SystemTime,
    /// The size of its objects, in bytes.
    pub size: u64,
}

impl SessionStore {
    /// The sessions on the store, whichever program has them open, the latest first. Sessions
    /// without a prompt so far are among them.
    ///
    /// ```no_run
    /// # async fn example(store: copilot_sdk::store::SessionStore) -> copilot_sdk::Result<()> {
    /// for session in store.sessions().await? {
    ///     println!("{} {:?}", session.session_id, session.modified);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] if the store fails.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn sessions(&self) -> Result<Vec<StoredSessionInfo>> {
        let mut stored = Vec::new();
        for (id, found) in self.found().await? {
            let names = Names::new(&self.prefix, &id);
            if !found.is_deleted(self, &names).await? {
                stored.push(found.into_session(&id));
            }
        }
        stored.sort_by(|a: &StoredSessionInfo, b| {
            b.modified.cmp(&a.modified).then_with(|| a.session_id.cmp(&b.session_id))
        });
        Ok(stored)
    }

    /// The events of a session, read without a CLI and without opening it: what is stored, also
    /// while another program writes it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is no such session, [`ErrorKind::Store`] if the store
    /// fails.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn history(&self, id: impl Into<SessionId>) -> Result<Vec<Event>> {
        let id = id.into();
        self.read_history(&id).await.map_err(|error| error.in_session(&id))
    }

    /// Deletes a session that no program has open.
    ///
    /// A few small objects stay, which tell a program that was cut off in the middle of the session
    /// that it is gone. A session of the same id can be created anew.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is no such session, [`ErrorKind::Busy`] if a program has it
    /// open, [`ErrorKind::Store`] if the store fails.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have deleted the session, or a part of its objects after it.
    pub async fn delete_session(&self, id: impl Into<SessionId>) -> Result<()> {
        let id = id.into();
        let deleted = async {
            if !may_name_a_session(&id) {
                return Err(missing(&id));
            }
            let names = Names::new(&self.prefix, id.as_str());
            let counted = count(&self.objects, &names, Rules::ALL, None).await?;
            if counted.start.is_none() || counted.deleted {
                return Err(missing(&id));
            }
            self.delete_closed(&id, None).await.map(drop)
        };
        deleted.await.map_err(|error| error.in_session(&id))
    }

    /// Deletes the sessions that have not changed for that long, by the clock of the store, and
    /// that no program has open, what earlier deletions left, and, after two days at least, the
    /// heartbeats of programs that have ended. Returns the ids of the sessions it deleted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] if the store fails; a session that cannot be deleted is logged and left
    /// out.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have deleted some of the sessions.
    pub async fn prune(&self, older_than: Duration) -> Result<Vec<SessionId>> {
        let now = self.heartbeat().await?.store_time().await?;
        let before = |age| now.checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
        let limit = before(older_than);
        let mut deleted = Vec::new();
        for (id, found) in self.found().await? {
            let names = Names::new(&self.prefix, &id);
            let was_deleted = found.is_deleted(self, &names).await?;
            // Records of a deleted session are those that came late.
            let StoredSessionInfo { session_id, modified, size } = found.into_session(&id);
            if size == 0 || modified >= limit {
                continue;
            }
            // It may have been changed since it was listed.
            match self.delete_closed(&session_id, Some(limit)).await {
                Ok(is_deleted) if was_deleted || !is_deleted => {}
                Ok(_) => deleted.push(session_id),
                Err(error) => tracing::warn!(%session_id, %error, "a session was not pruned"),
            }
        }
        let dead = before(older_than.max(DEAD_AFTER));
        if let Err(error) = self.forget_heartbeats(dead).await {
            tracing::warn!(%error, "heartbeats of programs that have ended were left");
        }
        Ok(deleted)
    }

    /// Deletes the heartbeats that were not renewed since then: every program leaves one.
    pub(super) async fn forget_heartbeats(&self, since: SystemTime) -> Result<()> {
        for heartbeat in self.objects.list(&holders(&self.prefix)).await? {
            if SystemTime::from(heartbeat.last_modified) < since {
                self.objects.discard(&heartbeat.location).await;
            }
        }
        Ok(())
    }

    async fn found(&self) -> Result<BTreeMap<String, FoundObjects>> {
        let folder = sessions(&self.prefix);
        let mut found = BTreeMap::<String, FoundObjects>::new();
        for object in self.objects.list(&folder).await? {
            let id = object.location.prefix_match(&folder).and_then(|mut parts| parts.next());
            let Some(id) = id.map(|id| id.as_ref().to_owned()) else { continue };
            let names = Names::new(&self.prefix, &id);
            found.entry(id).or_default().add(&names, &object);
        }
        Ok(found)
    }

    async fn read_history(&self, id: &SessionId) -> Result<Vec<Event>> {
        if !may_name_a_session(id) {
            return Err(missing(id));
        }
        let names = Names::new(&self.prefix, id.as_str());
        // What is read may be replaced by a snapshot in between.
        for _ in 0..super::count::TRIES {
            let loaded = load(&self.objects, &names, Rules::ALL, None).await?;
            let pieces = match loaded.state.tree.read(EVENTS) {
                Ok(pieces) => pieces,
                Err(TreeError::NotFound(_) | TreeError::Impossible(_)) => return Err(missing(id)),
            };
            if let Some(bytes) = all_bytes(&self.objects, &names, &pieces).await? {
                return Ok(events(&bytes));
            }
        }
        Err(super::count::restless(&names))
    }
}

/// The objects of a session.
#[derive(Default)]
struct FoundObjects {
    modified: Option<SystemTime>,
    size: u64,
    start: Option<u64>,
    /// The latest epoch with records.
    log: Option<u64>,
}

impl FoundObjects {
    fn add(&mut self, names: &Names, object: &ObjectMeta) {
        let name = &object.location;
        if name.prefix_matches(&names.leases()) {
            return;
        }
        if name.prefix_matches(&names.starts()) {
            self.start = self.start.max(numbered(name));
        } else {
            self.log = self.log.max(position(&names.log(), name).map(|at| at.epoch));
            self.size = self.size.saturating_add(object.size);
            self.modified = self.modified.max(Some(object.last_modified.into()));
        }
    }

    /// Whether the session was deleted, or never had a record.
    async fn is_deleted(&self, store: &SessionStore, names: &Names) -> Result<bool> {
        let (Some(start), Some(log)) = (self.start, self.log) else { return Ok(true) };
        if log >= start {
            return Ok(false);
        }
        let counted = count(&store.objects, names, Rules::ALL, None).await?;
        Ok(counted.deleted || counted.there.is_empty())
    }

    fn into_session(self, id: &str) -> StoredSessionInfo {
        StoredSessionInfo {
            session_id: id.into(),
            modified: self.modified.unwrap_or(SystemTime::UNIX_EPOCH),
            size: self.size,
        }
    }
}

fn events(lines: &[u8]) -> Vec<Event> {
    let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines
        .filter_map(|line| {
            serde_json::from_slice(line)
                .inspect_err(|error| tracing::warn!(%error, "an event on the store is unreadable"))
                .ok()
        })
        .collect()
}

/// Whether a session may have that id. The names of objects can hold others, but not any, and not
/// as they are.
fn may_name_a_session(id: &SessionId) -> bool {
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=128).contains(&id.as_str().len()) && id.as_str().bytes().all(is_usual)
}

fn missing(id: &SessionId) -> Error {
    Error::new(ErrorKind::NotFound, format!("there is no session `{id}` on the session store"))
}
