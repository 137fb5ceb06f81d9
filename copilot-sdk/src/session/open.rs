//! From options to a live session.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::dispatch::Dispatch;
use super::inbox::SessionInbox;
use super::pending;
use super::settings::{Opening, Settings};
use super::{Addressed, InSession, Inner, Session};
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
    let settings = settled(client, id.as_ref(), settings, Opening::Create)?;
    let id = match id {
        Some(id) => id,
        None => crate::ids::random_uuid()
            .map_err(|error| Error::new(ErrorKind::Start, "no randomness for a session id").with_source(error))?
            .into(),
    };
    open(client, Opening::Create, id, settings).await
}

/// Goes on with the session `id`.
pub(super) async fn resume(client: &Client, id: SessionId, settings: Settings) -> Result<Session> {
    let settings = settled(client, Some(&id), settings, Opening::Resume)?;
    open(client, Opening::Resume, id, settings).await
}

/// The session that was used last.
pub(super) async fn last_session(client: &Client) -> Result<SessionId> {
    let connection = client.connection().await?;
    let last = connection.peer.call::<LastId>("session.getLastId", serde_json::Map::new()).await?;
    last.session_id.ok_or_else(|| {
        let text = "there is no session to resume: the cli has kept none; make one with `create`";
        Error::config(vec![text.to_owned()])
    })
}

/// The options with every preset applied, once nothing is wrong with them.
fn settled(client: &Client, id: Option<&SessionId>, mut settings: Settings, opening: Opening) -> Result<Settings> {
    settings.settle();
    let mut problems: Vec<_> = id.and_then(id_problem).into_iter().collect();
    problems.extend(settings.problems(opening));
    if client.starts_the_cli() {
        problems.extend(settings.plain.missing_directories());
    }
    Error::check(problems)?;
    Ok(settings)
}

async fn open(client: &Client, opening: Opening, id: SessionId, settings: Settings) -> Result<Session> {
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
    let opened = connection.peer.call::<Opened>(opening.method(), settings.params(&id, opening)?).await;
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => {
            claim.exists = error.kind() != ErrorKind::Rpc;
            // A directory of its own is not looked into by the CLI's list of sessions.
            let listed = opening == Opening::Resume && settings.plain.environment.config_directory.is_none();
            let error = if listed { explained(error, &connection, &id).await } else { error };
            return Err(error.in_session(&id));
        }
    };
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
    if let Some(late) = settings.plain.late() {
        let params = InSession { session_id: &id, params: late };
        connection.peer.call_raw("session.options.update", params).await.map_err(|error| error.in_session(&id))?;
    }
    if opening == Opening::Resume && settings.resuming.continue_pending_work {
        for event in pending::questions(&connection.peer, &id).await.map_err(|error| error.in_session(&id))? {
            inbox.ask_again(&event);
        }
    }
    claim.keep = true;
    drop(claim);
    Ok(Session(Arc::new(Inner {
        inbox,
        dispatch,
        connection,
        workspace_path: opened.workspace_path,
        default_policy: settings.policy.is_none(),
        trace: settings.trace.clone(),
        sending: tokio::sync::Mutex::new(()),
    })))
}

/// Why a session could not be resumed: the CLI has no code of its own for one that it does not know.
async fn explained(error: Error, connection: &Connection, id: &SessionId) -> Error {
    if error.kind() != ErrorKind::Rpc {
        return error;
    }
    let known = connection.peer.call::<Known>("session.getMetadata", Addressed { session_id: id }).await;
    if !matches!(known, Ok(Known { session: None })) {
        return error;
    }
    let text = format!(
        "there is no session `{id}` to resume; one that never had a prompt leaves nothing behind: \
         `.session_id(\"{id}\").create()` makes it anew"
    );
    let code = error.rpc_code().unwrap_or_default();
    Error::new(ErrorKind::Rpc, text).with_rpc_code(code).with_source(error)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LastId {
    #[serde(default)]
    session_id: Option<SessionId>,
}

#[derive(Deserialize)]
struct Known {
    #[serde(default)]
    session: Option<serde::de::IgnoredAny>,
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
