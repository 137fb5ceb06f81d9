//! Whether the CLI knows a session.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use super::Server;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;

impl Server {
    /// Whether a call failed because the CLI has no such session.
    ///
    /// The CLI has no error code for this, so it is asked about stored and open sessions; an open
    /// session is not stored before its first prompt.
    pub(crate) async fn lacks_session(&self, error: &Error, id: &SessionId) -> bool {
        if error.kind() != ErrorKind::Rpc {
            return false;
        }
        let kept = self.about::<Kept>("session.getMetadata", id).await;
        if !matches!(kept, Ok(Kept { session: None })) {
            return false;
        }
        self.unloaded_session(error, id).await
    }

    /// Whether the CLI refused a call with this error because the session is not loaded, as happens
    /// to one that nobody used for long.
    pub(crate) async fn unloaded_session(&self, error: &Error, id: &SessionId) -> bool {
        if error.kind() != ErrorKind::Rpc {
            return false;
        }
        let open = self.about::<IgnoredAny>("session.mode.get", id).await;
        open.is_err_and(|error| error.kind() == ErrorKind::Rpc)
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

#[derive(Deserialize)]
struct Kept {
    #[serde(default)]
    session: Option<IgnoredAny>,
}
