//! Responses, event by event and body by body.

use serde_json::{Value, json};

use super::client::{plain, post, streamed};
use crate::testing::{FinishReason, ModelReply, ScriptedModel};

const PATH: &str = "/openai/v1/responses";

/// The events, after a check of what each repeats: its name as `type`, its place as
/// `sequence_number`.
async fn events(reply: ModelReply) -> Vec<(String, Value)> {
    let model = ScriptedModel::start([reply]).await.unwrap();
    let answer = post(&model, PATH, &streamed()).await.unwrap();
    assert_eq!((answer.status, answer.complete), (200, true));
    let events = answer.events().into_iter().enumerate().map(|(index, (name, mut data))| {
        let fields = data.as_object_mut().unwrap();
        assert_eq!(fields.remove("type"), Some(json!(name)));
        assert_eq!(fields.remove("sequence_number"), Some(json!(index)));
        (name.strip_prefix("response.").unwrap().to_owned(), data)
    });
    events.collect()
}

fn response(status: &str, output: &Value) -> Value {
    json!({
        "id": "resp_1", "object": "response", "created_at": 1_700_000_000, "model": "m",
        "status": status,
        "output": output, "error": null, "incomplete_details": null, "usage": null,
    })
}

fn with(mut value: Value, field: &str, with: Value) -> Value {
    value[field] = with;
    value
}

fn message(text: &str) -> Value {
    json!({
        "id": "msg_1", "type": "message", "role": "assistant", "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}],
    })
}

fn named<const N: usize>(events: [(&str, Value); N]) -> Vec<(String, Value)> {
    events.into_iter().map(|(name, data)| (name.to_owned(), data)).collect()
}

#[tokio::test]
async fn text_streams_between_its_item_events() {
    let empty = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "status": "in_progress",
        "content": [],
    });
    let part = |text: &str| json!({"type": "output_text", "text": text, "annotations": []});
    let at = |rest: Value| {
        let mut fields = json!({"item_id": "msg_1", "output_index": 0, "content_index": 0});
        fields.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        fields
    };
    let usage = json!({
        "input_tokens": 100, "input_tokens_details": {"cached_tokens": 40},
        "output_tokens": 30, "output_tokens_details": {"reasoning_tokens": 20}, "total_tokens": 130,
    });
    let expected = named([
        ("created", json!({"response": response("in_progress", &json!([]))})),
        ("in_progress", json!({"response": response("in_progress", &json!([]))})),
        ("output_item.added", json!({"output_index": 0, "item": empty})),
        ("content_part.added", at(json!({"part": part("")}))),
        ("output_text.delta", at(json!({"delta": "Hel"}))),
        ("output_text.delta", at(json!({"delta": "lo."}))),
        ("output_text.done", at(json!({"text": "Hello."}))),
        ("content_part.done", at(json!({"part": part("Hello.")}))),
        ("output_item.done", json!({"output_index": 0, "item": message("Hello.")})),
        (
            "completed",
            json!({
                "response":
                    with(response("completed", &json!([message("Hello.")])), "usage", usage),
            }),
        ),
    ]);
    let reply =
        ModelReply::chunks(["Hel", "lo."]).usage(100, 30).cached_tokens(40).reasoning_tokens(20);
    assert_eq!(events(reply).await, expected);
}

#[tokio::test]
async fn reasoning_and_parallel_calls_are_items_of_their_own() {
    let thought = json!({
        "id": "rs_1", "type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}],
        "encrypted_content": "encrypted_1",
    });
    let call = |id: &str, name: &str, status: &str, arguments: &str| {
        json!({
            "id": format!("fc_{id}"), "type": "function_call", "call_id": id, "name": name,
            "arguments": arguments, "status": status,
        })
    };
    let (first, second) =
        (call("call_1", "a", "completed", "{\"n\":1}"), call("call_2", "b", "completed", "{}"));
    let part = |text: &str| json!({"type": "summary_text", "text": text});
    let expected = named([
        ("created", json!({"response": response("in_progress", &json!([]))})),
        ("in_progress", json!({"response": response("in_progress", &json!([]))})),
        (
            "output_item.added",
            json!({"output_index": 0, "item": {"id": "rs_1", "type": "reasoning", "summary": []}}),
        ),
        (
            "reasoning_summary_part.added",
            json!({"item_id": "rs_1", "output_index": 0, "summary_index": 0, "part": part("")}),
        ),
        (
            "reasoning_summary_text.delta",
            json!({"item_id": "rs_1", "output_index": 0, "summary_index": 0, "delta": "Hm."}),
        ),
        (
            "reasoning_summary_text.done",
            json!({"item_id": "rs_1", "output_index": 0, "summary_index": 0, "text": "Hm."}),
        ),
        (
            "reasoning_summary_part.done",
            json!({"item_id": "rs_1", "output_index": 0, "summary_index": 0, "part": part("Hm.")}),
        ),
        ("output_item.done", json!({"output_index": 0, "item": thought})),
        (
            "output_item.added",
            json!({"output_index": 1, "item": call("call_1", "a", "in_progress", "")}),
        ),
        (
            "function_call_arguments.delta",
            json!({"item_id": "fc_call_1", "output_index": 1, "delta": "{\"n\":1}"}),
        ),
        (
            "function_call_arguments.done",
            json!({"item_id": "fc_call_1", "output_index": 1, "arguments": "{\"n\":1}"}),
        ),
        ("output_item.done", json!({"output_index": 1, "item": first})),
        (
            "output_item.added",
            json!({"output_index": 2, "item": call("call_2", "b", "in_progress", "")}),
        ),
        (
            "function_call_arguments.delta",
            json!({"item_id": "fc_call_2", "output_index": 2, "delta": "{}"}),
        ),
        (
            "function_call_arguments.done",
            json!({"item_id": "fc_call_2", "output_index": 2, "arguments": "{}"}),
        ),
        ("output_item.done", json!({"output_index": 2, "item": second})),
        ("completed", json!({"response": response("completed", &json!([thought, first, second]))})),
    ]);
    let reply = ModelReply::tools([("a", json!({"n": 1})), ("b", json!({}))]).reasoning("Hm.");
    assert_eq!(events(reply).await, expected);
}

#[tokio::test]
async fn limits_and_filters_make_the_response_incomplete() {
    for (finish, reason) in [
        (FinishReason::Length, "max_output_tokens"),
        (FinishReason::ContentFilter, "content_filter"),
    ] {
        let incomplete = with(
            response("incomplete", &json!([message("x")])),
            "incomplete_details",
            json!({"reason": reason}),
        );
        let last = events(ModelReply::text("x").finish_reason(finish)).await.pop().unwrap();
        assert_eq!(last, ("incomplete".to_owned(), json!({"response": incomplete})));
    }
}

#[tokio::test]
async fn one_body_holds_all_items() {
    let model =
        ScriptedModel::start([ModelReply::text("Hello.").call(("a", json!({}))).usage(1, 2)])
            .await
            .unwrap();
    let answer = post(&model, PATH, &plain()).await.unwrap();
    let call = json!({
        "id": "fc_call_1", "type": "function_call", "call_id": "call_1", "name": "a",
        "arguments": "{}",
        "status": "completed",
    });
    let usage = json!({
        "input_tokens": 1, "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 2, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 3,
    });
    let expected = with(response("completed", &json!([message("Hello."), call])), "usage", usage);
    assert_eq!((answer.status, answer.complete, answer.json()), (200, true, expected));
}
