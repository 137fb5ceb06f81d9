//! The owner of the client's token. The CLI itself does not know it: only a session that has the
//! token does.

use serde::Serialize;
use serde::de::IgnoredAny;

use super::Server;
use super::status::{AuthStatus, Credentials};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{SessionId, random_uuid};
use crate::jsonrpc::Peer;
use crate::secret::Secret;
use crate::session_peer::SessionPeer;

impl Server {
    /// Who is signed in, with the name of the account.
    pub(crate) async fn auth_status(&self) -> Result<AuthStatus> {
        let status = self.login_status().await?;
        let is_ours = self.options().github_token.is_some();
        if !is_ours || !status.is_authenticated || status.login.is_some() {
            return Ok(status);
        }
        let id = random_uuid().map(SessionId::from).map_err(|error| {
            Error::new(ErrorKind::Start, "no randomness for a session id").with_source(error)
        })?;
        self.lifecycle.hide(&id);
        let token = self.credentials().token.map(Secret::new);
        let peer = self.connection().await?.peer.clone();
        // On a task of its own: dropping the future that waits for it leaves no session behind.
        let asked = tokio::spawn(async move {
            let credentials = Credentials { token: token.as_ref().map(Secret::expose) };
            ask_a_session(&peer, id, credentials).await
        });
        match asked.await {
            Ok(Err(error)) if error.kind() == ErrorKind::Rpc => {
                tracing::warn!(%error, "whose the client's token is cannot be told");
                Ok(status)
            }
            Ok(answer) => answer,
            Err(_) => {
                Err(Error::new(ErrorKind::Closed, "the runtime ended before the answer came"))
            }
        }
    }
}

/// Asks a session that is there for this question alone.
async fn ask_a_session(
    peer: &Peer,
    id: SessionId,
    credentials: Credentials<'_>,
) -> Result<AuthStatus> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Create<'a> {
        session_id: &'a SessionId,
        #[serde(flatten)]
        credentials: Credentials<'a>,
        available_tools: [&'static str; 0],
        enable_config_discovery: bool,
    }
    let session = SessionPeer::new(id, peer.clone());
    let create = Create {
        session_id: session.id(),
        credentials,
        available_tools: [],
        enable_config_discovery: false,
    };
    peer.call::<IgnoredAny>("session.create", create).await?;
    let status = session.ask("session.gitHubAuth.getStatus").await;
    session.ask::<IgnoredAny>("session.delete").await?;
    status
}
