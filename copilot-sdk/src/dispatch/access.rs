//! The session access of a running tool.

use futures_core::future::BoxFuture;
use serde::Serialize;

use crate::error::Result;
use crate::session_peer::SessionPeer;
use crate::tool::{SessionAccess, TimelineLevel};

impl SessionAccess for SessionPeer {
    fn log(
        &self,
        level: TimelineLevel,
        message: String,
        ephemeral: bool,
    ) -> BoxFuture<'static, Result<()>> {
        let peer = self.clone();
        Box::pin(async move {
            let line = TimelineLine { level, message: &message, ephemeral };
            peer.call_unit("session.log", line).await
        })
    }
}

/// The params of `session.log`, apart from the session.
#[derive(Serialize)]
pub(crate) struct TimelineLine<'a> {
    pub(crate) level: TimelineLevel,
    pub(crate) message: &'a str,
    pub(crate) ephemeral: bool,
}
