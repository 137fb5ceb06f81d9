//! What a tool may do with the session that it was called from.

use futures_core::future::BoxFuture;

use super::InSession;
use super::calls::Line;
use crate::error::Result;
use crate::ids::SessionId;
use crate::rpc::Peer;
use crate::tool::{SessionAccess, TimelineLevel};

pub(super) struct Access {
    pub(super) session_id: SessionId,
    pub(super) peer: Peer,
}

impl SessionAccess for Access {
    fn log(
        &self,
        level: TimelineLevel,
        message: String,
        ephemeral: bool,
    ) -> BoxFuture<'static, Result<()>> {
        let (peer, session_id) = (self.peer.clone(), self.session_id.clone());
        Box::pin(async move {
            let line = Line { level, message: &message, ephemeral };
            peer.call_raw("session.log", InSession { session_id: &session_id, params: line })
                .await
                .map(drop)
        })
    }
}
