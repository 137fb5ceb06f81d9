//! The kinds of questions that arrive as events and are answered by a call, one row each.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Dispatch;
use crate::event::{Event, EventData};
use crate::interaction::{ElicitationAnswer, SessionLimitsExhaustedAnswer};
use crate::mcp::McpAuthAnswer;
use crate::permission::PermissionDecision;
use crate::tool::{ToolResult, WireResult};

/// The text the agent gets instead of an answer to an unreadable question.
pub(super) const UNREADABLE: &str = "this program could not read the question";
/// What the agent reads in place of an answer to a question beyond those answered at once.
pub(super) const TOO_MANY: &str = "this program is answering too many questions already";

/// The table of questions: the event that asks, the handler, the event that completes it, the
/// answering method, and the refusal.
macro_rules! questions {
    ($($kind:ident {
        asked: $asked:ident = $asked_type:literal => $handler:ident,
        completed: $completed:ident,
        method: $method:literal,
        survives: $survives:literal,
        refusal: $refusal:expr,
    })*) => {
        /// A kind of question.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) enum Question { $($kind,)* }

        impl Question {
            /// The kind of question asked by an event of this type.
            pub(super) fn of_event_type(event_type: &str) -> Option<Self> {
                match event_type {
                    $($asked_type => Some(Self::$kind),)*
                    _ => None,
                }
            }

            /// The type of the event that asks it.
            pub(super) fn event_type(self) -> &'static str {
                match self { $(Self::$kind => $asked_type,)* }
            }

            /// The method that answers it.
            pub(super) fn method(self) -> &'static str {
                match self { $(Self::$kind => $method,)* }
            }

            /// Whether it stays pending under the same id across a restart of the CLI.
            pub(super) fn survives(self) -> bool {
                match self { $(Self::$kind => $survives,)* }
            }

            /// The answer that refuses it, with the reason where the agent reads one.
            pub(super) fn refusal(self, why: &str) -> Value {
                let refuse: fn(&str) -> Value = match self { $(Self::$kind => $refusal,)* };
                refuse(why)
            }
        }

        impl Dispatch {
            /// Answers the question in an event, or records that a question has been completed.
            ///
            /// Events that only mirror a request, such as `user_input.requested`, are not
            /// questions.
            pub(crate) fn event(self: &Arc<Self>, event: &Arc<Event>) {
                match &event.data {
                    $(EventData::$asked(question) => self.$handler(event, question),)*
                    $(EventData::$completed(done) => self.cancel(&done.request_id),)*
                    EventData::Other(other) => self.refuse_unreadable(other),
                    EventData::AssistantIdle(_) | EventData::SessionIdle(_) if event.is_root() => {
                        self.give_up_left_open();
                    }
                    data => self.diagnose(data),
                }
            }
        }
    };
}

questions! {
    Tool {
        asked: ExternalToolRequested = "external_tool.requested" => tool_call,
        completed: ExternalToolCompleted,
        method: "session.tools.handlePendingToolCall",
        survives: true,
        refusal: |why| json!({"result": WireResult::from(&ToolResult::failure(why))}),
    }
    Permission {
        asked: PermissionRequested = "permission.requested" => permission,
        completed: PermissionCompleted,
        method: "session.permissions.handlePendingPermissionRequest",
        survives: true,
        refusal: |_| json!({"result": PermissionDecision::denied().to_wire(None)}),
    }
    Elicitation {
        asked: ElicitationRequested = "elicitation.requested" => elicitation,
        completed: ElicitationCompleted,
        method: "session.ui.handlePendingElicitation",
        survives: false,
        refusal: |_| json!({"result": ElicitationAnswer::Cancel}),
    }
    Command {
        asked: CommandExecute = "command.execute" => command,
        completed: CommandCompleted,
        method: "session.commands.handlePendingCommand",
        survives: false,
        refusal: |why| json!({"error": why}),
    }
    McpAuth {
        asked: McpOauthRequired = "mcp.oauth_required" => mcp_auth,
        completed: McpOauthCompleted,
        method: "session.mcp.oauth.handlePendingRequest",
        survives: false,
        refusal: |_| json!({"result": McpAuthAnswer::cancelled()}),
    }
    SessionLimits {
        asked: SessionLimitsExhaustedRequested = "session_limits_exhausted.requested"
            => session_limits_exhausted,
        completed: SessionLimitsExhaustedCompleted,
        method: "session.ui.handlePendingSessionLimitsExhausted",
        survives: false,
        refusal: |_| json!({"response": SessionLimitsExhaustedAnswer::Cancel}),
    }
    Sampling {
        asked: SamplingRequested = "sampling.requested" => sampling,
        completed: SamplingCompleted,
        method: "session.ui.handlePendingSampling",
        survives: false,
        refusal: |_| json!({}),
    }
}
