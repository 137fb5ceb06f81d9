//! Options of a server, set before the CLI starts.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;

use super::auto_restart::AutoRestart;
use super::model_requests::ModelExchanges;
use super::telemetry::Telemetry;
use crate::budget::Budget;
use crate::handler::BoxHandler;
use crate::model::Model;
use crate::request::RequestHandlers;
use crate::secret::{Secret, SecretList};
use crate::session_fs::{SessionFsProvider, SessionKeeper};
use crate::transport::Transport;
use crate::transport::process::Environment;

/// Verbosity of the CLI's log files. They are in `logs` of its home directory, readable only by the
/// user who runs it.
///
/// At [`Debug`](Self::Debug) and above, they contain the headers, variables and arguments of MCP
/// servers and the arguments of tool calls, including secrets. Do not share such files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogLevel {
    /// No logging (wire value `none`).
    None,
    /// Errors (wire value `error`).
    Error,
    /// Warnings and above (wire value `warning`).
    Warning,
    /// Informational messages and above (wire value `info`).
    Info,
    /// Debug messages and above, including secrets of MCP servers (wire value `debug`).
    Debug,
    /// Everything, including secrets of MCP servers (wire value `all`).
    All,
}

impl LogLevel {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::All => "all",
        }
    }
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub(crate) struct Options {
    pub(crate) cli_path: Option<PathBuf>,
    pub(crate) cli_url: Option<String>,
    pub(crate) cwd: Option<PathBuf>,
    pub(crate) port: u16,
    pub(crate) use_stdio: bool,
    pub(crate) log_level: Option<LogLevel>,
    pub(crate) auto_start: bool,
    pub(crate) github_token: Option<Secret>,
    pub(crate) github_token_in_environment: bool,
    pub(crate) use_logged_in_user: Option<bool>,
    pub(crate) connection_token: Option<Secret>,
    pub(crate) environment: Environment,
    pub(crate) args: SecretList<OsString>,
    pub(crate) base_directory: Option<PathBuf>,
    pub(crate) isolated: bool,
    pub(crate) telemetry: Option<Telemetry>,
    pub(crate) session_idle_timeout: Option<Duration>,
    pub(crate) start_timeout: Duration,
    pub(crate) auto_restart: AutoRestart,
    /// The silence after which the CLI is pinged.
    pub(crate) liveness: Option<Duration>,
    pub(crate) frame_limit: Option<usize>,
    /// Taken by the start, which can happen only once.
    pub(crate) transport: Option<Mutex<Option<Transport>>>,
    /// Creates a transport for each start.
    pub(crate) transport_with: Option<BoxHandler<(), Transport>>,
    pub(crate) client_info: Option<ClientInfo>,
    pub(crate) models: Option<Vec<Model>>,
    pub(crate) on_list_models: Option<BoxHandler<(), Vec<Model>>>,
    pub(crate) requests: RequestHandlers,
    pub(crate) forward_telemetry: bool,
    pub(crate) session_fs: Option<SessionFsProvider>,
    /// Whether sessions whose files this program keeps have a database.
    pub(crate) session_database: bool,
    pub(crate) model_requests: Option<Arc<ModelExchanges>>,
    /// What all sessions may spend together.
    pub(crate) budget: Option<Budget>,
    /// The store behind `session_fs`, if it lets one program at a time write a session.
    pub(crate) keeper: Option<Arc<dyn SessionKeeper>>,
}

impl Options {
    /// The token to pass in the environment of the CLI.
    pub(super) fn token_in_environment(&self) -> Option<&Secret> {
        self.github_token.as_ref().filter(|_| self.github_token_in_environment)
    }
}

/// Name and version of this program (wire name `clientInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientInfo {
    pub(crate) editor_name: String,
    pub(crate) editor_version: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cli_path: None,
            cli_url: None,
            cwd: None,
            port: 0,
            use_stdio: true,
            log_level: None,
            auto_start: true,
            github_token: None,
            github_token_in_environment: false,
            use_logged_in_user: None,
            connection_token: None,
            environment: Environment::default(),
            args: SecretList::default(),
            base_directory: None,
            isolated: false,
            telemetry: None,
            session_idle_timeout: None,
            start_timeout: Duration::from_secs(60),
            auto_restart: AutoRestart::new(),
            liveness: Some(Duration::from_secs(15)),
            frame_limit: None,
            transport: None,
            transport_with: None,
            client_info: None,
            models: None,
            on_list_models: None,
            requests: RequestHandlers::default(),
            forward_telemetry: false,
            session_fs: None,
            session_database: false,
            model_requests: None,
            budget: None,
            keeper: None,
        }
    }
}
