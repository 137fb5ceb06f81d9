//! The address of a session: every call about one session goes through here.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use tokio::sync::{Mutex, watch};

use crate::closed::Closed;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;
use crate::jsonrpc::{CallParams, Peer, decode, unwritable};

/// The peer of a session. Adds the session's id to the params of calls and to their errors.
///
/// Clones share one slot, so all of them follow when the session is reopened on another connection.
/// Calls made in between wait. A call that the CLI refuses because it has unloaded the session is
/// made again once the session is loaded.
#[derive(Clone)]
pub(crate) struct SessionPeer {
    id: SessionId,
    slot: Arc<watch::Sender<PeerSlot>>,
    loading: Arc<Loading>,
}

/// How the session is loaded after the CLI has unloaded it.
#[derive(Default)]
struct Loading {
    loader: OnceLock<Weak<dyn Load>>,
    /// How often it was loaded.
    times: AtomicUsize,
    /// Held meanwhile, so that calls that are refused together load it once.
    turn: Mutex<()>,
}

/// Loads a session that the CLI has unloaded because it was idle for long.
pub(crate) trait Load: Send + Sync {
    /// Loads it over this connection if it is not loaded, which is the result.
    fn load(self: Arc<Self>, peer: Peer) -> BoxFuture<'static, Result<bool>>;
}

/// The link to the session and its generation.
struct PeerSlot {
    link: Link,
    generation: u64,
}

enum Link {
    Live(Peer),
    /// The connection has ended and may be replaced.
    Suspended(Closed),
    Over(Closed),
}

impl SessionPeer {
    pub(crate) fn new(id: SessionId, peer: Peer) -> Self {
        let slot = PeerSlot { link: Link::Live(peer), generation: 0 };
        Self { id, slot: Arc::new(watch::Sender::new(slot)), loading: Arc::default() }
    }

    /// Sets what loads the session after the CLI has unloaded it; the first one counts.
    pub(crate) fn load_with(&self, loader: Weak<dyn Load>) {
        let _ = self.loading.loader.set(loader);
    }

    pub(crate) fn id(&self) -> &SessionId {
        &self.id
    }

    /// An error of this session.
    pub(crate) fn error(&self, kind: ErrorKind, text: impl Into<String>) -> Error {
        Error::new(kind, text).in_session(&self.id)
    }

    /// The error of a call with params that this side refuses.
    pub(crate) fn config_error(&self, text: impl Into<String>) -> Error {
        Error::config(vec![text.into()]).in_session(&self.id)
    }

    /// Refuses a call whose params have problems.
    pub(crate) fn check(&self, problems: Vec<String>) -> Result<()> {
        self.locate(Error::check(problems))
    }

    /// Adds the session to an error that does not know it.
    pub(crate) fn locate<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|error| error.in_session(&self.id))
    }

    /// The generation of the current connection: the number of earlier ones.
    pub(crate) fn generation(&self) -> u64 {
        self.slot.borrow().generation
    }

    /// Makes calls wait until [`attach`](Self::attach) or [`close`](Self::close).
    pub(crate) fn suspend(&self, closed: &Closed) {
        self.change(|link| matches!(link, Link::Live(_)), Link::Suspended(closed.clone()));
    }

    /// Switches to another connection.
    pub(crate) fn attach(&self, peer: &Peer) {
        self.slot.send_if_modified(|slot| {
            // A session that has ended stays closed, even if its reopening completes later.
            let open = !matches!(slot.link, Link::Over(_));
            if open {
                slot.link = Link::Live(peer.clone());
                slot.generation += 1;
            }
            open
        });
    }

    /// Makes all further calls fail.
    pub(crate) fn close(&self, closed: &Closed) {
        self.change(|link| !matches!(link, Link::Over(_)), Link::Over(closed.clone()));
    }

    /// Calls a method and decodes its result.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future discards the result; the call may be made nonetheless.
    pub(crate) fn call<R: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize,
    ) -> impl Future<Output = Result<R>> {
        self.call_written(method, self.addressed(params))
    }

    /// Like [`call`](Self::call), with [`addressed`](Self::addressed) params. Not generic in the
    /// params, so that it is compiled once for each result.
    pub(crate) async fn call_written<R: DeserializeOwned>(
        &self,
        method: &str,
        params: Result<Vec<u8>>,
    ) -> Result<R> {
        self.call_on(method, params).await.0
    }

    /// Like [`call`](Self::call), with [`params`](Self::params) that were written before. Also
    /// returns the [`generation`](Self::generation) the call was made on.
    pub(crate) async fn call_on<R: DeserializeOwned>(
        &self,
        method: &str,
        params: Result<Vec<u8>>,
    ) -> (Result<R>, u64) {
        let (result, generation) = self.call_json(method, params).await;
        let result = result.and_then(|raw| decode(method, raw.as_deref()));
        (self.locate(result), generation)
    }

    /// Boxed and not generic, so that its body is compiled in this crate and not in each program.
    fn call_json<'a>(
        &'a self,
        method: &'a str,
        params: Result<Vec<u8>>,
    ) -> BoxFuture<'a, (Result<Option<Box<RawValue>>>, u64)> {
        Box::pin(async move {
            let (peer, generation) = match self.ready().await {
                Ok(ready) => ready,
                Err(error) => return (Err(error), self.generation()),
            };
            (self.call_loaded(&peer, method, params).await, generation)
        })
    }

    /// Calls a method, again if the session had to be loaded for it.
    async fn call_loaded(
        &self,
        peer: &Peer,
        method: &str,
        params: Result<Vec<u8>>,
    ) -> Result<Option<Box<RawValue>>> {
        let params = params?;
        let times = self.loading.times.load(Ordering::Acquire);
        match peer.call_json(method, &params).await {
            // Nothing is loaded for one who closes the session.
            Err(refused) if refused.kind() == ErrorKind::Rpc && self.now().is_ok() => {
                if !self.loading.load(peer, times).await? {
                    return Err(refused);
                }
                peer.call_json(method, &params).await
            }
            answered => answered,
        }
    }

    /// Calls a method without further params.
    pub(crate) fn ask<R: DeserializeOwned>(&self, method: &str) -> impl Future<Output = Result<R>> {
        self.call(method, NoParams {})
    }

    /// Calls a method whose result carries no information.
    pub(crate) fn call_unit(
        &self,
        method: &str,
        params: impl Serialize,
    ) -> impl Future<Output = Result<()>> {
        self.unit_written(method, self.addressed(params))
    }

    async fn unit_written(&self, method: &str, params: Result<Vec<u8>>) -> Result<()> {
        self.call_on::<IgnoredAny>(method, params).await.0.map(drop)
    }

    /// Calls a method without waiting for its result, which carries no information.
    ///
    /// # Errors
    ///
    /// Also while the session is suspended: the call is then lost.
    pub(crate) fn post(&self, method: &'static str, params: impl Serialize) -> Result<()> {
        let params = self.locate(self.addressed(params))?;
        self.post_json(method, &params)
    }

    /// Like [`post`](Self::post), with params from [`params`](Self::params).
    pub(crate) fn post_json(&self, method: &'static str, params: &[u8]) -> Result<()> {
        let posted = self.now().and_then(|peer| peer.post(method, params));
        self.locate(posted)
    }

    /// Writes params that begin with the session's id.
    pub(crate) fn params(
        &self,
        write: impl FnOnce(CallParams) -> serde_json::Result<CallParams>,
    ) -> Result<Vec<u8>> {
        let params = write(CallParams::new().text("sessionId", self.id.as_str()));
        params.map(CallParams::into_json).map_err(unwritable)
    }

    /// Calls a method and runs `then` in the reader when the response arrives.
    ///
    /// # Errors
    ///
    /// If an error is returned, `then` does not run.
    pub(crate) fn call_then(
        &self,
        method: &'static str,
        params: impl Serialize,
        then: impl FnOnce(Result<Option<Box<RawValue>>>) + Send + 'static,
    ) -> Result<()> {
        self.now()?.call_then(method, &self.addressed(params)?, then)
    }

    /// Writes params behind the session's id.
    pub(crate) fn addressed(&self, params: impl Serialize) -> Result<Vec<u8>> {
        self.params(|own| own.members(&params))
    }

    fn now(&self) -> Result<Peer> {
        match &self.slot.borrow().link {
            Link::Live(peer) => Ok(peer.clone()),
            Link::Suspended(closed) | Link::Over(closed) => Err(closed.error()),
        }
    }

    async fn ready(&self) -> Result<(Peer, u64)> {
        let mut slot = self.slot.subscribe();
        // Cannot fail: the sender is held here.
        let _ = slot.wait_for(|slot| !matches!(slot.link, Link::Suspended(_))).await;
        let slot = slot.borrow();
        match &slot.link {
            Link::Live(peer) => Ok((peer.clone(), slot.generation)),
            Link::Suspended(closed) | Link::Over(closed) => Err(closed.error()),
        }
    }

    fn change(&self, when: impl FnOnce(&Link) -> bool, link: Link) -> bool {
        self.slot.send_if_modified(|slot| {
            let changes = when(&slot.link);
            if changes {
                slot.link = link;
            }
            changes
        })
    }
}

impl Loading {
    /// Loads the session unless it is loaded. Says whether it was not when it had been loaded this
    /// often.
    async fn load(&self, peer: &Peer, times: usize) -> Result<bool> {
        let Some(loader) = self.loader.get().and_then(Weak::upgrade) else { return Ok(false) };
        let _turn = self.turn.lock().await;
        if self.times.load(Ordering::Acquire) != times {
            return Ok(true);
        }
        let was_unloaded = loader.load(peer.clone()).await?;
        self.times.fetch_add(usize::from(was_unloaded), Ordering::AcqRel);
        Ok(was_unloaded)
    }
}

impl fmt::Debug for SessionPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SessionPeer").field(&self.id).finish()
    }
}

/// The params of a call without further params.
#[derive(Serialize)]
pub(crate) struct NoParams {}
