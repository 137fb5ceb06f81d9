//! Handlers of requests and notifications of the CLI that have no typed setter.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::SessionBuilder;
use crate::handler::{Handler, HandlerError};

/// Handlers of requests and notifications of the CLI that have no typed setter.
impl SessionBuilder {
    /// Answers requests of the CLI about this session that have no typed setter, by method. Takes
    /// precedence over the client's handler for the method.
    ///
    /// The params, including the session's id, are deserialized into `In`; the handler's return
    /// value is the result. Errors and panics are answered with their text. There is no time limit.
    /// See [`request`](crate::request).
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use serde_json::{Value, json};
    ///
    /// let session = client
    ///     .session()
    ///     .on_request("canvas.open", |canvas: Value| async move {
    ///         match canvas["canvasId"].as_str() {
    ///             Some(id) => Ok(json!({"url": format!("http://localhost:8080/{id}")})),
    ///             None => Err("which canvas?"),
    ///         }
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `create` and `resume` refuse a method that this crate answers itself, naming its setter.
    pub fn on_request<In, Out, E, Fut>(
        mut self,
        method: impl Into<String>,
        handler: impl Handler<In, Fut>,
    ) -> Self
    where
        In: DeserializeOwned + Send + 'static,
        Out: Serialize + 'static,
        E: Into<HandlerError> + 'static,
        Fut: Future<Output = Result<Out, E>> + Send + 'static,
    {
        self.config.handlers.requests.on_request(method.into(), handler);
        self
    }

    /// Calls `callback` for every notification of the CLI about this session with the given method
    /// that has no typed stream, in order. Panics are logged.
    ///
    /// The params are deserialized into `In`; notifications that do not match are logged and
    /// skipped.
    ///
    /// # Errors
    ///
    /// `create` and `resume` refuse a method that this crate consumes itself, naming its stream.
    pub fn on_notification<In: DeserializeOwned + 'static>(
        mut self,
        method: impl Into<String>,
        callback: impl Fn(In) + Send + Sync + 'static,
    ) -> Self {
        self.config.handlers.requests.on_notification(method.into(), callback);
        self
    }
}
