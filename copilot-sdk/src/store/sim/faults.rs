//! An object store whose requests wait to be scheduled, and fail in every way a network can.

use std::fmt;
use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use futures_core::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt as _, PutMode, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, Result,
};

use super::chance::Chance;

/// The in-memory store behind an unreliable network. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Faults(Arc<FaultsShared>);

#[derive(Debug)]
struct FaultsShared {
    store: InMemory,
    chance: Mutex<Chance>,
    late: Mutex<Vec<Late>>,
    calm: Mutex<bool>,
}

/// A request that its sender has given up and that is still under way.
#[derive(Debug)]
enum Late {
    Put(Path, PutPayload, PutOptions),
    Delete(Path),
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RequestFate {
    Done,
    /// Carried out, but the answer is lost.
    Unanswered,
    /// Carried out later, or never.
    Late,
    /// Never carried out.
    Lost,
}

impl Faults {
    pub(super) fn new(chance: Chance) -> Self {
        Self(Arc::new(FaultsShared {
            store: InMemory::new(),
            chance: Mutex::new(chance),
            late: Mutex::default(),
            calm: Mutex::new(false),
        }))
    }

    /// Carries out a late request, if there is one.
    pub(super) fn carry_out_late(&self) -> bool {
        let mut late = self.0.late.lock().unwrap();
        if late.is_empty() {
            return false;
        }
        let one = self.0.chance.lock().unwrap().below(late.len());
        match late.swap_remove(one) {
            Late::Put(name, payload, options) => {
                drop(at_once(self.0.store.put_opts(&name, payload, options)));
            }
            Late::Delete(name) => drop(at_once(self.0.store.delete(&name))),
        }
        true
    }

    /// Lets every request succeed from now on.
    pub(super) fn calm(&self) {
        *self.0.calm.lock().unwrap() = true;
        while self.carry_out_late() {}
    }

    fn fate(&self) -> RequestFate {
        if *self.0.calm.lock().unwrap() {
            return RequestFate::Done;
        }
        match self.0.chance.lock().unwrap().below(100) {
            0..8 => RequestFate::Unanswered,
            8..14 => RequestFate::Late,
            14..16 => RequestFate::Lost,
            _ => RequestFate::Done,
        }
    }

    /// How the sender of a request hears nothing of what became of it: from an error, or not at
    /// all.
    async fn no_answer<T>(&self) -> Result<T> {
        let of_ten = self.0.chance.lock().unwrap().below(10);
        let (path, source) = (String::new(), "no answer".into());
        Err(match of_ten {
            0..3 => pending().await,
            3 => Error::PermissionDenied { path, source },
            4 => Error::Unauthenticated { path, source },
            _ => Error::Generic { store: "faults", source },
        })
    }

    /// The same of an object that is created: clients of a store try again by themselves, and then
    /// find what they have created, and some stores answer so while another request is under way.
    async fn not_created<T>(&self) -> Result<T> {
        let of_ten = self.0.chance.lock().unwrap().below(10);
        let (path, source) = (String::new(), "exists, or is being created".into());
        match of_ten {
            0..2 => Err(Error::AlreadyExists { path, source }),
            2 => Err(Error::Precondition { path, source }),
            _ => self.no_answer().await,
        }
    }

    async fn change<T>(
        &self,
        late: Late,
        change: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        scheduled().await;
        let is_created =
            matches!(&late, Late::Put(_, _, options) if options.mode == PutMode::Create);
        match self.fate() {
            RequestFate::Done => {
                let done = change.await;
                scheduled().await;
                return done;
            }
            RequestFate::Unanswered => drop(change.await),
            RequestFate::Late => self.0.late.lock().unwrap().push(late),
            RequestFate::Lost => {}
        }
        if is_created { self.not_created().await } else { self.no_answer().await }
    }
}

#[async_trait::async_trait]
impl ObjectStore for Faults {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        let late = Late::Put(location.clone(), payload.clone(), opts.clone());
        self.change(late, self.0.store.put_opts(location, payload, opts)).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        scheduled().await;
        match self.fate() {
            RequestFate::Done => {
                let found = self.0.store.get_opts(location, options).await;
                scheduled().await;
                found
            }
            _ => self.no_answer().await,
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let (store, prefix) = (self.clone(), prefix.cloned());
        let listing = async move {
            scheduled().await;
            match store.fate() {
                RequestFate::Done => store.0.store.list(prefix.as_ref()),
                // Some of what there is, then nothing more.
                RequestFate::Lost => {
                    let listed = store.0.store.list(prefix.as_ref());
                    let broken = Once(Some(Box::pin(async move { store.no_answer().await })));
                    Box::pin(Broken { listed, some: 2, broken })
                }
                _ => Box::pin(Once(Some(Box::pin(async move { store.no_answer().await })))),
            }
        };
        Box::pin(Listing::Asked(Box::pin(listing)))
    }

    fn delete_stream(
        &self,
        mut locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let store = self.clone();
        Box::pin(Once(Some(Box::pin(async move {
            let name = poll_fn(|context| locations.as_mut().poll_next(context)).await.unwrap()?;
            let late = Late::Delete(name.clone());
            store.change(late, store.0.store.delete(&name)).await.map(|()| name)
        }))))
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        unreachable!("the session store uploads no parts")
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        unreachable!("the session store lists whole folders")
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        unreachable!("the session store copies nothing")
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("faults")
    }
}

/// Waits until the scheduler comes back.
async fn scheduled() {
    let mut waited = false;
    poll_fn(|_| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        Poll::Pending
    })
    .await;
}

fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => unreachable!("the in-memory store answers at once"),
    }
}

type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A stream of one item.
struct Once<T>(Option<Pending<T>>);

impl<T> Stream for Once<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let Some(item) = &mut self.0 else { return Poll::Ready(None) };
        let item = std::task::ready!(item.as_mut().poll(context));
        self.0 = None;
        Poll::Ready(Some(item))
    }
}

/// A listing that breaks after some of its items.
struct Broken {
    listed: BoxStream<'static, Result<ObjectMeta>>,
    some: usize,
    broken: Once<Result<ObjectMeta>>,
}

impl Stream for Broken {
    type Item = Result<ObjectMeta>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(left) = self.some.checked_sub(1)
            && let Poll::Ready(Some(one)) = self.listed.as_mut().poll_next(context)
        {
            self.some = left;
            return Poll::Ready(Some(one));
        }
        Pin::new(&mut self.broken).poll_next(context)
    }
}

/// A listing that is made when the scheduler comes to it.
enum Listing {
    Asked(Pending<BoxStream<'static, Result<ObjectMeta>>>),
    Made(BoxStream<'static, Result<ObjectMeta>>),
}

impl Stream for Listing {
    type Item = Result<ObjectMeta>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Self::Asked(asked) => {
                    let made = std::task::ready!(asked.as_mut().poll(context));
                    *self = Self::Made(made);
                }
                Self::Made(made) => return made.as_mut().poll_next(context),
            }
        }
    }
}
