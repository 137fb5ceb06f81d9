//! What the CLI knows about the program that hosts the session, and what it tells others.

use serde_json::Value;

use super::SessionBuilder;
use crate::config::{Cloud, CloudRepository, RemoteSession};
use crate::trace::{TraceContext, TraceSource};

impl SessionBuilder {
    /// Whether replies also come as deltas while they are written (wire name `streaming`). Default
    /// false.
    pub fn streaming(mut self, streaming: bool) -> Self {
        self.config.options.streaming = streaming;
        self
    }

    /// Whether the deltas of sub-agents come, too, where there is [`streaming`](Self::streaming)
    /// (wire name `includeSubAgentStreamingEvents`). Default true.
    pub fn include_sub_agent_streaming_events(mut self, include: bool) -> Self {
        self.config.options.include_sub_agent_streaming_events = Some(include);
        self
    }

    /// The name of this program in the session's metadata (wire name `clientName`). Default `sdk`.
    pub fn client_name(mut self, name: impl Into<String>) -> Self {
        self.config.options.host.client_name = Some(name.into());
        self
    }

    /// Whether the CLI reports on the session to GitHub (wire name `enableSessionTelemetry`).
    /// Default: as the CLI's account and settings say.
    pub fn session_telemetry(mut self, enable: bool) -> Self {
        self.config.options.host.enable_session_telemetry = Some(enable);
        self
    }

    /// Whether the CLI's experiments are on (wire name `isExperimentalMode`). Default: as the CLI's
    /// settings say.
    pub fn experimental(mut self, enable: bool) -> Self {
        self.config.options.host.is_experimental_mode = Some(enable);
        self
    }

    /// Switches a feature of the CLI on or off (wire name `featureFlags`). Default: the CLI's.
    pub fn feature_flag(mut self, name: impl Into<String>, enabled: bool) -> Self {
        self.config.options.host.feature_flags.insert(name.into(), enabled);
        self
    }

    /// Whether the session can be seen and steered from elsewhere (wire name `remoteSession`).
    /// Default [`RemoteSession::Off`].
    pub fn remote_session(mut self, remote: impl Into<RemoteSession>) -> Self {
        self.config.options.host.remote_session = Some(remote.into());
        self
    }

    /// Runs the session on GitHub's machines, on a repository or on none (wire name `cloud`).
    /// Default: it runs here.
    ///
    /// The server chooses its id. CLI 1.0.102 takes tools, hooks, a permission policy and other
    /// handlers of this program for sessions on this machine only: there is nobody to answer from
    /// elsewhere. It has to be signed in itself, so the client's
    /// [`github_token`](crate::client::ClientBuilder::github_token) has to be handed over
    /// [in the environment](crate::client::ClientBuilder::github_token_in_environment). How far that
    /// works is tried with a GitHub that is played: as far as the task on GitHub's machines.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::session::CloudRepository;
    ///
    /// let session = client.session().cloud(CloudRepository::new("octo", "site").branch("main")).create().await?;
    /// println!("{}", session.id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn cloud(mut self, repository: impl Into<Option<CloudRepository>>) -> Self {
        self.config.options.host.cloud = Some(Cloud { repository: repository.into() });
        self
    }

    /// Gives the trace that the session and each prompt belong to (wire names `traceparent` and
    /// `tracestate`). It is asked when the session is opened and before every prompt. Default none.
    ///
    /// With the feature `opentelemetry`, `TraceContext::current` gives the place of the current
    /// `tracing` span.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::trace::TraceContext;
    ///
    /// let current = || Some(TraceContext::new("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
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

    /// Sets an option of `session.create` and `session.resume` that has no setter here, by its wire
    /// name.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client.session().option("capi", serde_json::json!({"autoTier": "fast"})).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn option(mut self, wire_name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.config.options.other.insert(wire_name, value);
        self
    }
}
