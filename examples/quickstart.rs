//! One conversation in which the model calls two functions of this program.
//!
//! Runs without an account: a scripted model replaces a real one unless `--live` is given.

use std::io::Write as _;
use std::path::PathBuf;

use copilot_sdk::event::EventData;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, Provider, SessionBuilder, data, tool, tools};
use copilot_sdk_examples::{Sandbox, cli_path};
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const HELP: &str = "\
usage: cargo run --example quickstart [-- --live]

Without --live a scripted model answers: no account, no key, no network, and nothing of your \
Copilot settings is touched.

--live uses the first of these that is set:
  OPENAI_API_KEY                     OpenAI (model: OPENAI_MODEL, default gpt-5)
  AZURE_OPENAI_KEY + AZURE_OPENAI_HOST  Azure OpenAI, host such as https://NAME.openai.azure.com \
  (AZURE_OPENAI_MODEL)
  ANTHROPIC_API_KEY                  Anthropic (ANTHROPIC_MODEL, default claude-sonnet-4-5)
  LOCAL_OPENAI_URL                   an OpenAI-compatible server, such as \
  http://localhost:11434/v1 (LOCAL_MODEL)
  COPILOT_GITHUB_TOKEN, GH_TOKEN or GITHUB_TOKEN, or your `copilot login`
";

/// What the weather will be.
#[data]
struct Forecast {
    summary: String,
    high_celsius: f32,
}

/// Get the weather forecast for a city.
#[tool]
async fn get_weather(
    /// City name, such as "Lisbon".
    city: String,
    /// Days ahead, 0 for today.
    #[arg(default)]
    days_ahead: u8,
) -> Forecast {
    Forecast { summary: format!("sunny in {city}, {days_ahead} days from now"), high_celsius: 18.5 }
}

/// The parameters of `read_file`.
#[data]
struct ReadFileParams {
    /// Path to the file, relative to the repository.
    path: PathBuf,
}

// `show_errors`: the model should know about a missing file. Off by default, because an error not
// written for the model may contain secrets.
/// Read a file from the repository.
#[tool(show_errors)]
async fn read_file(params: ReadFileParams) -> std::io::Result<String> {
    tokio::fs::read_to_string(params.path).await
}

#[tokio::main]
async fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => scripted().await,
        ["--live"] => live().await,
        ["--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        other => {
            eprintln!("quickstart: cannot make sense of {other:?}\n\n{HELP}");
            std::process::exit(2)
        }
    }
}

/// The conversation with a scripted model, in a sandbox: no account, no key, no access to the
/// user's files.
async fn scripted() -> Result {
    let sandbox = Sandbox::new()?;
    let client = sandbox.client().await?.start().await?;
    let model = ScriptedModel::start([
        ModelReply::tool("get_weather", json!({"city": "Lisbon", "days_ahead": 1})),
        ModelReply::tool("read_file", json!({"path": "Cargo.toml"})),
        ModelReply::chunks([
            "No rain ",
            "in Lisbon tomorrow, ",
            "so leave the coat; ",
            "and this is a Cargo workspace.",
        ])
        .usage(950, 21),
    ])
    .await?;
    println!(
        "model    scripted, on this machine; `-- --live` uses a real one, `-- --help` says which\n"
    );
    converse(&client, client.session().model("scripted").provider(model.provider())).await
}

/// The conversation with a real model.
async fn live() -> Result {
    let (what, session) = choose();
    let client = Client::builder().cli_path(cli_path().await?).start().await?;
    println!("model    {what}\n");
    converse(&client, session(client.session())).await
}

/// Sends a prompt and prints the reply as it is streamed, then the tools that ran.
async fn converse(client: &Client, session: SessionBuilder) -> Result {
    let session = session.streaming(true).tools(tools![get_weather, read_file]).create().await?;
    let prompt =
        "Do I need a coat in Lisbon tomorrow? And what does Cargo.toml in this directory describe?";
    println!("prompt   {prompt}\n");
    let mut turn = session.stream(prompt).await?;
    while let Some(event) = turn.next().await {
        match &event?.data {
            EventData::AssistantMessageDelta(delta) => print!("{}", delta.delta_content),
            EventData::ToolExecutionStart(call) => print!("[{}] ", call.tool_name),
            _ => {}
        }
        std::io::stdout().flush()?;
    }
    println!("\n");
    let reply = turn.reply().await?;
    for call in reply.tool_calls() {
        let arguments = call.arguments.as_ref().map_or("{}", |json| json.get());
        let first_line = call.output.lines().next().unwrap_or_default();
        println!("tool     {}({arguments}) -> {first_line}", call.name);
    }
    println!(
        "tokens   {} read, {} written",
        reply.usage().input_tokens,
        reply.usage().output_tokens
    );
    client.stop().await?;
    println!("stopped  no process is left behind");
    Ok(())
}

type Choice = (String, Box<dyn FnOnce(SessionBuilder) -> SessionBuilder>);

/// The first real model available in the environment, and its name.
fn choose() -> Choice {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let byok = |what: &str, model: String, provider: Provider| -> Choice {
        let name = format!("{what}, model {model}");
        (name, Box::new(move |session| session.model(model).provider(provider)))
    };
    if let Some(key) = variable("OPENAI_API_KEY") {
        let model = variable("OPENAI_MODEL").unwrap_or_else(|| "gpt-5".to_owned());
        return byok(
            "OpenAI (OPENAI_API_KEY)",
            model,
            Provider::openai("https://api.openai.com/v1").api_key(key),
        );
    }
    if let (Some(key), Some(host)) = (variable("AZURE_OPENAI_KEY"), variable("AZURE_OPENAI_HOST")) {
        let model = variable("AZURE_OPENAI_MODEL").unwrap_or_else(|| "gpt-5".to_owned());
        return byok("Azure OpenAI (AZURE_OPENAI_KEY)", model, Provider::azure(host).api_key(key));
    }
    if let Some(key) = variable("ANTHROPIC_API_KEY") {
        let model = variable("ANTHROPIC_MODEL").unwrap_or_else(|| "claude-sonnet-4-5".to_owned());
        return byok(
            "Anthropic (ANTHROPIC_API_KEY)",
            model,
            Provider::anthropic("https://api.anthropic.com").api_key(key),
        );
    }
    if let Some(url) = variable("LOCAL_OPENAI_URL") {
        let model = variable("LOCAL_MODEL").unwrap_or_else(|| "default".to_owned());
        return byok("a local server (LOCAL_OPENAI_URL)", model, Provider::local(url));
    }
    let token = ["COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"]
        .into_iter()
        .find(|name| variable(name).is_some());
    let what =
        token.map_or("your Copilot login".to_owned(), |name| format!("GitHub Copilot ({name})"));
    (what, Box::new(|session| session))
}
