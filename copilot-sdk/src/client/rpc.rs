//! The typed protocol of a client.

use std::sync::Arc;

use super::Client;
use crate::rpc::{Caller, ClientRpc};

impl Client {
    /// Every method of the CLI that belongs to no session, typed (with the features `rpc-..`).
    ///
    /// ```no_run
    /// # #[cfg(feature = "rpc-models")]
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// for model in client.rpc().models().list(&Default::default()).await?.models {
    ///     println!("{}", model.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn rpc(&self) -> ClientRpc {
        let server = Arc::clone(self.server());
        ClientRpc::new(Caller::new(move |method, params| {
            let server = Arc::clone(&server);
            Box::pin(async move { server.call(method, params).await })
        }))
    }
}
