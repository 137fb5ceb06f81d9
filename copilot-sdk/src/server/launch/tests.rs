use super::*;
use crate::client::LogLevel;

#[test]
fn arguments_follow_the_options() {
    let texts = |options: &Options, stdin| {
        arguments(options, stdin)
            .into_iter()
            .map(|arg| arg.into_string().unwrap_or_default())
            .collect::<Vec<_>>()
    };
    let plain = Options::default();
    assert_eq!(texts(&plain, Stdin::Piped), ["--headless", "--no-auto-update", "--stdio"]);
    let full = Options {
        log_level: Some(LogLevel::Debug),
        port: 4000,
        github_token: Some(Secret::new("secret")),
        github_token_in_environment: true,
        session_idle_timeout: Some(Duration::from_secs(90)),
        ..Options::default()
    };
    assert_eq!(
        texts(&full, Stdin::Null),
        [
            "--headless",
            "--no-auto-update",
            "--log-level",
            "debug",
            "--port",
            "4000",
            "--auth-token-env",
            "COPILOT_GITHUB_TOKEN",
            "--no-auto-login",
            "--session-idle-timeout",
            "90"
        ]
    );
}
