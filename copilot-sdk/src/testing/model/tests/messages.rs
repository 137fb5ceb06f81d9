//! Anthropic messages, event by event and body by body.

use serde_json::{Value, json};

use super::client::{plain, post, streamed};
use crate::testing::{FinishReason, ModelReply, ModelToolCall, ScriptedModel};

const PATH: &str = "/v1/messages";

async fn events(reply: ModelReply) -> Vec<Value> {
    let model = ScriptedModel::start([reply]).await.unwrap();
    let answer = post(&model, PATH, &streamed()).await.unwrap();
    assert_eq!((answer.status, answer.complete), (200, true));
    let events = answer.events().into_iter().map(|(name, data)| {
        assert_eq!(data["type"], name);
        data
    });
    events.collect()
}

fn usage(input: u64, cached: u64, output: u64) -> Value {
    json!({
        "input_tokens": input, "cache_read_input_tokens": cached, "cache_creation_input_tokens": 0,
        "output_tokens": output,
    })
}

fn message(content: &Value, stop_reason: Option<&str>, usage: &Value) -> Value {
    json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": content,
        "stop_reason": stop_reason, "stop_sequence": null, "usage": usage,
    })
}

fn start(usage: &Value) -> Value {
    json!({"type": "message_start", "message": message(&json!([]), None, usage)})
}

fn block(index: u32, block: &Value) -> Value {
    json!({"type": "content_block_start", "index": index, "content_block": block})
}

fn delta(index: u32, delta: &Value) -> Value {
    json!({"type": "content_block_delta", "index": index, "delta": delta})
}

fn stop(index: u32) -> Value {
    json!({"type": "content_block_stop", "index": index})
}

fn end(reason: &str, output: u64) -> [Value; 2] {
    [
        json!({
            "type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null},
            "usage": {"output_tokens": output},
        }),
        json!({"type": "message_stop"}),
    ]
}

#[tokio::test]
async fn reasoning_and_text_are_blocks_and_cached_tokens_stand_beside_the_input() {
    let mut expected = vec![
        start(&usage(60, 40, 0)),
        block(0, &json!({"type": "thinking", "thinking": "", "signature": ""})),
        delta(0, &json!({"type": "thinking_delta", "thinking": "Hm."})),
        delta(0, &json!({"type": "signature_delta", "signature": "signature_1"})),
        stop(0),
        block(1, &json!({"type": "text", "text": ""})),
        delta(1, &json!({"type": "text_delta", "text": "Hel"})),
        delta(1, &json!({"type": "text_delta", "text": "lo."})),
        stop(1),
    ];
    expected.extend(end("end_turn", 30));
    let reply =
        ModelReply::chunks(["Hel", "lo."]).reasoning("Hm.").usage(100, 30).cached_tokens(40);
    assert_eq!(events(reply).await, expected);
}

#[tokio::test]
async fn each_parallel_call_is_a_block() {
    let mut expected = vec![
        start(&usage(0, 0, 0)),
        block(0, &json!({"type": "tool_use", "id": "call_1", "name": "a", "input": {}})),
        delta(0, &json!({"type": "input_json_delta", "partial_json": "{\"n\":1}"})),
        stop(0),
        block(1, &json!({"type": "tool_use", "id": "call_2", "name": "b", "input": {}})),
        delta(1, &json!({"type": "input_json_delta", "partial_json": "{}"})),
        stop(1),
    ];
    expected.extend(end("tool_use", 0));
    assert_eq!(
        events(ModelReply::tools([("a", json!({"n": 1})), ("b", json!({}))])).await,
        expected
    );
}

#[tokio::test]
async fn a_finish_can_be_chosen() {
    for (finish, reason) in [
        (FinishReason::Stop, "end_turn"),
        (FinishReason::ToolCalls, "tool_use"),
        (FinishReason::Length, "max_tokens"),
        (FinishReason::ContentFilter, "refusal"),
    ] {
        let events = events(ModelReply::text("x").finish_reason(finish)).await;
        assert_eq!(events[events.len() - 2..], end(reason, 0));
    }
}

#[tokio::test]
async fn one_body_holds_all_blocks() {
    let reply = ModelReply::text("Hello.")
        .reasoning("Hm.")
        .call(("a", json!({"n": 1})))
        .call(ModelToolCall::raw("b", "{oops"))
        .usage(100, 30)
        .cached_tokens(40);
    let model = ScriptedModel::start([reply]).await.unwrap();
    let answer = post(&model, PATH, &plain()).await.unwrap();
    let content = json!([
        {"type": "thinking", "thinking": "Hm.", "signature": "signature_1"},
        {"type": "text", "text": "Hello."},
        {"type": "tool_use", "id": "call_1", "name": "a", "input": {"n": 1}},
        {"type": "tool_use", "id": "call_2", "name": "b", "input": "{oops"},
    ]);
    let expected = message(&content, Some("tool_use"), &usage(60, 40, 30));
    assert_eq!((answer.status, answer.complete, answer.json()), (200, true, expected));
}
