//! Resume: the program and its CLI go away, and a later one goes on with the same conversation.
//!
//! `cargo run --example resume`; a scripted model says what it remembers.

use copilot_sdk::client::SessionFilter;
use copilot_sdk::event::EventData;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, SessionBuilder, tool, tools};
use copilot_sdk_examples::Example;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The id is ours, so the next run of the program knows it too.
const ID: &str = "nightly-report";

/// Read the figures of today.
#[tool]
async fn figures() -> &'static str {
    "42 visitors"
}

/// Tools, handlers and keys are this program's and not kept by the CLI: the same for `create` and
/// `resume`.
fn options(example: &Example, client: &Client, model: &ScriptedModel) -> SessionBuilder {
    example.session(client, model).tools(tools![figures])
}

#[tokio::main]
async fn main() -> Result {
    let example = Example::begin(include_str!("resume.rs"), &[])?;
    let model = ScriptedModel::answering(|request| {
        let prompts = request.user_texts();
        ModelReply::text(format!("So far you told me: {}", prompts.join(" / ")))
    })
    .await?;

    println!("-- the first CLI");
    let client = example.client().await?;
    let session = options(&example, &client, &model).session_id(ID).create().await?;
    println!("reply    {}", session.ask("My name is Ada.").await?);
    client.stop().await?;
    println!("stopped  its process is gone, the session stays on disk\n");

    println!("-- the second CLI");
    let client = example.client().await?;
    for kept in client.sessions(SessionFilter::default()).await? {
        println!("kept     {}", kept.session_id);
    }
    // With work that was left open (a tool call, a permission), add `.continue_pending_work(true)`.
    let session = options(&example, &client, &model).resume(ID).await?;
    for event in session.history().await? {
        match event.data {
            EventData::UserMessage(message) => println!("history  user: {}", message.content),
            EventData::AssistantMessage(message) => println!("history  agent: {}", message.content),
            _ => {}
        }
    }
    println!("reply    {}", session.ask("What is my name?").await?);
    client.stop().await?;
    Ok(())
}
