//! The option to keep sessions on an object store.

use std::sync::Arc;

use super::ClientBuilder;
use crate::store::SessionStore;

impl ClientBuilder {
    /// Keeps sessions on an object store, from which any program can go on with them. See
    /// [`SessionStore`].
    ///
    /// Sessions are opened under its lease: [`ErrorKind::Busy`](crate::ErrorKind::Busy) says that
    /// another program has one open, and [`ErrorKind::Fenced`](crate::ErrorKind::Fenced) ends a
    /// session that another program has taken over. [`Session::ask`](crate::Session::ask) returns
    /// once the turn is stored. The CLI must be one that only this client uses.
    ///
    /// ```no_run
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::Client;
    /// use copilot_sdk::store::SessionStore;
    ///
    /// let store = SessionStore::local("/srv/sessions")?;
    /// let client = Client::builder().session_store(store).start().await?;
    /// # client.stop().await
    /// # }
    /// ```
    pub fn session_store(self, store: SessionStore) -> Self {
        let mut builder = self.session_fs(store.clone());
        builder.options.keeper = Some(Arc::new(store));
        builder
    }
}
