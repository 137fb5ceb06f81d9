//! The typed protocol of a session.

use super::super::Session;
use crate::rpc::{Caller, SessionRpc};

impl Session {
    /// Every method of the CLI that belongs to a session, typed (with the features `rpc-..`). The
    /// session's id is filled in.
    ///
    /// ```no_run
    /// # #[cfg(feature = "rpc-tasks")]
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// println!("{:?}", session.rpc().tasks().list().await?.tasks);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// What these calls change is not restored when the session is reopened after a restart of the
    /// CLI; prefer the methods of `Session` where there are some.
    pub fn rpc(&self) -> SessionRpc {
        let peer = self.0.peer.clone();
        SessionRpc::new(Caller::new(move |method, params| {
            let peer = peer.clone();
            Box::pin(async move { peer.call(method, params).await })
        }))
    }
}
