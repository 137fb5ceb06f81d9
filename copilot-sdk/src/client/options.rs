//! Everything that can be set before the CLI starts.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use serde::Serialize;

use super::telemetry::Telemetry;
use crate::handler::BoxHandler;
use crate::model::Model;
use crate::secret::{Secret, SecretList};
use crate::transport::Transport;
use crate::transport::process::Environment;

/// How much the CLI writes to its own log files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogLevel {
    /// Nothing (wire value `none`).
    None,
    /// Failures (wire value `error`).
    Error,
    /// Also what may become one (wire value `warning`).
    Warning,
    /// Also what happens (wire value `info`).
    Info,
    /// Also how (wire value `debug`).
    Debug,
    /// Everything (wire value `all`).
    All,
}

impl LogLevel {
    pub(super) fn as_str(self) -> &'static str {
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
pub(super) struct Options {
    pub(super) cli_path: Option<PathBuf>,
    pub(super) cli_url: Option<String>,
    pub(super) cwd: Option<PathBuf>,
    pub(super) port: u16,
    pub(super) use_stdio: bool,
    pub(super) log_level: Option<LogLevel>,
    pub(super) auto_start: bool,
    pub(super) github_token: Option<Secret>,
    pub(super) use_logged_in_user: Option<bool>,
    pub(super) connection_token: Option<Secret>,
    pub(super) environment: Environment,
    pub(super) args: SecretList<OsString>,
    pub(super) base_directory: Option<PathBuf>,
    pub(super) isolated: bool,
    pub(super) telemetry: Option<Telemetry>,
    pub(super) session_idle_timeout: Option<Duration>,
    pub(super) start_timeout: Duration,
    pub(super) frame_limit: Option<usize>,
    /// Taken at the start.
    pub(super) transport: Option<Mutex<Option<Transport>>>,
    pub(super) client_info: Option<ClientInfo>,
    pub(super) models: Option<Vec<Model>>,
    pub(super) on_list_models: Option<BoxHandler<(), Vec<Model>>>,
}

/// Who connects (wire name `clientInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientInfo {
    pub(super) editor_name: String,
    pub(super) editor_version: String,
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
            use_logged_in_user: None,
            connection_token: None,
            environment: Environment::default(),
            args: SecretList::default(),
            base_directory: None,
            isolated: false,
            telemetry: None,
            session_idle_timeout: None,
            start_timeout: Duration::from_secs(60),
            frame_limit: None,
            transport: None,
            client_info: None,
            models: None,
            on_list_models: None,
        }
    }
}
