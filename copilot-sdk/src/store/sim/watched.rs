//! An object store in memory that counts its requests, and ignores conditions or fails if it is
//! told to.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

#[derive(Debug, Default)]
pub(in crate::store) struct Watched {
    store: InMemory,
    /// Whether objects are created whether or not they are there.
    is_lax: bool,
    /// Why every request fails.
    outage: Mutex<Option<Outage>>,
    /// What is done when a name with that text is written or deleted.
    trap: Mutex<Option<(&'static str, Trap)>>,
    /// How far its clock is behind, in milliseconds.
    behind: AtomicU64,
    puts: AtomicUsize,
    written: Mutex<Vec<Path>>,
    gets: AtomicUsize,
}

/// Why a store carries nothing out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Outage {
    Down,
    Denied,
    Unauthenticated,
    Missing,
}

/// What a store does instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Trap {
    Never,
    NeverOnce,
    /// Carried out after a second for each mebibyte.
    Slow,
    /// Carried out after that long.
    After(Duration),
    /// Carried out, but the answer is lost.
    UnansweredOnce,
    Panics,
}

impl Watched {
    /// One that ignores conditions.
    pub(in crate::store) fn lax() -> Self {
        Self { is_lax: true, ..Self::default() }
    }

    /// Lets every request fail, or no longer.
    pub(in crate::store) fn is_out(&self, is_out: bool) {
        self.fails(is_out.then_some(Outage::Down));
    }

    /// Lets every request fail for that reason, or no longer.
    pub(in crate::store) fn fails(&self, outage: Option<Outage>) {
        *self.outage.lock().unwrap() = outage;
    }

    /// Sets its clock back, for what it is asked from now on.
    pub(in crate::store) fn is_behind(&self, behind: Duration) {
        self.behind.store(behind.as_millis().try_into().unwrap(), Ordering::Relaxed);
    }

    fn behind(&self) -> Duration {
        Duration::from_millis(self.behind.load(Ordering::Relaxed))
    }

    /// Does this when a name with that text is written or deleted, or answers again.
    pub(in crate::store) fn set(&self, trap: Option<(&'static str, Trap)>) {
        *self.trap.lock().unwrap() = trap;
    }

    /// What a request for that name runs into.
    fn trapped(&self, name: &Path) -> Option<Trap> {
        let mut set = self.trap.lock().unwrap();
        let (_, trap) = set.filter(|(text, _)| name.as_ref().contains(text))?;
        if matches!(trap, Trap::NeverOnce | Trap::UnansweredOnce) {
            *set = None;
        }
        drop(set);
        assert!(trap != Trap::Panics, "a bug of the store");
        Some(trap)
    }

    fn check(&self) -> Result<()> {
        let (path, source) = (String::new(), "out".into());
        match *self.outage.lock().unwrap() {
            None => Ok(()),
            Some(Outage::Down) => Err(Error::Generic { store: "watched", source }),
            Some(Outage::Denied) => Err(Error::PermissionDenied { path, source }),
            Some(Outage::Unauthenticated) => Err(Error::Unauthenticated { path, source }),
            Some(Outage::Missing) => Err(Error::NotFound { path, source }),
        }
    }

    /// How often objects with that text in their names were written so far.
    pub(in crate::store) fn written(&self, text: &str) -> usize {
        let written = self.written.lock().unwrap();
        written.iter().filter(|name| name.as_ref().contains(text)).count()
    }

    /// How often objects were written and read so far.
    pub(in crate::store) fn requests(&self) -> (usize, usize) {
        (self.puts.load(Ordering::Relaxed), self.gets.load(Ordering::Relaxed))
    }
}

#[async_trait::async_trait]
impl ObjectStore for Watched {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        mut opts: PutOptions,
    ) -> Result<PutResult> {
        self.puts.fetch_add(1, Ordering::Relaxed);
        self.check()?;
        self.written.lock().unwrap().push(location.clone());
        let trapped = self.trapped(location);
        match trapped {
            None | Some(Trap::UnansweredOnce) => {}
            Some(Trap::Slow) => {
                let size = u32::try_from(payload.content_length() >> 20).unwrap();
                tokio::time::sleep(Duration::from_secs(1) * size).await;
            }
            Some(Trap::After(time)) => tokio::time::sleep(time).await,
            Some(_) => std::future::pending::<()>().await,
        }
        if self.is_lax {
            opts.mode = PutMode::Overwrite;
        }
        let put = self.store.put_opts(location, payload, opts).await;
        if trapped == Some(Trap::UnansweredOnce) {
            return Err(Error::Generic { store: "watched", source: "the answer is lost".into() });
        }
        put
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.store.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.gets.fetch_add(1, Ordering::Relaxed);
        self.check()?;
        let mut found = self.store.get_opts(location, options).await?;
        found.meta.last_modified -= self.behind();
        Ok(found)
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        if self.trapped(&Path::from("delete")).is_some() {
            return Box::pin(Silence);
        }
        match self.check() {
            Ok(()) => self.store.delete_stream(locations),
            Err(error) => Box::pin(Failed(Some(error), PhantomData)),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.check() {
            Ok(()) => Box::pin(Behind(self.store.list(prefix), self.behind())),
            Err(error) => Box::pin(Failed(Some(error), PhantomData)),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.store.copy_opts(from, to, options).await
    }
}

/// A stream without an item or an end.
struct Silence;

impl futures_core::Stream for Silence {
    type Item = Result<Path>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Pending
    }
}

/// A listing by a clock that is behind.
struct Behind(BoxStream<'static, Result<ObjectMeta>>, Duration);

impl futures_core::Stream for Behind {
    type Item = Result<ObjectMeta>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut listed = std::task::ready!(self.0.as_mut().poll_next(context));
        if let Some(Ok(object)) = &mut listed {
            object.last_modified -= self.1;
        }
        Poll::Ready(listed)
    }
}

/// A stream of one error.
struct Failed<T>(Option<Error>, PhantomData<fn() -> T>);

impl<T> futures_core::Stream for Failed<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Err))
    }
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("watched")
    }
}
