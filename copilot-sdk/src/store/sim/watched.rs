//! An object store in memory that counts its requests, and ignores conditions or fails if it is
//! told to.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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
    puts: AtomicUsize,
    gets: AtomicUsize,
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

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("watched")
    }
}
