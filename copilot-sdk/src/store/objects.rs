//! Requests to the object store: tried again while it is out, never believed when in doubt.

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use object_store::path::Path;
use object_store::{
    Error as Failure, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions,
};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, sleep, timeout};

use crate::backoff::Backoff;
use crate::error::{Error, ErrorKind, Result};

/// A store, and how long to wait for it.
#[derive(Debug, Clone)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    /// How long one request may take, but for large objects.
    pub(crate) request: Duration,
    /// How long a request is tried again before the store counts as out.
    pub(crate) outage: Duration,
    /// Whether a request that failed so is not tried again.
    pub(crate) is_final: fn(&Failure) -> bool,
}

/// What became of an object that was to be created.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// It stands, as it was to be.
    Ours,
    /// Another one stands in its place.
    Others(Vec<u8>),
}

const BETWEEN_TRIES: Backoff =
    Backoff { first: Duration::from_millis(50), longest: Duration::from_secs(2) };

impl Objects {
    pub(crate) fn new(store: Arc<dyn ObjectStore>) -> Self {
        let (request, outage) = (Duration::from_secs(15), Duration::from_secs(60));
        Self { store, request, outage, is_final }
    }

    /// The same store, whose requests are tried again for that long.
    pub(crate) fn with_outage(&self, outage: Duration) -> Self {
        Self { outage, ..self.clone() }
    }

    /// The name of the store, for people.
    pub(crate) fn store(&self) -> &dyn Display {
        &self.store
    }

    /// Creates an object whose bytes nobody else writes, and finds out whether it stands.
    ///
    /// "Exists already", a failure and an answer that never came all mean the same: it may have
    /// been created, now or by an earlier try, or may be later. So the object is read, and if there
    /// is none, the same name is tried again: another name could leave two.
    pub(crate) async fn settle(&self, name: &Path, bytes: &[u8]) -> Result<Settled> {
        let mut tries = Tries::new(self, "create", name);
        loop {
            let options = PutOptions::from(PutMode::Create);
            let put = self.store.put_opts(name, bytes.to_vec().into(), options);
            let failure = match timeout(self.limit(bytes.len()), put).await {
                Ok(Ok(_)) => return Ok(Settled::Ours),
                Ok(Err(failure)) if (self.is_final)(&failure) => return Err(tries.failed(failure)),
                Ok(Err(failure)) => Some(failure),
                Err(_) => None,
            };
            match self.read_once(name).await {
                Ok(Ok(Some(there))) if there == bytes => return Ok(Settled::Ours),
                Ok(Ok(Some(there))) => return Ok(Settled::Others(there)),
                Ok(Ok(None)) | Err(_) => tries.again(failure).await?,
                Ok(Err(failure)) if (self.is_final)(&failure) => return Err(tries.failed(failure)),
                Ok(Err(unread)) => tries.again(Some(unread)).await?,
            }
        }
    }

    /// Creates an object if there is none of that name. Returns whether the store said so: one
    /// that ignores the condition replaces the object.
    pub(crate) async fn create(&self, name: &Path, bytes: &[u8]) -> Result<bool> {
        self.tried("create", name, self.request, || async {
            let options = PutOptions::from(PutMode::Create);
            match self.store.put_opts(name, bytes.to_vec().into(), options).await {
                Ok(_) => Ok(true),
                Err(Failure::AlreadyExists { .. } | Failure::Precondition { .. }) => Ok(false),
                Err(failure) => Err(failure),
            }
        })
        .await
    }

    /// Replaces an object.
    pub(crate) async fn overwrite(&self, name: &Path, bytes: &[u8]) -> Result<()> {
        let put = || self.store.put(name, bytes.to_vec().into());
        self.tried("write", name, self.limit(bytes.len()), put).await.map(drop)
    }

    /// The bytes of an object, or `None` if there is none.
    pub(crate) async fn read(&self, name: &Path) -> Result<Option<Vec<u8>>> {
        let mut tries = Tries::new(self, "read", name);
        loop {
            match self.read_once(name).await {
                Ok(Ok(found)) => return Ok(found),
                Ok(Err(failure)) if (self.is_final)(&failure) => return Err(tries.failed(failure)),
                Ok(Err(failure)) => tries.again(Some(failure)).await?,
                Err(_) => tries.again(None).await?,
            }
        }
    }

    /// When and how large an object was written, or `None` if there is none.
    pub(crate) async fn head(&self, name: &Path) -> Result<Option<ObjectMeta>> {
        self.tried("read", name, self.request, || async {
            match self.store.head(name).await {
                Ok(found) => Ok(Some(found)),
                Err(Failure::NotFound { .. }) => Ok(None),
                Err(failure) => Err(failure),
            }
        })
        .await
    }

    /// The objects of a folder and of the folders below it.
    pub(crate) async fn list(&self, folder: &Path) -> Result<Vec<ObjectMeta>> {
        self.tried("list", folder, self.request, || async {
            let mut listing = self.store.list(Some(folder));
            let mut found = Vec::new();
            while let Some(object) =
                std::future::poll_fn(|context| listing.as_mut().poll_next(context)).await
            {
                found.push(object?);
            }
            Ok(found)
        })
        .await
    }

    /// Deletes an object that is not needed any more. One that stays is deleted later. Returns
    /// whether it is gone.
    pub(crate) async fn discard(&self, name: &Path) -> bool {
        match timeout(self.request, self.store.delete(name)).await {
            Ok(Ok(()) | Err(Failure::NotFound { .. })) => return true,
            Ok(Err(error)) => tracing::debug!(%name, %error, "an object is left for later"),
            Err(_) => tracing::debug!(%name, "an object is left for later: no answer"),
        }
        false
    }

    /// Deletes an object and waits until it is gone.
    pub(crate) async fn delete(&self, name: &Path) -> Result<()> {
        self.tried("delete", name, self.request, || async {
            match self.store.delete(name).await {
                Err(Failure::NotFound { .. }) => Ok(()),
                deleted => deleted,
            }
        })
        .await
    }

    /// How long a request with so many bytes may take: a second more for each megabyte.
    fn limit(&self, bytes: usize) -> Duration {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.request.saturating_add(Duration::from_micros(bytes))
    }

    /// Reads an object once: whether it is there, and then, if it is large, for longer.
    async fn read_once(
        &self,
        name: &Path,
    ) -> Result<object_store::Result<Option<Vec<u8>>>, Elapsed> {
        let found = match timeout(self.request, self.store.get(name)).await? {
            Ok(found) => found,
            Err(Failure::NotFound { .. }) => return Ok(Ok(None)),
            Err(failure) => return Ok(Err(failure)),
        };
        let size = usize::try_from(found.meta.size).unwrap_or(usize::MAX);
        let bytes = timeout(self.limit(size), found.bytes()).await?;
        Ok(bytes.map(|bytes| Some(Vec::from(bytes))))
    }

    async fn tried<T, F: Future<Output = object_store::Result<T>>>(
        &self,
        what: &'static str,
        name: &Path,
        limit: Duration,
        request: impl Fn() -> F,
    ) -> Result<T> {
        let mut tries = Tries::new(self, what, name);
        loop {
            match timeout(limit, request()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(failure)) if (self.is_final)(&failure) => return Err(tries.failed(failure)),
                Ok(Err(failure)) => tries.again(Some(failure)).await?,
                Err(_) => tries.again(None).await?,
            }
        }
    }
}

/// The tries of one request.
struct Tries<'a> {
    objects: &'a Objects,
    what: &'static str,
    name: &'a Path,
    since: Instant,
    number: u32,
}

impl<'a> Tries<'a> {
    fn new(objects: &'a Objects, what: &'static str, name: &'a Path) -> Self {
        Self { objects, what, name, since: Instant::now(), number: 0 }
    }

    /// Waits before the next try, or returns the error when there have been enough.
    async fn again(&mut self, failure: Option<Failure>) -> Result<()> {
        self.number = self.number.saturating_add(1);
        if self.since.elapsed() >= self.objects.outage {
            return Err(self.over(failure));
        }
        sleep(BETWEEN_TRIES.wait(self.number)).await;
        Ok(())
    }

    fn over(&self, failure: Option<Failure>) -> Error {
        let Self { objects, what, name, since, number } = self;
        let store = objects.store();
        let tried =
            format!("{what} `{name}` on `{store}` failed {number} times in {:?}", since.elapsed());
        let Some(failure) = failure else {
            let text = format!("the session store does not answer in time: {tried}");
            return Error::new(ErrorKind::Store, text);
        };
        let text = if is_denied(&failure) {
            format!(
                "the session store denies access: {tried}: its credentials have expired, or lack \
                 that permission"
            )
        } else {
            format!("the session store does not answer: {tried}")
        };
        Error::new(ErrorKind::Store, text).with_source(failure)
    }

    fn failed(&self, failure: Failure) -> Error {
        let text = format!(
            "the session store `{}` refuses to {} `{}`",
            self.objects.store(),
            self.what,
            self.name
        );
        Error::new(ErrorKind::Store, text).with_source(failure)
    }
}

/// Whether trying again cannot help.
///
/// A denial is not among them: credentials are replaced while a program runs, and the new ones, or
/// the permissions of the old ones, may take a while to arrive.
pub(crate) fn is_final(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::InvalidPath { .. }
            | Failure::NotSupported { .. }
            | Failure::NotImplemented { .. }
            | Failure::UnknownConfigurationKey { .. }
    )
}

/// Whether the store does not know who asks, or does not let them.
pub(crate) const fn is_denied(failure: &Failure) -> bool {
    matches!(failure, Failure::PermissionDenied { .. } | Failure::Unauthenticated { .. })
}
