//! A snapshot of the server's state, taken without a call to the CLI.

use std::sync::Arc;
use std::time::Duration;

use super::Server;
use super::handle::ServerState;
use super::phase::ServerPhase;
use crate::connection::Connection;
use crate::transport::process::Process;

/// The health of a client at one moment; see [`Client::health`](crate::Client::health).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// What the CLI is doing.
    pub state: ServerPhase,
    /// Whether [`Client::drain`](crate::Client::drain) was called.
    pub is_draining: bool,
    /// The process id of the CLI; `None` if this client did not start it.
    pub pid: Option<u32>,
    /// The version of the CLI, such as `1.0.102`.
    pub cli_version: Option<String>,
    /// Time since the connection was established.
    pub uptime: Option<Duration>,
    /// Time since the last byte from the CLI. While it responds, below two intervals of the
    /// [`liveness`](crate::client::ClientBuilder::liveness) check.
    pub silence: Option<Duration>,
    /// Number of restarts since the client was created.
    pub restarts: u64,
    /// Number of open sessions.
    pub open_sessions: usize,
    /// Number of open sessions with a turn that runs or is queued. A turn does not run that only
    /// waits for permissions that were
    /// [left open](crate::permission::PermissionDecision::later).
    pub busy_sessions: usize,
}

impl Health {
    /// Whether new prompts can be sent: the CLI is running, and the client is not draining. For the
    /// readiness check of a load balancer.
    pub fn is_ready(&self) -> bool {
        self.state == ServerPhase::Running && !self.is_draining
    }

    /// Whether the client works or can be expected to: all but [`Failed`](ServerPhase::Failed) and
    /// [`Stopped`](ServerPhase::Stopped). For a liveness check, which restarts the program.
    pub fn is_alive(&self) -> bool {
        !matches!(self.state, ServerPhase::Failed | ServerPhase::Stopped)
    }
}

impl Server {
    pub(crate) fn health(&self) -> Health {
        let (state, start) = match &*self.state() {
            ServerState::Idle => (ServerPhase::Idle, None),
            ServerState::Started(start) => (start.phase(), Some(Arc::clone(start))),
            ServerState::Stopped(_) => (ServerPhase::Stopped, None),
        };
        let connection = start.and_then(|start| start.connected());
        let connection = connection.filter(|_| state == ServerPhase::Running);
        let connection = connection.as_deref();
        let places = self.router.places();
        Health {
            state,
            is_draining: self.is_draining(),
            pid: connection.and_then(|own| own.process.as_ref()).map(Process::id),
            cli_version: connection.and_then(Connection::cli_version),
            uptime: connection.map(|own| own.heard().age()),
            silence: connection.map(|own| own.heard().silence()),
            restarts: self.restarts(),
            open_sessions: places.len(),
            busy_sessions: places.iter().filter(|place| place.is_busy()).count(),
        }
    }
}
