//! Resuming: after a disconnect, in another CLI, and with work that was left open.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use copilot_sdk::event::EventData;
use copilot_sdk::hook::SessionStartSource;
use copilot_sdk::mcp::McpServer;
use copilot_sdk::permission::PermissionDecision;
use copilot_sdk::session::WaitFor;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, ErrorKind, Session, SessionBuilder, Tool, permission};
use copilot_sdk_tests::{PATIENCE, Place, Stage, carriers, kill, until_on_disk, wait_until_gone};
use serde_json::json;

#[tokio::test]
async fn a_session_goes_on_in_another_cli_with_its_history() {
    let stage = Stage::answering(|request| ModelReply::text(request.user_texts().join("+"))).await;
    let session = stage.session().session_id("long-lived").create().await.unwrap();
    session.ask("one").await.unwrap();
    session.disconnect().await.unwrap();
    stage.client.stop().await.unwrap();

    let client = stage.place.client().await.start().await.unwrap();
    let builder = client.session().provider(stage.model.provider());
    let session = builder.clone().resume("long-lived").await.unwrap();
    let types: Vec<_> = session
        .history()
        .await
        .unwrap()
        .iter()
        .map(|event| event.event_type().to_owned())
        .collect();
    assert_eq!(types.first().map(String::as_str), Some("session.start"));
    for expected in ["user.message", "assistant.message", "session.shutdown", "session.resume"] {
        assert!(types.iter().any(|name| name == expected), "{expected} in {types:?}");
    }
    assert_eq!(session.ask("two").await.unwrap().text(), "one+two");
    assert_eq!(stage.model.requests()[1].model(), "scripted", "the model is remembered");
    session.disconnect().await.unwrap();

    let session = builder.suppress_resume_event(true).resume_last().await.unwrap();
    assert_eq!(session.id(), &"long-lived");
    let resumes = session.history().await.unwrap();
    let resumes = resumes.iter().filter(|event| event.event_type() == "session.resume").count();
    assert_eq!(resumes, 1, "the second one left no event");
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_can_be_resumed_the_moment_it_was_dropped() {
    let stage = Stage::answering(|request| ModelReply::text(request.user_texts().join("+"))).await;
    let mut session = stage.session().session_id("again").create().await.unwrap();
    let mut said = vec!["0".to_owned()];
    session.ask("0").await.unwrap();
    for number in 1..6 {
        drop(session);
        session = stage.session().resume("again").await.unwrap();
        said.push(number.to_string());
        assert_eq!(session.ask(number.to_string()).await.unwrap().text(), said.join("+"));
    }
    stage.client.stop().await.unwrap();
}

#[tokio::test]
async fn resuming_what_is_not_there_says_what_to_do() {
    let stage = Stage::new([]).await;
    let error = stage.session().resume("never-was").await.unwrap_err();
    assert_eq!((error.kind(), error.rpc_code()), (ErrorKind::NotFound, Some(-32603)));
    let text = error.to_string();
    assert!(text.starts_with("there is no session `never-was` to resume"), "{text}");
    assert_eq!(error.session_id().map(ToString::to_string).as_deref(), Some("never-was"));
    let error = stage.session().resume_last().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let error = stage.session().session_id("a").resume("b").await.unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    let open = stage.session().session_id("open").create().await.unwrap();
    let error = stage.session().session_id("open").create().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "session `open` is open already in this client: use that one, or another id"
    );
    drop(open);
    stage.stop().await;
}

#[tokio::test]
async fn resuming_an_open_session_gives_another_handle_of_it() {
    let stage = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    let first = stage.session().session_id("open").create().await.unwrap();
    let second = stage.session().resume("open").await.unwrap();
    let mut events = second.events();
    first.ask("1").await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().event_type(), "session.start");
    drop(first);
    assert_eq!(second.ask("2").await.unwrap().text(), "two");
    second.disconnect().await.unwrap();
    let again = stage.session().resume("open").await.unwrap();
    let resumes = again.history().await.unwrap();
    let resumes = resumes.iter().filter(|event| event.event_type() == "session.resume").count();
    assert_eq!(resumes, 1, "only what was closed is resumed");
    stage.stop().await;
}

#[tokio::test]
async fn a_history_can_be_read_without_a_login_and_a_prompt_says_what_is_missing() {
    let stage = Stage::shared([ModelReply::text("It is 42.")]).await;
    let session = stage.session().session_id("kept").create().await.unwrap();
    session.ask("What is it?").await.unwrap();
    session.disconnect().await.unwrap();
    let session = stage.client.session().resume("kept").await.unwrap();
    let history = session.history().await.unwrap();
    let answers = history.iter().filter_map(|event| match &event.data {
        EventData::AssistantMessage(message) => Some(message.content.as_str()),
        _ => None,
    });
    assert_eq!(answers.collect::<Vec<_>>(), ["It is 42."]);
    let error = session.ask("Again?").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignedOut, "{error}");
    assert_eq!(stage.model.requests().len(), 1);
    stage.stop().await;
}

#[tokio::test]
async fn a_turn_that_was_suspended_is_no_success() {
    let (release, hold) = tokio::sync::oneshot::channel::<()>();
    let hold = Arc::new(Mutex::new(Some(hold)));
    let wait = Tool::new("wait").description("Waits").handler(move |(), _| {
        let hold = hold.lock().unwrap().take();
        async move {
            let _ = hold.unwrap().await;
            "done"
        }
    });
    let stage = Stage::shared([ModelReply::tool("wait", json!({})), ModelReply::text("too late")]);
    let stage = stage.await;
    let session = stage.session().tool(wait).create().await.unwrap();
    let mut turn = session.stream("go").await.unwrap();
    while turn.next().await.unwrap().unwrap().event_type() != "external_tool.requested" {}
    session.call::<serde_json::Value>("session.suspend", json!({})).await.unwrap();
    let error = turn.reply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    drop(release);
    stage.stop().await;
}

#[tokio::test]
async fn an_open_tool_call_is_answered_once_after_the_cli_was_killed() {
    let place = Place::new();
    let model = ScriptedModel::start([
        ModelReply::tool("measure", json!({})),
        ModelReply::text("It is 42."),
    ])
    .await
    .unwrap();
    let stuck = Tool::new("measure")
        .description("Measures")
        .handler(|(), _| std::future::pending::<&str>());
    let first = place.client().await.start().await.unwrap();
    let session = builder(&first, &model).session_id("work").tool(stuck).create().await.unwrap();
    session.send("measure").await.unwrap();
    killed_once_on_disk(&place, &session, "external_tool.requested").await;

    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let measure = Tool::new("measure").description("Measures").handler(move |(), _| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { "42 cm" }
    });
    let second = place.client().await.start().await.unwrap();
    let session = builder(&second, &model)
        .tool(measure)
        .continue_pending_work(true)
        .resume("work")
        .await
        .unwrap();
    assert!(session.is_busy());
    let reply =
        session.resumed_turn().expect("a call was open").deadline(PATIENCE).reply().await.unwrap();
    assert_eq!((reply.text(), session.is_busy()), ("It is 42.", false));
    assert!(session.resumed_turn().is_none(), "it was taken");
    assert_eq!(model.requests()[1].tool_results()[0].text, "42 cm");
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    second.stop().await.unwrap();
}

#[tokio::test]
async fn an_open_permission_is_decided_by_the_policy_of_the_resumed_session() {
    let place = Place::new();
    let create = json!({"path": place.work().join("made.txt"), "file_text": "made"});
    let model =
        ScriptedModel::start([ModelReply::tool("create", create), ModelReply::text("Made.")])
            .await
            .unwrap();
    let first = place.client().await.start().await.unwrap();
    let undecided = permission::ask(|_| std::future::pending::<PermissionDecision>());
    let session =
        builder(&first, &model).session_id("work").permissions(undecided).create().await.unwrap();
    session.send("make it").await.unwrap();
    killed_once_on_disk(&place, &session, "permission.requested").await;

    let second = place.client().await.start().await.unwrap();
    let session = builder(&second, &model)
        .permissions(permission::approve_all())
        .continue_pending_work(true)
        .resume("work")
        .await
        .unwrap();
    let turn = session.resumed_turn().expect("a permission was open").wait_for(WaitFor::AllTasks);
    assert_eq!(turn.reply().await.unwrap().text(), "Made.");
    assert_eq!(std::fs::read_to_string(place.work().join("made.txt")).unwrap(), "made");
    second.stop().await.unwrap();
}

#[tokio::test]
async fn work_that_was_given_up_is_not_done_later() {
    let place = Place::new();
    let replies = [
        ModelReply::tool("measure", json!({})),
        ModelReply::text("I see."),
        ModelReply::text("Yes?"),
    ];
    let model = ScriptedModel::start(replies).await.unwrap();
    let stuck = || {
        Tool::new("measure").description("Measures").handler(|(), _| std::future::pending::<&str>())
    };
    let first = place.client().await.start().await.unwrap();
    let session = builder(&first, &model).session_id("work").tool(stuck()).create().await.unwrap();
    session.send("measure").await.unwrap();
    killed_once_on_disk(&place, &session, "external_tool.requested").await;

    let second = place.client().await.start().await.unwrap();
    let session = builder(&second, &model).tool(stuck()).resume("work").await.unwrap();
    assert_eq!(session.ask("still there?").await.unwrap().text(), "I see.");
    assert!(model.requests()[1].tool_results()[0].text.contains("interrupted"));
    session.disconnect().await.unwrap();

    let never = Tool::new("measure")
        .description("Measures")
        .handler(|(), _| async { panic!("must not run") as &str });
    let session = builder(&second, &model)
        .tool(never)
        .continue_pending_work(true)
        .resume("work")
        .await
        .unwrap();
    assert!(!session.is_busy() && session.resumed_turn().is_none(), "nothing is open");
    let reply = session.ask("hello").await.unwrap();
    assert_eq!((reply.text(), reply.tool_calls().len()), ("Yes?", 0));
    second.stop().await.unwrap();
}

#[tokio::test]
async fn what_a_session_is_resumed_with_is_live_in_another_cli() {
    let place = Place::new();
    let question = json!({"question": "Which color?", "choices": ["red", "blue"]});
    let model = ScriptedModel::start([
        ModelReply::text("Hello."),
        ModelReply::tool("srv-echo", json!({"text": "hi"})),
        ModelReply::tool("ask_user", question),
        ModelReply::text("Blue it is."),
    ]);
    let model = model.await.unwrap();
    let first = place.client().await.start().await.unwrap();
    builder(&first, &model).session_id("work").create().await.unwrap().ask("hello").await.unwrap();
    first.stop().await.unwrap();

    let seen = Arc::new(Mutex::new(Vec::new()));
    let (starts, calls) = (seen.clone(), seen.clone());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/echo-server.mjs");
    let second = place.client().await.start().await.unwrap();
    let session = builder(&second, &model)
        .system_message("Be kind.")
        .mcp_server("srv", McpServer::stdio("node").args([script]))
        .permissions(permission::approve_all())
        .on_session_start(move |start| {
            assert_eq!(start.source, SessionStartSource::Resume);
            starts.lock().unwrap().push("start".to_owned());
            async {}
        })
        .on_pre_tool_use(move |call| {
            calls.lock().unwrap().push(call.tool_name.clone());
            async {}
        })
        .on_user_input_request(|question| async move { question.answer(&question.choices[1]) })
        .resume("work")
        .await
        .unwrap();
    assert_eq!(session.ask("go").await.unwrap().text(), "Blue it is.");
    let requests = model.requests();
    assert!(
        !requests[0].system().contains("Be kind.") && requests[1].system().contains("Be kind.")
    );
    assert_eq!(requests[2].tool_results()[0].text, "hi");
    assert_eq!(requests[3].tool_results()[1].text, "User selected: blue");
    assert_eq!(*seen.lock().unwrap(), ["start", "srv-echo", "ask_user"]);
    second.stop().await.unwrap();
}

fn builder(client: &Client, model: &ScriptedModel) -> SessionBuilder {
    client.session().model("scripted").provider(model.provider())
}

/// Kills the CLI as soon as the session's events on disk hold one of that type.
async fn killed_once_on_disk(place: &Place, session: &Session, event_type: &str) {
    until_on_disk(session, event_type).await;
    for pid in carriers(place) {
        kill(pid);
    }
    wait_until_gone(place).await;
}
