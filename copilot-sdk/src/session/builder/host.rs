//! The hosting program: streaming, telemetry, remote access and other options.

use serde_json::Value;

use super::SessionBuilder;
use crate::config::{Cloud, CloudRepository, RemoteSession};
use crate::trace::{TraceContext, TraceSource};

impl SessionBuilder {
    /// Whether to send deltas while a reply is being generated (wire name `streaming`). Defaults to
    /// `false`.
    pub fn streaming(mut self, streaming: bool) -> Self {
        self.config.options.streaming = streaming;
        self
    }

    /// Whether [`streaming`](Self::streaming) includes the deltas of sub-agents (wire name
    /// `includeSubAgentStreamingEvents`). Defaults to `true`.
    pub fn include_sub_agent_streaming_events(mut self, include: bool) -> Self {
        self.config.options.include_sub_agent_streaming_events = Some(include);
        self
    }

    /// The name of this program in the session's metadata (wire name `clientName`). Defaults to
    /// `sdk`.
    pub fn client_name(mut self, name: impl Into<String>) -> Self {
        self.config.options.host.client_name = Some(name.into());
        self
    }

    /// Whether the CLI sends telemetry about the session to GitHub (wire name
    /// `enableSessionTelemetry`). Defaults to the account and the CLI's settings.
    pub fn session_telemetry(mut self, enable: bool) -> Self {
        self.config.options.host.enable_session_telemetry = Some(enable);
        self
    }

    /// Whether to enable the CLI's experimental features (wire name `isExperimentalMode`). Defaults
    /// to the CLI's settings.
    pub fn experimental(mut self, enable: bool) -> Self {
        self.config.options.host.is_experimental_mode = Some(enable);
        self
    }

    /// Sets a feature flag of the CLI (wire name `featureFlags`). Defaults to the CLI's value.
    pub fn feature_flag(mut self, name: impl Into<String>, enabled: bool) -> Self {
        self.config.options.host.feature_flags.insert(name.into(), enabled);
        self
    }

    /// Whether the session can be viewed and steered remotely (wire name `remoteSession`). Defaults
    /// to [`RemoteSession::Off`].
    pub fn remote_session(mut self, remote: impl Into<RemoteSession>) -> Self {
        self.config.options.host.remote_session = Some(remote.into());
        self
    }

    /// Runs the session on GitHub's machines, with or without a repository (wire name `cloud`). By
    /// default, it runs locally.
    ///
    /// The server assigns the session's id. The CLI itself has to be signed in: hand over a
    /// [`github_token`](crate::client::ClientBuilder::github_token) of the client
    /// [in the environment](crate::client::ClientBuilder::github_token_in_environment). CLI 1.0.102
    /// supports no tools, hooks, permission policy or other handlers of this program in such a
    /// session. Tests cover this up to the point where GitHub creates the task.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::session::CloudRepository;
    ///
    /// let session = client
    ///     .session()
    ///     .cloud(CloudRepository::new("octo", "site").branch("main"))
    ///     .create()
    ///     .await?;
    /// println!("{}", session.id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn cloud(mut self, repository: impl Into<Option<CloudRepository>>) -> Self {
        self.config.options.host.cloud = Some(Cloud { repository: repository.into() });
        self
    }

    /// Supplies the trace context of the session and of each prompt (wire names `traceparent` and
    /// `tracestate`). Called when the session is opened and before every prompt. None by default.
    ///
    /// With the feature `opentelemetry`, pass `TraceContext::current` to use the current `tracing`
    /// span.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::trace::TraceContext;
    ///
    /// let current =
    ///     || Some(TraceContext::new("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    /// let session = client.session().on_trace_context(current).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_trace_context(
        mut self,
        source: impl Fn() -> Option<TraceContext> + Send + Sync + 'static,
    ) -> Self {
        self.config.trace = Some(TraceSource::new(source));
        self
    }

    /// Sets an option of `session.create` and `session.resume` that has no setter, by its wire
    /// name.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client
    ///     .session()
    ///     .option("capi", serde_json::json!({"autoTier": "fast"}))
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn option(mut self, wire_name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.config.options.other.insert(wire_name, value);
        self
    }
}
