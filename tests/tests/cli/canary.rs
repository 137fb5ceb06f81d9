//! Secrets that a program gives: where each of them can be found afterwards, and where it cannot.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::Path;

use copilot_sdk::client::{ClientBuilder, LogLevel};
use copilot_sdk::mcp::McpServer;
use copilot_sdk::permission;
use copilot_sdk::provider::Provider;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, Error, ErrorKind, Session, cli};
use copilot_sdk_tests::{FakeCli, Log, Place, carriers};
use serde_json::json;

use super::mcp_http::McpHttp;
use super::mcp_server;

/// Every secret that can be given, under a text that stands nowhere else.
const SECRETS: [(&str, &str); 9] = [
    ("GitHub token", "gho_canary7f3aGithub"),
    ("connection token", "canary7f3a-connection"),
    ("variable", "canary7f3a-variable"),
    ("provider key", "canary7f3a-key"),
    ("provider bearer", "canary7f3a-bearer"),
    ("provider header", "canary7f3a-header"),
    ("MCP variable", "canary7f3a-mcp-variable"),
    ("MCP argument", "canary7f3a-mcp-argument"),
    ("MCP header", "canary7f3a-mcp-header"),
];

fn secret(name: &str) -> &'static str {
    SECRETS.iter().find(|(known, _)| *known == name).unwrap().1
}

/// Which secrets were found in which places.
#[derive(Default)]
struct Found(BTreeSet<(&'static str, &'static str)>);

impl Found {
    fn look(&mut self, place: &'static str, text: &[u8]) {
        for (name, canary) in SECRETS {
            if text.windows(canary.len()).any(|part| part == canary.as_bytes()) {
                self.0.insert((place, name));
            }
        }
    }

    fn debug(&mut self, value: &impl Debug) {
        self.look("Debug", format!("{value:?} {value:#?}").as_bytes());
    }

    /// The text of an error and of all that is behind it.
    fn error(&mut self, error: &impl std::error::Error) {
        self.look("errors", format!("{error} {error:?}").as_bytes());
        let mut source = error.source();
        while let Some(cause) = source {
            self.look("errors", format!("{cause} {cause:?}").as_bytes());
            source = cause.source();
        }
    }

    /// The files below a directory, without the CLI's own code.
    fn files(&mut self, place: &'static str, directory: &Path) {
        for entry in std::fs::read_dir(directory).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("pkg") {
                let place = if path.ends_with("logs") { "log of the CLI" } else { place };
                self.files(place, &path);
            } else if path.is_file() {
                self.look(place, &std::fs::read(path).unwrap_or_default());
            }
        }
    }

    fn processes(&mut self, place: &Place) {
        for pid in carriers(place) {
            let read =
                |file: &str| std::fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
            let command = read("cmdline");
            let is_cli = String::from_utf8_lossy(&command).contains("--headless");
            let [line, environment] = if is_cli {
                ["command line of the CLI", "environment of the CLI"]
            } else {
                ["command line of MCP servers", "environment of MCP servers"]
            };
            self.look(line, &command);
            self.look(environment, &read("environ"));
        }
    }
}

/// A client that knows every secret, over TCP.
fn client(builder: ClientBuilder) -> ClientBuilder {
    // No request leaves this machine.
    let builder = ["COPILOT_API_URL", "COPILOT_DEBUG_GITHUB_API_URL", "HTTPS_PROXY"]
        .iter()
        .fold(builder, |builder, name| builder.env(name, "http://127.0.0.1:1"));
    builder
        .github_token(secret("GitHub token"))
        .use_stdio(false)
        .connection_token(secret("connection token"))
        .env("SECRET_OF_THE_PROGRAM", secret("variable"))
}

fn provider(base_url: String) -> Provider {
    Provider::openai(base_url)
        .api_key(secret("provider key"))
        .bearer_token(secret("provider bearer"))
        .header("x-secret", secret("provider header"))
}

async fn session(
    client: &Client,
    provider: Provider,
    http: &McpHttp,
    found: &mut Found,
) -> Session {
    let servers = [
        ("local", mcp_server::echo().env("SECRET", secret("MCP variable"))),
        ("told", mcp_server::echo_with([secret("MCP argument")])),
        ("web", McpServer::http(http.http()).header("x-secret", secret("MCP header"))),
    ];
    found.debug(&servers);
    found.debug(&provider);
    let builder = client.session().model("scripted").provider(provider);
    let builder = servers
        .into_iter()
        .fold(builder, |builder, (name, server)| builder.mcp_server(name, server))
        .permissions(permission::approve_all());
    found.debug(&builder);
    builder.create().await.unwrap()
}

/// Starts, talks, fails in several ways and stops; what was found where.
async fn everything(level: Option<LogLevel>) -> Found {
    let (mut found, log, place) = (Found::default(), Log::capture_all(), Place::new());
    let temporary = place.work().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let mut builder = client(place.client().await).env("TMPDIR", &temporary);
    if let Some(level) = level {
        builder = builder.log_level(level);
    }
    found.debug(&builder);
    let client = builder.start().await.unwrap();
    found.debug(&client);

    let http = McpHttp::start().await;
    let calls = ["local-echo", "told-echo", "web-echo"];
    let calls = calls.map(|tool| ModelReply::tool(tool, json!({"text": "hi"})));
    let replies =
        calls.into_iter().chain([ModelReply::text("done"), ModelReply::error(401, "who are you?")]);
    let model = ScriptedModel::start(replies).await.unwrap();
    let session = session(&client, provider(model.base_url()), &http, &mut found).await;
    found.debug(&session);
    let reply = session.ask("go").await.unwrap();
    found.processes(&place);
    found.debug(&reply);
    let refused: Error = session.ask("again").await.unwrap_err();
    found.error(&refused);
    client.stop().await.unwrap();

    for line in log.complaints() {
        found.look("log of this program", line.as_bytes());
    }
    found.files("state of the CLI", &place.copilot_home());
    found.files("state of the CLI", place.copilot_home().parent().unwrap());
    found.files("temporary files", place.work());
    let cache = cli::install().await.unwrap();
    found.files("cache of the CLI", &cache.ancestors().nth(3).unwrap().join("unpacked"));
    found
}

/// Where the CLI and the MCP servers need them.
const NEEDED: [(&str, &str); 5] = [
    ("command line of MCP servers", "MCP argument"),
    ("environment of MCP servers", "MCP variable"),
    // They inherit what the CLI hides from its shells only in part.
    ("environment of MCP servers", "variable"),
    ("environment of the CLI", "connection token"),
    ("environment of the CLI", "variable"),
];

#[tokio::test]
async fn a_secret_is_only_where_it_is_needed() {
    assert_eq!(everything(None).await.0, NEEDED.into());
}

#[tokio::test]
async fn the_detailed_log_of_the_cli_holds_the_secrets_of_mcp_servers() {
    let logged =
        ["MCP argument", "MCP header", "MCP variable"].map(|name| ("log of the CLI", name));
    for level in [LogLevel::Debug, LogLevel::All] {
        let expected = NEEDED.into_iter().chain(logged).collect();
        assert_eq!(everything(Some(level)).await.0, expected, "{level:?}");
    }
    assert_eq!(everything(Some(LogLevel::Info)).await.0, NEEDED.into());
}

#[tokio::test]
async fn no_mistake_tells_a_secret() {
    let (mut found, fake) = (Found::default(), FakeCli::new("exit 1"));
    let error = client(fake.client()).start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Start);
    found.error(&error);
    let error = client(Client::builder()).cli_url("https://host:1").build().unwrap_err();
    found.error(&error);

    let place = Place::new();
    let client = client(place.client().await).start().await.unwrap();
    let odd = |name: &str| format!("{}\n", secret(name));
    let provider = provider("nowhere".to_owned()).header("x-odd", odd("provider header"));
    let server = McpServer::http("nowhere").header("x-odd", odd("MCP header"));
    let server = server.args([secret("MCP argument")]).env("SECRET", secret("MCP variable"));
    let builder = client.session().model("m").provider(provider).mcp_server("srv", server);
    let error = builder.github_token(secret("GitHub token")).create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.problems().len() > 3, "{error}");
    found.error(&error);
    client.stop().await.unwrap();
    assert_eq!(found.0, BTreeSet::new());
}

#[tokio::test]
async fn a_shell_of_the_agent_finds_what_the_environment_of_the_cli_holds() {
    let (mut found, place) = (Found::default(), Place::new());
    let client = client(place.client().await).start().await.unwrap();
    let http = McpHttp::start().await;
    let shell = |command: &str| {
        ModelReply::tool("bash", json!({"command": command, "description": "look", "mode": "sync"}))
    };
    let parent = "tr '\\0' '\\n' < /proc/$PPID/environ";
    let replies = [shell("env"), shell(parent), ModelReply::text("done")];
    let model = ScriptedModel::start(replies).await.unwrap();
    let session = session(&client, provider(model.base_url()), &http, &mut found).await;
    session.ask("go").await.unwrap();
    client.stop().await.unwrap();
    let requests = model.requests();
    let results = requests.last().unwrap().tool_results();
    for (place, result) in ["its own", "its parent's"].into_iter().zip(&results) {
        found.look(place, result.text.as_bytes());
    }
    let expected = [
        ("its own", "variable"),
        ("its parent's", "connection token"),
        ("its parent's", "variable"),
    ];
    assert_eq!(found.0, expected.into());
}
