//! From options to a live session.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::Session;
use super::claim::{Claim, Opened};
use super::handle::Inner;
use super::inbox::SessionInbox;
use super::pending::{self, OpenTurn};
use crate::config::{Opening, SessionConfig};
use crate::connection::{Connection, SessionPeer};
use crate::dispatch::Dispatch;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;
use crate::provider::ProviderModel;
use crate::server::Server;
use crate::turn::{Events, Turn};

/// Creates the session `id`, or one with a fresh id.
pub(super) async fn create(
    server: &Server,
    id: Option<SessionId>,
    config: Box<SessionConfig>,
) -> Result<Session> {
    let config = settled(server, id.as_ref(), config, Opening::Create)?;
    if config.options.host.cloud.is_some() {
        return in_the_cloud(server, config).await;
    }
    let id = match id {
        Some(id) => id,
        None => crate::ids::random_uuid()
            .map_err(|error| {
                Error::new(ErrorKind::Start, "no randomness for a session id").with_source(error)
            })?
            .into(),
    };
    open(server, Opening::Create, id, config).await
}

/// Goes on with the session `id`.
pub(super) async fn resume(
    server: &Server,
    id: SessionId,
    config: Box<SessionConfig>,
) -> Result<Session> {
    let config = settled(server, Some(&id), config, Opening::Resume)?;
    open(server, Opening::Resume, id, config).await
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
fn settled(
    server: &Server,
    id: Option<&SessionId>,
    mut config: Box<SessionConfig>,
    opening: Opening,
) -> Result<Arc<SessionConfig>> {
    config.settle();
    let mut problems: Vec<_> = id.and_then(id_problem).into_iter().collect();
    problems.extend(config.problems(opening));
    if opening == Opening::Create && id.is_some() && config.options.host.cloud.is_some() {
        problems.push(
            "a session in the cloud gets its id from the server: leave out `session_id`, or \
                   `cloud`"
                .to_owned(),
        );
    }
    if server.starts_the_cli() {
        problems.extend(config.options.missing_directories());
    }
    Error::check(problems)?;
    Ok(config.into())
}

async fn open(
    server: &Server,
    opening: Opening,
    id: SessionId,
    config: Arc<SessionConfig>,
) -> Result<Session> {
    let connection = connection(server, &config).await?;
    let ends = Ends::new(&id, &connection, &config);
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
    let opened = claim.ask(opening.method(), &config.params(Some(&id), opening)?).await;
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => return Err(explain(server, error, opening, &config, &id).await),
    };
    if opened.session_id != id {
        let text = format!("the cli opened session `{}` instead of `{id}`", opened.session_id);
        return Err(Error::new(ErrorKind::Protocol, text).in_session(&id));
    }
    let furnished = furnish(connection, ends, &config, opening, opened).await;
    let session = furnished.map_err(|error| error.in_session(&id))?;
    claim.keep();
    Ok(session)
}

/// Creates a session whose id the server chooses.
async fn in_the_cloud(server: &Server, config: Arc<SessionConfig>) -> Result<Session> {
    let connection = connection(server, &config).await?;
    // The CLI speaks of the session before it tells its id.
    let stranger = connection.router.expect_stranger();
    let mut claim = Claim::new(&connection);
    let opened =
        claim.ask(Opening::Create.method(), &config.params(None, Opening::Create)?).await?;
    let id = opened.session_id.clone();
    let ends = Ends::new(&id, &connection, &config);
    if !stranger.register(&id, &ends.inbox) {
        let text = format!("the cli gave a new session the id of `{id}`, which is open");
        return Err(Error::new(ErrorKind::Protocol, text).in_session(&id));
    }
    claim.receives(&ends.inbox);
    // It may have ended before it knew of the session.
    connection.check()?;
    let furnished = furnish(connection.clone(), ends, &config, Opening::Create, opened).await;
    let session = furnished.map_err(|error| error.in_session(&id))?;
    claim.keep();
    Ok(session)
}

/// The connection, where a session with these options can work.
async fn connection(server: &Server, config: &SessionConfig) -> Result<Arc<Connection>> {
    let connection = server.connection().await?;
    if !config.brings_a_model() {
        require_login(server, config.registry.models()).await?;
    }
    Ok(connection)
}

/// Where a session receives, and what it answers with.
struct Ends {
    inbox: Arc<SessionInbox>,
    dispatch: Arc<Dispatch>,
}

impl Ends {
    fn new(id: &SessionId, connection: &Connection, config: &Arc<SessionConfig>) -> Self {
        let dispatch = Arc::new(Dispatch::new(
            connection.session(id.clone()),
            connection.exclusive,
            Arc::clone(config),
        ));
        Self { inbox: Arc::new(SessionInbox::new(id.clone(), Arc::clone(&dispatch))), dispatch }
    }
}

/// Tells the CLI what it takes only of a session that is open.
async fn furnish(
    connection: Arc<Connection>,
    Ends { inbox, dispatch }: Ends,
    config: &SessionConfig,
    opening: Opening,
    opened: Opened,
) -> Result<Session> {
    let peer = connection.session(opened.session_id);
    inbox.opened(opened.capabilities.ui.and_then(|ui| ui.elicitation).unwrap_or(false));
    let wanted = [
        ("mcp.oauth_required", config.handlers.mcp_auth.is_some()),
        ("session_limits_exhausted.requested", config.handlers.session_limits_exhausted.is_some()),
    ];
    for (event_type, _) in wanted.iter().filter(|(_, wanted)| *wanted) {
        peer.tell("session.eventLog.registerInterest", Interest { event_type }).await?;
    }
    if let Some(late) = config.options.late() {
        peer.tell("session.options.update", late).await?;
    }
    let mut resumed = None;
    if opening == Opening::Resume && config.resuming.continue_pending_work {
        resumed = go_on(&peer, &inbox).await?;
    }
    Ok(Session(Arc::new(Inner {
        inbox,
        dispatch,
        peer,
        connection,
        workspace_path: opened.workspace_path,
        default_policy: config.policy.is_none(),
        trace: config.trace.clone(),
        resumed: Mutex::new(resumed),
        sending: tokio::sync::Mutex::new(()),
    })))
}

/// Answers what a session left open; the turn that goes on with that, if there is one.
async fn go_on(peer: &SessionPeer, inbox: &SessionInbox) -> Result<Option<Turn>> {
    // From before it is known what is open: on a shared server others may answer it meanwhile, and
    // end the turn.
    let events = Events::new(inbox.subscribe_to_turn());
    let open = pending::open_turn(peer).await?;
    Ok(open.map(|OpenTurn { prompt, questions }| {
        inbox.goes_on();
        for question in &questions {
            inbox.ask_again(question);
        }
        Turn::resumed(inbox.id.clone(), prompt, events)
    }))
}

/// Adds what to do about a refusal.
async fn explain(
    server: &Server,
    error: Error,
    opening: Opening,
    config: &SessionConfig,
    id: &SessionId,
) -> Error {
    // Where a configuration directory of its own is set, the CLI cannot be asked what it keeps.
    let is_kept_here = config.options.environment.config_directory.is_none();
    if opening == Opening::Resume && is_kept_here && server.lacks_session(&error, id).await {
        let text = format!(
            "there is no session `{id}` to resume; one that never had a prompt leaves nothing \
             behind: `.session_id(\"{id}\").create()` makes it anew"
        );
        return error.refined(ErrorKind::NotFound, text).in_session(id);
    }
    // The CLI has no code of its own for this: its text decides about advice only.
    let text = error.to_string();
    if !text.contains("tool name clash") {
        return error.in_session(id);
    }
    let text = format!(
        "{text}; a tool belongs to one client of a session: give yours another name, or leave it \
         out here, and its owner answers the calls"
    );
    let kind = error.kind();
    error.refined(kind, text).in_session(id)
}

/// The params of `session.eventLog.registerInterest`: some events come only when somebody asked for
/// them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Interest<'a> {
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
async fn require_login(server: &Server, registered: &[ProviderModel]) -> Result<()> {
    let status = server.auth_status().await?;
    if status.is_authenticated {
        return Ok(());
    }
    if let Some(model) = registered.first() {
        let (detail, model) = (status.detail(), model.selector());
        return Err(Error::config(vec![format!(
            "nobody is signed in to GitHub{detail}, and the session starts with none of the \
             models of its own providers: select one, such as `.model(\"{model}\")`"
        )]));
    }
    Err(status.signed_out())
}
