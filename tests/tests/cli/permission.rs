//! Permissions: what runs, what is denied, and what the model is told.

use std::sync::{Arc, Mutex};

use copilot_sdk::Tool;
use copilot_sdk::permission::{self, PermissionDecision, Policy};
use copilot_sdk::testing::{ModelReply, ModelToolCall};
use copilot_sdk_tests::{PATIENCE, Stage, TempDir};
use serde_json::json;
use tokio::sync::Barrier;

fn hello() -> Tool {
    Tool::new("hello").description("Greets").raw_handler(|_| async { "hi" })
}

fn shell(command: &str) -> ModelReply {
    ModelReply::tool("bash", json!({"command": command, "description": "test", "mode": "sync"}))
}

#[tokio::test]
async fn by_default_own_tools_run_and_everything_else_is_denied_with_an_answer() {
    let stage = Stage::shared([
        ModelReply::tool("hello", json!({})),
        shell("touch made-by-the-agent"),
        ModelReply::text("ok"),
    ])
    .await;
    let session = stage.session().tool(hello()).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    let outcomes: Vec<_> =
        reply.tool_calls().iter().map(|call| (call.name.as_str(), call.success)).collect();
    assert_eq!(outcomes, [("hello", true), ("bash", false)]);
    assert!(!stage.place.work().join("made-by-the-agent").exists());
    assert_eq!(reply.text(), "ok", "the turn went on");
    stage.stop().await;
}

#[tokio::test]
async fn approve_all_lets_the_agent_work() {
    let stage = Stage::shared([shell("touch made-by-the-agent"), ModelReply::text("made")]).await;
    let session = stage.session().permissions(permission::approve_all()).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    assert!(reply.tool_calls()[0].success, "{:?}", reply.tool_calls());
    assert!(stage.place.work().join("made-by-the-agent").exists());
    stage.stop().await;
}

#[tokio::test]
async fn a_policy_sees_own_tools_too_and_its_feedback_reaches_the_model() {
    let stage =
        Stage::shared([ModelReply::tool("hello", json!({})), ModelReply::text("understood")]).await;
    let policy = permission::ask(|request| async move {
        assert_eq!((request.kind(), request.tool_name()), ("custom-tool", Some("hello")));
        PermissionDecision::reject("not on a Sunday")
    });
    let session = stage.session().tool(hello()).permissions(policy).create().await.unwrap();
    session.ask("go").await.unwrap();
    let told = &stage.model.requests()[1].tool_results()[0].text;
    assert!(told.contains("not on a Sunday"), "{told}");
    stage.stop().await;
}

#[tokio::test]
async fn a_panicking_policy_denies_and_the_turn_goes_on() {
    let stage =
        Stage::shared([ModelReply::tool("hello", json!({})), ModelReply::text("understood")]).await;
    let policy = permission::allow_when(|_| panic!("a bug in the policy"));
    let session = stage.session().tool(hello()).permissions(policy).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    assert_eq!((reply.tool_calls()[0].success, reply.text()), (false, "understood"));
    stage.stop().await;
}

#[tokio::test]
async fn a_tool_that_asks_is_denied_by_the_default_policy() {
    let stage =
        Stage::shared([ModelReply::tool("hello", json!({})), ModelReply::text("understood")]).await;
    let session = stage.session().tool(hello().ask()).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    assert!(!reply.tool_calls()[0].success);
    stage.stop().await;
}

/// A line and whether it ran, for each line in turn.
async fn run_each(policy: Policy, lines: &[&str]) -> (Stage, Vec<bool>) {
    let stage =
        Stage::shared(lines.iter().map(|line| shell(line)).chain([ModelReply::text("ok")])).await;
    let session = stage.session().permissions(policy).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    let ran = reply.tool_calls().iter().map(|call| call.success).collect();
    (stage, ran)
}

#[tokio::test]
async fn allow_shell_lets_ordinary_forms_through() {
    let lines = [
        "ls -l 2>/dev/null",
        "ls -l > /dev/null 2>&1",
        "ls -l &>/dev/null",
        "ls -l >&/dev/null && echo silent",
        "echo http://x/#part",
        "echo \"well! done!\"",
        "LC_ALL=C ls -l",
        "ls\t-l",
        "[ -d . ] && echo there",
        "echo main@{u}",
        "echo {a,b}.rs",
    ];
    let policy = permission::allow_shell(["ls -l", "LC_ALL=C ls -l", "[ -d . ]", "echo *"]);
    let (stage, ran) = run_each(policy, &lines).await;
    assert_eq!(ran, [true; 11]);
    stage.stop().await;
}

#[tokio::test]
async fn allow_shell_lets_no_second_command_through() {
    let lines = [
        "echo fine && ls",
        "git diff # '\ngit diff > made-1 #'",
        "ls # it's\nls > made-2 # that's",
        "echo $['$(touch made-3)']",
        "echo $[ '`touch made-4`' ]",
        "echo \"$[ a['$(touch made-5)'] ]\"",
        "echo 2>&1\u{a0}made-6",
        "PATH=. ls",
        "ls; touch made-7",
        "echo a > made-8",
        "echo $(touch made-9)",
    ];
    let (stage, ran) =
        run_each(permission::allow_shell(["echo *", "ls*", "git diff*"]), &lines).await;
    assert_eq!(ran, lines.map(|line| line == "echo fine && ls"));
    assert_eq!(std::fs::read_dir(stage.place.work()).unwrap().count(), 0, "nothing was made");
    stage.stop().await;
}

#[tokio::test]
async fn files_are_allowed_by_directory_wherever_links_and_dots_lead() {
    let (work, secret) = (TempDir::new(), TempDir::new());
    std::fs::write(secret.path().join("key"), "hidden").unwrap();
    std::os::unix::fs::symlink(secret.path(), work.path().join("link")).unwrap();
    let sibling = format!("{}-2", work.path().display());
    let calls = [
        ("create", json!({"path": "new", "file_text": "x"}), true),
        ("view", json!({"path": "new"}), true),
        ("edit", json!({"path": work.path().join("new"), "old_str": "x", "new_str": "y"}), true),
        ("view", json!({"path": secret.path().join("key")}), false),
        ("view", json!({"path": "link/key"}), false),
        ("view", json!({"path": work.path().join("../../etc/hosts")}), false),
        ("create", json!({"path": "link/made", "file_text": "x"}), false),
        ("create", json!({"path": sibling, "file_text": "x"}), false),
        ("bash", json!({"command": "cat new", "description": "test", "mode": "sync"}), false),
    ];
    let replies =
        calls.iter().map(|(name, arguments, _)| ModelReply::tool(*name, arguments.clone()));
    let stage = Stage::shared(replies.chain([ModelReply::text("ok")])).await;
    let policy = permission::allow_paths_in([work.path()]);
    let session = stage.session().cwd(work.path()).permissions(policy).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    let outcomes: Vec<_> =
        reply.tool_calls().iter().map(|call| (call.name.as_str(), call.success)).collect();
    assert_eq!(outcomes, calls.each_ref().map(|(name, _, allowed)| (*name, *allowed)));
    assert!(!secret.path().join("made").exists() && !std::path::Path::new(&sibling).exists());
    stage.stop().await;
}

#[tokio::test]
async fn the_ready_made_rules_decide_by_kind_name_and_condition() {
    let secret = TempDir::new();
    let view = |path: &std::path::Path| ModelReply::tool("view", json!({"path": path}));
    let stage = Stage::shared([
        view("/etc/hosts".as_ref()),
        view(secret.path()),
        ModelReply::tool("other", json!({})),
        ModelReply::tool("hello", json!({})),
        ModelReply::tool("create", json!({"path": "new", "file_text": "x"})),
        shell("pwd"),
        ModelReply::text("ok"),
    ])
    .await;
    let folder = secret.path().to_owned();
    let policy =
        permission::deny(move |request| request.touches(&folder), "that directory is private")
            .or(permission::allow_read_only())
            .or(permission::allow_tools(["oth*"]));
    let other = Tool::new("other").description("Greets").raw_handler(|_| async { "hi" });
    let session =
        stage.session().tools([hello(), other]).permissions(policy).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    let outcomes: Vec<_> =
        reply.tool_calls().iter().map(|call| (call.name.as_str(), call.success)).collect();
    // The CLI never says of a command that it only reads.
    let expected = [
        ("view", true),
        ("view", false),
        ("other", true),
        ("hello", false),
        ("create", false),
        ("bash", false),
    ];
    assert_eq!(outcomes, expected);
    let told = &stage.model.requests()[2].tool_results()[1].text;
    assert!(told.contains("that directory is private"), "{told}");
    stage.stop().await;
}

#[tokio::test]
async fn requests_wait_side_by_side_and_name_the_sub_agent_that_asks() {
    let stage = Stage::shared_answering(|request| {
        let is_sub_agent = !request.user_texts().iter().any(|text| text.contains("delegate this"));
        let task = |name: &str| {
            ModelToolCall::new(
                "task",
                json!({"agent_type": "general-purpose", "name": name, "description": "help", "prompt": name, "mode": "sync"}),
            )
        };
        match (is_sub_agent, request.tool_results().is_empty()) {
            (true, true) => shell("pwd"),
            (false, true) => ModelReply::tools([task("first"), task("second")]),
            _ => ModelReply::text("done"),
        }
    })
    .await;
    let (both, askers) = (Arc::new(Barrier::new(2)), Arc::new(Mutex::new(Vec::new())));
    let (wait, notes) = (both.clone(), askers.clone());
    let policy = permission::ask(move |request| {
        notes.lock().unwrap().push((request.agent_id.clone(), request.to_string()));
        let wait = wait.clone();
        async move {
            wait.wait().await;
            PermissionDecision::ApproveOnce
        }
    });
    let session = stage.session().permissions(policy).create().await.unwrap();
    let reply =
        tokio::time::timeout(PATIENCE, session.ask("delegate this")).await.unwrap().unwrap();
    assert_eq!(reply.text(), "done", "{:?}", stage.model.problems());
    let askers = askers.lock().unwrap().clone();
    let [(first, run), (second, also_run)] = &askers[..] else { panic!("{askers:?}") };
    assert!(first.is_some() && second.is_some() && first != second, "{askers:?}");
    assert_eq!((run.as_str(), also_run.as_str()), ("run: pwd", "run: pwd"));
    stage.stop().await;
}
