//! Model calls that an MCP server asks for.

use copilot_sdk::mcp::{SamplingAnswer, SamplingRequest};
use copilot_sdk::testing::{ModelReply, ModelRequest};
use copilot_sdk::{SessionBuilder, permission};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

use super::mcp_server;

/// What a server is answered that asks for a model call while its tool runs.
async fn answered(set: impl FnOnce(SessionBuilder) -> SessionBuilder) -> Value {
    let stage = Stage::answering(|request: &ModelRequest| {
        let samples = request.user_texts().iter().any(|text| text.contains("say hi"));
        match (samples, request.tool_results().is_empty()) {
            (true, _) => ModelReply::text("hi from the session's model"),
            (false, true) => ModelReply::tool("srv-echo", json!({})),
            (false, false) => ModelReply::text("done"),
        }
    })
    .await;
    let session = set(stage.session().permissions(permission::approve_all()));
    let session = session.create().await.unwrap();
    let params = json!({
        "messages": [{"role": "user", "content": {"type": "text", "text": "say hi"}}],
        "maxTokens": 10,
    });
    let method = "sampling/createMessage";
    let ask = json!({"jsonrpc": "2.0", "id": "s1", "method": method, "params": params});
    let kept = stage.place.work().join("reply");
    let ask = format!(
        "printf '%s\\n' '{ask}'; read -r reply; printf '%s' \"$reply\" > {}; text done",
        kept.display()
    );
    mcp_server::start(&stage, &session, &ask).await;
    session.ask("go").await.unwrap();
    let reply = std::fs::read(kept).unwrap();
    stage.stop().await;
    serde_json::from_slice(&reply).unwrap()
}

#[tokio::test]
async fn a_handler_answers_or_lets_the_sessions_model_answer() {
    let own = answered(|session| {
        session.on_sampling_request(|request: SamplingRequest| async move {
            assert_eq!((&*request.server_name, &request.request["maxTokens"]), ("srv", &json!(10)));
            SamplingAnswer::text(
                "mine",
                request.texts().collect::<Vec<_>>().join(" ").to_uppercase(),
            )
        })
    });
    let own = own.await;
    assert_eq!(own["result"]["content"]["text"], "SAY HI");
    assert_eq!(own["result"]["model"], "mine");
    let run = answered(|session| {
        session.on_sampling_request(|_: SamplingRequest| async { SamplingAnswer::run() })
    });
    assert_eq!(run.await["result"]["content"]["text"], "hi from the session's model");
}

#[tokio::test]
async fn i6_a_server_is_answered_also_without_a_handler_or_when_it_panics() {
    let refused = answered(|session| session).await;
    assert_eq!(refused["result"]["stopReason"], "cancelled");
    let panicked = answered(|session| {
        session.on_sampling_request(|request: SamplingRequest| async move {
            assert_eq!(request.server_name, "other", "not this one");
            SamplingAnswer::run()
        })
    });
    let panicked = panicked.await;
    assert_eq!(panicked["result"]["stopReason"], "cancelled");
}
