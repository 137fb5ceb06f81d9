//! From options to a live session.

use std::sync::{Arc, Mutex};

use serde::Serialize;

use super::claim::{Claim, Opened};
use super::dispatch::Dispatch;
use super::events::Events;
use super::inbox::SessionInbox;
use super::pending::{self, OpenTurn};
use super::settings::{Opening, Settings};
use super::turn::Turn;
use super::{InSession, Inner, Session};
use crate::client::Client;
use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;
use crate::provider::ProviderModel;

/// Creates the session `id`, or one with a fresh id.
pub(super) async fn create(
    client: &Client,
    id: Option<SessionId>,
    settings: Box<Settings>,
) -> Result<Session> {
    let settings = settled(client, id.as_ref(), settings, Opening::Create)?;
    if settings.plain.host.cloud.is_some() {
        return in_the_cloud(client, settings).await;
    }
    let id = match id {
        Some(id) => id,
        None => crate::ids::random_uuid()
            .map_err(|error| {
                Error::new(ErrorKind::Start, "no randomness for a session id").with_source(error)
            })?
            .into(),
    };
    open(client, Opening::Create, id, settings).await
}

/// Goes on with the session `id`.
pub(super) async fn resume(
    client: &Client,
    id: SessionId,
    settings: Box<Settings>,
) -> Result<Session> {
    let settings = settled(client, Some(&id), settings, Opening::Resume)?;
    open(client, Opening::Resume, id, settings).await
}

/// The session that was used last.
pub(super) async fn last_session(client: &Client) -> Result<SessionId> {
    client.last_session_id().await?.ok_or_else(|| {
        let text = "there is no session to resume: the cli has kept none; make one with `create`";
        Error::config(vec![text.to_owned()])
    })
}

/// The options with every preset applied, once nothing is wrong with them.
fn settled(
    client: &Client,
    id: Option<&SessionId>,
    mut settings: Box<Settings>,
    opening: Opening,
) -> Result<Arc<Settings>> {
    settings.settle();
    let mut problems: Vec<_> = id.and_then(id_problem).into_iter().collect();
    problems.extend(settings.problems(opening));
    if opening == Opening::Create && id.is_some() && settings.plain.host.cloud.is_some() {
        problems.push(
            "a session in the cloud gets its id from the server: leave out `session_id`, or \
                   `cloud`"
                .to_owned(),
        );
    }
    if client.starts_the_cli() {
        problems.extend(settings.plain.missing_directories());
    }
    Error::check(problems)?;
    Ok(settings.into())
}

async fn open(
    client: &Client,
    opening: Opening,
    id: SessionId,
    settings: Arc<Settings>,
) -> Result<Session> {
    let connection = connection(client, &settings).await?;
    let ends = Ends::new(&id, &connection, &settings);
    // A session of the same id may be on its way out.
    connection.router.vacant(&id).await;
    // The CLI speaks of the session before it answers.
    if !connection.router.register(&id, ends.inbox.clone()) {
        let text =
            format!("session `{id}` is open already in this client: use that one, or another id");
        return Err(Error::config(vec![text]).in_session(&id));
    }
    let mut claim = Claim::new(&connection);
    claim.receives(&ends.inbox);
    let opened = claim.ask(opening.method(), &settings.params(Some(&id), opening)?).await;
    let opened = opened.map_err(|error| advised(error, &id).in_session(&id))?;
    if opened.session_id != id {
        let text = format!("the cli opened session `{}` instead of `{id}`", opened.session_id);
        return Err(Error::new(ErrorKind::Protocol, text).in_session(&id));
    }
    let furnished = furnish(connection, ends, &settings, opening, opened).await;
    let session = furnished.map_err(|error| error.in_session(&id))?;
    claim.keep();
    Ok(session)
}

/// Creates a session whose id the server chooses.
async fn in_the_cloud(client: &Client, settings: Arc<Settings>) -> Result<Session> {
    let connection = connection(client, &settings).await?;
    // The CLI speaks of the session before it tells its id.
    let stranger = connection.router.expect_stranger();
    let mut claim = Claim::new(&connection);
    let opened =
        claim.ask(Opening::Create.method(), &settings.params(None, Opening::Create)?).await?;
    let id = opened.session_id.clone();
    let ends = Ends::new(&id, &connection, &settings);
    if !stranger.register(&id, &ends.inbox) {
        let text = format!("the cli gave a new session the id of `{id}`, which is open");
        return Err(Error::new(ErrorKind::Protocol, text).in_session(&id));
    }
    claim.receives(&ends.inbox);
    // It may have ended before it knew of the session.
    connection.check()?;
    let furnished = furnish(connection.clone(), ends, &settings, Opening::Create, opened).await;
    let session = furnished.map_err(|error| error.in_session(&id))?;
    claim.keep();
    Ok(session)
}

/// The connection, where a session with these settings can work.
async fn connection(client: &Client, settings: &Settings) -> Result<Arc<Connection>> {
    let connection = client.connection().await?;
    if !settings.brings_a_model() {
        require_login(client, settings.registry.models()).await?;
    }
    Ok(connection)
}

/// Where a session receives, and what it answers with.
struct Ends {
    inbox: Arc<SessionInbox>,
    dispatch: Arc<Dispatch>,
}

impl Ends {
    fn new(id: &SessionId, connection: &Connection, settings: &Arc<Settings>) -> Self {
        let dispatch = Arc::new(Dispatch::new(id.clone(), connection, Arc::clone(settings)));
        Self { inbox: Arc::new(SessionInbox::new(id.clone(), Arc::clone(&dispatch))), dispatch }
    }
}

/// Tells the CLI what it takes only of a session that is open.
async fn furnish(
    connection: Arc<Connection>,
    Ends { inbox, dispatch }: Ends,
    settings: &Settings,
    opening: Opening,
    opened: Opened,
) -> Result<Session> {
    let session_id = &opened.session_id;
    inbox.opened(opened.capabilities.ui.and_then(|ui| ui.elicitation).unwrap_or(false));
    let wanted = [
        ("mcp.oauth_required", settings.handlers.mcp_auth.is_some()),
        (
            "session_limits_exhausted.requested",
            settings.handlers.session_limits_exhausted.is_some(),
        ),
    ];
    for (event_type, _) in wanted.iter().filter(|(_, wanted)| *wanted) {
        let interest = Interest { session_id, event_type };
        connection.peer.call_raw("session.eventLog.registerInterest", interest).await?;
    }
    if let Some(late) = settings.plain.late() {
        connection
            .peer
            .call_raw("session.options.update", InSession { session_id, params: late })
            .await?;
    }
    let mut resumed = None;
    if opening == Opening::Resume && settings.resuming.continue_pending_work {
        resumed = go_on(&connection, &inbox).await?;
    }
    Ok(Session(Arc::new(Inner {
        inbox,
        dispatch,
        connection,
        workspace_path: opened.workspace_path,
        default_policy: settings.policy.is_none(),
        trace: settings.trace.clone(),
        resumed: Mutex::new(resumed),
        sending: tokio::sync::Mutex::new(()),
    })))
}

/// Answers what a session left open; the turn that goes on with that, if there is one.
async fn go_on(connection: &Connection, inbox: &SessionInbox) -> Result<Option<Turn>> {
    // From before it is known what is open: on a shared server others may answer it meanwhile, and
    // end the turn.
    let events = Events::new(inbox.subscribe_to_turn());
    let open = pending::open_turn(&connection.peer, &inbox.id).await?;
    Ok(open.map(|OpenTurn { prompt, questions }| {
        inbox.goes_on();
        for question in &questions {
            inbox.ask_again(question);
        }
        Turn::resumed(inbox.id.clone(), prompt, events)
    }))
}

/// What to do about a refusal: the CLI has no codes of its own for these, only words.
fn advised(error: Error, id: &SessionId) -> Error {
    let text = error.to_string();
    let text = if text.contains("Session not found") {
        format!(
            "there is no session `{id}` to resume; one that never had a prompt leaves nothing \
             behind: \
             `.session_id(\"{id}\").create()` makes it anew"
        )
    } else if text.contains("tool name clash") {
        format!(
            "{text}; a tool belongs to one client of a session: give yours another name, or leave \
             it out here, and its \
             owner answers the calls"
        )
    } else {
        return error;
    };
    let code = error.rpc_code().unwrap_or_default();
    Error::new(error.kind(), text).with_rpc_code(code).with_source(error)
}

/// The params of `session.eventLog.registerInterest`: some events come only when somebody asked for
/// them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Interest<'a> {
    session_id: &'a SessionId,
    event_type: &'a str,
}

fn id_problem(id: &SessionId) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let good = (1..=128).contains(&id.as_str().len()) && id.as_str().chars().all(fits);
    (!good).then(|| {
        format!(
            "session id `{id}` is not usable: write 1 to 128 letters, digits, `-` and `_`, or \
                 leave it out"
        )
    })
}

/// Without a login the CLI would take every prompt and fail each turn: better to say so now.
async fn require_login(client: &Client, registered: &[ProviderModel]) -> Result<()> {
    let status = client.auth_status().await?;
    if status.is_authenticated {
        return Ok(());
    }
    let detail =
        status.status_message.map(|text| format!(" (the cli says: {text})")).unwrap_or_default();
    if let Some(model) = registered.first() {
        let model = model.selector();
        return Err(Error::config(vec![format!(
            "nobody is signed in to GitHub{detail}, and the session starts with none of the \
             models of its own \
             providers: select one, such as `.model(\"{model}\")`"
        )]));
    }
    let text = format!(
        "nobody is signed in to GitHub and no provider is set{detail}: sign in with `copilot \
         login`, set one of \
         COPILOT_GITHUB_TOKEN, GH_TOKEN or GITHUB_TOKEN, give the client a `github_token`, or \
         bring your own model with \
         `provider`"
    );
    Err(Error::new(ErrorKind::SignedOut, text))
}
