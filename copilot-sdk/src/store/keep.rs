//! What a client asks of the store for its sessions.

use std::sync::Arc;
use std::time::SystemTime;

use futures_core::future::BoxFuture;

use super::held::HeldSession;
use super::session_store::SessionStore;
use crate::error::{Error, Result};
use crate::ids::{EventId, RequestId, SessionId};
use crate::session_fs::{Earlier, KeptSession, SessionKeeper, WantedSession};

impl SessionKeeper for SessionStore {
    fn open<'a>(
        &'a self,
        id: &'a SessionId,
        wanted: WantedSession,
        cli: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Arc<dyn KeptSession>>> {
        Box::pin(async move {
            let held = self.open_session(id, wanted, cli).await?;
            Ok(Arc::new(held) as Arc<dyn KeptSession>)
        })
    }

    fn gone<'a>(&'a self, id: &'a SessionId) -> BoxFuture<'a, ()> {
        Box::pin(self.until_gone(id))
    }

    fn list(&self) -> BoxFuture<'_, Result<Vec<(SessionId, SystemTime)>>> {
        Box::pin(async move {
            let sessions = self.sessions().await?;
            Ok(sessions.into_iter().map(|one| (one.session_id, one.modified)).collect())
        })
    }

    fn fork<'a>(
        &'a self,
        id: &'a SessionId,
        before: Option<&'a EventId>,
        name: Option<&'a str>,
    ) -> BoxFuture<'a, Result<SessionId>> {
        Box::pin(self.fork_open(id, before, name))
    }

    fn delete<'a>(&'a self, id: &'a SessionId) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.delete_session(id))
    }
}

impl KeptSession for HeldSession {
    fn may_start(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.check_lease())
    }

    fn stored<'a>(&'a self, event: &'a EventId) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.until_stored(event))
    }

    fn begin_call<'a>(&'a self, call: &'a RequestId) -> BoxFuture<'a, Result<Option<Earlier>>> {
        Box::pin(self.record_begin(call))
    }

    fn end_call<'a>(&'a self, call: &'a RequestId, result: Vec<u8>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.record_end(call, result))
    }

    fn release(&self) {
        self.begin_release();
    }

    fn released(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.writer.released())
    }

    fn failed(&self) -> BoxFuture<'static, Error> {
        let writer = self.writer.clone();
        Box::pin(async move { writer.failed().await })
    }
}
