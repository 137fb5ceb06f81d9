//! From options to a live session.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::dispatch::Dispatch;
use super::inbox::SessionInbox;
use super::settings::Settings;
use super::{Addressed, Inner, Session};
use crate::client::Client;
use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::event::UiCapabilities;
use crate::ids::SessionId;
use crate::nullable::null_as_default;
use crate::router::Inbox as _;
use crate::rpc::Closed;

/// Creates the session `id`, or one with a fresh id.
pub(super) async fn create(client: &Client, id: Option<SessionId>, settings: Settings) -> Result<Session> {
    let mut problems: Vec<_> = id.iter().filter_map(id_problem).collect();
    problems.extend(settings.problems());
    Error::check(problems)?;
    let id = match id {
        Some(id) => id,
        None => crate::ids::random_uuid()
            .map_err(|error| Error::new(ErrorKind::Start, "no randomness for a session id").with_source(error))?
            .into(),
    };
    open(client, "session.create", id, settings).await
}

async fn open(client: &Client, method: &'static str, id: SessionId, settings: Settings) -> Result<Session> {
    let connection = client.connection().await?;
    if !settings.brings_a_model() {
        require_login(&connection).await?;
    }
    let (questions, asked) = mpsc::unbounded_channel();
    let inbox = Arc::new(SessionInbox::new(id.clone(), questions));
    let settings = Arc::new(settings);
    let dispatch = Arc::new(Dispatch::new(id.clone(), &connection, Arc::clone(&settings)));
    // The CLI speaks of the session before it answers.
    if !connection.router.register(&id, inbox.clone()) {
        let text = format!("session `{id}` is open already in this client: use that one, or another id");
        return Err(Error::config(vec![text]).in_session(&id));
    }
    let mut claim = Claim { connection: &connection, inbox: &inbox, keep: false, exists: true };
    tokio::spawn(Arc::clone(&dispatch).run(asked));
    let opened = connection.peer.call::<Opened>(method, settings.params(&id)?).await;
    let opened = opened.map_err(|error| {
        claim.exists = error.kind() != ErrorKind::Rpc;
        error.in_session(&id)
    })?;
    if opened.session_id != id {
        let text = format!("the cli opened session `{}` instead of `{id}`", opened.session_id);
        return Err(Error::new(ErrorKind::Protocol, text).in_session(&id));
    }
    inbox.opened(opened.capabilities.ui.and_then(|ui| ui.elicitation).unwrap_or(false));
    if settings.handlers.mcp_auth.is_some() {
        let interest = Interest { session_id: &id, event_type: "mcp.oauth_required" };
        let noted = connection.peer.call_raw("session.eventLog.registerInterest", interest).await;
        noted.map_err(|error| error.in_session(&id))?;
    }
    claim.keep = true;
    drop(claim);
    Ok(Session(Arc::new(Inner {
        inbox,
        dispatch,
        connection,
        workspace_path: opened.workspace_path,
        sending: tokio::sync::Mutex::new(()),
    })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
    session_id: SessionId,
    #[serde(default)]
    workspace_path: Option<Box<Path>>,
    #[serde(default, deserialize_with = "null_as_default")]
    capabilities: Capabilities,
}

#[derive(Default, Deserialize)]
struct Capabilities {
    #[serde(default)]
    ui: Option<UiCapabilities>,
}

/// The params of `session.eventLog.registerInterest`: some events come only when somebody asked for them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Interest<'a> {
    session_id: &'a SessionId,
    event_type: &'a str,
}

/// A session that is being opened; given back when that fails or is dropped.
struct Claim<'a> {
    connection: &'a Connection,
    inbox: &'a Arc<SessionInbox>,
    keep: bool,
    /// The CLI may know the session already.
    exists: bool,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        self.connection.router.remove(&self.inbox.id);
        self.inbox.closed(&Closed::orderly("it was not opened"));
        if self.exists {
            let _ = self.connection.peer.post("session.detach", Addressed { session_id: &self.inbox.id });
        }
    }
}

fn id_problem(id: &SessionId) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let good = (1..=128).contains(&id.as_str().len()) && id.as_str().chars().all(fits);
    (!good).then(|| {
        format!("session id `{id}` is not usable: write 1 to 128 letters, digits, `-` and `_`, or leave it out")
    })
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
