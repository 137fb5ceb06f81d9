//! One conversation in which the model calls two functions of this program.
//!
//! Runs without an account: a scripted model stands in for a real one unless `--live` is given.

use std::io::Write as _;
use std::path::PathBuf;

use copilot_sdk::event::EventData;
use copilot_sdk::testing::{Reply, ScriptedModel};
use copilot_sdk::{Client, Provider, Result, SessionBuilder, data, tool, tools};
use copilot_sdk_examples::{Sandbox, cli_path};
use serde_json::json;

const HELP: &str = "\
usage: cargo run --example quickstart [-- --live]

Without --live a scripted model answers: no account, no key, no network, and nothing of your Copilot settings is touched.

--live uses the first of these that is set:
  OPENAI_API_KEY                     OpenAI (model: OPENAI_MODEL, default gpt-5)
  AZURE_OPENAI_KEY + AZURE_OPENAI_HOST  Azure OpenAI, host such as https://NAME.openai.azure.com (AZURE_OPENAI_MODEL)
  ANTHROPIC_API_KEY                  Anthropic (ANTHROPIC_MODEL, default claude-sonnet-4-5)
  LOCAL_OPENAI_URL                   an OpenAI-compatible server, such as http://localhost:11434/v1 (LOCAL_MODEL)
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
    let rainy = (city.len() + usize::from(days_ahead)).is_multiple_of(2);
    Forecast { summary: if rainy { "rain" } else { "sun" }.to_owned(), high_celsius: 18.5 }
}

/// Where the file is.
#[data]
struct ReadFileParams {
    /// Path to the file, relative to the repository.
    path: PathBuf,
}

// `show_errors`: a missing file is something that the model should know about. Off by default, because the text of an
// error that was not written for the model may carry secrets.
/// Read a file from the repository.
#[tool(show_errors)]
async fn read_file(params: ReadFileParams) -> std::io::Result<String> {
    tokio::fs::read_to_string(params.path).await
}

#[tokio::main]
async fn main() -> Result<()> {
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
