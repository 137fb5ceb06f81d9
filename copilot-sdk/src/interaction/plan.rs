use serde::{Deserialize, Serialize};

use crate::event::exit_plan_mode::ExitPlanModeAction;
use crate::ids::SessionId;
use crate::nullable::null_as_default;

/// The agent has a plan and wants to leave plan mode (request `exitPlanMode.request`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExitPlanModeRequest {
    /// The session that asks.
    pub session_id: SessionId,
    /// The plan in short.
    #[serde(default, deserialize_with = "null_as_default")]
    pub summary: String,
    /// The plan.
    #[serde(default)]
    pub plan_content: Option<String>,
    /// What can be done next.
    #[serde(default, deserialize_with = "null_as_default")]
    pub actions: Vec<ExitPlanModeAction>,
    /// What the agent would do next.
    #[serde(default)]
    pub recommended_action: Option<ExitPlanModeAction>,
}

/// The answer to a plan. A handler that fails rejects it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[must_use]
pub struct ExitPlanModeAnswer {
    /// Whether the plan is good.
    pub approved: bool,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected_action: Option<ExitPlanModeAction>,
    /// Whether files may be changed without asking from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_approve_edits: Option<bool>,
    /// Whether the plan is carried out later, not in this turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defer_implementation: Option<bool>,
    /// What the agent is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback: Option<String>,
}

impl ExitPlanModeAnswer {
    /// The plan is good; the agent does what it recommends.
    pub fn approve() -> Self {
        Self::new(true)
    }

    /// The plan needs work, and the agent reads why.
    pub fn reject(feedback: impl Into<String>) -> Self {
        Self::new(false).feedback(feedback)
    }

    fn new(approved: bool) -> Self {
        Self {
            approved,
            selected_action: None,
            auto_approve_edits: None,
            defer_implementation: None,
            feedback: None,
        }
    }

    /// What to do next.
    pub fn selected_action(mut self, action: ExitPlanModeAction) -> Self {
        self.selected_action = Some(action);
        self
    }

    /// Whether files may be changed without asking from now on (wire name `autoApproveEdits`).
    /// Default: the CLI's.
    pub fn auto_approve_edits(mut self, auto: bool) -> Self {
        self.auto_approve_edits = Some(auto);
        self
    }

    /// Whether the plan is carried out later, not in this turn (wire name `deferImplementation`).
    /// Default: the CLI's.
    pub fn defer_implementation(mut self, later: bool) -> Self {
        self.defer_implementation = Some(later);
        self
    }

    /// What the agent is told.
    pub fn feedback(mut self, feedback: impl Into<String>) -> Self {
        self.feedback = Some(feedback.into());
        self
    }
}

/// The model's limit is reached: may the session switch to automatic choice (request
/// `autoModeSwitch.request`)?
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AutoModeSwitchRequest {
    /// The session that asks.
    pub session_id: SessionId,
    /// The error that led here.
    #[serde(default)]
    pub error_code: Option<String>,
    /// In how many seconds the model may be asked again.
    #[serde(default)]
    pub retry_after_seconds: Option<f64>,
}

/// The answer to an [`AutoModeSwitchRequest`] (wire name `response`). A handler that fails answers
/// `No`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(tag = "response", rename_all = "snake_case")]
#[non_exhaustive]
pub enum AutoModeSwitchAnswer {
    /// Switch this time.
    Yes,
    /// Switch from now on without asking.
    YesAlways,
    /// Do not switch.
    #[default]
    No,
}

#[cfg(test)]
mod tests {
    use serde_json::{json, value::to_raw_value};

    use super::{
        AutoModeSwitchAnswer, AutoModeSwitchRequest, ExitPlanModeAction, ExitPlanModeAnswer,
        ExitPlanModeRequest,
    };
    use crate::handler::BoxHandler;

    #[tokio::test]
    async fn a_recorded_plan_is_answered() {
        let handler = BoxHandler::new(async |plan: ExitPlanModeRequest| {
            assert_eq!(
                plan.actions,
                [ExitPlanModeAction::Autopilot, "interactive".into(), "exit_only".into()]
            );
            assert_eq!(
                (plan.summary.as_str(), plan.plan_content.as_deref()),
                ("my plan", Some(""))
            );
            match plan.recommended_action {
                Some(action) => {
                    ExitPlanModeAnswer::approve().selected_action(action).feedback("fb")
                }
                None => ExitPlanModeAnswer::reject("recommend something"),
            }
        });
        let plan = json!({"sessionId": "s", "summary": "my plan", "planContent": "",
            "actions": ["autopilot", "interactive", "exit_only"], "recommendedAction": "interactive"});
        let plan = to_raw_value(&plan).expect("JSON is JSON");
        assert_eq!(
            handler.answer(&"s".into(), Some(&plan)).await.ok(),
            Some(json!({"approved": true, "selectedAction": "interactive", "feedback": "fb"}))
        );
    }

    #[test]
    fn answers_have_their_wire_form() {
        let wire = |answer| serde_json::to_value(answer).expect("plain data serializes");
        assert_eq!(wire(AutoModeSwitchAnswer::YesAlways), json!({"response": "yes_always"}));
        assert_eq!(wire(AutoModeSwitchAnswer::default()), json!({"response": "no"}));
        assert_eq!(
            serde_json::to_value(ExitPlanModeAnswer::approve()).ok(),
            Some(json!({"approved": true}))
        );
        assert_eq!(
            serde_json::to_value(
                ExitPlanModeAnswer::approve().auto_approve_edits(true).defer_implementation(false)
            )
            .ok(),
            Some(json!({"approved": true, "autoApproveEdits": true, "deferImplementation": false}))
        );
        assert_eq!(
            serde_json::to_value(ExitPlanModeAnswer::reject("more tests")).ok(),
            Some(json!({"approved": false, "feedback": "more tests"}))
        );
    }

    #[test]
    fn a_switch_request_reads_with_and_without_its_details() {
        let read = |json| serde_json::from_value::<AutoModeSwitchRequest>(json).expect("a request");
        let full =
            read(json!({"sessionId": "s", "errorCode": "rate_limited", "retryAfterSeconds": 30}));
        assert_eq!(
            (full.error_code.as_deref(), full.retry_after_seconds),
            (Some("rate_limited"), Some(30.0))
        );
        assert_eq!(
            read(json!({"sessionId": "s", "retryAfterSeconds": null})).retry_after_seconds,
            None
        );
    }
}
