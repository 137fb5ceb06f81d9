//! The calls on a session that people ask for, on the real CLI.

use copilot_sdk::session::{TaskKind, TaskStatus};
use copilot_sdk::testing::{Hold, ModelReply, ModelRequest};
use copilot_sdk::{ErrorKind, permission};
use copilot_sdk_tests::{PATIENCE, Stage, until};
use serde_json::json;

#[tokio::test]
async fn the_context_window_is_counted_on_demand() {
    let stage = Stage::shared([ModelReply::text("hello")]).await;
    let session = stage.session().create().await.unwrap();
    session.ask("hello").await.unwrap();
    let context = session.context_usage().await.unwrap().unwrap();
    assert_eq!(context.model_name, "scripted");
    assert!(context.system_tokens > 0 && context.conversation_tokens > 0, "{context:?}");
    assert!(context.total_tokens <= context.limit, "{context:?}");
    stage.stop().await;
}

#[tokio::test]
async fn queued_prompts_are_listed_edited_and_withdrawn() {
    let hold = Hold::new();
    let stage = Stage::shared([
        ModelReply::text("one").held(&hold),
        ModelReply::text("two"),
        ModelReply::text("three"),
    ])
    .await;
    let session = stage.session().create().await.unwrap();
    session.send("first").await.unwrap();
    stage.model.wait_for_requests(1).await;
    let edited = session.send("second").await.unwrap();
    let third = session.stream("third").await.unwrap();
    let withdrawn = third.message_id().clone();
    session.send("fourth").await.unwrap();
    let queue = session.queue().await.unwrap();
    let texts: Vec<_> = queue.iter().map(|queued| &*queued.text).collect();
    assert_eq!(texts, ["second", "third", "fourth"]);
    assert_eq!(queue[0].message_id.as_ref(), Some(&edited));

    assert!(session.edit_queued(&*queue[0].id, "second, changed").await.unwrap());
    assert!(session.withdraw(withdrawn.clone(), "third").await.unwrap().removed);
    assert!(!session.withdraw(withdrawn, "third").await.unwrap().removed);
    assert!(session.remove_queued(&*queue[2].id).await.unwrap());
    assert!(!session.remove_queued(&*queue[2].id).await.unwrap());
    assert_eq!(third.reply().await.unwrap_err().kind(), ErrorKind::Interrupted);
    hold.release();
    // What was taken back is not waited for.
    tokio::time::timeout(PATIENCE, until(|| !session.is_busy())).await.unwrap();
    session.ask("last").await.unwrap();
    let requests = stage.model.requests();
    let asked = requests.last().unwrap().user_texts();
    assert_eq!(asked, ["first", "second, changed", "last"]);
    stage.stop().await;
}

#[tokio::test]
async fn background_tasks_are_listed_and_ended() {
    let command =
        json!({"command": "sleep 600", "description": "Sleeps", "mode": "async", "detach": false});
    let stage =
        Stage::shared([ModelReply::tool("bash", command), ModelReply::text("started")]).await;
    let session = stage.session().permissions(permission::approve_all()).create().await.unwrap();
    session.ask("Sleep.").await.unwrap();
    let tasks = session.tasks().await.unwrap();
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    let task = &tasks[0];
    assert_eq!((&task.kind, &task.status), (&TaskKind::Shell, &TaskStatus::Running));
    assert_eq!(task.command.as_deref(), Some("sleep 600"));
    let refused = session.message_task(&*task.id, "wake up").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
    assert!(session.cancel_task(&*task.id).await.unwrap());
    assert!(!session.cancel_task("none").await.unwrap());
    let left = session.tasks().await.unwrap();
    assert!(left.iter().all(|task| task.status != TaskStatus::Running), "{left:?}");
    stage.stop().await;
}

#[tokio::test]
async fn an_agent_in_the_background_is_sent_a_message() {
    let hold = Hold::new();
    let search = hold.clone();
    let stage = Stage::shared_answering(move |request: &ModelRequest| {
        let text = request.body().to_string();
        if text.contains("Look for moss.") && !text.contains("Start the search.") {
            return ModelReply::text("found moss").held(&search);
        }
        match request.tool_results().len() {
            0 => ModelReply::tool(
                "task",
                json!({
                    "agent_type": "general-purpose", "description": "Search", "name": "search",
                    "prompt": "Look for moss.", "mode": "background",
                }),
            ),
            _ => ModelReply::text("started"),
        }
    })
    .await;
    let session = stage.session().permissions(permission::approve_all()).create().await.unwrap();
    session.ask("Start the search.").await.unwrap();
    let tasks = session.tasks().await.unwrap();
    let agent = tasks.iter().find(|task| task.kind == TaskKind::Agent).unwrap();
    assert_eq!(agent.agent_type.as_deref(), Some("general-purpose"));
    session.message_task(&*agent.id, "Look for ferns, too.").await.unwrap();
    assert!(session.cancel_task(&*agent.id).await.unwrap());
    hold.release();
    stage.stop().await;
}

#[tokio::test]
async fn skills_are_loaded_anew_and_plugins_listed() {
    let stage = Stage::shared([]).await;
    let skills = stage.place.work().join("skills");
    let write = |name: &str| {
        std::fs::create_dir_all(skills.join(name)).unwrap();
        let text = format!("---\nname: {name}\ndescription: How to {name}\n---\nSlowly.\n");
        std::fs::write(skills.join(name).join("SKILL.md"), text).unwrap();
    };
    write("bake");
    let session = stage.session().skill_directories([&skills]).create().await.unwrap();
    let has =
        async |name: &str| session.skills().await.unwrap().iter().any(|skill| skill.name == name);
    assert!(has("bake").await);
    write("brew");
    let diagnostics = session.reload_skills().await.unwrap();
    assert_eq!(diagnostics.errors, [""; 0]);
    assert!(has("brew").await);
    assert_eq!(session.plugins().await.unwrap(), []);
    stage.stop().await;
}

#[tokio::test]
async fn a_fleet_starts_a_turn_and_a_suspended_session_is_resumed() {
    let stage = Stage::shared_answering(|_: &ModelRequest| ModelReply::text("done")).await;
    let session = stage.session().session_id("fleet").create().await.unwrap();
    session.start_fleet("Look for moss and for ferns.").await.unwrap();
    let requests = stage.model.wait_for_requests(1).await;
    assert!(requests[0].body().to_string().contains("moss and for ferns"));
    session.ask("Anything else?").await.unwrap();
    session.suspend().await.unwrap();
    drop(session);
    let session = stage.session().resume("fleet").await.unwrap();
    assert_eq!(session.ask("And now?").await.unwrap().text(), "done");

    // Nobody is logged in.
    let refused = session.enable_remote("on".into()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Rpc);
    session.disable_remote().await.unwrap();
    stage.stop().await;
}
