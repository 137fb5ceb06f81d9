//! A session that this program holds.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::heartbeat::Heartbeat;
use super::holder::Holder;
use super::record::{Change, StoredData};
use super::state::KnownCall;
use super::tree::FileTree;
use super::writer::SessionWriter;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{EventId, RequestId};
use crate::session_fs::Earlier;

/// A session that this program holds. Clones are the same one.
#[derive(Clone)]
pub(super) struct HeldSession {
    pub(super) writer: SessionWriter,
    /// The version of the CLI that has the session open.
    pub(super) cli: Option<String>,
    /// Files outside of the session's state, which matter to this CLI alone.
    local: Arc<Mutex<FileTree>>,
    heartbeat: Arc<Heartbeat>,
    limit: Duration,
    is_released: Arc<AtomicBool>,
}

impl HeldSession {
    /// Starts to write. `ended` is called when the session is given up, `limit` is how long to wait
    /// for an event to be stored.
    pub(super) fn start(
        holder: Holder,
        cli: Option<String>,
        heartbeat: &Arc<Heartbeat>,
        limit: Duration,
        ended: impl FnOnce(&Result<()>) + Send + 'static,
    ) -> Self {
        Self {
            writer: SessionWriter::start(holder, ended),
            cli,
            local: Arc::default(),
            heartbeat: Arc::clone(heartbeat),
            limit,
            is_released: Arc::default(),
        }
    }

    /// Waits until an event, and every event before it, is stored.
    pub(super) async fn until_stored(&self, event: &EventId) -> Result<()> {
        self.writer.stored(event, self.limit).await
    }

    /// Gives the session up, after all that was written so far.
    pub(super) fn begin_release(&self) {
        self.is_released.store(true, Ordering::Relaxed);
        self.writer.begin_release();
    }

    /// Whether a turn or a tool may start: whether nobody else can be about to take over.
    pub(super) async fn check_lease(&self) -> Result<()> {
        if self.heartbeat.is_fresh() || self.heartbeat.beat().await.is_ok() {
            return Ok(());
        }
        let text = format!(
            "nothing is started: the session store has not been reached for half of the lease of \
             {:?}, and another program may be about to take the session over",
            self.heartbeat.lease
        );
        Err(Error::new(ErrorKind::Store, text))
    }

    /// Whether the session is being given up.
    pub(super) fn is_released(&self) -> bool {
        self.is_released.load(Ordering::Relaxed)
    }

    /// Records that a tool is about to run. Returns what is known if it ran before.
    pub(super) async fn record_begin(&self, call: &RequestId) -> Result<Option<Earlier>> {
        self.check_lease().await?;
        let id = call.to_string();
        let known = self.writer.look(move |state| state.call(&id).cloned()).await?;
        match known {
            None => {
                self.record(Change::Began { call: call.to_string() }).await?;
                Ok(None)
            }
            Some(KnownCall { result: None, .. }) => Ok(Some(Earlier { result: None })),
            Some(KnownCall { result: Some(result), .. }) => {
                Ok(Some(Earlier { result: Some(self.writer.bytes(result).await?) }))
            }
        }
    }

    /// Records what a tool gave, before it is sent.
    pub(super) async fn record_end(&self, call: &RequestId, result: Vec<u8>) -> Result<()> {
        self.record(Change::Ended { call: call.to_string(), result: StoredData::Inline(result) })
            .await
    }

    pub(super) fn local(&self) -> MutexGuard<'_, FileTree> {
        self.local.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn record(&self, change: Change) -> Result<()> {
        match self.writer.change(change).await? {
            Ok(()) => Ok(()),
            Err(error) => Err(Error::new(ErrorKind::Store, format!("{error:?}"))),
        }
    }
}
