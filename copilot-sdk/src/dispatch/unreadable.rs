//! Questions that cannot be read: refused, because the agent would wait for an answer for ever.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Dispatch};
use crate::event::OtherEvent;
use crate::ids::RequestId;
use crate::interaction::{ElicitationAnswer, SessionLimitsExhaustedAnswer};
use crate::mcp::McpAuthAnswer;
use crate::permission::PermissionDecision;
use crate::tool::{ToolResult, WireResult};

/// What the agent reads.
const UNREADABLE: &str = "this program could not read the question";

impl Dispatch {
    pub(crate) fn refuse_unreadable(&self, event: &OtherEvent) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Asked {
            request_id: RequestId,
        }
        let (session_id, event_type) = (self.session_id(), event.event_type.as_str());
        // On a shared server another client may be able to read it.
        let Some((method, outcome)) = refusal(event_type).filter(|_| self.exclusive) else {
            return;
        };
        match event.decode::<Asked>() {
            Ok(Asked { request_id }) => {
                tracing::error!(%session_id, event_type, "a question of the cli cannot be read; \
                                                          it is refused");
                self.post(method, &Answer { request_id: &request_id, outcome });
            }
            Err(error) => {
                tracing::error!(%session_id, event_type, %error, "a question of the cli has no id \
                                                                  under which it could be refused");
            }
        }
    }
}

/// How a question is refused: the method, and what goes with the ids.
fn refusal(event_type: &str) -> Option<(&'static str, Value)> {
    Some(match event_type {
        "external_tool.requested" => (
            "session.tools.handlePendingToolCall",
            json!({"result": WireResult::from(&ToolResult::failure(UNREADABLE))}),
        ),
        "permission.requested" => (
            "session.permissions.handlePendingPermissionRequest",
            json!({"result": PermissionDecision::denied().to_wire()}),
        ),
        "elicitation.requested" => {
            ("session.ui.handlePendingElicitation", json!({"result": ElicitationAnswer::Cancel}))
        }
        "command.execute" => {
            ("session.commands.handlePendingCommand", json!({"error": UNREADABLE}))
        }
        "session_limits_exhausted.requested" => (
            "session.ui.handlePendingSessionLimitsExhausted",
            json!({"response": SessionLimitsExhaustedAnswer::Cancel}),
        ),
        "sampling.requested" => ("session.ui.handlePendingSampling", json!({})),
        "mcp.oauth_required" => (
            "session.mcp.oauth.handlePendingRequest",
            json!({"result": McpAuthAnswer::cancelled()}),
        ),
        _ => return None,
    })
}
