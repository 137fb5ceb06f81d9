//! The model: notes what it is told, finds it, deletes it, and counts slowly.

use std::time::Duration;

use copilot_sdk::testing::{ModelReply, ModelRequest};
use serde_json::json;

/// The reply to a request.
pub fn reply(request: &ModelRequest) -> ModelReply {
    let prompts = request.user_texts();
    let prompt = prompts.last().map_or("", String::as_str);
    let result = request.new_tool_results().pop();
    let after = |marker: &str| prompt.split_once(marker).map(|(_, rest)| rest.trim().to_owned());
    if let Some(text) = after("Remember:") {
        return match result {
            None => ModelReply::tool("add_note", json!({"text": text})),
            Some(id) => ModelReply::chunks(["I noted it ", "as number ", id.text.as_str(), "."]),
        };
    }
    if let Some(id) = after("Delete:") {
        return match result {
            None => ModelReply::tool("delete_note", json!({"id": id.parse::<i64>().unwrap_or(0)})),
            Some(result) if result.text.contains("said no") => ModelReply::text("I left it there."),
            Some(result) if result.text.contains("no note") => ModelReply::text(result.text),
            Some(_) => ModelReply::text("I deleted it."),
        };
    }
    if prompt.contains("Count") {
        let numbers = (1..=3000).map(|number| format!("{number} "));
        return ModelReply::chunks(numbers).pace(Duration::from_millis(100));
    }
    match result {
        None => ModelReply::tool("find_notes", json!({"text": ""})),
        Some(notes) => ModelReply::text(format!("Your notes: {}", notes.text)),
    }
}
