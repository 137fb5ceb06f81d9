//! Who a live session is signed in as.

use serde_json::Map;

use super::super::Session;
use crate::error::Result;
use crate::server::AuthStatus;

impl Session {
    /// The GitHub account of the session, which may differ from the client's
    /// (wire method `session.gitHubAuth.getStatus`).
    ///
    /// ```no_run
    /// # async fn example(
    /// #     client: copilot_sdk::Client,
    /// #     token_of_user: String,
    /// # ) -> copilot_sdk::Result<()> {
    /// let session = client.session().github_token(token_of_user).create().await?;
    /// println!("works as {:?}", session.auth_status().await?.login);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`call`](Self::call). A session without a login is no error.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn auth_status(&self) -> Result<AuthStatus> {
        self.call("session.gitHubAuth.getStatus", Map::new()).await
    }
}
