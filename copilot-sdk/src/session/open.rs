//! From options to a live session.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::Session;
use super::explain::{explain, explain_cloud, require_login};
use super::inbox::SessionInbox;
use super::pending::{self, OpenTurn};
use crate::config::{Opening, SessionConfig};
use crate::connection::Connection;
use crate::dispatch::Dispatch;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;
use crate::router::{Registration, give_back, open_unnamed};
use crate::secret::Secret;
use crate::server::Server;
use crate::session_peer::SessionPeer;
use crate::turn::{Events, Turn};

/// Creates the session `id`, or one with a fresh id.
pub(super) async fn create(
    server: &Arc<Server>,
    id: Option<SessionId>,
    config: Box<SessionConfig>,
) -> Result<Session> {
    let config = checked(server, id.as_ref(), config, Opening::Create)?;
    let id = match id {
        Some(id) => Some(id),
        // The server chooses it.
        None if config.options.host.cloud.is_some() => None,
        None => Some(fresh_id()?),
    };
    open(server, Opening::Create, id, config).await
}

/// Goes on with the session `id`.
pub(super) async fn resume(
    server: &Arc<Server>,
    id: SessionId,
    config: Box<SessionConfig>,
) -> Result<Session> {
    let config = checked(server, Some(&id), config, Opening::Resume)?;
    open(server, Opening::Resume, Some(id), config).await
}

/// The session that was used last.
pub(super) async fn last_session(server: &Server) -> Result<SessionId> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Last {
        #[serde(default)]
        session_id: Option<SessionId>,
    }
    let last = server.call::<Last>("session.getLastId", Map::new()).await?;
    last.session_id.ok_or_else(|| {
        let text = "there is no session to resume: the cli has kept none; make one with `create`";
        Error::new(ErrorKind::NotFound, text)
    })
}

/// The options with every preset applied, once nothing is wrong with them.
fn checked(
    server: &Server,
    id: Option<&SessionId>,
    mut config: Box<SessionConfig>,
    opening: Opening,
) -> Result<SessionConfig> {
    config.apply_presets();
    let mut problems: Vec<_> = id.and_then(id_problem).into_iter().collect();
    problems.extend(config.problems(opening));
    if opening == Opening::Create && id.is_some() && config.options.host.cloud.is_some() {
        problems.push(
            "a session in the cloud gets its id from the server: leave out `session_id`, or \
                   `cloud`"
                .to_owned(),
        );
    }
    let in_cloud = config.options.host.cloud.is_some();
    if in_cloud && server.credentials().token.is_some() {
        problems.push(
            "a session in the cloud works as whoever the cli is signed in as, and the client's \
             token reaches its own sessions only: set `github_token_in_environment(true)` on the \
             client"
                .to_owned(),
        );
    }
    hand_over_token(server, &mut config);
    if server.starts_the_cli() {
        problems.extend(config.options.missing_directories());
    }
    Error::check(problems)?;
    Ok(*config)
}

/// Gives a session without a login or a model of its own the client's token.
fn hand_over_token(server: &Server, config: &mut SessionConfig) {
    if !config.brings_a_model() {
        let token = server.credentials().token.map(Secret::new);
        config.options.model.github_token = token;
    }
}

/// Opens a session under `id`, or under one that the server chooses.
async fn open(
    server: &Arc<Server>,
    opening: Opening,
    id: Option<SessionId>,
    config: SessionConfig,
) -> Result<Session> {
    let connection = server.connection().await?;
    connection.while_alive(open_on(&connection, server, opening, id, config)).await
}

async fn open_on(
    connection: &Connection,
    server: &Arc<Server>,
    opening: Opening,
    id: Option<SessionId>,
    config: SessionConfig,
) -> Result<Session> {
    if !config.brings_a_model() {
        require_login(server, config.registry.models()).await?;
    }
    let (registration, parts, opened) = match id {
        Some(id) => {
            // A session of the same id may be on its way out.
            server.router().vacant(&id).await;
            let parts = SessionParts::new(id, connection, &config);
            let (inbox, peer) = (parts.inbox.clone(), parts.peer.clone());
            let registration =
                Registration::reserve(server.router(), inbox, peer).ok_or_else(|| taken(&parts))?;
            let params = config.params(Some(parts.peer.id()), opening)?;
            let opened = registration.open(opening.method(), &params).await;
            let opened = match opened {
                Ok(opened) => opened,
                Err(error) => {
                    // Boxed: it would take room in every future of a session that is opened.
                    let explained = explain(server, error, opening, &config, parts.peer.id());
                    return Err(Box::pin(explained).await);
                }
            };
            (registration, parts, opened)
        }
        None => {
            // The CLI speaks of the session before it tells its id.
            let expected = server.router().expect_unnamed();
            let params = config.params(None, opening)?;
            let opened = open_unnamed(&connection.peer, opening.method(), &params).await;
            let opened = opened.map_err(explain_cloud)?;
            let parts = SessionParts::new(opened.session_id.clone(), connection, &config);
            let (inbox, peer) = (parts.inbox.clone(), parts.peer.clone());
            let registration = expected.register(inbox, peer).ok_or_else(|| doubled(&parts))?;
            // It may have ended before it knew of the session.
            connection.check()?;
            (registration, parts, opened)
        }
    };
    let id = parts.peer.id();
    if opened.session_id != *id {
        if !server.router().is_open(&opened.session_id) {
            give_back(&connection.peer, opened.session_id.clone());
        }
        let text = format!("the cli opened session `{}` instead of `{id}`", opened.session_id);
        return Err(Error::new(ErrorKind::Protocol, text).in_session(id));
    }
    parts.inbox.opened(opened.shows_forms());
    configure(&parts.peer, &config).await?;
    let mut resumed = None;
    if opening == Opening::Resume && config.resuming.continue_pending_work {
        resumed = resume_open_turn(&parts).await?;
    }
    Ok(Session::new(server, registration, parts, config, opened.workspace_path, resumed))
}

/// What a session consists of on this side, apart from its place in the router.
#[derive(Clone)]
pub(super) struct SessionParts {
    pub(super) peer: SessionPeer,
    pub(super) inbox: Arc<SessionInbox>,
    pub(super) dispatch: Arc<Dispatch>,
}

impl SessionParts {
    fn new(id: SessionId, connection: &Connection, config: &SessionConfig) -> Self {
        let peer = connection.session(id.clone());
        let handlers = config.session_handlers();
        let dispatch = Arc::new(Dispatch::new(peer.clone(), connection.exclusive, handlers));
        let inbox = Arc::new(SessionInbox::new(id, Arc::clone(&dispatch)));
        Self { peer, inbox, dispatch }
    }
}

/// Sets what the CLI takes only of a session that is open.
pub(super) async fn configure(peer: &SessionPeer, config: &SessionConfig) -> Result<()> {
    let wanted = [
        ("mcp.oauth_required", config.handlers.mcp_auth.is_some()),
        ("session_limits_exhausted.requested", config.handlers.session_limits_exhausted.is_some()),
    ];
    for (event_type, _) in wanted.iter().filter(|(_, wanted)| *wanted) {
        peer.tell("session.eventLog.registerInterest", Interest { event_type }).await?;
    }
    match config.options.update() {
        Some(update) => peer.tell("session.options.update", update).await,
        None => Ok(()),
    }
}

/// Answers what a session left open; the turn that goes on with that, if there is one.
async fn resume_open_turn(parts: &SessionParts) -> Result<Option<Turn>> {
    let inbox = &parts.inbox;
    // From before it is known what is open: on a shared server others may answer it meanwhile, and
    // end the turn.
    let events = Events::new(inbox.subscribe_to_turn());
    let open = pending::open_turn(&parts.peer).await?;
    Ok(open.map(|OpenTurn { prompt, questions }| {
        inbox.goes_on();
        for question in &questions {
            inbox.ask_again(question);
        }
        Turn::resumed(inbox.id.clone(), prompt, parts.peer.generation(), events)
    }))
}

fn taken(parts: &SessionParts) -> Error {
    let id = parts.peer.id();
    let text =
        format!("session `{id}` is open already in this client: use that one, or another id");
    Error::config(vec![text]).in_session(id)
}

fn doubled(parts: &SessionParts) -> Error {
    let id = parts.peer.id();
    let text = format!("the cli gave a new session the id of `{id}`, which is open");
    Error::new(ErrorKind::Protocol, text).in_session(id)
}

/// The params of `session.eventLog.registerInterest`: some events come only when somebody asked for
/// them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Interest<'a> {
    event_type: &'a str,
}

fn fresh_id() -> Result<SessionId> {
    let id = crate::ids::random_uuid().map_err(|error| {
        Error::new(ErrorKind::Start, "no randomness for a session id").with_source(error)
    })?;
    Ok(id.into())
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
