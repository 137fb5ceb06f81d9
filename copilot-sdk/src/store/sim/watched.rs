//! An object store in memory that counts its requests, and ignores conditions or fails if it is
//! told to.

use std::fmt;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures_core::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

#[derive(Debug, Default)]
pub(in crate::store) struct Watched {
    store: InMemory,
    /// Whether objects are created whether or not they are there.
    is_lax: bool,
    /// Whether every write and read fails.
    is_out: AtomicBool,
    /// What is done when a name with that text is written or deleted.
    trap: Mutex<Option<(&'static str, Trap)>>,
    puts: AtomicUsize,
    gets: AtomicUsize,
}

/// What a store does instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Trap {
    Never,
    NeverOnce,
    Panics,
}

impl Watched {
    /// One that ignores conditions.
    pub(in crate::store) fn lax() -> Self {
        Self { is_lax: true, ..Self::default() }
    }

    /// Lets every write and read fail, or no longer.
    pub(in crate::store) fn is_out(&self, is_out: bool) {
        self.is_out.store(is_out, Ordering::Relaxed);
    }

    /// Does this when a name with that text is written or deleted, or answers again.
    pub(in crate::store) fn set(&self, trap: Option<(&'static str, Trap)>) {
        *self.trap.lock().unwrap() = trap;
    }

    /// Whether a request for that name is never answered.
    fn is_trapped(&self, name: &Path) -> bool {
        let mut set = self.trap.lock().unwrap();
        let Some((_, trap)) = set.filter(|(text, _)| name.as_ref().contains(text)) else {
            return false;
        };
        if trap == Trap::NeverOnce {
            *set = None;
        }
        drop(set);
        assert!(trap != Trap::Panics, "a bug of the store");
        true
    }

    fn check(&self) -> Result<()> {
        if self.is_out.load(Ordering::Relaxed) {
            return Err(object_store::Error::Generic { store: "watched", source: "out".into() });
        }
        Ok(())
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
        if self.is_trapped(location) {
            std::future::pending::<()>().await;
        }
        if self.is_lax {
            opts.mode = PutMode::Overwrite;
        }
        self.store.put_opts(location, payload, opts).await
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
        self.store.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        if self.is_trapped(&Path::from("delete")) {
            return Box::pin(Silence);
        }
        self.store.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.store.list(prefix)
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

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("watched")
    }
}
