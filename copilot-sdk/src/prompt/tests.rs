use serde_json::{Value, json};

use super::{AgentMode, Delivery, Prompt, ResponseFormat};
use crate::attachment::Attachment;

fn wire(prompt: &Prompt) -> Value {
    serde_json::to_value(prompt).expect("plain data serializes")
}

#[test]
fn a_prompt_is_exactly_what_the_cli_reads() {
    assert_eq!(wire(&"hello".into()), json!({"prompt": "hello"}));
    let prompt = Prompt::new("look")
        .display_prompt("DISPLAY")
        .attachment(Attachment::directory("/project/ws/dir1"))
        .delivery(Delivery::Immediate)
        .agent_mode(AgentMode::Plan)
        .request_header("X-Custom", "yes")
        .source("system")
        .prepend(true)
        .billable(false)
        .required_tool("view")
        .response_format(
            ResponseFormat::json_schema("answer", json!({"type": "object"}))
                .description("d")
                .strict(true),
        );
    assert_eq!(
        wire(&prompt),
        json!({"prompt": "look", "displayPrompt": "DISPLAY", "attachments": [{"type": "directory", "path": "/project/ws/dir1"}],
            "mode": "immediate", "agentMode": "plan", "requestHeaders": {"X-Custom": "yes"}, "source": "system",
            "prepend": true, "billable": false, "requiredTool": "view", "responseFormat": {"type": "json_schema",
                "jsonSchema": {"name": "answer", "schema": {"type": "object"}, "description": "d", "strict": true}}})
    );
    assert!(prompt.is_steering() && prompt.check().is_empty());
    assert!(!format!("{prompt:?}").contains("yes"));
}

#[test]
fn mistakes_are_found_before_sending() {
    let prompt = Prompt::new("")
        .agent_mode("turbo")
        .source("agent-")
        .request_header("x y", "1")
        .request_header("x-secret", "a\nb")
        .required_tool("")
        .response_format(ResponseFormat::json_schema("my answer", json!(1)));
    assert_eq!(
        prompt.check(),
        [
            "the prompt is empty: give it text or an attachment",
            "required_tool is empty: name a tool, or leave it out",
            "request_header: \"x y\" is not the name of a header",
            "request_header: the header \"x-secret\" holds a line end or another control \
             character",
            "the source \"agent-\" is not known: use \"user\", \"system\", or \"agent-\" and \
             the id of an agent",
            "the agent mode \"turbo\" is not known, and the CLI would ignore it: use \
             \"interactive\", \"plan\", \"autopilot\" or \"shell\"",
            "response_format: the name \"my answer\" is not 1 to 64 letters, digits, `-` and \
             `_`",
        ]
    );
    let schema = Prompt::new("x").response_format(ResponseFormat::json_schema("a", json!(1)));
    assert_eq!(schema.check(), ["response_format: the schema is not a JSON object"]);
    assert_eq!(
        Prompt::new("x").attachment(Attachment::file("")).check(),
        ["attachment: the path is empty"]
    );
}
