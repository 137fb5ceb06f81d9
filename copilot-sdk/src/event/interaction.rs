//! Questions to the user, and what the user can do.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::macros::{payloads, words};
use crate::ids::{RequestId, ToolCallId};

payloads! {
    /// The agent asks the user something (wire name `user_input.requested`).
    UserInputRequested {
        /// Names the question.
        request_id: RequestId = "requestId",
        /// The question.
        question: String = "question",
        /// The answers to choose from.
        choices: Vec<String> = "choices",
        /// Whether another answer is welcome.
        allow_freeform: Option<bool> = "allowFreeform",
        /// The tool call that asks.
        tool_call_id: Option<ToolCallId> = "toolCallId",
    }

    /// The user answered (wire name `user_input.completed`).
    UserInputCompleted {
        /// As in the question.
        request_id: RequestId = "requestId",
        /// The answer.
        answer: Option<String> = "answer",
        /// Whether it is none of the choices.
        was_freeform: Option<bool> = "wasFreeform",
    }

    /// The user is asked to fill in a form or to open a page (wire name `elicitation.requested`).
    ElicitationRequested {
        /// Under this id the answer is expected.
        request_id: RequestId = "requestId",
        /// The tool call that asks.
        tool_call_id: Option<ToolCallId> = "toolCallId",
        /// Who asks, such as the name of an MCP server.
        elicitation_source: Option<String> = "elicitationSource",
        /// What the user reads.
        message: String = "message",
        /// Form or page; absent means form.
        mode: Option<ElicitationMode> = "mode",
        /// The JSON schema of the form's content.
        requested_schema: Option<Box<RawValue>> = "requestedSchema",
        /// The page to open.
        url: Option<String> = "url",
    }

    /// A form was filled in, or not (wire name `elicitation.completed`).
    ElicitationCompleted {
        /// As in the question.
        request_id: RequestId = "requestId",
        /// What the user did.
        action: Option<ElicitationAction> = "action",
        /// What the user filled in, by field.
        content: BTreeMap<String, Box<RawValue>> = "content",
    }

    /// The agent has a plan and asks how to go on (wire name `exit_plan_mode.requested`).
    ExitPlanModeRequested {
        /// Names the question.
        request_id: RequestId = "requestId",
        /// The plan in short.
        summary: String = "summary",
        /// The plan.
        plan_content: String = "planContent",
        /// The ways to go on.
        actions: Vec<ExitPlanModeAction> = "actions",
        /// The way that the agent proposes.
        recommended_action: ExitPlanModeAction = "recommendedAction",
        /// The tool call that asks.
        tool_call_id: Option<ToolCallId> = "toolCallId",
        /// The model that made the plan.
        model: Option<String> = "model",
    }

    /// It is decided how to go on after a plan (wire name `exit_plan_mode.completed`).
    ExitPlanModeCompleted {
        /// As in the question.
        request_id: RequestId = "requestId",
        /// Whether the plan is to be carried out.
        approved: Option<bool> = "approved",
        /// The way to go on.
        selected_action: Option<ExitPlanModeAction> = "selectedAction",
        /// Whether changes of files are allowed without asking.
        auto_approve_edits: Option<bool> = "autoApproveEdits",
        /// What the agent is told.
        feedback: Option<String> = "feedback",
    }

    /// The model's rate limit is reached, may another one go on (wire name
    /// `auto_mode_switch.requested`)?
    AutoModeSwitchRequested {
        /// Names the question.
        request_id: RequestId = "requestId",
        /// The provider's code for the error.
        error_code: Option<String> = "errorCode",
        /// When the limit ends, in seconds from now.
        retry_after_seconds: Option<f64> = "retryAfterSeconds",
    }

    /// It is decided whether another model goes on (wire name `auto_mode_switch.completed`).
    AutoModeSwitchCompleted {
        /// As in the question.
        request_id: RequestId = "requestId",
        /// The decision.
        response: AutoModeSwitchResponse = "response",
    }

    /// The session's credits are used up (wire name `session_limits_exhausted.requested`).
    SessionLimitsExhaustedRequested {
        /// Names the question.
        request_id: RequestId = "requestId",
        /// AI credits that were used.
        used_ai_credits: f64 = "usedAiCredits",
        /// AI credits that the session may use.
        max_ai_credits: f64 = "maxAiCredits",
    }

    /// It is decided how a session goes on whose credits were used up (wire name
    /// `session_limits_exhausted.completed`).
    SessionLimitsExhaustedCompleted {
        /// As in the question.
        request_id: RequestId = "requestId",
        /// The decision: an object with an `action`.
        response: Option<Box<RawValue>> = "response",
    }

    /// An MCP server asks for a model's answer (wire name `sampling.requested`).
    SamplingRequested {
        /// Names the question.
        request_id: RequestId = "requestId",
        /// The MCP server.
        server_name: String = "serverName",
        /// The server's own id of the request, text or number.
        mcp_request_id: Option<Box<RawValue>> = "mcpRequestId",
    }

    /// An MCP server has got a model's answer, or none (wire name `sampling.completed`).
    SamplingCompleted {
        /// As in the question.
        request_id: RequestId = "requestId",
    }

    /// A slash command waits for its turn (wire name `command.queued`).
    CommandQueued {
        /// Names the command's run.
        request_id: RequestId = "requestId",
        /// The whole line.
        command: String = "command",
    }

    /// A slash command of this program is to be run (wire name `command.execute`).
    CommandExecute {
        /// Under this id the answer is expected.
        request_id: RequestId = "requestId",
        /// The whole line, such as `/deploy prod now`.
        command: String = "command",
        /// The command without its slash.
        command_name: String = "commandName",
        /// What follows the command.
        args: String = "args",
    }

    /// A slash command was run (wire name `command.completed`).
    CommandCompleted {
        /// As in the command.
        request_id: RequestId = "requestId",
    }

    /// Other slash commands are available now (wire name `commands.changed`).
    CommandsChanged {
        /// All that are available.
        commands: Vec<AvailableCommand> = "commands",
    }

    /// A slash command (part of `commands.changed`).
    AvailableCommand {
        /// Without its slash.
        name: String = "name",
        /// What it does.
        description: Option<String> = "description",
    }

    /// The session can do other things now (wire name `capabilities.changed`).
    CapabilitiesChanged {
        /// What the user interface can do.
        ui: Option<UiCapabilities> = "ui",
    }

    /// What the user interface can do (part of `capabilities.changed`); absent means unchanged.
    UiCapabilities {
        /// Show forms.
        elicitation: Option<bool> = "elicitation",
        /// Show the user interfaces of MCP tools.
        mcp_apps: Option<bool> = "mcpApps",
        /// Show canvases.
        canvases: Option<bool> = "canvases",
    }
}

words! {
    /// What the user is asked to do (wire name `mode`).
    #[derive(Default)]
    ElicitationMode {
        /// Fill in a form.
        #[default]
        Form = "form",
        /// Open a page.
        Url = "url",
    }

    /// What the user did with a form.
    ElicitationAction {
        /// Filled it in.
        Accept = "accept",
        /// Refused.
        Decline = "decline",
        /// Closed it.
        Cancel = "cancel",
    }

    /// How to go on after a plan.
    ExitPlanModeAction {
        /// Leave plan mode and wait.
        ExitOnly = "exit_only",
        /// Carry it out, asking where it must.
        Interactive = "interactive",
        /// Carry it out without asking.
        Autopilot = "autopilot",
        /// Carry it out without asking, with several agents.
        AutopilotFleet = "autopilot_fleet",
    }

    /// Whether another model goes on.
    AutoModeSwitchResponse {
        /// This time.
        Yes = "yes",
        /// From now on, without asking.
        YesAlways = "yes_always",
        /// It does not.
        No = "no",
    }
}
