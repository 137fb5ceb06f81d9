//! Chat completions, event by event and body by body.

use serde_json::{Value, json};

use super::client::{plain, post, streamed};
use crate::testing::{FinishReason, ModelReply, ModelToolCall, ScriptedModel};

const PATH: &str = "/v1/chat/completions";

async fn events(reply: ModelReply) -> Vec<Value> {
    let model = ScriptedModel::start([reply]).await.unwrap();
    let answer = post(&model, PATH, &streamed()).await.unwrap();
    assert_eq!((answer.status, answer.complete), (200, true));
    assert!(answer.head.contains("content-type: text/event-stream"), "{}", answer.head);
    assert_eq!(model.problems(), Vec::<String>::new());
    answer
        .events()
        .into_iter()
        .map(|(name, data)| if name.is_empty() { data } else { name.into() })
        .collect()
}

async fn body(reply: ModelReply) -> Value {
    let model = ScriptedModel::start([reply]).await.unwrap();
    let answer = post(&model, PATH, &plain()).await.unwrap();
    assert_eq!((answer.status, answer.complete), (200, true));
    assert!(answer.head.contains("content-type: application/json"), "{}", answer.head);
    answer.json()
}

fn chunk(delta: &Value, finish: Option<&str>) -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000,
        "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    })
}

#[tokio::test]
async fn text_streams_word_by_word() {
    let expected = [
        chunk(&json!({"role": "assistant", "content": "Take "}), None),
        chunk(&json!({"content": "a "}), None),
        chunk(&json!({"content": "coat."}), None),
        chunk(&json!({}), Some("stop")),
        json!("[DONE]"),
    ];
    assert_eq!(events(ModelReply::text("Take a coat.")).await, expected);
}

#[tokio::test]
async fn reasoning_precedes_chunks_and_usage_follows_the_finish() {
    let reply = ModelReply::chunks(["Ta", "ke"])
        .reasoning("Hm, cold.")
        .usage(100, 30)
        .cached_tokens(40)
        .reasoning_tokens(20);
    let expected = [
        chunk(&json!({"role": "assistant", "reasoning_content": "Hm, "}), None),
        chunk(&json!({"reasoning_content": "cold."}), None),
        chunk(&json!({"content": "Ta"}), None),
        chunk(&json!({"content": "ke"}), None),
        chunk(&json!({}), Some("stop")),
        json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000,
        "model": "m",
            "choices": [],
            "usage": {
                "prompt_tokens": 100, "completion_tokens": 30, "total_tokens": 130,
                "prompt_tokens_details": {"cached_tokens": 40},
                "completion_tokens_details": {"reasoning_tokens": 20},
            },
        }),
        json!("[DONE]"),
    ];
    assert_eq!(events(reply).await, expected);
}

#[tokio::test]
async fn parallel_calls_follow_the_text_with_ids_counted_or_given() {
    let reply = ModelReply::text("Look.")
        .call(("a", json!({"n": 1})))
        .call(ModelToolCall::raw("b", "{oops").id("mine"));
    let head = |index: u32, id: &str, name: &str| {
        json!({"tool_calls": [
            {
                "index": index, "id": id, "type": "function",
                "function": {"name": name, "arguments": ""},
            },
        ]})
    };
    let arguments = |index: u32, text: &str| {
        let function = json!({"arguments": text});
        json!({"tool_calls": [{"index": index, "function": function}]})
    };
    let expected = [
        chunk(&json!({"role": "assistant", "content": "Look."}), None),
        chunk(&head(0, "call_1", "a"), None),
        chunk(&arguments(0, r#"{"n":1}"#), None),
        chunk(&head(1, "mine", "b"), None),
        chunk(&arguments(1, "{oops"), None),
        chunk(&json!({}), Some("tool_calls")),
        json!("[DONE]"),
    ];
    assert_eq!(events(reply).await, expected);
}

#[tokio::test]
async fn a_finish_can_be_chosen() {
    for (finish, word) in [
        (FinishReason::Stop, "stop"),
        (FinishReason::ToolCalls, "tool_calls"),
        (FinishReason::Length, "length"),
        (FinishReason::ContentFilter, "content_filter"),
    ] {
        let expected = [
            chunk(&json!({"role": "assistant", "content": "x"}), None),
            chunk(&json!({}), Some(word)),
            json!("[DONE]"),
        ];
        assert_eq!(events(ModelReply::text("x").finish_reason(finish)).await, expected);
    }
}

#[tokio::test]
async fn text_as_one_body() {
    let reply = ModelReply::text("Take a coat.").reasoning("Hm, cold.").usage(1, 2);
    let expected = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": "m",
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": "Take a \
                                                         coat.", "reasoning_content": "Hm, cold."},
            "finish_reason": "stop",
            "logprobs": null,
        }],
        "usage": {
            "prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        },
    });
    assert_eq!(body(reply).await, expected);
}

#[tokio::test]
async fn calls_as_one_body() {
    let expected = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": "m",
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": null, "tool_calls": [
                {
                    "id": "call_1", "type": "function",
                    "function": {"name": "a", "arguments": r#"{"n":1}"#},
                },
                {"id": "call_2", "type": "function", "function": {"name": "b", "arguments": "{}"}},
            ]},
            "finish_reason": "tool_calls",
            "logprobs": null,
        }],
    });
    assert_eq!(body(ModelReply::tools([("a", json!({"n": 1})), ("b", json!({}))])).await, expected);
}
