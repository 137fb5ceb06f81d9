//! Secrets that a program gives: where each of them can be found afterwards, and where it cannot.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use copilot_sdk::client::{ClientBuilder, LogLevel};
use copilot_sdk::github_token::GitHubTokenAnswer;
use copilot_sdk::mcp::McpServer;
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::provider::Provider;
use copilot_sdk::testing::{FakeGitHub, ModelReply, ScriptedModel};
use copilot_sdk::{Client, Error, ErrorKind, SessionBuilder, Tool, ToolError, cli};
use copilot_sdk_tests::{FakeCli, Log, Place, carriers};
use serde_json::json;

use super::mcp_http::McpHttp;
use super::mcp_server;

/// Every secret that can be given, under a text that stands nowhere else; the tokens of a
/// [`Stranger`] are made up by its GitHub.
const SECRETS: [(&str, &str); 18] = [
    ("GitHub token", "gho_canary7f3aGithub"),
    ("connection token", "canary7f3a-connection"),
    ("variable", "canary7f3a-variable"),
    ("COPILOT variable", "canary7f3a-copilot-variable"),
    ("GH_TOKEN", "gho_canary7f3aVariable"),
    ("GITHUB_TOKEN", "gho_canary7f3aOther"),
    ("OPENAI_API_KEY", "canary7f3a-openai"),
    ("ANTHROPIC_API_KEY", "canary7f3a-anthropic"),
    ("AZURE_OPENAI_API_KEY", "canary7f3a-azure"),
    ("COPILOT_PROVIDER_API_KEY", "canary7f3a-provider-variable"),
    ("COPILOT_PROVIDER_BEARER_TOKEN", "canary7f3a-env-bearer"),
    ("tool argument", "canary7f3a-tool-argument"),
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
struct Found {
    secrets: Vec<(&'static str, String)>,
    places: BTreeSet<(&'static str, &'static str)>,
}

impl Default for Found {
    fn default() -> Self {
        let secrets = SECRETS.map(|(name, canary)| (name, canary.to_owned())).into();
        Self { secrets, places: BTreeSet::new() }
    }
}

impl Found {
    fn look(&mut self, place: &'static str, text: &[u8]) {
        for (name, canary) in &self.secrets {
            if text.windows(canary.len()).any(|part| part == canary.as_bytes()) {
                self.places.insert((place, name));
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
    let builder = builder
        .github_token(secret("GitHub token"))
        .use_stdio(false)
        .connection_token(secret("connection token"))
        .env("SECRET_OF_THE_PROGRAM", secret("variable"))
        .env("COPILOT_OF_THE_PROGRAM", secret("COPILOT variable"))
        .env("GH_TOKEN", secret("GH_TOKEN"));
    KEPT_FROM_MCP.into_iter().fold(builder, |builder, name| builder.env(name, secret(name)))
}

/// Variables that the CLI keeps from MCP servers, and from its shells all but the first.
const KEPT_FROM_MCP: [&str; 6] = [
    "GITHUB_TOKEN",
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "AZURE_OPENAI_API_KEY",
    "COPILOT_PROVIDER_API_KEY",
    "COPILOT_PROVIDER_BEARER_TOKEN",
];

/// The variables of the environment of the CLI that hold a secret.
fn variables() -> impl Iterator<Item = &'static str> {
    ["connection token", "variable", "COPILOT variable", "GH_TOKEN"]
        .into_iter()
        .chain(KEPT_FROM_MCP)
}

/// A GitHub, and its tokens of a client, a session and a callback.
struct Stranger {
    github: FakeGitHub,
    tokens: [String; 3],
}

impl Stranger {
    async fn start(model: ScriptedModel, found: &mut Found) -> Self {
        let github = FakeGitHub::start(model).await.unwrap();
        let tokens = ["ann", "bob", "eve"].map(|login| github.issue_token(login));
        let names = ["client's own token", "session token", "token of a callback"];
        found.secrets.extend(names.into_iter().zip(tokens.iter().cloned()));
        Self { github, tokens }
    }

    fn client(&self, builder: ClientBuilder) -> ClientBuilder {
        let [own, ..] = &self.tokens;
        let variables = self.github.variables().into_iter();
        let builder = client(builder).github_token(own);
        variables.fold(builder, |builder, (name, value)| builder.env(name, value))
    }

    /// A session of each token.
    fn sessions(&self, client: &Client) -> [SessionBuilder; 3] {
        let [_, session, callback] = self.tokens.clone();
        let answer = GitHubTokenAnswer::token(callback, Duration::from_secs(2 * 3600));
        let new = || client.session().model("gpt-5").permissions(permission::approve_all());
        let called = new().on_github_token(move |_| {
            let answer = answer.clone();
            async move { Ok::<_, Error>(answer) }
        });
        [new(), new().github_token(session), called]
    }
}

fn provider(base_url: String) -> Provider {
    Provider::openai(base_url)
        .api_key(secret("provider key"))
        .bearer_token(secret("provider bearer"))
        .header("x-secret", secret("provider header"))
}

fn session(
    client: &Client,
    provider: Provider,
    http: &McpHttp,
    found: &mut Found,
) -> SessionBuilder {
    let servers = [
        ("local", mcp_server::echo().env("SECRET", secret("MCP variable"))),
        ("told", mcp_server::echo_with([secret("MCP argument")])),
        ("web", McpServer::http(http.http()).header("x-secret", secret("MCP header"))),
    ];
    found.debug(&servers);
    found.debug(&provider);
    let builder = client.session().model("scripted").provider(provider);
    servers.into_iter().fold(builder, |builder, (name, server)| builder.mcp_server(name, server))
}

/// What handlers were asked, as `Debug` shows it.
#[derive(Default)]
struct Asked(Arc<Mutex<Vec<String>>>);

impl Asked {
    /// A writer of questions, as a handler that says nothing.
    fn writer<T: Debug>(&self) -> impl Fn(T) + Send + Sync + Clone + use<T> {
        let asked = self.0.clone();
        move |question| asked.lock().unwrap().push(format!("{question:?} {question:#?}"))
    }

    /// A session with handlers, all of which are asked.
    fn with(&self, builder: SessionBuilder) -> SessionBuilder {
        let tool = |name: &'static str| Tool::new(name).description("Notes");
        let note = tool("note").raw_handler(|_| async { Ok::<_, ToolError>("noted") });
        let failing =
            tool("failing").raw_handler(|_| async { Err::<&str, _>(ToolError::new("full")) });
        let (before, after, failed) = (self.writer(), self.writer(), self.writer());
        let permission = self.writer();
        builder
            .tools([note, failing])
            .on_pre_tool_use(move |call| {
                before(call);
                async {}
            })
            .on_post_tool_use(move |call| {
                after(call);
                async {}
            })
            .on_post_tool_use_failure(move |call| {
                failed(call);
                async {}
            })
            .permissions(permission::ask(move |request| {
                permission(request);
                async { PermissionDecision::ApproveOnce }
            }))
    }
}

/// Starts, talks, fails in several ways and stops; what was found where.
async fn everything(level: Option<LogLevel>) -> Found {
    let (mut found, log, place) = (Found::default(), Log::capture_all(), Place::new());
    let temporary = place.work().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let hello = ScriptedModel::answering(|_| ModelReply::text("Hello.")).await.unwrap();
    let stranger = Stranger::start(hello, &mut found).await;
    let mut builder = stranger.client(place.client().await).env("TMPDIR", &temporary);
    if let Some(level) = level {
        builder = builder.log_level(level);
    }
    found.debug(&builder);
    let client = builder.start().await.unwrap();
    found.debug(&client);
    found.debug(&client.auth_status().await.unwrap());
    let mut signed_in = Vec::new();
    for builder in stranger.sessions(&client) {
        found.debug(&builder);
        let session = builder.create().await.unwrap();
        found.debug(&session.ask("Hi").await.unwrap());
        signed_in.push(session);
    }
    let callers = stranger.github.model().requests();
    let callers: Vec<_> = callers.iter().filter_map(|call| call.bearer_token()).collect();
    assert_eq!(callers, stranger.tokens.each_ref().map(String::as_str));

    let http = McpHttp::start().await;
    let calls = ["local-echo", "told-echo", "web-echo"];
    let calls = calls.map(|tool| ModelReply::tool(tool, json!({"text": "hi"})));
    let note = ModelReply::tool("note", json!({"text": secret("tool argument")}));
    let failing = ModelReply::tool("failing", json!({"text": secret("tool argument")}));
    let last = [note, failing, ModelReply::text("done"), ModelReply::error(401, "who are you?")];
    let model = ScriptedModel::start(calls.into_iter().chain(last)).await.unwrap();
    let asked = Asked::default();
    let session = asked.with(session(&client, provider(model.base_url()), &http, &mut found));
    found.debug(&session);
    let session = session.create().await.unwrap();
    found.debug(&session);
    let reply = session.ask("go").await.unwrap();
    found.processes(&place);
    found.look("Debug of a reply", format!("{reply:?}").as_bytes());
    let asked = asked.0.lock().unwrap().clone();
    assert_eq!(asked.len(), 3 * 5, "{asked:#?}");
    for question in asked {
        found.look("Debug", question.as_bytes());
    }
    let refused: Error = session.ask("again").await.unwrap_err();
    found.error(&refused);
    client.stop().await.unwrap();

    drop(signed_in);
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
fn needed() -> BTreeSet<(&'static str, &'static str)> {
    let of_cli = variables().map(|name| ("environment of the CLI", name));
    of_cli.chain(NEEDED_ELSEWHERE).collect()
}

const NEEDED_ELSEWHERE: [(&str, &str); 7] = [
    ("command line of MCP servers", "MCP argument"),
    ("environment of MCP servers", "MCP variable"),
    // They inherit what the CLI does not know to be a secret.
    ("environment of MCP servers", "variable"),
    ("environment of MCP servers", "COPILOT variable"),
    ("environment of MCP servers", "GH_TOKEN"),
    // The conversation.
    ("state of the CLI", "tool argument"),
    ("Debug of a reply", "tool argument"),
];

#[tokio::test]
async fn a_secret_is_only_where_it_is_needed() {
    assert_eq!(everything(None).await.places, needed());
}

#[tokio::test]
async fn the_detailed_log_of_the_cli_holds_the_secrets_of_mcp_servers() {
    let logged = ["MCP argument", "MCP header", "MCP variable", "tool argument"];
    let logged = logged.map(|name| ("log of the CLI", name));
    for level in [LogLevel::Debug, LogLevel::All] {
        let expected = needed().into_iter().chain(logged).collect();
        assert_eq!(everything(Some(level)).await.places, expected, "{level:?}");
    }
    assert_eq!(everything(Some(LogLevel::Info)).await.places, needed());
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
    assert_eq!(found.places, BTreeSet::new());
}

#[tokio::test]
async fn a_shell_of_the_agent_finds_what_the_environment_of_the_cli_holds() {
    let (mut found, place) = (Found::default(), Place::new());
    let shell = |command: &str| {
        ModelReply::tool("bash", json!({"command": command, "description": "look", "mode": "sync"}))
    };
    let parent = "tr '\\0' '\\n' < /proc/$PPID/environ";
    let replies = || [shell("env"), shell(parent), ModelReply::text("done")];
    let models = [(); 3].into_iter().flat_map(|()| replies());
    let stranger = Stranger::start(ScriptedModel::start(models).await.unwrap(), &mut found).await;
    let client = stranger.client(place.client().await).start().await.unwrap();
    let http = McpHttp::start().await;
    let model = ScriptedModel::start(replies()).await.unwrap();
    let own = session(&client, provider(model.base_url()), &http, &mut found);
    let own = own.permissions(permission::approve_all());
    for builder in stranger.sessions(&client).into_iter().chain([own]) {
        builder.create().await.unwrap().ask("go").await.unwrap();
    }
    client.stop().await.unwrap();
    for requests in [stranger.github.model().requests(), model.requests()] {
        for turn in requests.chunks(replies().len()) {
            let results = turn.last().unwrap().tool_results();
            assert_eq!(results.len(), 2);
            for (place, result) in ["its own", "its parent's"].into_iter().zip(&results) {
                found.look(place, result.text.as_bytes());
            }
        }
    }
    let own = ["variable", "COPILOT variable", "GH_TOKEN", "GITHUB_TOKEN"];
    let own = own.into_iter().map(|name| ("its own", name));
    let expected = own.chain(variables().map(|name| ("its parent's", name)));
    assert_eq!(found.places, expected.collect());
}
