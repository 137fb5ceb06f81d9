//! Everything that can be set before the CLI starts, and what contradicts what.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

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

/// Text that shows as `***`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
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
    pub(super) args: Vec<OsString>,
    pub(super) base_directory: Option<PathBuf>,
    pub(super) session_idle_timeout: Option<Duration>,
    pub(super) start_timeout: Duration,
    pub(super) frame_limit: Option<usize>,
    /// Taken at the start.
    pub(super) transport: Option<Mutex<Option<Transport>>>,
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
            args: Vec::new(),
            base_directory: None,
            session_idle_timeout: None,
            start_timeout: Duration::from_secs(60),
            frame_limit: None,
            transport: None,
        }
    }
}

impl Options {
    /// Every problem with these options.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let external = match (&self.cli_url, &self.transport) {
            (Some(_), Some(_)) => {
                problems.push("`cli_url` and `transport` exclude each other: set one of them".to_owned());
                None
            }
            (Some(_), None) => Some("cli_url"),
            (None, Some(_)) => Some("transport"),
            (None, None) => None,
        };
        if let Some(external) = external {
            let spawned = [
                ("cli_path", self.cli_path.is_some()),
                ("cwd", self.cwd.is_some()),
                ("port", self.port != 0),
                ("log_level", self.log_level.is_some()),
                ("github_token", self.github_token.is_some()),
                ("use_logged_in_user", self.use_logged_in_user.is_some()),
                ("env", !self.environment.is_empty()),
                ("args", !self.args.is_empty()),
                ("base_directory", self.base_directory.is_some()),
                ("session_idle_timeout", self.session_idle_timeout.is_some()),
            ];
            for (option, _) in spawned.iter().filter(|(_, set)| *set) {
                problems.push(format!(
                    "`{option}` and `{external}` exclude each other: `{option}` is for a CLI that this client starts"
                ));
            }
        }
        if self.use_stdio && self.port != 0 {
            problems.push("`port` needs TCP: add `use_stdio(false)`".to_owned());
        }
        if self.connection_token.is_some() && self.cli_url.is_none() && self.use_stdio {
            problems.push("`connection_token` needs TCP: set `cli_url`, or `use_stdio(false)`".to_owned());
        }
        if self.connection_token.as_ref().is_some_and(|token| token.0.is_empty()) {
            problems.push("`connection_token` is empty: leave it out or give the server's token".to_owned());
        }
        if self.github_token.as_ref().is_some_and(|token| token.0.is_empty()) {
            problems.push("`github_token` is empty: leave it out or give a token".to_owned());
        }
        if let Some(url) = &self.cli_url
            && let Err(problem) = server_address(url)
        {
            problems.push(problem);
        }
        problems
    }
}

/// The host and port in `8080`, `:8080`, `host:8080` or `http://host:8080`.
pub(super) fn server_address(url: &str) -> Result<(String, u16), String> {
    let wrong =
        || format!("`cli_url` `{url}` is no server address: write `8080`, `:8080`, `host:8080` or `http://host:8080`");
    let text = url.trim();
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).unwrap_or(text);
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = rest.rsplit_once(':').unwrap_or(("", rest));
    let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)?;
    if host.contains(['/', '@', ' ']) {
        return Err(wrong());
    }
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Ok((if host.is_empty() { "localhost".to_owned() } else { host.to_owned() }, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_addresses_are_read_in_every_spelling() {
        for (url, host, port) in [
            ("8080", "localhost", 8080),
            (":8080", "localhost", 8080),
            ("host:1", "host", 1),
            ("http://host:8080/", "host", 8080),
            ("https://127.0.0.1:9", "127.0.0.1", 9),
            ("[::1]:7", "::1", 7),
        ] {
            assert_eq!(server_address(url), Ok((host.to_owned(), port)), "{url}");
        }
        for url in ["", "host", "host:0", "host:70000", "http://host:80/path", "user@host:x"] {
            assert!(server_address(url).is_err(), "{url}");
        }
    }

    #[test]
    fn options_that_contradict_each_other_are_all_named() {
        let options = Options {
            cli_url: Some("8080".into()),
            cli_path: Some("copilot".into()),
            github_token: Some(Secret("secret".into())),
            port: 1,
            ..Options::default()
        };
        let problems = options.problems();
        assert_eq!(
            problems,
            [
                "`cli_path` and `cli_url` exclude each other: `cli_path` is for a CLI that this client starts",
                "`port` and `cli_url` exclude each other: `port` is for a CLI that this client starts",
                "`github_token` and `cli_url` exclude each other: `github_token` is for a CLI that this client starts",
                "`port` needs TCP: add `use_stdio(false)`",
            ]
        );
        assert!(!format!("{options:?}").contains("secret"));
    }
}
