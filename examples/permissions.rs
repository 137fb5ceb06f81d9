//! A human in the loop: what the agent wants to do with this machine is asked in the terminal, `y`
//! lets it.
//!
//! `cargo run --example permissions`; a scripted model plays the agent. Your own tools are not
//! asked about.

use copilot_sdk::permission::{self, PermissionDecision, PermissionRequest};
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_examples::{Example, is_yes, read_line};
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The last rule of the policy below: a person decides.
async fn ask_the_person(request: PermissionRequest) -> std::io::Result<PermissionDecision> {
    let question = format!("the agent wants to {}\nallow it? [y/n] ", request.describe());
    let answer = read_line(&question).await?;
    Ok(match answer.as_deref() {
        Some(answer) if is_yes(answer) => PermissionDecision::ApproveOnce,
        Some(_) => PermissionDecision::reject("the person said no: find another way or stop"),
        None => PermissionDecision::UserNotAvailable, // the terminal is closed
    })
}

#[tokio::main]
async fn main() -> Result {
    let example = Example::begin(include_str!("permissions.rs"), &[])?;
    let client = example.client().await?;
    let shell = |command: &str| {
        ModelReply::tool("bash", json!({"command": command, "description": "work", "mode": "sync"}))
    };
    let model = ScriptedModel::start([
        shell("pwd"),
        shell("echo hello > greeting.txt"),
        shell("rm -rf greeting.txt"),
        ModelReply::text("I did what I was allowed to."),
    ])
    .await?;

    // The first rule that has an opinion decides, so `pwd` is not worth a question.
    let policy = permission::allow_own_tools()
        .or(permission::allow_read_only())
        .or(permission::allow_shell(["pwd", "git status"]))
        .or(permission::ask(ask_the_person));
    let session = example.session(&client, &model);
    let session = session.cwd(example.directory()).permissions(policy).create().await?;
    let reply = session.ask("Write a greeting, then tidy up").await?;

    for call in reply.tool_calls() {
        let command = call.arguments.as_ref().map_or("{}", |json| json.get());
        println!("{}  {command}", if call.success { "ran   " } else { "denied" });
    }
    println!("reply   {reply}");
    println!(
        "file    greeting.txt is {}",
        if example.directory().join("greeting.txt").exists() { "there" } else { "not there" }
    );
    client.stop().await?;
    Ok(())
}
