//! Hooks as policy: a type that refuses tool calls, redacts results for the model, and keeps an
//! audit log.
//!
//! `cargo run --example hooks`; a scripted model plays the agent that goes too far.

use std::sync::{Arc, Mutex, PoisonError};

use copilot_sdk::hook::SessionEndOutput;
use copilot_sdk::hook::{
    HookResult, Hooks, PostToolUse, PostToolUseOutput, PreToolUse, PreToolUseOutput, SessionEnd,
};
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::{tool, tools};
use copilot_sdk_examples::Sandbox;
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Run a statement on the customer database.
#[tool]
async fn query(sql: String) -> String {
    format!("1 row for `{sql}`: name=Ada, email=ada@example.com")
}

/// Allows only SELECT, hides addresses from the model, and logs everything.
#[derive(Clone, Default)]
struct Policy {
    record: Arc<Mutex<Vec<String>>>,
}

impl Hooks for Policy {
    async fn pre_tool_use(&self, call: PreToolUse) -> HookResult<PreToolUseOutput> {
        let sql = call.tool_args.get("sql").and_then(|sql| sql.as_str()).unwrap_or_default();
        if call.tool_name == "query" && !sql.to_uppercase().starts_with("SELECT") {
            self.note(format!("denied   {sql}"));
            return Ok(Some(PreToolUseOutput::deny("only SELECT is allowed here")));
        }
        self.note(format!("ran      {sql}"));
        Ok(None) // no opinion: what the session's permissions say
    }

    async fn post_tool_use(&self, call: PostToolUse) -> HookResult<PostToolUseOutput> {
        let words = call
            .tool_result
            .text()
            .split(' ')
            .map(|word| if word.contains('@') { "email=***" } else { word });
        let redacted = words.collect::<Vec<_>>().join(" ");
        Ok(Some(PostToolUseOutput::default().modified_result(call.tool_result.with_text(redacted))))
    }

    async fn session_end(&self, end: SessionEnd) -> HookResult<SessionEndOutput> {
        self.note(format!("ended    {}", end.reason));
        Ok(None)
    }
}

impl Policy {
    fn note(&self, line: String) {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

#[tokio::main]
async fn main() -> Result {
    let sandbox = Sandbox::new()?;
    let client = sandbox.client().await?.start().await?;
    let model = ScriptedModel::start([
        ModelReply::tool("query", json!({"sql": "DELETE FROM customers"})),
        ModelReply::tool("query", json!({"sql": "SELECT * FROM customers"})),
        ModelReply::text("There is one customer. I was not allowed to delete it."),
    ])
    .await?;

    let policy = Policy::default();
    let session = client.session().model("scripted").provider(model.provider());
    let session = session.tools(tools![query]).hooks(policy.clone()).create().await?;
    let reply = session.ask("Clean up the customers").await?;
    client.stop().await?; // waits for the hooks of the end

    for result in model.requests().last().map(ModelRequest::tool_results).unwrap_or_default() {
        println!("model read: {}", result.text);
    }
    println!("reply       {reply}\n\nthe record of the policy:");
    for line in policy.record.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        println!("  {line}");
    }
    Ok(())
}
