//! Calls of this program's own tools.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::super::access::Access;
use super::{Answer, Dispatch, handle};
use crate::event::{Event, ExternalToolRequested};
use crate::ids::RequestId;
use crate::tool::{CancelToken, ToolCall, ToolContext, ToolResult};

impl Dispatch {
    pub(super) async fn tool_call(self: &Arc<Self>, event: &Event, call: &ExternalToolRequested) {
        let Some(tool) = self.own_tool(&call.tool_name) else {
            if self.exclusive {
                let text = format!("there is no tool named `{}`", call.tool_name);
                self.answer_tool(&call.request_id, &ToolResult::failure(text));
            }
            return;
        };
        if !tool.has_handler() {
            return;
        }
        let cancel = CancelToken::new();
        match self.running().entry(call.request_id.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(cancel.clone());
            }
            Entry::Occupied(_) => {
                tracing::warn!(request_id = %call.request_id, "the cli asked for the same tool call twice; it runs once");
                return;
            }
        }
        let facts = ToolCall {
            session_id: self.session_id.clone(),
            request_id: call.request_id.clone(),
            tool_call_id: call.tool_call_id.clone(),
            tool_name: call.tool_name.clone(),
            agent_id: event.agent_id.clone(),
            working_directory: call.working_directory.as_ref().map(Into::into),
            traceparent: call.traceparent.clone(),
            tracestate: call.tracestate.clone(),
        };
        let access = Arc::new(Access { session_id: self.session_id.clone(), peer: self.peer.clone() });
        let work = tool.run(call.arguments.as_deref(), ToolContext::new(facts, cancel, access));
        let dispatch = Arc::clone(self);
        let request_id = call.request_id.clone();
        handle(Box::pin(async move {
            let result = work.await;
            // Whoever takes the entry answers: nothing is sent for a call that is over.
            if dispatch.running().remove(&request_id).is_some() {
                dispatch.answer_tool(&request_id, &result);
            }
        }))
        .await;
    }

    pub(in super::super) fn answer_tool(&self, request_id: &RequestId, result: &ToolResult) {
        let answer = Answer { session_id: &self.session_id, request_id, result };
        self.post("session.tools.handlePendingToolCall", &answer);
    }
}
