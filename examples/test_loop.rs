//! A loop that works until the tests of a project pass, at most three times: run the tests, show
//! the agent what failed, let it edit the code, and do not let it edit the tests.
//!
//! `cargo run --example test_loop`; a scripted model plays an agent that needs two attempts, and
//! `node` runs the tests.

use std::fs;
use std::path::Path;

use copilot_sdk::permission::{self, Policy};
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk_examples::Example;
use serde_json::json;
use tokio::process::Command;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const ATTEMPTS: usize = 3;

const CODE: &str = "export const total = (prices) => prices.length;\n";
const TESTS: &str = "\
import assert from 'node:assert';
import { total } from './total.mjs';

assert.equal(total([2, 3]), 5);
assert.equal(total([]), 0);
";

/// Runs the tests; `None` if they pass, else what they say.
async fn failure(project: &Path) -> Result<Option<String>> {
    let output = Command::new("node").arg("test.mjs").current_dir(project).output().await?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((!output.status.success()).then_some(text))
}

/// The agent may read and write in the project, but not write the tests.
fn policy(project: &Path) -> Policy {
    let tests = project.join("test.mjs");
    permission::deny(
        move |request| request.kind() == "write" && request.touches(&tests),
        "the tests are right: change the code",
    )
    .or(permission::allow_paths_in([project]))
}

/// The agent: first it tries to make the test easier, then it forgets the empty list, then it gets
/// it right.
fn script(project: &Path, request: &ModelRequest) -> ModelReply {
    let edit = |file: &str, old: &str, new: &str| {
        let path = project.join(file);
        ModelReply::tool("edit", json!({"path": path, "old_str": old, "new_str": new}))
    };
    let sum = "prices.reduce((sum, price) => sum + price)";
    match request.tool_results().len() {
        0 => edit("test.mjs", "[2, 3]), 5", "[2, 3]), 2"),
        1 => edit("total.mjs", "prices.length", sum),
        2 if request.user_texts().len() == 1 => ModelReply::text("I add the prices up now."),
        2 => edit("total.mjs", "+ price)", "+ price, 0)"),
        _ => ModelReply::text("The sum of an empty list is 0 now."),
    }
}

#[tokio::main]
async fn main() -> Result {
    let example = Example::begin(include_str!("test_loop.rs"), &[])?;
    let project = example.directory().join("project");
    fs::create_dir_all(&project)?;
    fs::write(project.join("total.mjs"), CODE)?;
    fs::write(project.join("test.mjs"), TESTS)?;

    let client = example.client().await?;
    let directory = project.clone();
    let model = ScriptedModel::answering(move |request| script(&directory, request)).await?;
    let session = example
        .session(&client, &model)
        .cwd(&project)
        .permissions(policy(&project))
        .create()
        .await?;

    for attempt in 1..=ATTEMPTS {
        let Some(said) = failure(&project).await? else {
            println!("passed   after {} attempts", attempt - 1);
            break;
        };
        let line = said.lines().find(|line| line.contains("Error")).unwrap_or_default();
        println!("failed   {}", line.trim());
        let reply = session.ask(format!("The tests fail. Fix the code.\n\n{said}")).await?;
        for call in reply.tool_calls() {
            println!("         {}", if call.success { "edited" } else { &*call.output });
        }
        println!("agent    {reply}");
    }
    let outcome = failure(&project).await?;
    println!("tests    {}", if outcome.is_none() { "pass" } else { "still fail" });
    println!("as were  {}", fs::read_to_string(project.join("test.mjs"))? == TESTS);
    client.stop().await?;
    Ok(())
}
