//! A human in the loop: permission requests of the agent are shown in the terminal, `y` approves.
//!
//! `cargo run --example permissions`; a scripted model plays the agent. Your own tools run without
//! asking.

use copilot_sdk::permission::{self, PermissionDecision, PermissionRequest};
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_examples::{Sandbox, read_line};
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The last rule of the policy below lets a person decide.
async fn ask_the_person(request: PermissionRequest) -> std::io::Result<PermissionDecision> {
    let question = format!("the agent wants to {}\nallow it? [y/n] ", request.describe());
    let answer = read_line(&question).await?;
    Ok(match answer.as_deref() {
        Some("y") => PermissionDecision::ApproveOnce,
        Some(_) => PermissionDecision::reject("the person said no: find another way or stop"),
        None => PermissionDecision::UserNotAvailable, // the terminal is closed
    })
}

#[tokio::main]
async fn main() -> Result {
    let sandbox = Sandbox::new()?;
    let client = sandbox.client().await?.start().await?;
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

    // The first matching rule decides, so `pwd` is approved without asking.
    let policy = permission::allow_own_tools()
        .or(permission::allow_read_only())
        .or(permission::allow_shell(["pwd", "git status"]))
        .or(permission::ask(ask_the_person));
    let session = client.session().model("scripted").provider(model.provider());
    let session = session.cwd(sandbox.path()).permissions(policy).create().await?;
    let reply = session.ask("Write a greeting, then tidy up").await?;

    for call in reply.tool_calls() {
        let command = call.arguments.as_ref().map_or("{}", |json| json.get());
        println!("{}  {command}", if call.success { "ran   " } else { "denied" });
    }
    println!("reply   {reply}");
    println!(
        "file    greeting.txt is {}",
        if sandbox.path().join("greeting.txt").exists() { "there" } else { "not there" }
    );
    client.stop().await?;
    Ok(())
}
