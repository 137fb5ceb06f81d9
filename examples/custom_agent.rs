//! A custom agent: the session's agent delegates work to a reviewer with its own prompt and tools.
//!
//! `cargo run --example custom_agent`; a scripted model plays both, and the events show which agent
//! they belong to.

use copilot_sdk::agent::CustomAgent;
use copilot_sdk::event::EventData;
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::{permission, tool, tools};
use copilot_sdk_examples::Sandbox;
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const PROMPT: &str = "You review changes. Name each defect with its line.";

/// Show the change to review.
#[tool]
async fn show_change() -> &'static str {
    "12: let file = File::open(path).unwrap();"
}

/// The replies of the two agents; the reviewer is recognized by its prompt.
fn script(request: &ModelRequest) -> ModelReply {
    let work = json!({"agent_type": "reviewer", "name": "review", "description": "review the change",
        "prompt": "Review the change", "mode": "sync"});
    let is_reviewer = request.system().contains(PROMPT);
    match (is_reviewer, request.tool_results().last()) {
        (false, None) => ModelReply::tool("task", work),
        (false, Some(_)) => {
            ModelReply::text("The reviewer found one defect: an `unwrap` in line 12.")
        }
        (true, None) => ModelReply::tool("show_change", json!({})),
        (true, Some(change)) => ModelReply::text(format!("One defect, `unwrap`: {}", change.text)),
    }
}

#[tokio::main]
async fn main() -> Result {
    let sandbox = Sandbox::new()?;
    let client = sandbox.client().await?.start().await?;
    let model = ScriptedModel::answering(script).await?;

    let reviewer =
        CustomAgent::new("reviewer", PROMPT).description("Reviews changes").tools(["show_change"]);
    let session = client.session().model("scripted").provider(model.provider());
    let session = session
        .tools(tools![show_change])
        .custom_agent(reviewer)
        .permissions(permission::allow_own_tools())
        .create()
        .await?;
    let mut turn = session.stream("Is my change good?").await?;
    while let Some(event) = turn.next().await {
        let event = event?;
        let who = if event.agent_id.is_some() { "reviewer" } else { "agent" };
        match &event.data {
            EventData::ToolExecutionStart(call) => println!("{who:<9}calls {}", call.tool_name),
            EventData::AssistantMessage(message) if !message.content.is_empty() => {
                println!("{who:<9}says: {}", message.content);
            }
            EventData::SubagentStarted(started) => {
                println!("         {} starts", started.agent_name);
            }
            EventData::SubagentCompleted(done) => println!("         {} is done", done.agent_name),
            _ => {}
        }
    }
    println!("\nreply    {}", turn.reply().await?); // the session's agent's words only
    client.stop().await?;
    Ok(())
}
