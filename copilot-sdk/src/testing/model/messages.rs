//! Encodes completions as Anthropic messages.

use serde_json::{Value, json};

use super::completion::Completion;
use super::reply::{FinishReason, ReplyEnding};
use super::sse::{SseEvent, SseEvents};
use super::tool_call::ModelToolCall;

pub(super) fn events(completion: &Completion) -> SseEvents {
    let message = &completion.message;
    let mut blocks = Blocks::default();
    let mut start = envelope(completion, &[], None);
    if let Value::Object(fields) = &mut start {
        fields.insert("usage".to_owned(), usage(completion, 0));
    }
    let mut lead = vec![SseEvent::typed("message_start", json!({"message": start}))];
    let (mut chunks, mut rest) = (Vec::new(), Vec::new());

    if !message.reasoning.is_empty() {
        lead.push(blocks.start(&json!({"type": "thinking", "thinking": "", "signature": ""})));
        let thoughts = message
            .reasoning
            .iter()
            .map(|text| json!({"type": "thinking_delta", "thinking": text}));
        lead.extend(thoughts.map(|delta| blocks.delta(&delta)));
        lead.push(
            blocks.delta(&json!({"type": "signature_delta", "signature": signature(completion)})),
        );
        lead.push(blocks.stop());
    }
    if !message.text.is_empty() {
        lead.push(blocks.start(&json!({"type": "text", "text": ""})));
        let texts = message.text.iter().map(|text| json!({"type": "text_delta", "text": text}));
        chunks.extend(texts.map(|delta| blocks.delta(&delta)));
        rest.push(blocks.stop());
    }
    for call in &message.calls {
        rest.push(
            blocks
                .start(&json!({"type": "tool_use", "id": call.id, "name": call.name, "input": {}})),
        );
        rest.push(
            blocks.delta(&json!({"type": "input_json_delta", "partial_json": call.arguments})),
        );
        rest.push(blocks.stop());
    }
    SseEvents { lead, chunks, rest, finish: finish(completion) }
}

pub(super) fn body(completion: &Completion) -> Value {
    let message = &completion.message;
    let thinking = (!message.reasoning.is_empty()).then(|| {
        let (thinking, signature) = (completion.reasoning(), signature(completion));
        json!({"type": "thinking", "thinking": thinking, "signature": signature})
    });
    let text =
        (!message.text.is_empty()).then(|| json!({"type": "text", "text": completion.text()}));
    let content: Vec<Value> =
        thinking.into_iter().chain(text).chain(message.calls.iter().map(tool_use)).collect();
    let reason = (!matches!(message.ending, ReplyEnding::Unfinished))
        .then(|| stop_reason(message.finish_reason()));
    envelope(completion, &content, reason)
}

/// Counts the content blocks.
#[derive(Default)]
struct Blocks {
    index: u64,
}

impl Blocks {
    fn start(&self, block: &Value) -> SseEvent {
        SseEvent::typed("content_block_start", json!({"index": self.index, "content_block": block}))
    }

    fn delta(&self, delta: &Value) -> SseEvent {
        SseEvent::typed("content_block_delta", json!({"index": self.index, "delta": delta}))
    }

    fn stop(&mut self) -> SseEvent {
        let event = SseEvent::typed("content_block_stop", json!({"index": self.index}));
        self.index += 1;
        event
    }
}

fn finish(completion: &Completion) -> Vec<SseEvent> {
    let message = &completion.message;
    match &message.ending {
        ReplyEnding::Unfinished | ReplyEnding::Cut => Vec::new(),
        ReplyEnding::Malformed => vec![SseEvent::named("content_block_delta", r#"{"type":"#)],
        ReplyEnding::Error(text) => {
            vec![SseEvent::typed("error", json!({"error": {"type": "api_error", "message": text}}))]
        }
        ReplyEnding::Finished => {
            let delta =
                json!({"stop_reason": stop_reason(message.finish_reason()), "stop_sequence": null});
            let usage = json!({"output_tokens": message.usage.unwrap_or_default().output});
            vec![
                SseEvent::typed("message_delta", json!({"delta": delta, "usage": usage})),
                SseEvent::typed("message_stop", json!({})),
            ]
        }
    }
}

fn envelope(completion: &Completion, content: &[Value], stop_reason: Option<&str>) -> Value {
    json!({
        "id": format!("msg_{}", completion.number),
        "type": "message",
        "role": "assistant",
        "model": completion.model,
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": null,
        "usage": usage(completion, completion.message.usage.unwrap_or_default().output),
    })
}

/// Cached tokens are not part of the input tokens here, unlike in the other forms.
fn usage(completion: &Completion, output: u64) -> Value {
    let counts = completion.message.usage.unwrap_or_default();
    json!({
        "input_tokens": counts.input.saturating_sub(counts.cached),
        "cache_read_input_tokens": counts.cached,
        "cache_creation_input_tokens": 0,
        "output_tokens": output,
    })
}

/// Arguments are JSON here, not text; invalid JSON is sent as a string.
fn tool_use(call: &ModelToolCall) -> Value {
    let input = serde_json::from_str(&call.arguments)
        .unwrap_or_else(|_| Value::from(call.arguments.as_str()));
    json!({"type": "tool_use", "id": call.id, "name": call.name, "input": input})
}

fn signature(completion: &Completion) -> String {
    format!("signature_{}", completion.number)
}

fn stop_reason(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Stop => "end_turn",
        FinishReason::ToolCalls => "tool_use",
        FinishReason::Length => "max_tokens",
        FinishReason::ContentFilter => "refusal",
    }
}
