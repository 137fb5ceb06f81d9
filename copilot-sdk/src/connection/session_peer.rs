//! A session as an addressee: every call about one session goes through here.

use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::Result;
use crate::ids::SessionId;
use crate::jsonrpc::Peer;

/// The peer of a session: adds the session's id to the params of a call and to its error.
#[derive(Clone)]
pub(crate) struct SessionPeer {
    id: SessionId,
    peer: Peer,
}

impl SessionPeer {
    pub(crate) fn new(id: SessionId, peer: Peer) -> Self {
        Self { id, peer }
    }

    pub(crate) fn id(&self) -> &SessionId {
        &self.id
    }

    /// Calls a method and decodes its result.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the answer; the call itself is made.
    pub(crate) async fn call<R: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize,
    ) -> Result<R> {
        let result = self.peer.call(method, self.addressed(params)).await;
        result.map_err(|error| error.in_session(&self.id))
    }

    /// Calls a method with no params of its own.
    pub(crate) async fn ask<R: DeserializeOwned>(&self, method: &str) -> Result<R> {
        self.call(method, NoParams {}).await
    }

    /// Calls a method whose result says nothing.
    pub(crate) async fn tell(&self, method: &str, params: impl Serialize) -> Result<()> {
        self.call::<IgnoredAny>(method, params).await.map(drop)
    }

    /// Calls a method without waiting for its answer, which says nothing.
    pub(crate) fn post(&self, method: &'static str, params: impl Serialize) -> Result<()> {
        self.peer.post(method, self.addressed(params)).map_err(|error| error.in_session(&self.id))
    }

    fn addressed<P>(&self, params: P) -> Addressed<'_, P> {
        Addressed { session_id: &self.id, params }
    }
}

impl fmt::Debug for SessionPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SessionPeer").field(&self.id).finish()
    }
}

/// The params of a call about one session.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Addressed<'a, P> {
    pub(crate) session_id: &'a SessionId,
    #[serde(flatten)]
    pub(crate) params: P,
}

#[derive(Serialize)]
pub(crate) struct NoParams {}
