//! "Installation" and "`CopilotClient`": each option, in what a CLI sees of it that notes down how
//! it was started.

use std::process::Command;

use copilot_sdk::client::{ClientBuilder, LogLevel};
use copilot_sdk::{Client, ErrorKind};
use copilot_sdk_tests::{FakeCli, Place};

/// Notes down how it was started, and answers two calls.
const RECORDER: &str = r#"
printf '%s\n' "$@" > "$FAKE/argv"; env > "$FAKE/env"; pwd > "$FAKE/cwd"
greet; hear; answer '{"message":"pong: hello","timestamp":"2026-01-01T00:00:00Z"}'; cat >/dev/null
"#;

fn has_line(text: &str, line: &str) -> bool {
    text.lines().any(|each| each == line)
}

#[tokio::test]
async fn the_snippets_options_are_what_the_cli_is_started_with() {
    let (fake, place) = (FakeCli::new(RECORDER), Place::new());
    let client = fake
        .client_on_path()
        .cli_path("copilot")
        .env("GH_TOKEN", "gho_other")
        .env("GITHUB_TOKEN", "gho_other")
        .cwd(place.work())
        .port(0)
        .use_stdio(true)
        .log_level(LogLevel::Info)
        .auto_start(true)
        .github_token("ghp_seed")
        .use_logged_in_user(true)
        .build()
        .unwrap();
    client.connect().await.unwrap();
    assert_eq!(client.ping("hello").await.unwrap().message, "pong: hello");
    client.stop().await.unwrap();
    let argv = "--headless\n--no-auto-update\n--log-level\ninfo\n--stdio\n";
    assert_eq!(fake.noted("argv"), argv);
    let environment = fake.noted("env");
    assert!(!environment.contains("ghp_seed"), "the token goes over the pipe");
    assert!(
        has_line(&environment, "GH_TOKEN=gho_other"),
        "the others are for the tools that the CLI runs"
    );
    assert_eq!(
        fake.noted("cwd").trim_end(),
        place.work().canonicalize().unwrap().to_str().unwrap()
    );
    assert!(!format!("{client:?}").contains("ghp_seed"));
}

#[tokio::test]
async fn by_default_it_is_stdio_and_the_login_of_the_user_unless_there_is_a_token() {
    for (token, argv) in [
        (None, "--headless\n--no-auto-update\n--stdio\n"),
        (Some("ghp_seed"), "--headless\n--no-auto-update\n--stdio\n--no-auto-login\n"),
    ] {
        let fake = FakeCli::new(RECORDER);
        let client = token.into_iter().fold(fake.client(), ClientBuilder::github_token);
        client.start().await.unwrap().stop().await.unwrap();
        assert_eq!(fake.noted("argv"), argv);
    }
    let fake = FakeCli::new(RECORDER);
    fake.client().use_logged_in_user(false).start().await.unwrap().stop().await.unwrap();
    assert!(has_line(&fake.noted("argv"), "--no-auto-login"));
}

#[tokio::test]
async fn without_cli_path_it_is_the_environments_and_then_copilot_in_path() {
    let by_variable = FakeCli::new(RECORDER);
    let client = by_variable
        .client_without_path()
        .env("COPILOT_CLI_PATH", "/bin/sh")
        .env("PATH", "/usr/bin:/bin");
    client.start().await.unwrap().stop().await.unwrap();
    assert_eq!(by_variable.starts(), 1);

    let by_path = FakeCli::new(RECORDER);
    by_path
        .client_on_path()
        .env_remove("COPILOT_CLI_PATH")
        .start()
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    assert_eq!(by_path.starts(), 1);
}

/// `Client::start` looks into the environment of its program, which a test must not change: a
/// second process runs this again, with another one.
#[tokio::test]
async fn start_without_options_starts_what_the_environment_names() {
    const AGAIN: &str = "COPILOT_SDK_SEED_START";
    if std::env::var_os(AGAIN).is_some() {
        let client = Client::start().await.unwrap();
        assert_eq!(client.ping("hello").await.unwrap().message, "pong: hello");
        return client.stop().await.unwrap();
    }
    let fake = FakeCli::new(RECORDER);
    let test = "client::start_without_options_starts_what_the_environment_names";
    let mut again = Command::new(std::env::current_exe().unwrap());
    again
        .args(["--exact", test])
        .env(AGAIN, "1")
        .env("PATH", fake.path())
        .env_remove("COPILOT_CLI_PATH");
    let output = again.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(
        (fake.starts(), &*fake.noted("argv")),
        (1, "--headless\n--no-auto-update\n--stdio\n")
    );
}

#[tokio::test]
async fn auto_start_decides_whether_the_first_use_starts_the_cli() {
    let fake = FakeCli::new(RECORDER);
    let client = fake.client().build().unwrap();
    assert_eq!(fake.starts(), 0);
    assert_eq!(client.ping("hello").await.unwrap().message, "pong: hello");
    client.stop().await.unwrap();
    assert_eq!(fake.starts(), 1);

    let fake = FakeCli::new(RECORDER);
    let client = fake.client().auto_start(false).build().unwrap();
    let error = client.ping("hello").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert_eq!(fake.starts(), 0);
    client.connect().await.unwrap();
    assert_eq!(client.ping("hello").await.unwrap().message, "pong: hello");
    client.stop().await.unwrap();
}

#[tokio::test]
async fn over_tcp_the_cli_takes_the_port_and_cli_url_uses_the_server_that_runs() {
    let place = Place::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = place
        .client()
        .await
        .use_stdio(false)
        .port(port)
        .connection_token("shared")
        .start()
        .await
        .unwrap();
    let client = Client::builder().cli_url(format!("localhost:{port}")).connection_token("shared");
    let client = client.start().await.unwrap();
    assert_eq!(client.ping("hello").await.unwrap().message, "pong: hello");
    client.stop().await.unwrap();
    assert_eq!(server.ping("still there").await.unwrap().message, "pong: still there");
    server.stop().await.unwrap();

    let fake = FakeCli::new("printf '%s\\n' \"$@\" > \"$FAKE/argv\"; exit 1");
    fake.client().use_stdio(false).port(8080).start().await.unwrap_err();
    assert_eq!(fake.noted("argv"), "--headless\n--no-auto-update\n--port\n8080\n");
}

#[test]
fn options_that_contradict_each_other_are_named() {
    let error =
        Client::builder().cli_url("localhost:8080").cli_path("copilot").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(
        error.to_string().contains("cli_url") && error.to_string().contains("cli_path"),
        "{error}"
    );
    let error = Client::builder().port(8080).build().unwrap_err();
    assert!(error.to_string().contains("use_stdio(false)"), "{error}");
}
