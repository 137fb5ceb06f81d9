use serde::Serialize;

use crate::event::exit_plan_mode::ExitPlanModeAction;
use crate::ids::SessionId;
use crate::payload::{questions, records};

records! {
    /// A request to approve a plan and leave plan mode (request `exitPlanMode.request`).
    #[derive(Debug, Clone, PartialEq, Eq)]
    ExitPlanModeRequest {
        /// The session.
        session_id: SessionId = "sessionId",
        /// A summary of the plan.
        summary: String = "summary",
        /// The plan.
        plan_content: Option<String> = "planContent",
        /// The possible next actions.
        actions: Vec<ExitPlanModeAction> = "actions",
        /// The action the agent recommends.
        recommended_action: Option<ExitPlanModeAction> = "recommendedAction",
    }
}

/// The answer to a plan. A handler that fails rejects it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[must_use]
pub struct ExitPlanModeAnswer {
    /// Whether the plan is approved.
    pub approved: bool,
    /// The next action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected_action: Option<ExitPlanModeAction>,
    /// Whether further file edits are approved without asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_approve_edits: Option<bool>,
    /// Whether to carry out the plan later and not in this turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defer_implementation: Option<bool>,
    /// Feedback for the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback: Option<String>,
}

impl ExitPlanModeAnswer {
    /// Approves the plan with the recommended action.
    pub fn approve() -> Self {
        Self::new(true)
    }

    /// Rejects the plan, with feedback for the agent.
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

    /// The next action.
    pub fn selected_action(mut self, action: ExitPlanModeAction) -> Self {
        self.selected_action = Some(action);
        self
    }

    /// Whether further file edits are approved without asking (wire name `autoApproveEdits`).
    /// Defaults to the CLI's setting.
    pub fn auto_approve_edits(mut self, auto: bool) -> Self {
        self.auto_approve_edits = Some(auto);
        self
    }

    /// Whether to carry out the plan later and not in this turn (wire name `deferImplementation`).
    /// Defaults to the CLI's setting.
    pub fn defer_implementation(mut self, later: bool) -> Self {
        self.defer_implementation = Some(later);
        self
    }

    /// Feedback for the agent.
    pub fn feedback(mut self, feedback: impl Into<String>) -> Self {
        self.feedback = Some(feedback.into());
        self
    }
}

records! {
    /// A question whether to switch to automatic model selection because the model's rate limit is
    /// reached (request `autoModeSwitch.request`).
    #[derive(Debug, Clone, PartialEq)]
    AutoModeSwitchRequest {
        /// The session.
        session_id: SessionId = "sessionId",
        /// The error that caused the request.
        error_code: Option<String> = "errorCode",
        /// Seconds until the model can be used again.
        retry_after_seconds: Option<f64> = "retryAfterSeconds",
    }
}

questions! { ExitPlanModeRequest AutoModeSwitchRequest }

/// The answer to an [`AutoModeSwitchRequest`] (wire name `response`). A handler that fails answers
/// `No`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(tag = "response", rename_all = "snake_case")]
#[non_exhaustive]
pub enum AutoModeSwitchAnswer {
    /// Switch this time.
    Yes,
    /// Switch, and do not ask again.
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
        let answer = handler.of_unread().answer(&"s".into(), plan).await.expect("an answer");
        assert_eq!(
            answer.get(),
            r#"{"approved":true,"selectedAction":"interactive","feedback":"fb"}"#
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
