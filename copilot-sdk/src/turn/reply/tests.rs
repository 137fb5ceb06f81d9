use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{LIMIT, Reply};
use crate::event::Event;

fn fold(reply: &mut Reply, event_type: &str, data: &Value) {
    let event: Event =
        serde_json::from_value(json!({"type": event_type, "id": "e", "data": data})).unwrap();
    reply.fold(&Arc::new(event));
}

#[test]
fn numbers_beyond_all_bounds_add_up_to_the_largest() {
    let mut reply = Reply::new("m".into());
    for _ in 0..3 {
        let usage = json!({"inputTokens": u64::MAX, "outputTokens": 2, "duration": 1.8e22});
        fold(&mut reply, "assistant.usage", &usage);
    }
    let usage = reply.usage();
    assert_eq!((usage.model_calls, usage.input_tokens, usage.output_tokens), (3, u64::MAX, 6));
    assert_eq!(usage.model_time, Duration::MAX);
}

#[test]
fn a_full_reply_still_knows_its_text_and_its_usage() {
    let mut reply = Reply::new("m".into());
    let said = |text: &str| json!({"messageId": "1", "originatingMessageId": "m", "content": text});
    fold(&mut reply, "assistant.message", &said("first"));
    fold(&mut reply, "tool.execution_start", &json!({"toolCallId": "c", "toolName": "t"}));
    reply.held = LIMIT;
    fold(&mut reply, "assistant.message", &said("last"));
    fold(&mut reply, "tool.execution_start", &json!({"toolCallId": "d", "toolName": "t"}));
    let done = json!({"toolCallId": "c", "success": true, "result": {"content": "output"}});
    fold(&mut reply, "tool.execution_complete", &done);
    fold(&mut reply, "assistant.usage", &json!({"inputTokens": 7}));
    assert_eq!((reply.text(), reply.messages()), ("last", &["first".to_owned()][..]));
    assert_eq!(reply.clone().into_text(), "last");
    assert_eq!(reply.usage().input_tokens, 7);
    assert_eq!(reply.events().len(), 2);
    let calls: Vec<_> =
        reply.tool_calls().iter().map(|call| (call.id.as_str(), call.success)).collect();
    assert_eq!(calls, [("c", true)]);
}
