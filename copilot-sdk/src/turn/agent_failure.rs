//! The error of an agent that failed, and what to do about it.

use crate::error::{AgentDetails, Error, ErrorKind};
use crate::event::SessionError;

pub(super) fn agent_failed(error: &SessionError) -> Error {
    let mut text = format!("the agent failed: {}", error.message);
    if let Some(remedy) = remedy(error.status_code, &error.message) {
        text = format!("{}; {remedy}", text.trim_end_matches('.'));
    }
    Error::new(ErrorKind::Session, text).with_agent_details(AgentDetails {
        error_type: Some(error.error_type.clone()),
        error_code: error.error_code.clone(),
        status_code: error.status_code,
        provider_request_id: error.provider_call_id.clone(),
    })
}

/// What to do where a provider's answer says that it does not take a parameter that the user of
/// this crate never set.
fn remedy(status_code: Option<u16>, answer: &str) -> Option<&'static str> {
    let answer = answer.to_lowercase();
    let is_refusal = matches!(status_code, Some(400 | 422))
        && REFUSALS.iter().any(|words| answer.contains(words));
    let names = |parameters: &[&str]| {
        answer
            .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
            .any(|word| parameters.contains(&word.trim_matches('.')))
    };
    if !is_refusal {
        None
    } else if names(&["reasoning.summary", "reasoning.encrypted_content", "encrypted"]) {
        Some(OF_RESPONSES)
    } else if names(&["reasoning_effort", "reasoning.effort", "reasoning", "thinking"]) {
        Some(OF_THINKING)
    } else if names(&["temperature", "top_p", "frequency_penalty", "presence_penalty"]) {
        Some(OF_SAMPLING)
    } else {
        None
    }
}

const REFUSALS: [&str; 10] = [
    "not support",
    "unsupported",
    "not allowed",
    "not permitted",
    "not available",
    "unrecognized",
    "unknown",
    "unexpected",
    "extra input",
    "extra_forbidden",
];

const OF_THINKING: &str = "the cli sends it to every model whose name it takes for one that \
                           thinks: `.reasoning_effort(ReasoningEffort::None)` on the session turns \
                           it off";

const OF_SAMPLING: &str = "the cli sends it to every model that it does not take for one that \
                           thinks: give a model that does think an effort, such as \
                           `.reasoning_effort(ReasoningEffort::Medium)` on the session, or use \
                           `WireApi::Responses`, which has no such parameter";

const OF_RESPONSES: &str = "the cli sends it over `WireApi::Responses`: use \
                            `WireApi::Completions` for a model that does not think";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_parameter_comes_with_what_turns_it_off() {
        for (status, answer, expected) in [
            (
                400,
                "400 Unrecognized request argument supplied: reasoning_effort",
                Some(OF_THINKING),
            ),
            (400, "400 'claude-3-haiku' does not support thinking.", Some(OF_THINKING)),
            (
                400,
                "400 Unsupported parameter: 'reasoning.effort' is not supported with this model.",
                Some(OF_THINKING),
            ),
            (
                400,
                "400 Unsupported value: 'temperature' does not support 0 with this model.",
                Some(OF_SAMPLING),
            ),
            (422, "422 top_p: Extra inputs are not permitted", Some(OF_SAMPLING)),
            (400, "400 Encrypted content is not supported with this model.", Some(OF_RESPONSES)),
            (400, "400 Bad Request", None),
            (400, "400 temperature: must be between 0 and 2", None),
            (400, "400 thinking_budget is not supported", None),
            (500, "500 temperature is not supported", None),
        ] {
            assert_eq!(remedy(Some(status), answer), expected, "{answer}");
        }
    }
}
