//! Resuming: the program and its CLI exit, and a later run continues the same conversation.
//!
//! `cargo run --example resume`; a scripted model reports what it remembers.

use copilot_sdk::client::SessionFilter;
use copilot_sdk::event::EventData;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, SessionBuilder, tool, tools};
use copilot_sdk_examples::Sandbox;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A fixed id, so that the next run of the program knows it.
const ID: &str = "nightly-report";

/// Read the figures of today.
#[tool]
async fn figures() -> &'static str {
    "42 visitors"
}

/// The CLI does not store tools, handlers and keys: set them for `create` and `resume` alike.
fn options(client: &Client, model: &ScriptedModel) -> SessionBuilder {
    client.session().model("scripted").provider(model.provider()).tools(tools![figures])
}

#[tokio::main]
async fn main() -> Result {
    let sandbox = Sandbox::new()?;
    let model = ScriptedModel::answering(|request| {
        let prompts = request.user_texts();
        ModelReply::text(format!("So far you told me: {}", prompts.join(" / ")))
    })
    .await?;

    println!("-- the first CLI");
    let client = sandbox.client().await?.start().await?;
    let session = options(&client, &model).session_id(ID).create().await?;
    println!("reply    {}", session.ask("My name is Ada.").await?);
    client.stop().await?;
    println!("stopped  its process is gone, the session stays on disk\n");

    println!("-- the second CLI");
    let client = sandbox.client().await?.start().await?;
    for kept in client.sessions(SessionFilter::default()).await? {
        println!("kept     {}", kept.session_id);
    }
    // To continue pending tool calls and permission requests, add `.continue_pending_work(true)`.
    let session = options(&client, &model).resume(ID).await?;
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
