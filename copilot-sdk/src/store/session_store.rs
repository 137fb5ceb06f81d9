//! The public handle of a store, and its options.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use tokio::sync::{OnceCell, watch};

use super::heartbeat::Heartbeat;
use super::held::HeldSession;
use super::objects::Objects;
use super::probe::probe;
use crate::error::{Error, Result};
use crate::ids::{SessionId, random_uuid};

/// Sessions on an object store, which any program that reaches the store can go on with.
///
/// A session has one writer at a time. Another program can open it once this one has disconnected
/// from it, or has not been heard of for the time of the [`lease`](Self::lease); what it finds then
/// is all that this one was told is stored, and nothing that this one writes later. No clock and no
/// other service takes part in that.
///
/// Cloning is cheap: clones are one holder, with one heartbeat. It goes on while any session is
/// open, on the runtimes that opened them: in a program with several runtimes, the end of one ends
/// its own sessions only, with [`ErrorKind::Store`](crate::ErrorKind::Store).
///
/// ```no_run
/// # async fn example() -> copilot_sdk::Result<()> {
/// use copilot_sdk::Client;
/// use copilot_sdk::store::SessionStore;
///
/// let store = SessionStore::local("/srv/sessions")?.holder("worker 1");
/// let client = Client::builder().session_store(store).start().await?;
/// let session = client.session().model("gpt-5").resume_or_create("ticket-4711").await?;
/// println!("{}", session.ask("Where were we?").await?);
/// client.stop().await
/// # }
/// ```
#[derive(Clone)]
pub struct SessionStore {
    store: Arc<dyn ObjectStore>,
    pub(super) objects: Objects,
    pub(super) prefix: Path,
    pub(super) options: StoreOptions,
    shared: Arc<StoreShared>,
}

/// The longest lease: heartbeats are kept for longer than that.
const LONGEST_LEASE: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Clone)]
pub(super) struct StoreOptions {
    holder: Option<String>,
    lease: Duration,
    pub(super) any_cli: bool,
    pub(super) stored_within: Duration,
}

struct StoreShared {
    heartbeat: OnceCell<Arc<Heartbeat>>,
    open: watch::Sender<HashMap<SessionId, HeldSession>>,
    /// Sessions that are being opened or deleted.
    busy: Mutex<HashSet<SessionId>>,
}

impl SessionStore {
    /// Keeps sessions in any object store, below `prefix`, which may be empty.
    ///
    /// The store must create objects on condition that they are new (`PutMode::Create`), and must
    /// show what was written when it is read or listed next. The first session that is opened tries
    /// both. It fails with [`ErrorKind::Config`](crate::ErrorKind::Config) if the store cannot do
    /// that, denies access, or has no such bucket or container.
    ///
    /// Nobody else may change or remove what is below `prefix`: no rule that lets objects expire,
    /// for instance. [`prune`](Self::prune) removes old sessions.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use copilot_sdk::store::SessionStore;
    /// use copilot_sdk::store::object_store::memory::InMemory;
    ///
    /// let store = SessionStore::new(Arc::new(InMemory::new()), "team/agents");
    /// # drop(store);
    /// ```
    pub fn new(store: Arc<dyn ObjectStore>, prefix: impl AsRef<str>) -> Self {
        Self {
            objects: Objects::new(Arc::clone(&store)),
            store,
            prefix: Path::from(prefix.as_ref()),
            options: StoreOptions {
                holder: None,
                lease: Duration::from_secs(30),
                any_cli: false,
                stored_within: Duration::from_secs(10),
            },
            shared: Arc::new(StoreShared {
                heartbeat: OnceCell::new(),
                open: watch::Sender::new(HashMap::new()),
                busy: Mutex::default(),
            }),
        }
    }

    /// Keeps sessions in a local directory, which is created if it is missing, for this user only.
    /// Everything is flushed to the disk before it counts.
    ///
    /// The directory must be on a file system with hard links. Several programs may use it. Where
    /// that file system ignores case, ids that differ in it are one session.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the directory cannot be created.
    pub fn local(directory: impl AsRef<FilePath>) -> Result<Self> {
        let directory = directory.as_ref();
        let refused = |error: Box<dyn std::error::Error + Send + Sync>| {
            let text = format!("sessions cannot be kept in `{}`", directory.display());
            Error::config(vec![text]).with_source(error)
        };
        create_private(directory).map_err(|error| refused(error.into()))?;
        let files =
            LocalFileSystem::new_with_prefix(directory).map_err(|error| refused(error.into()))?;
        Ok(Self::new(Arc::new(files.with_fsync(true)), ""))
    }

    /// The name of this program in the errors of others, such as `worker 3`. Defaults to the number
    /// of the process.
    #[must_use]
    pub fn holder(mut self, name: impl Into<String>) -> Self {
        self.options.holder = Some(name.into());
        self
    }

    /// How long this program may be unheard of before others take over its sessions. Defaults to 30
    /// seconds, at least a second and at most a day. A third of it is the time between two
    /// heartbeats.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.options.lease = lease.clamp(Duration::from_secs(1), LONGEST_LEASE);
        self
    }

    /// How long requests are tried again while the store does not answer, or denies access, as it
    /// does until credentials that have expired are replaced. Defaults to 60 seconds. After that
    /// the session ends with [`ErrorKind::Store`](crate::ErrorKind::Store), and can be resumed when
    /// the store is back.
    ///
    /// A store that does not answer the first session is waited for as long.
    #[must_use]
    pub fn outage(mut self, outage: Duration) -> Self {
        self.objects.outage = outage;
        self
    }

    /// How long [`ask`](crate::Session::ask) waits for the turn to be on the store. Defaults to 10
    /// seconds; beyond that it fails with [`ErrorKind::Store`](crate::ErrorKind::Store).
    #[must_use]
    pub fn stored_within(mut self, limit: Duration) -> Self {
        self.options.stored_within = limit;
        self
    }

    /// Resumes sessions also with an older CLI than the one that wrote them last, which may not
    /// understand what it reads. Off by default.
    #[must_use]
    pub fn allow_older_cli(mut self, allow: bool) -> Self {
        self.options.any_cli = allow;
        self
    }

    /// The heartbeat of this program. The first call tries the store and begins it.
    pub(super) async fn heartbeat(&self) -> Result<&Arc<Heartbeat>> {
        let start = || async {
            let nonce = nonce()?;
            probe(&self.objects, &self.prefix, &nonce).await?;
            let name = self.options.holder.clone();
            let holder = name.unwrap_or_else(|| format!("process {}", std::process::id()));
            let mut objects = self.objects.clone();
            // A lost request is tried again while the lease still runs.
            let request = (self.options.lease / 6).max(Duration::from_secs(1));
            objects.request = objects.request.min(request);
            objects.outage = objects.outage.min(self.options.lease / 3);
            Heartbeat::start(&objects, &self.prefix, nonce, holder, self.options.lease)
                .await
                .map(Arc::new)
        };
        self.shared.heartbeat.get_or_try_init(start).await
    }

    /// The session of that id, if this program holds it.
    pub(super) fn held(&self, id: &SessionId) -> Option<HeldSession> {
        self.shared.open.borrow().get(id).cloned()
    }

    pub(super) fn opened(&self, id: &SessionId, held: HeldSession) {
        self.shared.open.send_modify(|open| {
            open.insert(id.clone(), held);
        });
    }

    pub(super) fn ended(&self, id: &SessionId) {
        self.shared.open.send_modify(|open| {
            open.remove(id);
        });
    }

    /// Waits until this program does not hold the session.
    pub(super) async fn until_gone(&self, id: &SessionId) {
        let mut open = self.shared.open.subscribe();
        // Cannot fail: the sender is held here.
        let _ = open.wait_for(|open| !open.contains_key(id)).await;
    }

    /// Marks a session as being opened or deleted here, until the guard is dropped. Returns `None`
    /// if it is already, or is open.
    pub(super) fn occupy(&self, id: &SessionId) -> Option<Occupied> {
        let mut busy = self.busy();
        if self.held(id).is_some() || !busy.insert(id.clone()) {
            return None;
        }
        Some(Occupied { store: self.clone(), id: id.clone() })
    }

    fn busy(&self) -> MutexGuard<'_, HashSet<SessionId>> {
        self.shared.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session that is being opened or deleted.
pub(super) struct Occupied {
    store: SessionStore,
    id: SessionId,
}

impl Drop for Occupied {
    fn drop(&mut self) {
        self.store.busy().remove(&self.id);
    }
}

impl fmt::Debug for SessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionStore")
            .field("store", &self.store)
            .field("prefix", &self.prefix)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// A name that nobody else has.
pub(super) fn nonce() -> Result<String> {
    random_uuid().map_err(|error| {
        Error::new(crate::error::ErrorKind::Store, "no random bytes for a lease").with_source(error)
    })
}

#[cfg(unix)]
fn create_private(directory: &FilePath) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
fn create_private(directory: &FilePath) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)
}
