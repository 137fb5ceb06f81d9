//! The options of a session in protocol 2.

use serde_json::value::RawValue;

use super::super::json::{fields, raw};
use crate::connection::CliVersions;
use crate::jsonrpc::{CODE_INVALID_PARAMS, Translated};
use crate::payload::{answers, read_whole};

/// What protocol 2 knows.
const KNOWN: [&str; 21] = [
    "availableTools",
    "configDir",
    "customAgents",
    "disableResume",
    "disabledSkills",
    "envValueMode",
    "excludedTools",
    "hooks",
    "infiniteSessions",
    "mcpServers",
    "model",
    "provider",
    "reasoningEffort",
    "requestPermission",
    "requestUserInput",
    "sessionId",
    "skillDirectories",
    "streaming",
    "systemMessage",
    "tools",
    "workingDirectory",
];

/// What changes nothing where it is not known: defaults of this crate, and details.
const LEFT_OUT: [&str; 7] = [
    "clientName",
    "continuePendingWork",
    "includeSubAgentStreamingEvents",
    "largeOutput",
    "toolFilterPrecedence",
    "traceparent",
    "tracestate",
];

/// The params of `session.create` and `session.resume`, or why they cannot be served.
pub(super) fn translate(params: &RawValue, cli: &CliVersions) -> Translated {
    let Ok(mut options) = fields(params) else {
        return Translated::Call { method: None, params: params.to_owned() };
    };
    options.retain(|name, _| !LEFT_OUT.contains(&&**name));
    let mut unknown = Vec::new();
    for (name, value) in &options {
        if name == "systemMessage" && customizes(value) {
            unknown.push("`systemMessage` that customizes sections".to_owned());
        } else if !KNOWN.contains(&&**name) {
            unknown.push(format!("`{name}`"));
        }
    }
    if unknown.is_empty() {
        return Translated::Call { method: None, params: raw(&options) };
    }
    let message = format!(
        "{cli} has no {}: leave that out, or {}",
        unknown.join(", "),
        CliVersions::remedy()
    );
    Translated::Refusal { code: CODE_INVALID_PARAMS, message }
}

fn customizes(system_message: &RawValue) -> bool {
    answers! {
        struct Mode {
            mode: String = "mode" [required],
        }
    }
    read_whole::<Mode>(system_message.get()).is_some_and(|message| message.mode == "customize")
}
