//! What the agent may do: asked of the session's policy.

use std::sync::Arc;

use super::{Dispatch, Outcome};
use crate::event::{Event, PermissionRequested};
use crate::permission::{PermissionDecision, PermissionRequest, ToolConsent};
use crate::unwind::catch_unwind;

const CUSTOM_TOOL: &str = "custom-tool";

impl Dispatch {
    pub(super) fn permission(self: &Arc<Self>, event: &Event, asked: &PermissionRequested) {
        if asked.resolved_by_hook {
            return;
        }
        let request = serde_json::from_str(asked.permission_request.get()).map(|json| {
            let request = PermissionRequest::new(self.session_id.clone(), json).with_agent(event.agent_id.clone());
            let consent = self.consent(&request);
            request.with_consent(consent)
        });
        // The tool of another client of this server: its owner decides.
        if !self.exclusive
            && let Ok(request) = &request
            && request.kind() == CUSTOM_TOOL
            && !request.is_own_tool()
        {
            return;
        }
        let dispatch = Arc::clone(self);
        let decide = async move {
            let decision = match request {
                Ok(request) => catch_unwind(Box::pin(dispatch.gate.decide(&request))).await.unwrap_or_else(|panic| {
                    tracing::error!(panic, "the permission policy panicked; the request is denied");
                    PermissionDecision::UserNotAvailable
                }),
                Err(error) => {
                    tracing::warn!(%error, "a permission request that cannot be read; it is denied");
                    PermissionDecision::denied()
                }
            };
            decision.to_wire().map(|result| Outcome { result })
        };
        let method = "session.permissions.handlePendingPermissionRequest";
        self.answer_later(method, &asked.request_id, Box::pin(decide));
    }

    /// What this program said about the tool that asks, where it is one of ours.
    fn consent(&self, request: &PermissionRequest) -> ToolConsent {
        let own = request.tool_name().filter(|_| request.kind() == CUSTOM_TOOL).and_then(|name| self.own_tool(name));
        match own {
            None => ToolConsent::NotOurs,
            Some(tool) if tool.asks() => ToolConsent::AskEachTime,
            Some(_) => ToolConsent::Given,
        }
    }
}
