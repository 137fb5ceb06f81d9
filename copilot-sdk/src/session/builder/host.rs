//! What the CLI knows about the program that hosts the session, and what it tells others.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::SessionBuilder;
use crate::open_enum::open_enum;
use crate::session::plain::{Late, Plain};
use crate::trace::{TraceContext, TraceSource};

use super::model::unknown;

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::session) struct HostOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    client_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enable_session_telemetry: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_experimental_mode: Option<bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    feature_flags: BTreeMap<String, bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_session: Option<RemoteSession>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::session) cloud: Option<Cloud>,
}

open_enum! {
    /// Whether a session can be seen and steered from elsewhere (wire name `remoteSession`).
    pub enum RemoteSession {
        /// It cannot.
        Off = "off",
        /// It can be seen.
        Export = "export",
        /// It can be seen and steered.
        On = "on",
    }
}

/// The repository that a session in the cloud works on; see [`SessionBuilder::cloud`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CloudRepository {
    owner: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<String>,
}

impl CloudRepository {
    /// The repository `owner/name`.
    pub fn new(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { owner: owner.into(), name: name.into(), branch: None }
    }

    /// The branch to work on. Default: that of the repository.
    pub fn branch(mut self, branch: impl Into<String>) -> Self {
        self.branch = Some(branch.into());
        self
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::session) struct Cloud {
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<CloudRepository>,
}

impl SessionBuilder {
    /// Whether replies also come as deltas while they are written (wire name `streaming`). Default
    /// false.
    pub fn streaming(mut self, streaming: bool) -> Self {
        self.settings.plain.streaming = streaming;
        self
    }

    /// Whether the deltas of sub-agents come, too, where there is [`streaming`](Self::streaming)
    /// (wire name `includeSubAgentStreamingEvents`). Default true.
    pub fn include_sub_agent_streaming_events(mut self, include: bool) -> Self {
        self.settings.plain.include_sub_agent_streaming_events = include;
        self
    }

    /// The name of this program in the session's metadata (wire name `clientName`). Default `sdk`.
    pub fn client_name(mut self, name: impl Into<String>) -> Self {
        self.settings.plain.host.client_name = Some(name.into());
        self
    }

    /// Whether the CLI reports on the session to GitHub (wire name `enableSessionTelemetry`).
    /// Default: as the CLI's account and settings say.
    pub fn enable_session_telemetry(mut self, enable: bool) -> Self {
        self.settings.plain.host.enable_session_telemetry = Some(enable);
        self
    }

    /// Whether the CLI's experiments are on (wire name `isExperimentalMode`). Default: as the CLI's
    /// settings say.
    pub fn experimental_mode(mut self, enable: bool) -> Self {
        self.settings.plain.host.is_experimental_mode = Some(enable);
        self
    }

    /// Switches a feature of the CLI on or off (wire name `featureFlags`). Default: the CLI's.
    pub fn feature_flag(mut self, name: impl Into<String>, enabled: bool) -> Self {
        self.settings.plain.host.feature_flags.insert(name.into(), enabled);
        self
    }

    /// Whether the session can be seen and steered from elsewhere (wire name `remoteSession`).
    /// Default [`RemoteSession::Off`].
    pub fn remote_session(mut self, remote: impl Into<RemoteSession>) -> Self {
        self.settings.plain.host.remote_session = Some(remote.into());
        self
    }

    /// Runs the session on GitHub's machines, on a repository or on none (wire name `cloud`).
    /// Default: it runs here.
    ///
    /// The server chooses its id. Somebody has to be signed in.
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
        self.settings.plain.host.cloud = Some(Cloud { repository: repository.into() });
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
        self.settings.trace = Some(TraceSource::new(source));
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
        self.settings.plain.other.insert(wire_name, value);
        self
    }
}

impl HostOptions {
    pub(in crate::session) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.client_name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            problems.push("client_name is empty: name the program, or leave it out".to_owned());
        }
        if let Some(RemoteSession::Unknown(word)) = &self.remote_session {
            problems.push(unknown("remote_session", word, &["off", "export", "on"]));
        }
        let words = |it: &CloudRepository| {
            [Some(it.owner.clone()), Some(it.name.clone()), it.branch.clone()]
        };
        let empty = |word: String| word.trim().is_empty();
        if let Some(Cloud { repository: Some(repository) }) = &self.cloud
            && words(repository).into_iter().flatten().any(empty)
        {
            problems.push(
                "cloud: the owner, the name or the branch of the repository is empty".to_owned(),
            );
        }
        problems
    }
}

/// Options that are set by wire name: those that this crate sets itself are not free.
pub(in crate::session) fn option_problems(plain: &Plain, also_sent: &[String]) -> Vec<String> {
    let late = serde_json::to_value(Late::everything()).unwrap_or_default();
    let problem = |(name, value): (&str, &Value)| {
        if value.is_null() {
            Some(format!("option({name:?}) is null, which the CLI may refuse: leave it out"))
        } else if also_sent.iter().any(|sent| sent == name) || late.get(name).is_some() {
            Some(format!("option({name:?}) is set by this crate itself: use its setter"))
        } else {
            None
        }
    };
    plain.other.iter().filter_map(problem).collect()
}
