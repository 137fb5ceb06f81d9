//! Calls by name.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::LiveChanges;
use crate::error::Result;
use crate::session::Session;

impl Session {
    /// Calls an RPC method that has no typed wrapper. The session's id is added to the params.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use serde_json::{Value, json};
    ///
    /// let tasks: Value = session.call("session.tasks.list", json!({})).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the CLI refuses,
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) if the result does not deserialize into
    /// `R`, [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future discards the result; the call is made nonetheless.
    pub async fn call<R: DeserializeOwned>(
        &self,
        method: impl Into<String>,
        params: impl Serialize,
    ) -> Result<R> {
        self.check()?;
        let method = method.into();
        let params = self.0.peer.addressed(params);
        let written = params.as_ref().ok();
        let change = written.and_then(|params| LiveChanges::of_call(&method, params));
        let result = self.0.peer.call_written(&method, params).await?;
        if let Some(change) = change {
            self.config().live.note(change);
        }
        Ok(result)
    }

    /// Calls a method whose result carries no information.
    pub(super) async fn call_unit(&self, method: &str, params: impl Serialize) -> Result<()> {
        self.call::<serde::de::IgnoredAny>(method, params).await.map(drop)
    }
}
