//! What the agent may do: asked of the session's policy.

use std::sync::Arc;

use super::{Answer, Dispatch, handle};
use crate::event::{Event, PermissionRequested};
use crate::ids::RequestId;
use crate::permission::{PermissionDecision, PermissionRequest, ToolConsent};
use crate::unwind::catch_unwind;

impl Dispatch {
    pub(super) async fn permission(self: &Arc<Self>, event: &Event, asked: &PermissionRequested) {
        if asked.resolved_by_hook {
            return;
        }
        let request = match serde_json::from_str(asked.permission_request.get()) {
            Ok(json) => PermissionRequest::new(self.session_id.clone(), json).with_agent(event.agent_id.clone()),
            Err(error) => {
                tracing::warn!(%error, "a permission request that cannot be read; it is denied");
                return self.answer_permission(&asked.request_id, &PermissionDecision::denied());
            }
        };
        let consent = self.consent(&request);
        let request = request.with_consent(consent);
        let dispatch = Arc::clone(self);
        let request_id = asked.request_id.clone();
        handle(Box::pin(async move {
            let decision = catch_unwind(dispatch.gate.decide(&request)).await.unwrap_or_else(|panic| {
                tracing::error!(panic, "the permission policy panicked; the request is denied");
                PermissionDecision::UserNotAvailable
            });
            dispatch.answer_permission(&request_id, &decision);
        }))
        .await;
    }

    /// What this program said about the tool that asks, where it is one of ours.
    fn consent(&self, request: &PermissionRequest) -> ToolConsent {
        let own = request.tool_name().filter(|_| request.kind() == "custom-tool").and_then(|name| self.own_tool(name));
        match own {
            None => ToolConsent::NotOurs,
            Some(tool) if tool.asks() => ToolConsent::AskEachTime,
            Some(_) => ToolConsent::Given,
        }
    }

    fn answer_permission(&self, request_id: &RequestId, decision: &PermissionDecision) {
        if let Some(result) = decision.to_wire() {
            let answer = Answer { session_id: &self.session_id, request_id, result };
            self.post("session.permissions.handlePendingPermissionRequest", &answer);
        }
    }
}
