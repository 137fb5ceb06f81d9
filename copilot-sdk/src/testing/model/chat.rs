//! Encodes completions as OpenAI chat completions.

use serde_json::{Value, json};

use super::completion::Completion;
use super::reply::{FinishReason, ModelUsage, ReplyEnding};
use super::sse::{SseEvent, SseEvents};
use super::tool_call::ModelToolCall;

pub(super) fn events(completion: &Completion) -> SseEvents {
    let message = &completion.message;
    let mut first = true;
    let mut delta = |mut delta: Value| {
        if let (true, Value::Object(fields)) = (std::mem::take(&mut first), &mut delta) {
            fields.insert("role".to_owned(), "assistant".into());
        }
        choice(completion, &delta, None)
    };
    let lead =
        message.reasoning.iter().map(|text| delta(json!({"reasoning_content": text}))).collect();
    let chunks = message.text.iter().map(|text| delta(json!({"content": text}))).collect();
    let mut rest = Vec::new();
    for (index, call) in message.calls.iter().enumerate() {
        let function = json!({"name": call.name, "arguments": ""});
        let started =
            json!({"index": index, "id": call.id, "type": "function", "function": function});
        rest.push(delta(json!({"tool_calls": [started]})));
        rest.push(delta(
            json!({"tool_calls": [{"index": index, "function": {"arguments": call.arguments}}]}),
        ));
    }
    SseEvents { lead, chunks, rest, finish: finish(completion) }
}

pub(super) fn body(completion: &Completion) -> Value {
    let message = &completion.message;
    let text = completion.text();
    let mut said = json!({"role": "assistant", "content": (!text.is_empty()).then_some(text)});
    if let Value::Object(fields) = &mut said {
        if !message.reasoning.is_empty() {
            fields.insert("reasoning_content".to_owned(), completion.reasoning().into());
        }
        if !message.calls.is_empty() {
            fields.insert("tool_calls".to_owned(), message.calls.iter().map(tool_call).collect());
        }
    }
    let reason = (!matches!(message.ending, ReplyEnding::Unfinished))
        .then(|| finish_reason(message.finish_reason()));
    let mut body = json!({
        "id": id(completion),
        "object": "chat.completion",
        "created": Completion::CREATED,
        "model": completion.model,
        "choices": [{"index": 0, "message": said, "finish_reason": reason, "logprobs": null}],
    });
    if let (Value::Object(fields), Some(counts)) = (&mut body, message.usage) {
        fields.insert("usage".to_owned(), usage(counts));
    }
    body
}

fn finish(completion: &Completion) -> Vec<SseEvent> {
    let message = &completion.message;
    match &message.ending {
        ReplyEnding::Unfinished | ReplyEnding::Cut => Vec::new(),
        ReplyEnding::Malformed => vec![SseEvent::data(r#"{"choices":["#)],
        ReplyEnding::Error(text) => vec![SseEvent::data(json!({"error": {
            "message": text, "type": "server_error", "code": "server_error", "param": null,
        }}))],
        ReplyEnding::Finished => {
            let mut events =
                vec![choice(completion, &json!({}), Some(finish_reason(message.finish_reason())))];
            events.extend(
                message.usage.map(|counts| chunk(completion, &json!([]), Some(usage(counts)))),
            );
            events.push(SseEvent::data("[DONE]"));
            events
        }
    }
}

fn choice(completion: &Completion, delta: &Value, finish_reason: Option<&str>) -> SseEvent {
    chunk(completion, &json!([{"index": 0, "delta": delta, "finish_reason": finish_reason}]), None)
}

fn chunk(completion: &Completion, choices: &Value, usage: Option<Value>) -> SseEvent {
    let mut chunk = json!({
        "id": id(completion),
        "object": "chat.completion.chunk",
        "created": Completion::CREATED,
        "model": completion.model,
        "choices": choices,
    });
    if let (Value::Object(fields), Some(usage)) = (&mut chunk, usage) {
        fields.insert("usage".to_owned(), usage);
    }
    SseEvent::data(chunk)
}

fn tool_call(call: &ModelToolCall) -> Value {
    let function = json!({"name": call.name, "arguments": call.arguments});
    json!({"id": call.id, "type": "function", "function": function})
}

fn id(completion: &Completion) -> String {
    format!("chatcmpl-{}", completion.number)
}

fn finish_reason(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Stop => "stop",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::Length => "length",
        FinishReason::ContentFilter => "content_filter",
    }
}

fn usage(counts: ModelUsage) -> Value {
    json!({
        "prompt_tokens": counts.input,
        "completion_tokens": counts.output,
        "total_tokens": counts.input.saturating_add(counts.output),
        "prompt_tokens_details": {"cached_tokens": counts.cached},
        "completion_tokens_details": {"reasoning_tokens": counts.reasoning},
    })
}
