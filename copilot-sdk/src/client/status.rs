//! Status of the CLI and of the signed-in account.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Map;

use super::{AuthStatus, Client, Pong};
use crate::error::Result;
use crate::event::assistant::QuotaSnapshot;
use crate::nullable::null_as_default;

/// Version information of the running CLI.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Status {
    /// The version of the CLI, such as `1.0.102`.
    pub version: String,
    /// The protocol version it speaks (wire name `protocolVersion`).
    #[serde(default)]
    pub protocol_version: Option<u32>,
}

impl Client {
    /// Checks that the CLI responds (wire method `ping`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the CLI has exited.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn ping(&self, message: impl Into<String>) -> Result<Pong> {
        self.server().ping(&message.into()).await
    }

    /// Version information of the running CLI (wire method `status.get`).
    ///
    /// # Errors
    ///
    /// Same as [`call`](Self::call).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn status(&self) -> Result<Status> {
        self.call("status.get", Map::new()).await
    }

    /// The signed-in user and the credentials in use (wire method `auth.getStatus`).
    ///
    /// With a [`github_token`](super::ClientBuilder::github_token), only a session knows the user
    /// (wire method `session.gitHubAuth.getStatus`): one is created and deleted to ask it.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let auth = client.auth_status().await?;
    /// if let (Some(login), Some(source)) = (&auth.login, &auth.auth_type) {
    ///     println!("{login}, by {source}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call); being signed out is not an error.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: no session is left behind.
    pub async fn auth_status(&self) -> Result<AuthStatus> {
        self.server().auth_status().await
    }

    /// The account's quotas by name, such as `premium_interactions`, and what remains of them (wire
    /// method `account.getQuota`).
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// for (name, quota) in client.quota().await? {
    ///     println!("{name}: {} % left", quota.remaining_percentage);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignedOut`](crate::ErrorKind::SignedOut) if no user is signed in to GitHub.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn quota(&self) -> Result<BTreeMap<String, QuotaSnapshot>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Quotas {
            #[serde(default, deserialize_with = "null_as_default")]
            quota_snapshots: BTreeMap<String, QuotaSnapshot>,
        }
        match self.call::<Quotas>("account.getQuota", self.server().credentials()).await {
            Ok(quotas) => Ok(quotas.quota_snapshots),
            Err(error) => Err(self.server().explain_signed_out(error).await),
        }
    }
}
