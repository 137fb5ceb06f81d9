//! Sessions: prompts, replies, events, aborts, failures.

use std::time::Duration;

use copilot_sdk::event::EventData;
use copilot_sdk::session::WaitFor;
use copilot_sdk::testing::{FinishReason, Hold, ModelReply};
use copilot_sdk::{ErrorKind, permission};
use copilot_sdk_tests::Stage;
use serde_json::json;

#[tokio::test]
async fn ask_returns_the_reply_with_usage_and_events() {
    let stage = Stage::new([ModelReply::text("Four.").usage(100, 7)]).await;
    let session = stage.session().create().await.unwrap();
    let reply = session.ask("What is 2 + 2?").await.unwrap();
    assert_eq!(reply.text(), "Four.");
    assert_eq!(reply.to_string(), "Four.");
    assert_eq!(reply.messages(), ["Four."]);
    let usage = reply.usage();
    assert_eq!((usage.model_calls, usage.input_tokens, usage.output_tokens), (1, 100, 7));
    let types: Vec<_> = reply.events().iter().map(|event| event.event_type().to_owned()).collect();
    assert_eq!(
        types,
        [
            "user.message",
            "system.message",
            "assistant.turn_start",
            "assistant.message",
            "assistant.turn_end"
        ]
    );
    let requests = stage.model.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].user_texts(), ["What is 2 + 2?"]);
    assert!(session.workspace_path().unwrap().starts_with(stage.place.copilot_home()));
    stage.stop().await;
}

#[tokio::test]
async fn a_streamed_turn_yields_its_deltas_in_order_and_ends_by_itself() {
    let stage = Stage::shared([ModelReply::chunks(["Hel", "lo ", "there"])]).await;
    let session = stage.session().streaming(true).create().await.unwrap();
    let mut turn = session.stream("greet").await.unwrap();
    let (mut text, mut last) = (String::new(), String::new());
    while let Some(event) = turn.next().await {
        let event = event.unwrap();
        if let EventData::AssistantMessageDelta(delta) = &event.data {
            text.push_str(&delta.delta_content);
        }
        event.event_type().clone_into(&mut last);
    }
    assert_eq!((text.as_str(), last.as_str()), ("Hello there", "assistant.idle"));
    assert_eq!(turn.reply().await.unwrap().text(), "Hello there");
    stage.stop().await;
}

#[tokio::test]
async fn events_before_the_first_subscription_are_kept_until_the_first_send() {
    let stage = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    let session = stage.session().create().await.unwrap();
    let mut events = session.events();
    let first = events.next().await.unwrap().unwrap();
    assert_eq!(first.event_type(), "session.start");
    session.ask("one").await.unwrap();
    let mut late = session.events();
    session.ask("two").await.unwrap();
    let first = late.next().await.unwrap().unwrap();
    assert_ne!(first.event_type(), "session.start");
    stage.stop().await;
}

#[tokio::test]
async fn i5_when_ask_returns_every_event_of_its_turn_waits_in_every_queue() {
    let stage = Stage::shared([ModelReply::chunks(["a", "b", "c"])]).await;
    let session = stage.session().streaming(true).create().await.unwrap();
    let (mut one, mut other) = (session.events(), session.events());
    session.ask("go").await.unwrap();
    session.disconnect().await.unwrap();
    let mut seen = [Vec::new(), Vec::new()];
    for (events, seen) in [&mut one, &mut other].into_iter().zip(&mut seen) {
        while let Some(event) = events.next().await {
            seen.push(event.unwrap().event_type().to_owned());
        }
        assert!(seen.iter().any(|name| name == "assistant.idle"), "{seen:?}");
    }
    let [one, other] = seen;
    let start = one.iter().position(|name| *name == other[0]).unwrap();
    assert_eq!(one[start..], other[..], "both saw the same events in the same order");
    stage.stop().await;
}

#[tokio::test]
async fn a_callback_sees_every_event_and_a_panic_in_it_costs_nothing() {
    let stage = Stage::shared([ModelReply::text("fine")]).await;
    let session = stage.session().create().await.unwrap();
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    session.on(move |event| {
        assert!(event.event_type() != "user.message", "a bug in the callback");
        let _ = say.send(event.event_type().to_owned());
    });
    session.ask("go").await.unwrap();
    let mut names = Vec::new();
    while let Some(name) = heard.recv().await {
        let done = name == "session.idle";
        names.push(name);
        if done {
            break;
        }
    }
    assert!(names.iter().any(|name| name == "assistant.message"), "{names:?}");
    stage.stop().await;
}

#[tokio::test]
async fn asks_at_once_each_get_their_own_reply_in_call_order() {
    let stage = Stage::shared_answering(|request| {
        ModelReply::text(format!("re: {}", request.user_texts().last().map_or("", String::as_str)))
    })
    .await;
    let session = stage.session().create().await.unwrap();
    let (one, two, three) =
        tokio::join!(session.ask("one"), session.ask("two"), session.ask("three"));
    assert_eq!(
        [one.unwrap().text(), two.unwrap().text(), three.unwrap().text()],
        ["re: one", "re: two", "re: three"]
    );
    stage.stop().await;
}

#[tokio::test]
async fn an_error_of_the_agent_fails_the_ask_and_leaves_the_session_usable() {
    let stage =
        Stage::shared([ModelReply::error(400, "too odd"), ModelReply::text("better")]).await;
    let session = stage.session().create().await.unwrap();
    let error = session.ask("odd").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session);
    assert_eq!((error.error_type(), error.status_code()), (Some("query"), Some(400)));
    assert_eq!(error.to_string(), "the agent failed: 400 too odd");
    assert_eq!(error.session_id(), Some(session.id()));
    assert_eq!(session.ask("again").await.unwrap().text(), "better");
    stage.stop().await;
}

#[tokio::test]
async fn abort_ends_the_running_ask_and_what_is_queued_behind_it() {
    let hold = Hold::new();
    let stage =
        Stage::shared([ModelReply::text("never").held(&hold), ModelReply::text("after")]).await;
    let session = stage.session().create().await.unwrap();
    let running = session.ask("one").into_future();
    let queued = session.ask("two").into_future();
    let abort = async {
        hold.reached().await;
        session.abort().await.unwrap();
    };
    let (running, queued, ()) = tokio::join!(running, queued, abort);
    for error in [running.unwrap_err(), queued.unwrap_err()] {
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Interrupted, "the turn was aborted")
        );
    }
    assert_eq!(session.ask("three").await.unwrap().text(), "after");
    stage.stop().await;
}

#[tokio::test]
async fn ask_returns_with_the_reply_or_on_demand_after_the_background_work() {
    let command = json!({"command": "read line < gate", "description": "test", "mode": "async", "detach": false});
    let replies = [
        ModelReply::tool("bash", command),
        ModelReply::text("started"),
        ModelReply::text("hello"),
        ModelReply::text("it ended"),
    ];
    let stage = Stage::shared(replies).await;
    let gate = stage.place.work().join("gate");
    assert!(std::process::Command::new("mkfifo").arg(&gate).status().unwrap().success());
    let session = stage.session().permissions(permission::approve_all()).create().await.unwrap();
    assert_eq!(session.ask("go").await.unwrap().text(), "started");
    let all = session.ask("wait").wait_for(WaitFor::AllTasks).into_future();
    let open = async {
        stage.model.wait_for_requests(3).await;
        tokio::task::spawn_blocking(move || std::fs::write(gate, "go\n").unwrap()).await.unwrap();
    };
    let (all, ()) = tokio::join!(all, open);
    let types: Vec<_> =
        all.unwrap().events().iter().map(|event| event.event_type().to_owned()).collect();
    assert!(types.iter().any(|name| name == "system.notification"), "{types:?}");
    stage.stop().await;
}

#[tokio::test]
async fn a_deadline_says_what_was_still_running_and_the_agent_goes_on() {
    let hold = Hold::new();
    let stage = Stage::shared([ModelReply::text("late").held(&hold)]).await;
    let session = stage.session().create().await.unwrap();
    let mut events = session.events();
    let error = session.ask("slow").deadline(Duration::from_millis(1500)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let text = error.to_string();
    assert!(
        text.starts_with("the deadline of 1.5s passed before the turn ended; the last event was `"),
        "{text}"
    );
    hold.release();
    loop {
        if let EventData::AssistantMessage(message) = &events.next().await.unwrap().unwrap().data {
            assert_eq!(message.content, "late");
            break;
        }
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_time_limit_for_all_tasks_names_the_agent_in_the_background() {
    let hold = Hold::new();
    let helper = hold.clone();
    let task = json!({"agent_type": "general-purpose", "name": "helper", "description": "Helps", "mode": "background",
        "prompt": "BELOW"});
    let stage = Stage::shared_answering(move |request| match request.user_texts().last() {
        Some(text) if text.contains("BELOW") => ModelReply::text("from below").held(&helper),
        _ if request.tool_results().is_empty() => ModelReply::tool("task", task.clone()),
        _ => ModelReply::text("started"),
    })
    .await;
    let session = stage.session().permissions(permission::approve_all()).create().await.unwrap();
    let mut turn = session.stream("go").await.unwrap().wait_for(WaitFor::AllTasks);
    while !matches!(&turn.next().await.unwrap().unwrap().data, EventData::AssistantIdle(_)) {}
    hold.reached().await;
    let error = turn.idle_timeout(Duration::from_millis(300)).reply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let text = error.to_string();
    let (_, running) =
        text.split_once("; still running: ").unwrap_or_else(|| panic!("nothing runs: {text}"));
    assert!(running.starts_with("agent `helper` ("), "{text}");
    assert!(!running.contains("tool"), "{text}");
    hold.release();
    stage.stop().await;
}

#[tokio::test]
async fn a_reply_that_the_cli_continues_by_itself_is_one_turn() {
    let stage = Stage::shared([
        ModelReply::text("first half").finish_reason(FinishReason::Length),
        ModelReply::text("second half"),
    ])
    .await;
    let session = stage.session().create().await.unwrap();
    let reply = session.ask("long").await.unwrap();
    assert_eq!(reply.messages().last().map(String::as_str), Some("second half"));
    assert_eq!(reply.usage().model_calls, 2);
    stage.stop().await;
}

#[tokio::test]
async fn after_disconnect_the_session_says_so_and_its_streams_end() {
    let stage = Stage::shared([]).await;
    let session = stage.session().session_id("gone").create().await.unwrap();
    let mut events = session.events();
    session.disconnect().await.unwrap();
    session.disconnect().await.unwrap();
    let error = session.send("late").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(error.to_string(), "session `gone` is over: it was disconnected");
    while let Some(event) = events.next().await {
        event.unwrap();
    }
    stage.stop().await;
}

#[tokio::test]
async fn two_sessions_of_one_client_do_not_mix() {
    let stage =
        Stage::shared_answering(|request| ModelReply::text(request.user_texts().join("+"))).await;
    let (one, two) =
        (stage.session().create().await.unwrap(), stage.session().create().await.unwrap());
    let (a, b) = tokio::join!(one.ask("one"), two.ask("two"));
    assert_eq!([a.unwrap().text(), b.unwrap().text()], ["one", "two"]);
    stage.stop().await;
}

#[tokio::test]
async fn configuration_mistakes_are_reported_at_once_and_together() {
    let stage = Stage::shared([]).await;
    let error = stage
        .client
        .session()
        .session_id("a b")
        .provider(stage.model.provider())
        .create()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(error.problems().len(), 2, "{error}");
    stage.stop().await;
}
