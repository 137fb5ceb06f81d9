//! Plans for the user to approve (`exit_plan_mode.*`).
//!
//! A handler answers them by [`ExitPlanModeRequest`](crate::interaction::ExitPlanModeRequest).

use super::macros::{open_enums, payloads};
use crate::ids::{RequestId, ToolCallId};

payloads! {
    /// A plan with the question how to continue (wire name `exit_plan_mode.requested`).
    ExitPlanModeRequested {
        /// The id of the question.
        request_id: RequestId = "requestId",
        /// A summary of the plan.
        summary: String = "summary",
        /// The plan.
        plan_content: String = "planContent",
        /// The available ways to continue.
        actions: Vec<ExitPlanModeAction> = "actions",
        /// The agent's recommendation.
        recommended_action: ExitPlanModeAction = "recommendedAction",
        /// The tool call that asks.
        tool_call_id: Option<ToolCallId> = "toolCallId",
        /// The model that made the plan.
        model: Option<String> = "model",
    }

    /// The decision how to continue after a plan (wire name `exit_plan_mode.completed`).
    ExitPlanModeCompleted {
        /// The id of the question.
        request_id: RequestId = "requestId",
        /// Whether the plan was approved.
        approved: Option<bool> = "approved",
        /// The chosen way to continue.
        selected_action: Option<ExitPlanModeAction> = "selectedAction",
        /// Whether file edits are approved without asking.
        auto_approve_edits: Option<bool> = "autoApproveEdits",
        /// Feedback for the agent.
        feedback: Option<String> = "feedback",
    }
}

open_enums! {
    /// A way to continue after a plan.
    ExitPlanModeAction {
        /// Leave plan mode and wait.
        ExitOnly = "exit_only",
        /// Carry out the plan, asking the user where necessary.
        Interactive = "interactive",
        /// Carry out the plan without asking.
        Autopilot = "autopilot",
        /// Carry out the plan without asking, with several agents.
        AutopilotFleet = "autopilot_fleet",
    }
}
