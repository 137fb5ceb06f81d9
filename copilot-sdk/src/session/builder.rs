//! What a session is made with.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::mpsc;

use super::dispatch::Dispatch;
use super::inbox::SessionInbox;
use super::{Addressed, Inner, Session};
use crate::client::Client;
use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;
use crate::permission::{Gate, Policy};
use crate::provider::Provider;
use crate::router::{Inbox as _, Router};
use crate::rpc::{Closed, Peer};
use crate::system_message::SystemMessage;
use crate::tool::{self, Definition, IntoTools, Tool};

/// Options of a session; made by [`Client::session`].
///
/// Nothing is sent before [`create`](Self::create), and mistakes are reported all at once.
#[derive(Clone)]
#[must_use = "there is no session until `create`"]
pub struct SessionBuilder {
    client: Client,
    session_id: Option<SessionId>,
    model: Option<String>,
    streaming: bool,
    tools: Vec<Tool>,
    system_message: Option<SystemMessage>,
    provider: Option<Provider>,
    policy: Option<Policy>,
}

impl SessionBuilder {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            session_id: None,
            model: None,
            streaming: false,
            tools: Vec::new(),
            system_message: None,
            provider: None,
            policy: None,
        }
    }

    /// The model's name (wire name `model`). Default: the account's; required with a [`provider`](Self::provider).
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// The new session's id (wire name `sessionId`): letters, digits, `-` and `_`. Default: a random UUID.
    pub fn session_id(mut self, id: impl Into<SessionId>) -> Self {
        self.session_id = Some(id.into());
        self
    }

    /// Whether replies also come as deltas while they are written (wire name `streaming`). Default false.
    pub fn streaming(mut self, streaming: bool) -> Self {
        self.streaming = streaming;
        self
    }

    /// Adds tools that the agent may call (wire name `tools`); see [`tools!`](crate::tools).
    pub fn tools(mut self, tools: impl IntoTools) -> Self {
        self.tools.extend(tools.into_tools());
        self
    }

    /// Adds one tool.
    pub fn tool(mut self, tool: Tool) -> Self {
        self.tools.push(tool);
        self
    }

    /// What the model is told besides the CLI's own instructions, or instead of them (wire name `systemMessage`). Plain
    /// text is appended.
    pub fn system_message(mut self, message: impl Into<SystemMessage>) -> Self {
        self.system_message = Some(message.into());
        self
    }

    /// The model server to use instead of GitHub's (wire name `provider`).
    pub fn provider(mut self, provider: Provider) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Who decides what the agent may do. Default: this program's own tools may run, everything else is denied.
    pub fn permissions(mut self, policy: impl Into<Policy>) -> Self {
        self.policy = Some(policy.into());
        self
    }

    /// Creates the session; the client is started where that has not happened yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] lists every mistake in the options, and says what is missing when nobody is signed in and
    /// no provider is set; [`ErrorKind::Rpc`] when the CLI refuses; everything that [`Client::start`] may fail with.
    pub async fn create(self) -> Result<Session> {
        Error::check(self.problems())?;
        let connection = self.client.connection().await?;
        if self.provider.is_none() {
            require_login(&connection).await?;
        }
        let id = match &self.session_id {
            Some(id) => id.clone(),
            None => crate::ids::random_uuid()
                .map_err(|error| Error::new(ErrorKind::Start, "no randomness for a session id").with_source(error))?
                .into(),
        };
        let params = self.params(&id)?;
        let (questions, asked) = mpsc::unbounded_channel();
        let inbox = Arc::new(SessionInbox::new(id.clone(), questions));
        let dispatch = Arc::new(Dispatch {
            session_id: id.clone(),
            peer: connection.peer.clone(),
            exclusive: connection.exclusive,
            tools: self.tools.iter().map(|tool| (tool.name().to_owned(), tool.clone())).collect(),
            gate: Gate::new(self.policy.clone().unwrap_or_default()),
            running: Mutex::new(HashMap::new()),
        });
        // The CLI speaks of the session before it answers `session.create`.
        if !connection.router.register(&id, inbox.clone()) {
            let text = format!("session `{id}` is open already in this client: use that one, or another id");
            return Err(Error::config(vec![text]).in_session(&id));
        }
        let mut claim = Claim { router: &connection.router, peer: &connection.peer, inbox: &inbox, asked: false };
        tokio::spawn(Arc::clone(&dispatch).run(asked));
        claim.asked = true;
        let created = connection.peer.call::<Created>("session.create", params).await;
        let created = match created {
            Ok(created) => created,
            Err(error) => {
                claim.asked = error.kind() == ErrorKind::Protocol;
                return Err(error.in_session(&id));
            }
        };
        if created.session_id != id {
            let text = format!("the cli created session `{}` instead of `{id}`", created.session_id);
            return Err(Error::new(ErrorKind::Protocol, text).in_session(&id));
        }
        std::mem::forget(claim);
        Ok(Session(Arc::new(Inner {
            inbox,
            dispatch,
            connection,
            workspace_path: created.workspace_path,
            sending: tokio::sync::Mutex::new(()),
        })))
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if let Some(id) = &self.session_id {
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if id.as_str().is_empty() || id.as_str().len() > 128 || !id.as_str().chars().all(fits) {
                problems.push(format!(
                    "session id `{id}` is not usable: write 1 to 128 letters, digits, `-` and `_`, or leave it out"
                ));
            }
        }
        if self.model.as_ref().is_some_and(String::is_empty) {
            problems.push("`model` is empty: name a model, or leave it out for the account's default".to_owned());
        }
        if let Some(provider) = &self.provider {
            problems.extend(provider.check(self.model.as_deref()));
        }
        problems.extend(tool::check(&self.tools));
        problems
    }

    fn params<'a>(&'a self, id: &'a SessionId) -> Result<CreateParams<'a>> {
        let default_policy = self.policy.is_none();
        let unwritable =
            |error| Error::new(ErrorKind::Config, "the provider cannot be written as JSON").with_source(error);
        Ok(CreateParams {
            session_id: id,
            model: self.model.as_deref(),
            streaming: self.streaming,
            tools: self.tools.iter().map(|tool| tool.definition(default_policy)).collect(),
            system_message: self.system_message.as_ref().map(SystemMessage::to_wire),
            provider: self.provider.as_ref().map(Provider::to_wire).transpose().map_err(unwritable)?,
            request_permission: true,
            env_value_mode: "direct",
            tool_filter_precedence: "excluded",
            include_sub_agent_streaming_events: true,
        })
    }
}

impl fmt::Debug for SessionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionBuilder")
            .field("session_id", &self.session_id)
            .field("model", &self.model)
            .field("streaming", &self.streaming)
            .field("tools", &self.tools.iter().map(Tool::name).collect::<Vec<_>>())
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// The params of `session.create`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateParams<'a> {
    session_id: &'a SessionId,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    streaming: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Definition<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_message: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<Value>,
    request_permission: bool,
    env_value_mode: &'static str,
    tool_filter_precedence: &'static str,
    include_sub_agent_streaming_events: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    session_id: SessionId,
    #[serde(default)]
    workspace_path: Option<Box<Path>>,
}

/// A session that is being created; given back when the creation fails or is dropped.
struct Claim<'a> {
    router: &'a Router,
    peer: &'a Peer,
    inbox: &'a Arc<SessionInbox>,
    /// The CLI may have created it already.
    asked: bool,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.router.remove(&self.inbox.id);
        self.inbox.closed(&Closed::orderly("it was not created"));
        if self.asked {
            let _ = self.peer.post("session.detach", Addressed { session_id: &self.inbox.id });
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthStatus {
    #[serde(default)]
    is_authenticated: bool,
    #[serde(default)]
    status_message: Option<String>,
}

/// Without a login the CLI would take every prompt and fail each turn: better to say so now.
async fn require_login(connection: &Connection) -> Result<()> {
    let status = connection.peer.call::<AuthStatus>("auth.getStatus", serde_json::Map::new()).await?;
    if status.is_authenticated {
        return Ok(());
    }
    let detail = status.status_message.map(|text| format!(" (the cli says: {text})")).unwrap_or_default();
    Err(Error::config(vec![format!(
        "nobody is signed in to GitHub and no provider is set{detail}: sign in with `copilot login`, set one of \
         COPILOT_GITHUB_TOKEN, GH_TOKEN or GITHUB_TOKEN, give the client a `github_token`, or bring your own model with \
         `provider`"
    )]))
}
