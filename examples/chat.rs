//! A chat in the terminal: each line is a prompt, and the reply is shown while it is written.
//! Ctrl-D ends it.
//!
//! `cargo run --example chat`; a scripted model answers.

use std::io::Write as _;

use copilot_sdk::event::EventData;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, Session, SessionBuilder};
use copilot_sdk_examples::{Example, read_line};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result {
    let example = Example::begin(include_str!("chat.rs"), &[])?;
    let client = example.client().await?;
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
    chat(&client, example.session(&client, &model)).await
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

/// Shows one reply, piece by piece, with the tools that run in between.
async fn answer(session: &Session, prompt: &str) -> Result {
    print!("agent    ");
    let mut turn = session.stream(prompt).await?;
    while let Some(event) = turn.next().await {
        let event = event?;
        // What sub-agents say is not said to the user.
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
