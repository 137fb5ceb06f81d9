//! Several concurrent sessions on one CLI: three agents with different roles work on the same
//! question.
//!
//! `cargo run --example sessions`; a scripted model plays all three.

use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, Provider, tool, tools};
use copilot_sdk_examples::Sandbox;
use serde_json::json;
use tokio::task::JoinSet;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Look up what a city is known for.
#[tool]
async fn look_up(city: String, topic: String) -> String {
    format!("{city} has good {topic}")
}

/// Runs one agent. A `Client` is a handle and cheap to clone.
async fn research(
    client: Client,
    provider: Provider,
    topic: &'static str,
) -> copilot_sdk::Result<String> {
    let session = client
        .session()
        .model("scripted")
        .provider(provider)
        .session_id(format!("on-{topic}"))
        .system_message(format!("You are an expert on {topic}."))
        .tools(tools![look_up])
        .create()
        .await?;
    let reply = session.ask("What should I not miss in Lisbon?").await?;
    session.disconnect().await?;
    Ok(format!("{}: {reply} ({} tool call)", session.id(), reply.tool_calls().len()))
}

#[tokio::main]
async fn main() -> Result {
    let sandbox = Sandbox::new()?;
    let client = sandbox.client().await?.start().await?;
    // Each agent is recognized by its system message, whichever comes first.
    let model = ScriptedModel::answering(|request| {
        let system = request.system();
        let topic = ["food", "music", "museums"]
            .into_iter()
            .find(|topic| system.contains(&format!("expert on {topic}")));
        match request.tool_results().last() {
            None => ModelReply::tool("look_up", json!({"city": "Lisbon", "topic": topic})),
            Some(result) => ModelReply::text(format!("I found that {}.", result.text)),
        }
    })
    .await?;

    let mut agents = JoinSet::new();
    for topic in ["food", "music", "museums"] {
        agents.spawn(research(client.clone(), model.provider(), topic));
    }
    // In order of completion. If an agent fails, only its own result is an error.
    while let Some(outcome) = agents.join_next().await {
        match outcome? {
            Ok(line) => println!("{line}"),
            Err(error) => println!("failed: {error}"),
        }
    }
    println!("{} model requests in all, one CLI", model.requests().len());
    client.stop().await?;
    Ok(())
}
