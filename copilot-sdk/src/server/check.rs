//! Validation of a client's options.

use std::ffi::OsStr;
use std::time::Duration;

use super::address::server_address;
use super::options::Options;
use super::telemetry::Telemetry;
use super::variables::{CONNECTION_TOKEN, COPILOT_HOME, DISABLE_KEYTAR, GITHUB_TOKEN};
use crate::budget::Budget;

/// CLI arguments set by this crate, and the option to use instead.
const OWN_ARGUMENTS: [(&str, &str); 8] = [
    ("--headless", "leave it out: it is always given"),
    ("--no-auto-update", "leave it out: it is always given"),
    ("--stdio", "use `use_stdio`"),
    ("--port", "use `port`"),
    ("--log-level", "use `log_level`"),
    ("--auth-token-env", "use `github_token`"),
    ("--no-auto-login", "use `use_logged_in_user(false)`"),
    ("--session-idle-timeout", "use `session_idle_timeout`"),
];

impl Options {
    /// Every problem in these options.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        self.check_who_starts_it(&mut problems);
        self.check_tcp(&mut problems);
        self.check_values(&mut problems);
        self.check_overruled(&mut problems);
        problems.extend(self.requests.problems());
        problems.extend(self.budget.as_ref().map(Budget::problems).unwrap_or_default());
        problems
    }

    fn check_who_starts_it(&self, problems: &mut Vec<String>) {
        if self.transport.is_some() && self.transport_with.is_some() {
            problems.push(
                "`transport` and `transport_with` exclude each other: set one of them".to_owned(),
            );
        }
        let has_transport = self.transport.is_some() || self.transport_with.is_some();
        let external = match (&self.cli_url, has_transport) {
            (Some(_), true) => {
                problems.push(
                    "`cli_url` and `transport` exclude each other: set one of them".to_owned(),
                );
                return;
            }
            (Some(_), false) => "cli_url",
            (None, true) => "transport",
            (None, false) => return self.check_isolated(problems),
        };
        let spawned = [
            ("cli_path", self.cli_path.is_some()),
            ("cwd", self.cwd.is_some()),
            ("port", self.port != 0),
            ("log_level", self.log_level.is_some()),
            ("github_token", self.github_token.is_some()),
            ("use_logged_in_user", self.use_logged_in_user.is_some()),
            ("env", !self.environment.is_empty()),
            ("args", !self.args.is_empty()),
            ("telemetry", self.telemetry.is_some()),
            ("base_directory", self.base_directory.is_some()),
            ("session_idle_timeout", self.session_idle_timeout.is_some()),
        ];
        for (option, _) in spawned.iter().filter(|(_, set)| *set) {
            problems.push(format!(
                "`{option}` and `{external}` exclude each other: `{option}` is for a CLI that \
                 this client starts"
            ));
        }
    }

    fn check_isolated(&self, problems: &mut Vec<String>) {
        if self.isolated && self.base_directory.is_none() {
            let text = "an isolated client has to name its `base_directory`: without one the CLI \
                        works in the `~/.copilot` of the user who runs it";
            problems.push(text.to_owned());
        }
    }

    fn check_tcp(&self, problems: &mut Vec<String>) {
        if self.cli_url.is_some() || self.transport.is_some() || self.transport_with.is_some() {
            return;
        }
        if self.use_stdio && self.port != 0 {
            problems.push(
                "`port` and `use_stdio(true)` exclude each other: add `use_stdio(false)`"
                    .to_owned(),
            );
        }
        if self.use_stdio && self.connection_token.is_some() {
            let text = "`connection_token` and `use_stdio(true)` exclude each other: set \
                        `cli_url`, or `use_stdio(false)`";
            problems.push(text.to_owned());
        }
    }

    fn check_values(&self, problems: &mut Vec<String>) {
        if let Some(Err(problem)) = self.cli_url.as_deref().map(server_address) {
            problems.push(problem);
        }
        let tokens =
            [("connection_token", &self.connection_token), ("github_token", &self.github_token)];
        for (option, _) in tokens
            .iter()
            .filter(|(_, token)| token.as_ref().is_some_and(|token| token.expose().is_empty()))
        {
            problems.push(format!("`{option}` is empty: leave it out or give a token"));
        }
        if self.session_idle_timeout.is_some_and(|after| after < Duration::from_secs(1)) {
            problems.push(
                "`session_idle_timeout` is less than a second: the CLI counts whole seconds"
                    .to_owned(),
            );
        }
        if self.start_timeout.is_zero() {
            problems.push("`start_timeout` is zero: no CLI answers in no time".to_owned());
        }
        if self.frame_limit == Some(0) {
            problems
                .push("`frame_limit` is zero: no message fits; the default is 256 MiB".to_owned());
        }
        if self.client_info.as_ref().is_some_and(|info| info.editor_name.is_empty()) {
            problems.push(
                "`client_info` has an empty name: leave it out or name the program".to_owned(),
            );
        }
        if self.session_database && self.session_fs.is_none() {
            let text = "`session_database` needs `session_fs`, `virtual_fs` or `session_store`: \
                        the database is one of the files that they keep";
            problems.push(text.to_owned());
        }
        if self.models.is_some() && self.on_list_models.is_some() {
            problems.push(
                "`models` and `on_list_models` exclude each other: set one of them".to_owned(),
            );
        }
    }

    /// Variables and arguments that another option would silently override.
    fn check_overruled(&self, problems: &mut Vec<String>) {
        let variables = [
            (GITHUB_TOKEN, "github_token", self.github_token.is_some()),
            (COPILOT_HOME, "base_directory", self.base_directory.is_some()),
            (CONNECTION_TOKEN, "connection_token", !self.use_stdio),
            (DISABLE_KEYTAR, "isolated", self.isolated),
        ];
        for (variable, option, _) in
            variables.iter().filter(|(name, _, set)| *set && self.environment.sets(name))
        {
            problems.push(format!(
                "`env` sets {variable}, and so does `{option}`: use `{option}` alone"
            ));
        }
        let traces = self.telemetry.iter().flat_map(Telemetry::variables);
        for (variable, _) in traces.filter(|(name, _)| self.environment.sets(name)) {
            problems.push(format!(
                "`env` sets {variable}, and so does `telemetry`: use `telemetry` alone"
            ));
        }
        for arg in self.args.0.iter().filter_map(|arg| OsStr::to_str(arg)) {
            let name = arg.split_once('=').map_or(arg, |(name, _)| name);
            for (_, instead) in OWN_ARGUMENTS.iter().filter(|(own, _)| *own == name) {
                problems.push(format!("`args` holds `{name}`: {instead}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{Secret, SecretList};

    #[test]
    fn options_that_contradict_each_other_are_all_named() {
        let options = Options {
            cli_url: Some("8080".into()),
            cli_path: Some("copilot".into()),
            github_token: Some(Secret::new("hunter2")),
            port: 1,
            ..Options::default()
        };
        assert_eq!(
            options.problems(),
            [
                "`cli_path` and `cli_url` exclude each other: `cli_path` is for a CLI that this \
                 client starts",
                "`port` and `cli_url` exclude each other: `port` is for a CLI that this client \
                 starts",
                "`github_token` and `cli_url` exclude each other: `github_token` is for a CLI \
                 that this client starts",
            ]
        );
        assert!(!format!("{options:?}").contains("hunter2"));
    }

    #[test]
    fn tcp_options_need_tcp() {
        let token = || Some(Secret::new("t"));
        let stdio = Options { port: 1, connection_token: token(), ..Options::default() };
        assert_eq!(
            stdio.problems(),
            [
                "`port` and `use_stdio(true)` exclude each other: add `use_stdio(false)`",
                "`connection_token` and `use_stdio(true)` exclude each other: set `cli_url`, or \
                 `use_stdio(false)`",
            ]
        );
        let tcp = Options { use_stdio: false, ..stdio };
        assert_eq!(tcp.problems(), [] as [&str; 0]);
        let external =
            Options { cli_url: Some("1".into()), connection_token: token(), ..Options::default() };
        assert_eq!(external.problems(), [] as [&str; 0]);
    }

    #[test]
    fn values_that_cannot_work_are_named() {
        let options = Options {
            github_token: Some(Secret::new("")),
            session_idle_timeout: Some(Duration::from_millis(900)),
            start_timeout: Duration::ZERO,
            frame_limit: Some(0),
            ..Options::default()
        };
        assert_eq!(
            options.problems(),
            [
                "`github_token` is empty: leave it out or give a token",
                "`session_idle_timeout` is less than a second: the CLI counts whole seconds",
                "`start_timeout` is zero: no CLI answers in no time",
                "`frame_limit` is zero: no message fits; the default is 256 MiB",
            ]
        );
    }

    #[test]
    fn an_isolated_client_names_the_directory_of_the_cli_that_it_starts() {
        let missing = "an isolated client has to name its `base_directory`: without one the CLI \
                       works in the `~/.copilot` of the user who runs it";
        let isolated = || Options { isolated: true, ..Options::default() };
        assert_eq!(isolated().problems(), [missing]);
        let placed = Options { base_directory: Some("/srv".into()), ..isolated() };
        let external = Options { cli_url: Some("1".into()), ..isolated() };
        assert_eq!([placed.problems(), external.problems()], [[""; 0], [""; 0]]);
        let mut keyring = placed;
        keyring.environment.set(DISABLE_KEYTAR, "0");
        let twice =
            "`env` sets COPILOT_DISABLE_KEYTAR, and so does `isolated`: use `isolated` alone";
        assert_eq!(keyring.problems(), [twice]);
    }

    #[test]
    fn what_another_option_would_overrule_is_named() {
        let mut options = Options {
            args: SecretList(vec![
                "--add-dir".into(),
                "/x".into(),
                "--port=7".into(),
                "--stdio".into(),
            ]),
            github_token: Some(Secret::new("t")),
            use_stdio: false,
            ..Options::default()
        };
        options.environment.set(GITHUB_TOKEN, "other");
        options.environment.set(CONNECTION_TOKEN, "other");
        options.environment.remove(COPILOT_HOME);
        options.telemetry = Some(Telemetry::file("/traces.jsonl"));
        options.environment.set("COPILOT_OTEL_EXPORTER_TYPE", "otlp-http");
        options.environment.set("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318");
        assert_eq!(
            options.problems(),
            [
                "`env` sets COPILOT_GITHUB_TOKEN, and so does `github_token`: use `github_token` \
                 alone",
                "`env` sets COPILOT_CONNECTION_TOKEN, and so does `connection_token`: use \
                 `connection_token` alone",
                "`env` sets COPILOT_OTEL_EXPORTER_TYPE, and so does `telemetry`: use `telemetry` \
                 alone",
                "`args` holds `--port`: use `port`",
                "`args` holds `--stdio`: use `use_stdio`",
            ]
        );
    }
}
