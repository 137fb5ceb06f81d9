//! Reads conversations from the request bodies of the three wire forms.

use serde_json::Value;

use super::api::ModelApi;

/// A tool result as the model sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenToolResult {
    /// The id of the tool call.
    pub call_id: String,
    /// The text of the result. Parts are joined with line breaks.
    pub text: String,
}

pub(super) fn system(api: ModelApi, body: &Value) -> String {
    let outside = match api {
        ModelApi::ChatCompletions => None,
        ModelApi::Responses => body.get("instructions"),
        ModelApi::Messages => body.get("system"),
    };
    let inside = messages(api, body)
        .filter(|message| matches!(text_field(message, "role"), Some("system" | "developer")))
        .filter_map(|message| message.get("content"));
    let texts: Vec<String> = outside.into_iter().chain(inside).filter_map(text).collect();
    texts.join("\n")
}

pub(super) fn user_texts(api: ModelApi, body: &Value) -> Vec<String> {
    messages(api, body)
        .filter(|message| text_field(message, "role") == Some("user"))
        .filter_map(|message| text(message.get("content")?))
        .map(|text| without_datetime(&text).to_owned())
        .collect()
}

/// The available tools, each as the object that holds its name.
pub(super) fn tools(body: &Value) -> impl Iterator<Item = &Value> {
    items(body.get("tools")).map(|tool| tool.get("function").unwrap_or(tool))
}

pub(super) fn tool_results(api: ModelApi, body: &Value) -> Vec<SeenToolResult> {
    messages(api, body).flat_map(|message| results_in(api, message)).collect()
}

/// The tool results after the model's last message.
pub(super) fn new_tool_results(api: ModelApi, body: &Value) -> Vec<SeenToolResult> {
    let messages: Vec<&Value> = messages(api, body).collect();
    let new = messages.rsplit(|message| is_of_model(message)).next().unwrap_or_default();
    new.iter().flat_map(|message| results_in(api, message)).collect()
}

fn results_in(api: ModelApi, message: &Value) -> Vec<SeenToolResult> {
    let result = |result: &Value, id: &str, content: &str| {
        let text = result.get(content).and_then(text).unwrap_or_default();
        Some(SeenToolResult { call_id: text_field(result, id)?.to_owned(), text })
    };
    match api {
        ModelApi::ChatCompletions if text_field(message, "role") == Some("tool") => {
            result(message, "tool_call_id", "content").into_iter().collect()
        }
        ModelApi::Responses if text_field(message, "type") == Some("function_call_output") => {
            result(message, "call_id", "output").into_iter().collect()
        }
        ModelApi::Messages => items(message.get("content"))
            .filter(|block| text_field(block, "type") == Some("tool_result"))
            .filter_map(|block| result(block, "tool_use_id", "content"))
            .collect(),
        ModelApi::ChatCompletions | ModelApi::Responses => Vec::new(),
    }
}

/// Whether the model wrote the message; to the responses form, reasoning and calls are messages.
fn is_of_model(message: &Value) -> bool {
    text_field(message, "role") == Some("assistant")
        || matches!(text_field(message, "type"), Some("reasoning" | "function_call"))
}

fn messages(api: ModelApi, body: &Value) -> impl Iterator<Item = &Value> {
    items(body.get(if api == ModelApi::Responses { "input" } else { "messages" }))
}

/// The text of a content, which is text or a list of parts; `None` if no part is text.
fn text(content: &Value) -> Option<String> {
    if let Value::String(text) = content {
        return Some(text.clone());
    }
    let parts: Vec<&str> =
        items(Some(content)).filter_map(|part| text_field(part, "text")).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn without_datetime(text: &str) -> &str {
    text.strip_prefix("<current_datetime>")
        .and_then(|rest| rest.split_once("</current_datetime>"))
        .map_or(text, |(_, rest)| rest.trim_start_matches('\n'))
}

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}

fn text_field<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field)?.as_str()
}
