//! Permission decisions in the words of older CLIs.

use serde::Serialize;
use serde_json::value::RawValue;

use super::json::raw;
use crate::payload::{answers, read_whole};

/// What the model reads when a tool may not run and nobody says why.
const DENIED: &str = "permission to run this tool was denied";

answers! {
    /// A decision in the words of newer CLIs. What cannot be read is a denial.
    #[derive(Default)]
    pub(super) struct PolicyDecision {
        kind: String = "kind",
        feedback: Option<String> = "feedback",
    }
}

impl PolicyDecision {
    pub(super) fn of(decision: &RawValue) -> Self {
        read_whole(decision.get()).unwrap_or_default()
    }

    pub(super) fn is_approval(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "approve-once"
                | "approve-for-session"
                | "approve-read-only-for-session"
                | "approve-for-location"
                | "approve-permanently"
        )
    }

    /// The decision in the words of older CLIs, protocol 2 among them.
    pub(super) fn older(&self) -> Box<RawValue> {
        #[derive(Serialize)]
        struct Decided<'a> {
            kind: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            feedback: Option<&'a str>,
        }
        let kind = match self.kind.as_str() {
            _ if self.is_approval() => "approved",
            "reject" => "denied-interactively-by-user",
            _ => "denied-no-approval-rule-and-could-not-request-from-user",
        };
        raw(&Decided { kind, feedback: self.feedback.as_deref() })
    }

    /// The result of a tool that may not run. Without feedback, a rejection stops the turn.
    pub(super) fn tool_result(&self) -> Box<RawValue> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Denied<'a> {
            text_result_for_llm: &'a str,
            result_type: &'static str,
        }
        let stops = self.kind == "reject" && self.feedback.is_none();
        raw(&Denied {
            text_result_for_llm: self.feedback.as_deref().unwrap_or(DENIED),
            result_type: if stops { "rejected" } else { "denied" },
        })
    }
}
