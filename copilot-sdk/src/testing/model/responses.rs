//! Encodes completions as OpenAI responses.

use serde_json::{Value, json};

use super::completion::Completion;
use super::reply::{FinishReason, ModelUsage, ReplyEnding};
use super::sse::{SseEvent, SseEvents};
use super::tool_call::ModelToolCall;

pub(super) fn events(completion: &Completion) -> SseEvents {
    let message = &completion.message;
    // The CLI takes a finished item for a finished response, so an unfinished response finishes no
    // item.
    let unfinished = matches!(message.ending, ReplyEnding::Unfinished);
    let mut stream = Stream { unfinished, ..Stream::default() };
    let mut events = SseEvents::default();

    for name in ["response.created", "response.in_progress"] {
        events.lead.push(
            stream.event(name, json!({"response": response(completion, "in_progress", &[])})),
        );
    }
    if !message.reasoning.is_empty() {
        reasoning_events(completion, &mut stream, &mut events.lead);
    }
    if !message.text.is_empty() {
        text_events(completion, &mut stream, &mut events);
    }
    for call in &message.calls {
        call_events(call, &mut stream, &mut events.rest);
    }
    events.finish.extend(finish(completion, &mut stream));
    events
}

pub(super) fn body(completion: &Completion) -> Value {
    let status = if matches!(completion.message.ending, ReplyEnding::Unfinished) {
        "in_progress"
    } else {
        status(completion)
    };
    response(completion, status, &output(completion))
}

/// Counts the numbers that every event carries: its own, and the index of its output item.
#[derive(Default)]
struct Stream {
    sequence: u64,
    output_index: u64,
    unfinished: bool,
}

impl Stream {
    fn event(&mut self, name: &str, mut fields: Value) -> SseEvent {
        if let Value::Object(fields) = &mut fields {
            fields.insert("sequence_number".to_owned(), self.sequence.into());
        }
        self.sequence += 1;
        SseEvent::typed(name, fields)
    }

    fn item(&mut self, name: &str, mut fields: Value) -> SseEvent {
        if let Value::Object(fields) = &mut fields {
            fields.insert("output_index".to_owned(), self.output_index.into());
        }
        self.event(name, fields)
    }

    fn done(&mut self, item: &Value) -> Option<SseEvent> {
        let event = (!self.unfinished)
            .then(|| self.item("response.output_item.done", json!({"item": item})));
        self.output_index += 1;
        event
    }
}

fn reasoning_events(completion: &Completion, stream: &mut Stream, events: &mut Vec<SseEvent>) {
    let id = reasoning_id(completion);
    let part = |text: &str| {
        let part = json!({"type": "summary_text", "text": text});
        json!({"item_id": id, "summary_index": 0, "part": part})
    };
    let added = json!({"item": {"id": id, "type": "reasoning", "summary": []}});
    events.push(stream.item("response.output_item.added", added));
    events.push(stream.item("response.reasoning_summary_part.added", part("")));
    for text in &completion.message.reasoning {
        let delta = json!({"item_id": id, "summary_index": 0, "delta": text});
        events.push(stream.item("response.reasoning_summary_text.delta", delta));
    }
    let text = completion.reasoning();
    let done = json!({"item_id": id, "summary_index": 0, "text": text});
    events.push(stream.item("response.reasoning_summary_text.done", done));
    events.push(stream.item("response.reasoning_summary_part.done", part(&text)));
    events.extend(stream.done(&reasoning_item(completion)));
}

fn text_events(completion: &Completion, stream: &mut Stream, events: &mut SseEvents) {
    let id = message_id(completion);
    let item = message_item(completion, "in_progress", &[]);
    events.lead.push(stream.item("response.output_item.added", json!({"item": item})));
    let part = json!({"item_id": id, "content_index": 0, "part": text_part("")});
    events.lead.push(stream.item("response.content_part.added", part));
    for text in &completion.message.text {
        let delta = json!({"item_id": id, "content_index": 0, "delta": text});
        events.chunks.push(stream.item("response.output_text.delta", delta));
    }
    let text = completion.text();
    let done = json!({"item_id": id, "content_index": 0, "text": text});
    events.rest.push(stream.item("response.output_text.done", done));
    let part = json!({"item_id": id, "content_index": 0, "part": text_part(&text)});
    events.rest.push(stream.item("response.content_part.done", part));
    events.rest.extend(stream.done(&text_item(completion)));
}

fn call_events(call: &ModelToolCall, stream: &mut Stream, events: &mut Vec<SseEvent>) {
    let id = call_item_id(call);
    events.push(
        stream.item(
            "response.output_item.added",
            json!({"item": call_item(call, "in_progress", "")}),
        ),
    );
    let delta = json!({"item_id": id, "delta": call.arguments});
    events.push(stream.item("response.function_call_arguments.delta", delta));
    let done = json!({"item_id": id, "arguments": call.arguments});
    events.push(stream.item("response.function_call_arguments.done", done));
    events.extend(stream.done(&call_item(call, "completed", &call.arguments)));
}

fn finish(completion: &Completion, stream: &mut Stream) -> Option<SseEvent> {
    match &completion.message.ending {
        ReplyEnding::Unfinished | ReplyEnding::Cut => None,
        ReplyEnding::Malformed => {
            Some(SseEvent::named("response.output_text.delta", r#"{"type":"#))
        }
        ReplyEnding::Error(text) => {
            let mut failed = response(completion, "failed", &[]);
            if let Value::Object(fields) = &mut failed {
                fields.insert("error".to_owned(), json!({"code": "server_error", "message": text}));
            }
            Some(stream.event("response.failed", json!({"response": failed})))
        }
        ReplyEnding::Finished => {
            let status = status(completion);
            let response = response(completion, status, &output(completion));
            Some(stream.event(&format!("response.{status}"), json!({"response": response})))
        }
    }
}

fn response(completion: &Completion, status: &str, output: &[Value]) -> Value {
    let incomplete = (status == "incomplete").then(|| match completion.message.finish_reason() {
        FinishReason::ContentFilter => json!({"reason": "content_filter"}),
        FinishReason::Stop | FinishReason::ToolCalls | FinishReason::Length => {
            json!({"reason": "max_output_tokens"})
        }
    });
    let over = matches!(status, "completed" | "incomplete");
    json!({
        "id": format!("resp_{}", completion.number),
        "object": "response",
        "created_at": Completion::CREATED,
        "status": status,
        "model": completion.model,
        "output": output,
        "error": null,
        "incomplete_details": incomplete,
        "usage": completion.message.usage.filter(|_| over).map(usage),
    })
}

fn status(completion: &Completion) -> &'static str {
    match completion.message.finish_reason() {
        FinishReason::Stop | FinishReason::ToolCalls => "completed",
        FinishReason::Length | FinishReason::ContentFilter => "incomplete",
    }
}

fn output(completion: &Completion) -> Vec<Value> {
    let message = &completion.message;
    let reasoning = (!message.reasoning.is_empty()).then(|| reasoning_item(completion));
    let text = (!message.text.is_empty()).then(|| text_item(completion));
    let calls = message.calls.iter().map(|call| call_item(call, "completed", &call.arguments));
    reasoning.into_iter().chain(text).chain(calls).collect()
}

fn reasoning_item(completion: &Completion) -> Value {
    json!({
        "id": reasoning_id(completion),
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": completion.reasoning()}],
        "encrypted_content": format!("encrypted_{}", completion.number),
    })
}

fn text_item(completion: &Completion) -> Value {
    message_item(completion, "completed", &[text_part(&completion.text())])
}

fn message_item(completion: &Completion, status: &str, content: &[Value]) -> Value {
    json!({
        "id": message_id(completion),
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": content,
    })
}

fn text_part(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": []})
}

fn call_item(call: &ModelToolCall, status: &str, arguments: &str) -> Value {
    json!({
        "id": call_item_id(call),
        "type": "function_call",
        "call_id": call.id,
        "name": call.name,
        "arguments": arguments,
        "status": status,
    })
}

fn reasoning_id(completion: &Completion) -> String {
    format!("rs_{}", completion.number)
}

fn message_id(completion: &Completion) -> String {
    format!("msg_{}", completion.number)
}

fn call_item_id(call: &ModelToolCall) -> String {
    format!("fc_{}", call.id.as_deref().unwrap_or_default())
}

fn usage(counts: ModelUsage) -> Value {
    json!({
        "input_tokens": counts.input,
        "input_tokens_details": {"cached_tokens": counts.cached},
        "output_tokens": counts.output,
        "output_tokens_details": {"reasoning_tokens": counts.reasoning},
        "total_tokens": counts.input.saturating_add(counts.output),
    })
}
