//! Hooks of sessions, prompts, errors and agents: each is called by the real CLI, and what it
//! answers reaches the model.

use copilot_sdk::hook::{
    ErrorContext, ErrorOccurredOutput, HookSet, SessionEndReason, SessionStartOutput,
    SessionStartSource, StopOutput, SubagentStartOutput, UserPromptSubmittedOutput,
    UserPromptTransformedOutput,
};
use copilot_sdk::permission;
use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::Stage;
use serde_json::json;

use super::hooks::{Notes, conversation, echo};

#[tokio::test]
async fn prompts_are_changed_before_and_after_they_get_their_form() {
    let stage = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    let submitted = stage.session().on_user_prompt_submitted(|prompt| async move {
        UserPromptSubmittedOutput::default()
            .modified_prompt(prompt.prompt.replace("color", "colour"))
            .additional_context("the user is British")
    });
    submitted.create().await.unwrap().ask("which color?").await.unwrap();
    let transformed = stage.session().on_user_prompt_transformed(|prompt| async move {
        assert!(prompt.transformed_prompt.ends_with("which color?"), "{prompt:?}");
        UserPromptTransformedOutput::default()
            .modified_transformed_prompt("something else entirely")
    });
    transformed.create().await.unwrap().ask("which color?").await.unwrap();
    let requests = stage.model.requests();
    let first = conversation(&requests[0]);
    assert!(first.contains("which colour?") && first.contains("the user is British"), "{first}");
    assert_eq!(requests[1].user_texts(), ["something else entirely"]);
    stage.stop().await;
}

#[tokio::test]
async fn a_session_starts_with_its_first_prompt_and_ends_with_disconnect_or_stop() {
    let notes = Notes::default();
    let stage = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    let builder = |notes: &Notes| {
        let (start, end) = (notes.clone(), notes.clone());
        stage
            .session()
            .on_session_start(move |input| {
                let notes = start.clone();
                async move {
                    assert_eq!(input.source, SessionStartSource::New);
                    notes.add(format!("start {:?}", input.initial_prompt));
                    SessionStartOutput::default().additional_context("be brief")
                }
            })
            .on_session_end(move |input| {
                let notes = end.clone();
                async move {
                    assert_eq!(input.reason, SessionEndReason::UserExit);
                    tokio::task::yield_now().await;
                    notes.add("end");
                }
            })
    };
    let session = builder(&notes).create().await.unwrap();
    assert_eq!(notes.all(), [""; 0], "nothing before the first prompt");
    session.ask("hello").await.unwrap();
    assert_eq!(stage.model.requests()[0].user_texts()[0], "be brief");
    session.disconnect().await.unwrap();
    assert_eq!(notes.all(), ["start Some(\"hello\")", "end"]);
    let other = builder(&notes).create().await.unwrap();
    other.ask("hi").await.unwrap();
    stage.client.stop().await.unwrap();
    assert_eq!(notes.all()[2..], ["start Some(\"hi\")", "end"]);
}

/// The CLI asks after each failed model call, and goes by its own rules whatever the hook answers.
#[tokio::test]
async fn error_occurred_hears_of_every_failed_model_call() {
    let notes = Notes::default();
    let seen = notes.clone();
    let limited = || ModelReply::error(429, "slow down").header("retry-after", "1");
    let stage =
        Stage::shared([limited(), ModelReply::text("better"), ModelReply::error(400, "too odd")])
            .await;
    let session = stage.session().on_error_occurred(move |error| {
        let text = error.error.message;
        seen.add(if text.contains("slow down") { "limit" } else { "other" });
        async move {
            assert_eq!((error.error_context, error.recoverable), (ErrorContext::ModelCall, true));
            ErrorOccurredOutput::abort().user_notification("the model failed")
        }
    });
    let session = session.create().await.unwrap();
    assert_eq!(session.ask("go").await.unwrap().text(), "better");
    session.ask("again").await.unwrap_err();
    assert_eq!(notes.all(), ["limit", "other"]);
    stage.stop().await;
}

#[tokio::test]
async fn agent_stop_sends_the_agent_back_to_work_once() {
    let notes = Notes::default();
    let seen = notes.clone();
    let stage = Stage::shared([ModelReply::text("done"), ModelReply::text("tested")]).await;
    let session = stage.session().on_agent_stop(move |stop| {
        seen.add(format!("{} {}", stop.stop_reason, stop.stop_hook_active));
        async move { (!stop.stop_hook_active).then(|| StopOutput::block("write the tests")) }
    });
    let session = session.create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    assert_eq!(reply.messages(), ["done", "tested"], "all of it is one turn");
    assert_eq!(
        stage.model.requests()[1].user_texts().last().map(String::as_str),
        Some("write the tests")
    );
    assert_eq!(notes.all(), ["end_turn false", "end_turn true"]);
    stage.stop().await;
}

/// The guard of `agent_stop` looks at the agent: after a sub-agent was sent back, its flag is down
/// again.
#[tokio::test]
async fn subagent_stop_sends_the_sub_agent_back_to_work_once() {
    let notes = Notes::default();
    let (below, above) = (notes.clone(), notes.clone());
    let task = json!({"agent_type": "general-purpose", "name": "helper", "description": "help", "prompt": "do it",
        "mode": "sync"});
    let stage = Stage::shared([
        ModelReply::tool("task", task),
        ModelReply::text("first try"),
        ModelReply::text("second try"),
        ModelReply::text("all done"),
    ])
    .await;
    let session = stage
        .session()
        .permissions(permission::approve_all())
        .on_subagent_stop(move |stop| {
            below.add(format!("below {} {}", stop.response, stop.stop_hook_active));
            async move { (!stop.stop_hook_active).then(|| StopOutput::block("try harder")) }
        })
        .on_agent_stop(move |stop| {
            above.add(format!("agent {} {}", stop.agent_id.is_some(), stop.stop_hook_active));
            async {}
        });
    let reply = session.create().await.unwrap().ask("delegate this").await.unwrap();
    assert_eq!(reply.text(), "all done", "{:?}", stage.model.problems());
    assert_eq!(
        notes.all(),
        [
            "agent true false",
            "below first try false",
            "agent true false",
            "below second try true",
            "agent false false",
        ]
    );
    assert_eq!(
        stage.model.requests()[2].user_texts().last().map(String::as_str),
        Some("try harder")
    );
    stage.stop().await;
}

#[tokio::test]
async fn a_resumed_session_starts_as_one() {
    let notes = Notes::default();
    let stage = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    let started = |notes: &Notes| {
        let notes = notes.clone();
        HookSet::new().on_session_start(move |input| {
            notes.add(input.source.as_str());
            async {}
        })
    };
    let session =
        stage.session().session_id("again").hook_set(started(&notes)).create().await.unwrap();
    session.ask("hello").await.unwrap();
    session.disconnect().await.unwrap();
    let session = stage.session().hook_set(started(&notes)).resume("again").await.unwrap();
    session.ask("hello again").await.unwrap();
    assert_eq!(notes.all(), ["new", "resume"]);
    stage.stop().await;
}

#[tokio::test]
async fn hooks_of_a_sub_agent_name_the_root_session_and_the_agent() {
    let notes = Notes::default();
    let (start, stop, tool) = (notes.clone(), notes.clone(), notes.clone());
    let stage = Stage::shared_answering(|request| {
        let texts = request.user_texts();
        let is_sub_agent = !texts.iter().any(|text| text.contains("delegate this"));
        match (is_sub_agent, request.tool_results().is_empty()) {
            (true, true) => ModelReply::tool("echo", json!({"text": "from below"})),
            (true, false) => ModelReply::text("the answer from below"),
            (false, true) => ModelReply::tool(
                "task",
                json!({"agent_type": "general-purpose", "name": "helper", "description": "help", "prompt": "do it",
                    "mode": "sync"}),
            ),
            (false, false) => ModelReply::text("all done"),
        }
    })
    .await;
    let session = stage
        .session()
        .tool(echo(&notes))
        .permissions(permission::approve_all())
        .on_subagent_start(move |input| {
            start.add(format!("start {}", input.agent_name));
            async { SubagentStartOutput::default().additional_context("mind the gap") }
        })
        .on_subagent_stop(move |input| {
            stop.add(format!("stop {} {}", input.agent_name, input.response));
            async {}
        })
        .on_pre_tool_use(move |call| {
            tool.add(format!("{} {} {}", call.session_id, call.tool_name, call.agent_id.is_some()));
            async {}
        });
    let session = session.session_id("root").create().await.unwrap();
    let reply = session.ask("delegate this").await.unwrap();
    assert_eq!(reply.text(), "all done", "{:?}", stage.model.problems());
    assert_eq!(
        notes.all(),
        [
            "root task false",
            "start general-purpose",
            "root echo true",
            "ran \"from below\"",
            "stop general-purpose the answer from below",
        ]
    );
    let below = stage.model.requests()[1].clone();
    assert!(conversation(&below).contains("mind the gap"), "{}", conversation(&below));
    stage.stop().await;
}
