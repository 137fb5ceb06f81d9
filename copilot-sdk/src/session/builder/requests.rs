//! Canvases, skill providers, and handlers of what has no typed setter.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::SessionBuilder;
use crate::canvas::Canvas;
use crate::handler::{Handler, HandlerError, IntoAnswer};
use crate::mcp::{SamplingAnswer, SamplingRequest, sampling_handler};
use crate::skill_provider::SkillProvider;

/// Canvases, skill providers, and handlers of requests and notifications without a typed setter.
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
    ///     .on_request("board.open", |board: Value| async move {
    ///         match board["boardId"].as_str() {
    ///             Some(id) => Ok(json!({"url": format!("http://localhost:8080/{id}")})),
    ///             None => Err("which board?"),
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

    /// Provides a canvas, which the agent can open. Adds to those given before. See
    /// [`canvas`](crate::canvas).
    pub fn canvas(mut self, canvas: Canvas) -> Self {
        self.config.handlers.add_canvas(canvas);
        self
    }

    /// Provides skills without files (wire name `hasSkillProvider`). Replaces an earlier provider.
    /// See [`skill_provider`](crate::skill_provider).
    pub fn skill_provider(mut self, provider: impl SkillProvider) -> Self {
        self.config.handlers.provide_skills(provider);
        self
    }

    /// Answers the model calls that MCP servers ask for. Without a handler they are rejected.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::mcp::{McpServer, SamplingAnswer, SamplingRequest};
    ///
    /// let session = client
    ///     .session()
    ///     .mcp_server("notes", McpServer::stdio("notes-server"))
    ///     .on_sampling_request(|request: SamplingRequest| async move {
    ///         match request.texts().map(str::len).sum::<usize>() {
    ///             0..10_000 => SamplingAnswer::run(),
    ///             _ => SamplingAnswer::reject(),
    ///         }
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_sampling_request<Fut>(mut self, handler: impl Handler<SamplingRequest, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<SamplingAnswer>> + Send + 'static,
    {
        self.config.handlers.sampling = Some(sampling_handler(handler).into());
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
