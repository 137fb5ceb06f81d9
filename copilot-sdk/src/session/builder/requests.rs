//! Requests and notifications of the CLI that have no setter of their own.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::SessionBuilder;
use crate::handler::{Handler, HandlerError};

/// Requests and notifications of the CLI that have no setter of their own.
impl SessionBuilder {
    /// Answers requests of the CLI about this session that have no setter of their own, by their
    /// method. Comes before the handler that the client has for the method.
    ///
    /// The params are read into `In`, the session's id among them; what the handler returns is
    /// written as the result. An error or a panic is answered with its text, and there is no time
    /// limit. See [`request`](crate::request).
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
    /// `create` and `resume` refuse a method that this crate answers itself, and name its setter.
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

    /// Calls `callback` for each notification of the CLI about this session
    /// that has no stream of its own, by its method, in the order of the wire. A panic in it is
    /// logged.
    ///
    /// Its params are read into `In`; those that do not fit are logged and left out.
    ///
    /// # Errors
    ///
    /// `create` and `resume` refuse a method that this crate reads itself, and name its stream.
    pub fn on_notification<In: DeserializeOwned + 'static>(
        mut self,
        method: impl Into<String>,
        callback: impl Fn(In) + Send + Sync + 'static,
    ) -> Self {
        self.config.handlers.requests.on_notification(method.into(), callback);
        self
    }
}
