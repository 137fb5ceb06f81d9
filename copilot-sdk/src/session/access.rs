//! What a tool may do with the session that it was called from.

use futures_core::future::BoxFuture;
use serde::Serialize;

use crate::error::Result;
use crate::ids::SessionId;
use crate::rpc::Peer;
use crate::tool::{SessionAccess, TimelineLevel};

pub(super) struct Access {
    pub(super) session_id: SessionId,
    pub(super) peer: Peer,
}

impl SessionAccess for Access {
    fn log(&self, level: TimelineLevel, message: String, ephemeral: bool) -> BoxFuture<'static, Result<()>> {
        let params = LogParams { session_id: self.session_id.clone(), level, message, ephemeral };
        let peer = self.peer.clone();
        Box::pin(async move { peer.call_raw("session.log", params).await.map(drop) })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogParams {
    session_id: SessionId,
    level: TimelineLevel,
    message: String,
    ephemeral: bool,
}
