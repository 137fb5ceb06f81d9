//! Writes answers as OpenAI responses.

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::Call;
use super::reply::{Ending, Finish, Usage};
use super::sse::{Event, Events};

pub(super) fn events(answer: &Answer) -> Events {
    let message = &answer.message;
    // To the CLI a finished item is as good as a finished response, so an unfinished one finishes
    // no item.
    let unfinished = matches!(message.ending, Ending::Unfinished);
    let mut stream = Stream { unfinished, ..Stream::default() };
    let mut events = Events::default();

    for name in ["response.created", "response.in_progress"] {
        events
            .lead
            .push(stream.event(name, json!({"response": response(answer, "in_progress", &[])})));
    }
    if !message.reasoning.is_empty() {
        reasoning_events(answer, &mut stream, &mut events.lead);
    }
    if !message.text.is_empty() {
        text_events(answer, &mut stream, &mut events);
    }
    for call in &message.calls {
        call_events(call, &mut stream, &mut events.rest);
    }
    events.finish.extend(finish(answer, &mut stream));
    events
}

pub(super) fn body(answer: &Answer) -> Value {
    let status = if matches!(answer.message.ending, Ending::Unfinished) {
        "in_progress"
    } else {
        status(answer)
    };
    response(answer, status, &output(answer))
}

/// Counts what every event carries: its own number, and the index of the output item that it
/// belongs to.
#[derive(Default)]
struct Stream {
    sequence: u64,
    output_index: u64,
    unfinished: bool,
}

impl Stream {
    fn event(&mut self, name: &str, mut fields: Value) -> Event {
        if let Value::Object(fields) = &mut fields {
            fields.insert("sequence_number".to_owned(), self.sequence.into());
        }
        self.sequence += 1;
        Event::typed(name, fields)
    }

    fn item(&mut self, name: &str, mut fields: Value) -> Event {
        if let Value::Object(fields) = &mut fields {
            fields.insert("output_index".to_owned(), self.output_index.into());
        }
        self.event(name, fields)
    }

    fn done(&mut self, item: &Value) -> Option<Event> {
        let event = (!self.unfinished)
            .then(|| self.item("response.output_item.done", json!({"item": item})));
        self.output_index += 1;
        event
    }
}

fn reasoning_events(answer: &Answer, stream: &mut Stream, events: &mut Vec<Event>) {
    let id = reasoning_id(answer);
    let part = |text: &str| json!({"item_id": id, "summary_index": 0, "part": {"type": "summary_text", "text": text}});
    let added = json!({"item": {"id": id, "type": "reasoning", "summary": []}});
    events.push(stream.item("response.output_item.added", added));
    events.push(stream.item("response.reasoning_summary_part.added", part("")));
    for text in &answer.message.reasoning {
        let delta = json!({"item_id": id, "summary_index": 0, "delta": text});
        events.push(stream.item("response.reasoning_summary_text.delta", delta));
    }
    let text = answer.reasoning();
    let done = json!({"item_id": id, "summary_index": 0, "text": text});
    events.push(stream.item("response.reasoning_summary_text.done", done));
    events.push(stream.item("response.reasoning_summary_part.done", part(&text)));
    events.extend(stream.done(&reasoning_item(answer)));
}

fn text_events(answer: &Answer, stream: &mut Stream, events: &mut Events) {
    let id = message_id(answer);
    let item = json!({"id": id, "type": "message", "role": "assistant", "status": "in_progress", "content": []});
    events.lead.push(stream.item("response.output_item.added", json!({"item": item})));
    let part = json!({"item_id": id, "content_index": 0, "part": text_part("")});
    events.lead.push(stream.item("response.content_part.added", part));
    for text in &answer.message.text {
        let delta = json!({"item_id": id, "content_index": 0, "delta": text});
        events.chunks.push(stream.item("response.output_text.delta", delta));
    }
    let text = answer.text();
    let done = json!({"item_id": id, "content_index": 0, "text": text});
    events.rest.push(stream.item("response.output_text.done", done));
    let part = json!({"item_id": id, "content_index": 0, "part": text_part(&text)});
    events.rest.push(stream.item("response.content_part.done", part));
    events.rest.extend(stream.done(&text_item(answer)));
}

fn call_events(call: &Call, stream: &mut Stream, events: &mut Vec<Event>) {
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

fn finish(answer: &Answer, stream: &mut Stream) -> Option<Event> {
    match &answer.message.ending {
        Ending::Unfinished | Ending::Cut => None,
        Ending::Malformed => Some(Event::named("response.output_text.delta", r#"{"type":"#)),
        Ending::Error(text) => {
            let mut failed = response(answer, "failed", &[]);
            if let Value::Object(fields) = &mut failed {
                fields.insert("error".to_owned(), json!({"code": "server_error", "message": text}));
            }
            Some(stream.event("response.failed", json!({"response": failed})))
        }
        Ending::Finished => {
            let status = status(answer);
            let response = response(answer, status, &output(answer));
            Some(stream.event(&format!("response.{status}"), json!({"response": response})))
        }
    }
}

fn response(answer: &Answer, status: &str, output: &[Value]) -> Value {
    let incomplete = (status == "incomplete").then(|| match answer.message.finish() {
        Finish::ContentFilter => json!({"reason": "content_filter"}),
        Finish::Stop | Finish::ToolCalls | Finish::Length => json!({"reason": "max_output_tokens"}),
    });
    let over = matches!(status, "completed" | "incomplete");
    json!({
        "id": format!("resp_{}", answer.number),
        "object": "response",
        "created_at": Answer::CREATED,
        "status": status,
        "model": answer.model,
        "output": output,
        "error": null,
        "incomplete_details": incomplete,
        "usage": answer.message.usage.filter(|_| over).map(usage),
    })
}

fn status(answer: &Answer) -> &'static str {
    match answer.message.finish() {
        Finish::Stop | Finish::ToolCalls => "completed",
        Finish::Length | Finish::ContentFilter => "incomplete",
    }
}

fn output(answer: &Answer) -> Vec<Value> {
    let message = &answer.message;
    let reasoning = (!message.reasoning.is_empty()).then(|| reasoning_item(answer));
    let text = (!message.text.is_empty()).then(|| text_item(answer));
    let calls = message.calls.iter().map(|call| call_item(call, "completed", &call.arguments));
    reasoning.into_iter().chain(text).chain(calls).collect()
}

fn reasoning_item(answer: &Answer) -> Value {
    json!({
        "id": reasoning_id(answer),
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": answer.reasoning()}],
        "encrypted_content": format!("encrypted_{}", answer.number),
    })
}

fn text_item(answer: &Answer) -> Value {
    json!({
        "id": message_id(answer),
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [text_part(&answer.text())],
    })
}

fn text_part(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": []})
}

fn call_item(call: &Call, status: &str, arguments: &str) -> Value {
    json!({
        "id": call_item_id(call),
        "type": "function_call",
        "call_id": call.id,
        "name": call.name,
        "arguments": arguments,
        "status": status,
    })
}

fn reasoning_id(answer: &Answer) -> String {
    format!("rs_{}", answer.number)
}

fn message_id(answer: &Answer) -> String {
    format!("msg_{}", answer.number)
}

fn call_item_id(call: &Call) -> String {
    format!("fc_{}", call.id.as_deref().unwrap_or_default())
}

fn usage(counts: Usage) -> Value {
    json!({
        "input_tokens": counts.input,
        "input_tokens_details": {"cached_tokens": counts.cached},
        "output_tokens": counts.output,
        "output_tokens_details": {"reasoning_tokens": counts.reasoning},
        "total_tokens": counts.input.saturating_add(counts.output),
    })
}
