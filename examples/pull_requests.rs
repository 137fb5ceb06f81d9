//! A report over the pull requests of a repository: an MCP server lists them, the answer is a Rust
//! value, and the program writes the report.
//!
//! `cargo run --example pull_requests`; a scripted model plays the agent, and
//! `pull-requests-server.mjs` GitHub's MCP server (it needs `node`). For the real one:
//! `McpServer::http("https://api.githubcopilot.com/mcp/").header("authorization", "Bearer ..")`.

use copilot_sdk::mcp::McpServer;
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::{data, permission};
use copilot_sdk_examples::Example;
use serde_json::{Value, json};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

#[data]
struct Report {
    /// One sentence for people in a hurry.
    summary: String,
    pull_requests: Vec<Entry>,
}

#[data]
struct Entry {
    number: u32,
    title: String,
    /// Days since it was opened.
    age_days: u32,
    next_step: NextStep,
}

#[data]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NextStep {
    Merge,
    Review,
    /// Ask the author whether it is still wanted.
    AskAuthor,
}

/// The agent: reads the list and judges by age and approval.
fn script(request: &ModelRequest) -> ModelReply {
    let Some(result) = request.tool_results().pop() else {
        let repository = json!({"owner": "octo-org", "repo": "parser", "state": "open"});
        return ModelReply::tool("github-list_pull_requests", repository);
    };
    let listed: Vec<Value> = serde_json::from_str(&result.text).unwrap_or_default();
    let entries = listed.iter().map(|pull| {
        let age = pull["age_days"].as_u64().unwrap_or_default();
        let next = match (pull["approved"].as_bool(), age) {
            (Some(true), _) => "Merge",
            (_, 31..) => "AskAuthor",
            _ => "Review",
        };
        json!({"number": pull["number"], "title": pull["title"], "age_days": age,
            "next_step": next})
    });
    let entries: Vec<_> = entries.collect();
    let summary = format!("{} pull requests are open.", entries.len());
    ModelReply::text(json!({"summary": summary, "pull_requests": entries}).to_string())
}

#[tokio::main]
async fn main() -> Result {
    let example = Example::begin(include_str!("pull_requests.rs"), &[])?;
    let client = example.client().await?;
    let model = ScriptedModel::answering(script).await?;

    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/pull-requests-server.mjs");
    let github = McpServer::stdio("node").args([path]).tools(["list_pull_requests"]);
    let session = example
        .session(&client, &model)
        .mcp_server("github", github)
        // Reading is allowed, whatever else the server offers.
        .permissions(permission::allow_tools(["github-list_pull_requests"]))
        .create()
        .await?;
    let prompt = "Report on the open pull requests of octo-org/parser";
    let (mut report, reply): (Report, _) = session.ask_as(prompt).with_reply().await?;

    for call in reply.tool_calls() {
        println!("asked    {} ({})", call.name, if call.success { "ok" } else { &call.output });
    }
    println!("{}\n", report.summary);
    report.pull_requests.sort_by_key(|entry| std::cmp::Reverse(entry.age_days));
    println!("| # | title | days | next |\n|---|---|---|---|");
    for entry in &report.pull_requests {
        let Entry { number, title, age_days, next_step } = entry;
        println!("| {number} | {title} | {age_days} | {next_step:?} |");
    }
    client.stop().await?;
    Ok(())
}
