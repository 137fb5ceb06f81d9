//! Writes answers as OpenAI chat completions.

use serde_json::{Value, json};

use super::answer::Answer;
use super::reply::{Ending, Finish, Usage};
use super::sse::{Event, Events};

pub(super) fn events(answer: &Answer) -> Events {
    let message = &answer.message;
    let mut first = true;
    let mut delta = |mut delta: Value| {
        if let (true, Value::Object(fields)) = (std::mem::take(&mut first), &mut delta) {
            fields.insert("role".to_owned(), "assistant".into());
        }
        choice(answer, &delta, None)
    };
    let lead =
        message.reasoning.iter().map(|text| delta(json!({"reasoning_content": text}))).collect();
    let chunks = message.text.iter().map(|text| delta(json!({"content": text}))).collect();
    let mut rest = Vec::new();
    for (index, call) in message.calls.iter().enumerate() {
        rest.push(delta(json!({"tool_calls": [{
            "index": index, "id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""},
        }]})));
        rest.push(delta(
            json!({"tool_calls": [{"index": index, "function": {"arguments": call.arguments}}]}),
        ));
    }
    Events { lead, chunks, rest, finish: finish(answer) }
}

pub(super) fn body(answer: &Answer) -> Value {
    let message = &answer.message;
    let text = answer.text();
    let mut said = json!({"role": "assistant", "content": (!text.is_empty()).then_some(text)});
    if let Value::Object(fields) = &mut said {
        if !message.reasoning.is_empty() {
            fields.insert("reasoning_content".to_owned(), answer.reasoning().into());
        }
        if !message.calls.is_empty() {
            let call = |call: &super::Call| json!({"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}});
            fields.insert("tool_calls".to_owned(), message.calls.iter().map(call).collect());
        }
    }
    let reason =
        (!matches!(message.ending, Ending::Unfinished)).then(|| finish_reason(message.finish()));
    let mut body = json!({
        "id": id(answer),
        "object": "chat.completion",
        "created": Answer::CREATED,
        "model": answer.model,
        "choices": [{"index": 0, "message": said, "finish_reason": reason, "logprobs": null}],
    });
    if let (Value::Object(fields), Some(counts)) = (&mut body, message.usage) {
        fields.insert("usage".to_owned(), usage(counts));
    }
    body
}

fn finish(answer: &Answer) -> Vec<Event> {
    let message = &answer.message;
    match &message.ending {
        Ending::Unfinished | Ending::Cut => Vec::new(),
        Ending::Malformed => vec![Event::data(r#"{"choices":["#)],
        Ending::Error(text) => vec![Event::data(json!({"error": {
            "message": text, "type": "server_error", "code": "server_error", "param": null,
        }}))],
        Ending::Finished => {
            let mut events =
                vec![choice(answer, &json!({}), Some(finish_reason(message.finish())))];
            events
                .extend(message.usage.map(|counts| chunk(answer, &json!([]), Some(usage(counts)))));
            events.push(Event::data("[DONE]"));
            events
        }
    }
}

fn choice(answer: &Answer, delta: &Value, finish_reason: Option<&str>) -> Event {
    chunk(answer, &json!([{"index": 0, "delta": delta, "finish_reason": finish_reason}]), None)
}

fn chunk(answer: &Answer, choices: &Value, usage: Option<Value>) -> Event {
    let mut chunk = json!({
        "id": id(answer),
        "object": "chat.completion.chunk",
        "created": Answer::CREATED,
        "model": answer.model,
        "choices": choices,
    });
    if let (Value::Object(fields), Some(usage)) = (&mut chunk, usage) {
        fields.insert("usage".to_owned(), usage);
    }
    Event::data(chunk)
}

fn id(answer: &Answer) -> String {
    format!("chatcmpl-{}", answer.number)
}

fn finish_reason(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "stop",
        Finish::ToolCalls => "tool_calls",
        Finish::Length => "length",
        Finish::ContentFilter => "content_filter",
    }
}

fn usage(counts: Usage) -> Value {
    json!({
        "prompt_tokens": counts.input,
        "completion_tokens": counts.output,
        "total_tokens": counts.input.saturating_add(counts.output),
        "prompt_tokens_details": {"cached_tokens": counts.cached},
        "completion_tokens_details": {"reasoning_tokens": counts.reasoning},
    })
}
