//! Creating and resuming: from options to a live session.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::Map;

use super::Session;
use super::explain::{explain, explain_cloud, require_login};
use super::inbox::SessionInbox;
use super::kept;
use super::pending::{self, OpenTurn};
use crate::budget::{Budget, BudgetScope, Meter, SessionBudgets};
use crate::config::{Opening, SessionConfig};
use crate::connection::Connection;
use crate::dispatch::Dispatch;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;
use crate::listeners::Listeners;
use crate::payload::answers;
use crate::router::{Registration, give_back, open_unnamed};
use crate::sealed::Sealed;
use crate::secret::Secret;
use crate::server::Server;
use crate::session_fs::KeptSession;
use crate::session_peer::SessionPeer;
use crate::turn::{Events, Turn};

/// Creates the session `id`, or one with a new id.
///
/// Boxed, so that its body is compiled in this crate and not in each program.
pub(super) fn create(
    server: Arc<Server>,
    id: Option<SessionId>,
    config: Sealed<SessionConfig>,
) -> BoxFuture<'static, Result<Session>> {
    Box::pin(async move {
        server.may_work()?;
        let config = checked(&server, id.as_ref(), config, Opening::Create)?;
        let id = match id {
            Some(id) => Some(id),
            // The server assigns the id of a cloud session.
            None if config.options.host.cloud.is_some() => None,
            None => Some(fresh_id()?),
        };
        open(&server, Opening::Create, id, config).await
    })
}

/// Resumes the session `id`.
pub(super) fn resume(
    server: Arc<Server>,
    id: SessionId,
    config: Sealed<SessionConfig>,
) -> BoxFuture<'static, Result<Session>> {
    Box::pin(async move {
        server.may_work()?;
        let config = checked(&server, Some(&id), config, Opening::Resume)?;
        if let Some(open) = server.router().handle(&id).await {
            tracing::debug!(session_id = %id, "the session is open in this client already");
            return Ok(Session(open));
        }
        open(&server, Opening::Resume, Some(id), config).await
    })
}

/// The id of the most recently used session.
pub(super) async fn last_session(server: &Server) -> Result<SessionId> {
    answers! {
        struct Last {
            session_id: Option<SessionId> = "sessionId",
        }
    }
    let last = match server.keeper() {
        Some(keeper) => keeper.list().await?.into_iter().next().map(|(id, _)| id),
        None => server.call::<Last>("session.getLastId", Map::new()).await?.session_id,
    };
    last.ok_or_else(|| {
        let text = "there is no session to resume: none is stored; use `create`";
        Error::new(ErrorKind::NotFound, text)
    })
}

/// Validates the options and applies every preset.
fn checked(
    server: &Server,
    id: Option<&SessionId>,
    mut config: Sealed<SessionConfig>,
    opening: Opening,
) -> Result<Sealed<SessionConfig>> {
    config.apply_presets();
    let mut problems: Vec<_> = id.and_then(id_problem).into_iter().collect();
    problems.extend(config.problems(opening));
    config.leave_out_tools();
    let client = server.budget().is_some_and(|budget| budget.limits_tool_calls());
    let own = config.budget.as_ref().is_some_and(Budget::limits_tool_calls);
    config.handlers.asks_before_tools = client || own;
    if opening == Opening::Create && id.is_some() && config.options.host.cloud.is_some() {
        problems.push(
            "a session in the cloud gets its id from the server: leave out `session_id`, or `cloud`"
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
    Ok(config)
}

/// Passes the client's token to a session that has neither a login nor a provider of its own.
fn hand_over_token(server: &Server, config: &mut SessionConfig) {
    if !config.brings_a_model() {
        let token = server.credentials().token.map(Secret::new);
        config.options.model.github_token = token;
    }
}

/// Opens a session under `id`, or under an id the server assigns.
async fn open(
    server: &Arc<Server>,
    opening: Opening,
    id: Option<SessionId>,
    config: Sealed<SessionConfig>,
) -> Result<Session> {
    let connection = server.connection().await?;
    connection.while_alive(open_on(&connection, server, opening, id, config)).await
}

async fn open_on(
    connection: &Connection,
    server: &Arc<Server>,
    opening: Opening,
    id: Option<SessionId>,
    mut config: Sealed<SessionConfig>,
) -> Result<Session> {
    if config.options.tools.has_filters() && !connection.tells_tool_sources().await {
        let problems = config.options.tools.forget_sources();
        if !problems.is_empty() {
            return Err(connection.lacks(&problems));
        }
    }
    // The history of a stored session can be read without a login.
    if opening == Opening::Create && !config.brings_a_model() {
        require_login(server, config.registry.models()).await?;
    }
    let (registration, parts, opened) = match id {
        Some(id) => {
            // A session with the same id may still be detaching.
            server.router().vacant(&id).await;
            let kept = kept::open(server, connection, &id, opening).await?;
            let parts = SessionParts::new(server, id, connection, &config, kept);
            let (inbox, peer) = (parts.inbox.clone(), parts.peer.clone());
            let Some(registration) = Registration::reserve(server.router(), inbox, peer) else {
                parts.release();
                return Err(taken(&parts));
            };
            let params = config.params(Some(parts.peer.id()), opening);
            let opened = registration.open(opening.method(), &params).await;
            let opened = match opened {
                Ok(opened) => opened,
                Err(error) => {
                    // Boxed, to keep this rare path out of the size of every future that opens a
                    // session.
                    let explained = explain(server, error, opening, &config, parts.peer.id());
                    return Err(Box::pin(explained).await);
                }
            };
            (registration, parts, opened)
        }
        None => {
            // Announced first: the CLI sends events of the session before it returns the id (I8).
            let expected = server.router().expect_unnamed();
            let params = config.params(None, opening);
            let opened = open_unnamed(&connection.peer, opening.method(), &params).await;
            let opened = opened.map_err(explain_cloud)?;
            let id = opened.session_id.clone();
            let parts = SessionParts::new(server, id, connection, &config, None);
            let (inbox, peer) = (parts.inbox.clone(), parts.peer.clone());
            let registration = expected.register(inbox, peer).ok_or_else(|| doubled(&parts))?;
            // The connection may have ended before the session was registered.
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
        return Err(parts.peer.error(ErrorKind::Protocol, text));
    }
    let how = match opening {
        Opening::Create => "create",
        Opening::Resume => "resume",
    };
    parts.inbox.opened(opened.shows_forms(), how);
    kept::watch(server, &registration, &parts.dispatch, parts.peer.clone());
    configure(&parts.peer, &config).await?;
    let mut resumed = None;
    if opening == Opening::Resume && config.resuming.continue_pending_work {
        resumed = resume_open_turn(&parts).await?;
    }
    let needs_login = opening == Opening::Resume && !config.brings_a_model();
    let session = Session::new(server, registration, parts, config, opened.workspace_path, resumed);
    session.0.needs_login.store(needs_login, Ordering::Relaxed);
    // The connection may have ended before the session could be reopened on another one.
    if !server.router().is_open(session.id()) {
        connection.check()?;
    }
    Ok(session)
}

/// The parts of a session, apart from its registration in the router.
#[derive(Clone)]
pub(super) struct SessionParts {
    pub(super) peer: SessionPeer,
    pub(super) inbox: Arc<SessionInbox>,
    pub(super) dispatch: Arc<Dispatch>,
}

impl SessionParts {
    fn new(
        server: &Server,
        id: SessionId,
        connection: &Connection,
        config: &SessionConfig,
        kept: Option<Arc<dyn KeptSession>>,
    ) -> Self {
        let peer = connection.session(id.clone());
        let handlers = config.session_handlers();
        let listeners = Listeners::start(&config.handlers.requests, server.callbacks());
        let own = config.budget.clone().map(|budget| Meter::new(BudgetScope::Session, budget));
        let asks = config.handlers.has_hooks();
        let dispatch = Arc::new(Dispatch::new(
            peer.clone(),
            connection.asks_nobody_else(),
            connection.keeps_permission_requests(),
            handlers,
            kept,
            Arc::new(SessionBudgets::new(own, server.budget(), asks)),
        ));
        let inbox = Arc::new(SessionInbox::new(id, Arc::clone(&dispatch), listeners));
        let told = Arc::downgrade(&inbox);
        dispatch.on_left_open(move |left| {
            if let Some(inbox) = told.upgrade() {
                inbox.left_open(left);
            }
        });
        Self { peer, inbox, dispatch }
    }

    fn release(&self) {
        if let Some(kept) = self.dispatch.kept() {
            kept.release();
        }
    }
}

/// Sends the options that the CLI accepts only for an open session.
pub(super) async fn configure(peer: &SessionPeer, config: &SessionConfig) -> Result<()> {
    let wanted = [
        ("mcp.oauth_required", config.handlers.mcp_auth.is_some()),
        ("session_limits_exhausted.requested", config.handlers.session_limits_exhausted.is_some()),
    ];
    for (event_type, _) in wanted.iter().filter(|(_, wanted)| *wanted) {
        peer.call_unit("session.eventLog.registerInterest", Interest { event_type }).await?;
    }
    match config.options.update() {
        Some(update) => peer.call_unit("session.options.update", update).await,
        None => Ok(()),
    }
}

/// Answers the pending questions of a session. Returns the turn they belong to, if any.
async fn resume_open_turn(parts: &SessionParts) -> Result<Option<Turn>> {
    let inbox = &parts.inbox;
    // Subscribed before the pending questions are read: on a shared server, other clients may
    // answer them and end the turn in between.
    let events = Events::new(inbox.subscribe_to_turn());
    let open = pending::open_turn(&parts.peer).await?;
    Ok(open.map(|OpenTurn { prompt, questions }| {
        inbox.goes_on();
        for question in &questions {
            inbox.ask_again(question);
        }
        let generation = parts.peer.generation();
        let turn = Turn::resumed(inbox.id.clone(), prompt, generation, events, &questions);
        turn.within(parts.dispatch.budgets().running())
    }))
}

fn taken(parts: &SessionParts) -> Error {
    let id = parts.peer.id();
    let text =
        format!("session `{id}` is open already in this client: use that one, or another id");
    parts.peer.config_error(text)
}

fn doubled(parts: &SessionParts) -> Error {
    let id = parts.peer.id();
    let text = format!("the cli gave a new session the id of `{id}`, which is open");
    parts.peer.error(ErrorKind::Protocol, text)
}

/// The params of `session.eventLog.registerInterest`: some events are sent only on request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Interest<'a> {
    event_type: &'a str,
}

fn fresh_id() -> Result<SessionId> {
    let id = crate::ids::random_uuid().map_err(|error| {
        Error::new(ErrorKind::Start, "no random bytes for a session id").with_source(error)
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
