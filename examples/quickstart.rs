//! One conversation in which the model calls two functions of this program.
//!
//! `cargo run --example quickstart`; a scripted model stands in for a real one.

use std::io::Write as _;
use std::path::PathBuf;

use copilot_sdk::event::EventData;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, SessionBuilder, data, tool, tools};
use copilot_sdk_examples::Example;
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

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

/// Where the file is.
#[data]
struct ReadFileParams {
    /// Path to the file, relative to the repository.
    path: PathBuf,
}

// `show_errors`: a missing file is something that the model should know about. Off by default,
// because the text of an error that was not written for the model may carry secrets.
/// Read a file from the repository.
#[tool(show_errors)]
async fn read_file(params: ReadFileParams) -> std::io::Result<String> {
    tokio::fs::read_to_string(params.path).await
}

#[tokio::main]
async fn main() -> Result {
    let example = Example::begin(include_str!("quickstart.rs"), &[])?;
    let client = example.client().await?;
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
    if !example.is_live() {
        println!("model    scripted, on this machine; `-- --live` uses a real one");
    }
    converse(&client, example.session(&client, &model)).await
}

/// One prompt, answered while it is printed; then the tools that ran.
async fn converse(client: &Client, session: SessionBuilder) -> Result {
    let session = session.streaming(true).tools(tools![get_weather, read_file]).create().await?;
    let prompt =
        "Do I need a coat in Lisbon tomorrow? And what does Cargo.toml in this directory describe?";
    println!("\nprompt   {prompt}\n");
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
