//! Calls to this program's tools.

use std::sync::Arc;

use super::question::Question;
use super::{Dispatch, Outcome};
use crate::event::external_tool::ExternalToolRequested;
use crate::event::{Event, EventData};
use crate::ids::RequestId;
use crate::task::spawn;
use crate::tool::{ToolCall, ToolContext, ToolResult, WireResult};
use crate::trace::TraceContext;

impl Dispatch {
    pub(super) fn tool_call(self: &Arc<Self>, event: &Event, call: &ExternalToolRequested) {
        self.run_tool(event, call, false);
    }

    /// Answers what a stored event asked of a former client, too.
    pub(crate) fn resumed_event(self: &Arc<Self>, event: &Arc<Event>) {
        match &event.data {
            EventData::ExternalToolRequested(call) => self.run_tool(event, call, true),
            _ => self.event(event),
        }
    }

    fn run_tool(self: &Arc<Self>, event: &Event, call: &ExternalToolRequested, resumed: bool) {
        let Some(tool) = self.own_tool(&call.tool_name) else {
            if self.exclusive {
                let text = format!("there is no tool named `{}`", call.tool_name);
                self.answer_tool(&call.request_id, &ToolResult::failure(text));
            }
            return;
        };
        if !tool.spec().has_handler() {
            return;
        }
        let Some(cancel) = self.begin(Question::Tool, &call.tool_name, &call.request_id, event)
        else {
            return;
        };
        let facts = ToolCall {
            session_id: self.session_id().clone(),
            request_id: call.request_id.clone(),
            tool_call_id: call.tool_call_id.clone(),
            tool_name: tool.spec().shared_name(),
            agent_id: event.agent_id.clone(),
            working_directory: call.working_directory.as_ref().map(Into::into),
            trace: trace_context(call),
            resumed,
        };
        let is_over = cancel.clone();
        let access = Arc::clone(&self.access);
        let work =
            tool.run(call.arguments.as_deref(), ToolContext::new(facts, cancel, access as _));
        let dispatch = Arc::clone(self);
        let request_id = call.request_id.clone();
        spawn(async move {
            // A call cancelled before it started is not run.
            if is_over.is_cancelled() {
                return;
            }
            let result = work.await;
            let outcome = Outcome { result: WireResult::from(&result) };
            dispatch.finish(Question::Tool, &request_id, Some(outcome));
        });
    }

    pub(crate) fn answer_tool(&self, request_id: &RequestId, result: &ToolResult) {
        let outcome = Outcome { result: WireResult::from(result) };
        self.answer(Question::Tool, request_id, outcome);
    }
}

fn trace_context(call: &ExternalToolRequested) -> Option<TraceContext> {
    let context = TraceContext::new(call.traceparent.clone()?);
    Some(match &call.tracestate {
        Some(state) => context.with_tracestate(state),
        None => context,
    })
}
