//! An object store in memory that writes down its requests, and is out when it is told to be.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use copilot_sdk::store::SessionStore;
use copilot_sdk::store::object_store::memory::InMemory;
use copilot_sdk::store::object_store::path::Path;
use copilot_sdk::store::object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use futures_core::Stream;
use futures_core::stream::BoxStream;
use tokio::sync::watch;

use crate::machine::spoken;

#[derive(Debug, Default)]
pub(crate) struct ObservedStore {
    objects: Arc<InMemory>,
    requests: Mutex<Requests>,
    /// Whether every request fails.
    is_out: watch::Sender<bool>,
    /// How many requests have failed.
    refused: watch::Sender<usize>,
}

/// Names of objects of sessions that were asked for; heartbeats are not among them.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    pub(crate) writes: Vec<String>,
    pub(crate) reads: Vec<String>,
}

impl ObservedStore {
    /// A session store on these objects, for the program `holder`.
    pub(crate) fn open(self: &Arc<Self>, holder: &str) -> SessionStore {
        SessionStore::new(Arc::clone(self) as Arc<dyn ObjectStore>, "").holder(holder)
    }

    /// What was said in a session, according to what is stored of it, out or not.
    pub(crate) async fn said(&self, session: &str) -> Vec<String> {
        let reader = SessionStore::new(Arc::clone(&self.objects) as Arc<dyn ObjectStore>, "");
        spoken(&reader.history(session).await.unwrap())
    }

    /// Lets every request fail from now on, or no longer.
    pub(crate) fn is_out(&self, is_out: bool) {
        self.is_out.send_replace(is_out);
    }

    /// Waits until so many more requests have failed.
    pub(crate) async fn refuses(&self, more: usize) {
        let until = *self.refused.borrow() + more;
        self.refused.subscribe().wait_for(|refused| *refused >= until).await.unwrap();
    }

    /// The requests since the last call.
    pub(crate) fn requests(&self) -> Requests {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    fn request(&self, location: &Path, of: fn(&mut Requests) -> &mut Vec<String>) -> Result<()> {
        if *self.is_out.borrow() {
            self.refused.send_modify(|refused| *refused += 1);
            let source = "connection refused".into();
            return Err(Error::Generic { store: "observed", source });
        }
        if location.as_ref().starts_with("sessions/") {
            of(&mut self.requests.lock().unwrap()).push(location.to_string());
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl ObjectStore for ObservedStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        self.request(location, |requests| &mut requests.writes)?;
        self.objects.put_opts(location, payload, opts).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.objects.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.request(location, |requests| &mut requests.reads)?;
        self.objects.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.objects.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let folder = prefix.cloned().unwrap_or_default();
        match self.request(&folder, |requests| &mut requests.reads) {
            Ok(()) => self.objects.list(prefix),
            Err(error) => Box::pin(Once(Some(error))),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.objects.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.objects.copy_opts(from, to, options).await
    }
}

impl fmt::Display for ObservedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("observed")
    }
}

/// A stream of one error.
struct Once(Option<Error>);

impl Stream for Once {
    type Item = Result<ObjectMeta>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Err))
    }
}
