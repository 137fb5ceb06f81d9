//! The task that writes a session: changes in the order they came in, as many in one record as
//! wait.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::fork::SessionContent;
use super::holder::{Holder, Unfolded};
use super::path::EVENTS;
use super::record::{Change, StoredData};
use super::state::StoredState;
use super::tree::TreeError;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::EventId;
use crate::seen_ids::SeenIds;

/// A handle of the task that writes one session. The task ends with its last handle.
#[derive(Clone)]
pub(crate) struct SessionWriter {
    queue: mpsc::Sender<WriterRequest>,
    progress: Arc<WriterProgress>,
}

/// What became of an operation: an error of the store, or one of the operation alone.
pub(crate) type Written<T> = Result<Result<T, TreeError>>;

type WriterEnded = dyn FnOnce(&Result<()>) + Send;

enum WriterRequest {
    Change(Change, oneshot::Sender<Written<()>>),
    Read(String, oneshot::Sender<Written<Vec<u8>>>),
    Bytes(StoredData, oneshot::Sender<Result<Vec<u8>>>),
    Look(Box<dyn FnOnce(&StoredState) + Send>),
    Content(oneshot::Sender<Result<SessionContent>>),
}

/// How far the task has come.
struct WriterProgress {
    /// The latest events that are stored.
    stored: Mutex<SeenIds>,
    /// Counts the records; holds the error that ended the holder.
    state: watch::Sender<Option<Error>>,
    /// That the session is to be given up.
    release: Notify,
    /// Whether others may open the session, once the task has ended.
    released: watch::Sender<Option<Result<()>>>,
}

/// How many requests may wait before the next has to.
const WAITING: usize = 256;

/// How many changes and bytes one record takes at most.
const CHANGES: usize = 64;
const BYTES: u64 = 1024 * 1024;

/// How much is written before a snapshot replaces it.
const FOLD: Unfolded = Unfolded { records: 128, bytes: 4 * 1024 * 1024 };

/// How many stored events are known.
const EVENT_IDS: usize = 4096;

impl SessionWriter {
    /// Starts the task. `ended` is called when it ends, with whether others may open the session.
    pub(crate) fn start(holder: Holder, ended: impl FnOnce(&Result<()>) + Send + 'static) -> Self {
        let (queue, requests) = mpsc::channel(WAITING);
        let stored = Mutex::new(SeenIds::new(EVENT_IDS));
        let (state, release) = (watch::Sender::new(None), Notify::new());
        let released = watch::Sender::new(None);
        let progress = Arc::new(WriterProgress { stored, state, release, released });
        let task = Task { holder, requests, progress: Arc::clone(&progress), next: None };
        let told = Arc::clone(&progress);
        let end = TaskEnd { ended: Some(Box::new(ended)), progress: told, released: None };
        tokio::spawn(end.after(task));
        Self { queue, progress }
    }

    /// Makes a change. It is stored when this returns.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have made the change.
    pub(crate) async fn change(&self, change: Change) -> Written<()> {
        self.ask(|answer| WriterRequest::Change(change, answer)).await?
    }

    /// Reads a file.
    pub(crate) async fn read(&self, path: &str) -> Written<Vec<u8>> {
        self.ask(|answer| WriterRequest::Read(path.to_owned(), answer)).await?
    }

    /// Reads a piece.
    pub(crate) async fn bytes(&self, piece: StoredData) -> Result<Vec<u8>> {
        self.ask(|answer| WriterRequest::Bytes(piece, answer)).await?
    }

    /// Reads everything.
    pub(crate) async fn content(&self) -> Result<SessionContent> {
        self.ask(WriterRequest::Content).await?
    }

    /// Looks at the state.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&StoredState) -> T + Send + 'static,
    ) -> Result<T> {
        self.ask(|answer| {
            WriterRequest::Look(Box::new(move |state| {
                // Nobody may wait any more.
                let _ = answer.send(look(state));
            }))
        })
        .await
    }

    /// Gives the session up, after what was asked before. Later requests fail.
    pub(crate) fn begin_release(&self) {
        self.progress.release.notify_one();
    }

    /// Waits until the session is given up and others may open it.
    ///
    /// # Errors
    ///
    /// The error that ended the holder, or that of a store that does not answer.
    pub(crate) async fn released(&self) -> Result<()> {
        let mut released = self.progress.released.subscribe();
        let released = released.wait_for(Option::is_some).await;
        // Cannot fail: the sender is held here.
        released.ok().and_then(|released| released.clone()).unwrap_or(Ok(()))
    }

    /// Waits until an event is stored.
    ///
    /// # Errors
    ///
    /// The error that ended the holder, or [`ErrorKind::Store`] after `limit`.
    pub(crate) async fn stored(&self, event: &EventId, limit: Duration) -> Result<()> {
        let mut progress = self.progress.state.subscribe();
        let stored = progress.wait_for(|failed| failed.is_some() || self.is_stored(event));
        match tokio::time::timeout(limit, stored).await {
            _ if self.is_stored(event) => Ok(()),
            Ok(failed) => {
                let failed = failed.ok().and_then(|failed| failed.clone());
                let failed = failed.unwrap_or_else(released);
                let text = format!(
                    "the turn has ended, but is not stored whole: its event `{event}` is missing, \
                     because {failed}"
                );
                let kind = failed.kind();
                Err(failed.refined(kind, text))
            }
            Err(_) => {
                let text = format!(
                    "the turn has ended, but is not stored whole: its event `{event}` was not on \
                     the session store within {limit:?}"
                );
                Err(Error::new(ErrorKind::Store, text))
            }
        }
    }

    /// Waits until the holder has failed, and returns why. Never returns if it is released instead.
    pub(crate) async fn failed(&self) -> Error {
        let mut progress = self.progress.state.subscribe();
        let failed =
            progress.wait_for(Option::is_some).await.ok().and_then(|failed| failed.clone());
        match failed {
            Some(error) => error,
            None => std::future::pending().await,
        }
    }

    fn is_stored(&self, event: &EventId) -> bool {
        self.progress.stored().contains(event)
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> WriterRequest) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        // A request that is refused comes back with the sender of its answer, and is dropped.
        let is_asked = self.queue.send(request(answer)).await.is_ok();
        if is_asked && let Ok(answer) = answered.await {
            return Ok(answer);
        }
        Err(self.progress.state.borrow().clone().unwrap_or_else(released))
    }
}

impl WriterProgress {
    fn stored(&self) -> MutexGuard<'_, SeenIds> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the end of the task, be it by a panic of the object store or with its runtime.
struct TaskEnd {
    ended: Option<Box<WriterEnded>>,
    progress: Arc<WriterProgress>,
    /// What the task has come to.
    released: Option<Result<()>>,
}

impl TaskEnd {
    async fn after(mut self, task: Task) {
        self.released = Some(task.run().await);
    }
}

impl Drop for TaskEnd {
    fn drop(&mut self) {
        let released = self.released.take().unwrap_or_else(|| {
            let text = "the task that writes the session has ended: its runtime was shut down, or \
                        the object store panicked";
            let error = Error::new(ErrorKind::Store, text);
            self.progress.state.send_replace(Some(error.clone()));
            Err(error)
        });
        if let Some(ended) = self.ended.take() {
            ended(&released);
        }
        self.progress.released.send_replace(Some(released));
    }
}

struct Task {
    holder: Holder,
    requests: mpsc::Receiver<WriterRequest>,
    progress: Arc<WriterProgress>,
    /// A request that was taken from the queue and has to wait for a record.
    next: Option<WriterRequest>,
}

impl Task {
    /// Returns whether others may open the session.
    async fn run(mut self) -> Result<()> {
        let mut is_released = false;
        while let Some(request) = self.next(&mut is_released).await {
            // Its state holds changes that may not count: who asks is told the error instead.
            if self.holder.failed().is_some() {
                drop(request);
                continue;
            }
            // Nobody may wait for an answer any more.
            match request {
                WriterRequest::Change(change, answer) => self.commit(change, answer).await,
                WriterRequest::Read(path, answer) => {
                    let _ = answer.send(self.holder.read(&path).await);
                }
                WriterRequest::Look(look) => look(self.holder.state()),
                WriterRequest::Bytes(piece, answer) => {
                    let _ = answer.send(self.holder.bytes(&piece).await);
                }
                WriterRequest::Content(answer) => {
                    let _ = answer.send(self.holder.content().await);
                }
            }
            if let Some(error) = self.holder.failed() {
                self.progress.state.send_replace(Some(error.clone()));
            }
        }
        let released = self.holder.release().await;
        released.inspect_err(|error| tracing::warn!(%error, "the lease of a session is left"))
    }

    /// The next request; `None` once the session is given up and all that was asked before is done.
    async fn next(&mut self, is_released: &mut bool) -> Option<WriterRequest> {
        if let Some(request) = self.next.take() {
            return Some(request);
        }
        if !*is_released {
            tokio::select! {
                () = self.progress.release.notified() => {
                    *is_released = true;
                    self.requests.close();
                }
                request = self.requests.recv() => return request,
            }
        }
        self.requests.recv().await
    }

    /// Writes a change, with those that wait behind it, in one record.
    async fn commit(&mut self, change: Change, answer: oneshot::Sender<Written<()>>) {
        let mut bytes = size(&change);
        let (mut changes, mut answers) = (vec![change], vec![answer]);
        while changes.len() < CHANGES && bytes < BYTES {
            match self.requests.try_recv() {
                Ok(WriterRequest::Change(change, answer)) => {
                    bytes = bytes.saturating_add(size(&change));
                    changes.push(change);
                    answers.push(answer);
                }
                Ok(other) => {
                    self.next = Some(other);
                    break;
                }
                Err(_) => break,
            }
        }
        let events: Vec<_> = changes.iter().flat_map(events).collect();
        match self.holder.commit(changes).await {
            Ok(outcomes) => {
                let mut stored = self.progress.stored();
                for event in &events {
                    stored.insert(event);
                }
                drop(stored);
                self.progress.state.send_modify(|_| {});
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    let _ = answer.send(Ok(outcome));
                }
            }
            Err(error) => {
                for answer in answers {
                    let _ = answer.send(Err(error.clone()));
                }
                return;
            }
        }
        let unfolded = self.holder.unfolded;
        if (unfolded.records >= FOLD.records || unfolded.bytes >= FOLD.bytes)
            && let Err(error) = self.holder.fold().await
        {
            tracing::warn!(%error, "the log of a session was not folded");
        }
    }
}

/// The ids of the events that a change adds to the session's.
fn events(change: &Change) -> Vec<EventId> {
    #[derive(Deserialize)]
    struct Line {
        id: EventId,
    }
    let Change::Append { path, data: StoredData::Inline(bytes) } = change else {
        return Vec::new();
    };
    if path != EVENTS {
        return Vec::new();
    }
    let lines = bytes.split(|byte| *byte == b'\n');
    lines.filter_map(|line| serde_json::from_slice::<Line>(line).ok()).map(|line| line.id).collect()
}

fn size(change: &Change) -> u64 {
    match change {
        Change::Append { data, .. }
        | Change::Write { data, .. }
        | Change::Ended { result: data, .. } => data.len(),
        _ => 0,
    }
}

fn released() -> Error {
    Error::new(ErrorKind::Closed, "the session was released to others")
}
