//! What the agent may do: asked of the session's policy.

use std::sync::Arc;

use super::{Dispatch, Outcome};
use crate::event::{Event, PermissionRequested};
use crate::permission::{PermissionDecision, PermissionRequest, ToolConsent};
use crate::unwind::catch_unwind;

impl Dispatch {
    pub(super) async fn permission(self: &Arc<Self>, event: &Event, asked: &PermissionRequested) {
        if asked.resolved_by_hook {
            return;
        }
        let json = serde_json::from_str(asked.permission_request.get());
        let (session_id, agent_id) = (self.session_id.clone(), event.agent_id.clone());
        let dispatch = Arc::clone(self);
        let decide = async move {
            let decision = match json {
                Ok(json) => {
                    let request = PermissionRequest::new(session_id, json).with_agent(agent_id);
                    let consent = dispatch.consent(&request);
                    let request = request.with_consent(consent);
                    catch_unwind(Box::pin(dispatch.gate.decide(&request))).await.unwrap_or_else(|panic| {
                        tracing::error!(panic, "the permission policy panicked; the request is denied");
                        PermissionDecision::UserNotAvailable
                    })
                }
                Err(error) => {
                    tracing::warn!(%error, "a permission request that cannot be read; it is denied");
                    PermissionDecision::denied()
                }
            };
            decision.to_wire().map(|result| Outcome { result })
        };
        let method = "session.permissions.handlePendingPermissionRequest";
        self.answer_later(method, &asked.request_id, Box::pin(decide)).await;
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
}
