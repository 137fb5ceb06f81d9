//! A chat in the terminal: each line is a prompt, and replies are streamed. Ctrl-D ends it.
//!
//! `cargo run --example chat` uses a scripted model; `cargo run --example chat -- --live` uses your
//! Copilot login.

use std::io::Write as _;

use copilot_sdk::event::EventData;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, Session, SessionBuilder};
use copilot_sdk_examples::{Sandbox, cli_path, read_line};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result {
    if std::env::args().any(|argument| argument == "--live") {
        let client = Client::builder().cli_path(cli_path().await?).start().await?;
        return chat(&client, client.session()).await;
    }
    let sandbox = Sandbox::new()?;
    let client = sandbox.client().await?.start().await?;
    let model = ScriptedModel::answering(|request| {
        let prompts = request.user_texts();
        let last = prompts.last().map_or("nothing", String::as_str);
        ModelReply::text(format!(
            "You said: {last} (prompt {} of this conversation)",
            prompts.len()
        ))
        .usage(90, 12)
    })
    .await?;
    chat(&client, client.session().model("scripted").provider(model.provider())).await
}

async fn chat(client: &Client, session: SessionBuilder) -> Result {
    let session = session.streaming(true).create().await?;
    while let Some(prompt) = read_line("\nyou      ").await? {
        if let Err(error) = answer(&session, &prompt).await {
            println!("\nfailed   {error}"); // such as a model that refuses: the chat goes on
        }
    }
    println!("\nbye");
    client.stop().await?;
    Ok(())
}

/// Prints a reply as it is streamed, with the tools that run in between.
async fn answer(session: &Session, prompt: &str) -> Result {
    print!("agent    ");
    let mut turn = session.stream(prompt).await?;
    while let Some(event) = turn.next().await {
        let event = event?;
        // Messages of sub-agents are not meant for the user.
        if !event.is_root() {
            continue;
        }
        match &event.data {
            EventData::AssistantMessageDelta(delta) => print!("{}", delta.delta_content),
            EventData::ToolExecutionStart(call) => print!("[{}] ", call.tool_name),
            _ => {}
        }
        std::io::stdout().flush()?;
    }
    let usage = turn.reply().await?.usage();
    println!("\n         ({} tokens read, {} written)", usage.input_tokens, usage.output_tokens);
    Ok(())
}
