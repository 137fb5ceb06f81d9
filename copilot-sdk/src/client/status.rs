//! Questions about the CLI and the account that uses it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Map;

use super::{AuthStatus, Client, Pong};
use crate::error::Result;
use crate::event::assistant::QuotaSnapshot;
use crate::nullable::null_as_default;

/// Which CLI runs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Status {
    /// The version of the CLI, such as `1.0.102`.
    pub version: String,
    /// The version of the protocol that it speaks (wire name `protocolVersion`).
    #[serde(default)]
    pub protocol_version: Option<u32>,
}

impl Client {
    /// Asks whether the CLI answers (wire method `ping`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when it is gone.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn ping(&self, message: impl Into<String>) -> Result<Pong> {
        self.server().ping(&message.into()).await
    }

    /// Which CLI runs (wire method `status.get`).
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn status(&self) -> Result<Status> {
        self.call("status.get", Map::new()).await
    }

    /// Who is signed in, and which source of credentials won (wire method `auth.getStatus`; with a
    /// [`github_token`](super::ClientBuilder::github_token) whether GitHub takes it, without a
    /// name).
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
    /// As [`call`](Self::call); nobody being signed in is no error.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn auth_status(&self) -> Result<AuthStatus> {
        self.server().auth_status().await
    }

    /// What remains of the account's quotas, by their names, such as `premium_interactions` (wire
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
    /// [`ErrorKind::SignedOut`](crate::ErrorKind::SignedOut) if nobody is signed in to GitHub.
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
