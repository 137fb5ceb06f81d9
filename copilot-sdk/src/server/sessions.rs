//! Whether the CLI knows a session.

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Map;
use serde_json::value::RawValue;

use super::Server;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;
use crate::jsonrpc::CODE_METHOD_NOT_FOUND;
use crate::payload::answers;

impl Server {
    /// Whether a call failed because the CLI has no such session.
    ///
    /// The CLI has no error code for this, so it is asked about stored and open sessions; an open
    /// session is not stored before its first prompt.
    pub(crate) async fn lacks_session(&self, error: &Error, id: &SessionId) -> bool {
        if error.kind() != ErrorKind::Rpc {
            return false;
        }
        if self.keeps_session(id).await.unwrap_or(true) {
            return false;
        }
        let open = self.about::<IgnoredAny>("session.mode.get", id).await;
        open.is_err_and(|error| error.kind() == ErrorKind::Rpc)
    }

    /// Whether the CLI stores a session.
    async fn keeps_session(&self, id: &SessionId) -> Result<bool> {
        match self.about::<Kept>("session.getMetadata", id).await {
            // An older CLI has only the list of all.
            Err(error) if error.rpc_code() == Some(CODE_METHOD_NOT_FOUND) => {
                let list = self.call::<StoredSessions>("session.list", Map::new()).await?;
                Ok(list.sessions.iter().any(|listed| listed.session_id == *id))
            }
            kept => Ok(kept?.session.is_some()),
        }
    }

    async fn about<R: DeserializeOwned>(&self, method: &str, session_id: &SessionId) -> Result<R> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Params<'a> {
            session_id: &'a SessionId,
        }
        self.call(method, Params { session_id }).await
    }
}

answers! {
    struct StoredSessions {
        sessions: Vec<StoredSession> = "sessions" [required],
    }

    struct StoredSession {
        session_id: SessionId = "sessionId",
    }

    struct Kept {
        session: Option<Box<RawValue>> = "session",
    }
}
