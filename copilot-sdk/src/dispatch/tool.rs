//! Calls to this program's tools.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::asked::About;
use super::budget::USED_UP;
use super::interaction::written;
use super::question::Question;
use super::{Dispatch, Outcome};
use crate::event::external_tool::ExternalToolRequested;
use crate::event::{Event, EventData};
use crate::ids::RequestId;
use crate::session_fs::{Earlier, KeptSession};
use crate::tool::{CallArguments, ToolCall, ToolContext, ToolResult, WireResult};
use crate::trace::TraceContext;

impl Dispatch {
    pub(super) fn tool_call(self: &Arc<Self>, event: &Arc<Event>, call: &ExternalToolRequested) {
        self.run_tool(event, call, false);
    }

    /// Answers what a stored event asked of a former client, too.
    pub(crate) fn resumed_event(self: &Arc<Self>, event: &Arc<Event>) {
        match &event.data {
            EventData::ExternalToolRequested(call) => self.run_tool(event, call, true),
            _ => self.event(event),
        }
    }

    fn run_tool(self: &Arc<Self>, event: &Arc<Event>, call: &ExternalToolRequested, resumed: bool) {
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
        if self.budgets.ended().is_some() {
            return self.answer_tool(&call.request_id, &ToolResult::failure(USED_UP));
        }
        let name = tool.spec().shared_name();
        let about = match &name {
            Cow::Borrowed(name) => About::Own(name),
            Cow::Owned(name) => About::Theirs(name),
        };
        let Some(cancel) = self.begin(Question::Tool, about, &call.request_id, event) else {
            return;
        };
        let facts = ToolCall {
            session_id: self.session_id().clone(),
            request_id: call.request_id.clone(),
            tool_call_id: call.tool_call_id.clone(),
            tool_name: name,
            agent_id: event.agent_id.clone(),
            working_directory: call.working_directory.as_ref().map(Into::into),
            trace: trace_context(call),
            resumed,
        };
        let is_over = cancel.clone();
        let access = Arc::clone(&self.access);
        let context = ToolContext::new(facts, cancel, access as _);
        let arguments = CallArguments::of(event);
        let dispatch = Arc::clone(self);
        let request_id = call.request_id.clone();
        // A tool that only reads may run twice, and nothing is stored of it.
        let kept = self.kept.clone().filter(|_| !tool.spec().read_only());
        let idempotent = tool.spec().idempotent();
        self.workers.run(async move {
            // A call cancelled before it started is not run.
            if is_over.is_cancelled() {
                return;
            }
            // Made here, because the task would have room for it twice.
            let work = tool.run(arguments, context);
            match kept {
                // Boxed, because most calls do not need its room.
                Some(kept) => {
                    let work = Box::pin(work);
                    Box::pin(dispatch.run_recorded(&*kept, &request_id, idempotent, work)).await;
                }
                None => {
                    let result = work.await;
                    dispatch.finish_call(&request_id, &result);
                }
            }
        });
    }

    /// Runs a tool, and records what it gave before that is sent.
    ///
    /// A call that an earlier program has begun is not run again, unless it is idempotent: the
    /// result of then is sent, or that there is none.
    async fn run_recorded(
        &self,
        kept: &dyn KeptSession,
        request_id: &RequestId,
        idempotent: bool,
        work: impl Future<Output = ToolResult>,
    ) {
        let failure = match kept.begin_call(request_id).await {
            Ok(Some(Earlier { result: Some(wire) })) => {
                match serde_json::from_slice::<Box<RawValue>>(&wire) {
                    Ok(result) => {
                        let outcome = written(&Outcome { result });
                        let outcome = outcome.as_ref().map(|outcome| outcome.get().as_bytes());
                        return self.finish(Question::Tool, request_id, outcome);
                    }
                    Err(_) => UNKNOWN,
                }
            }
            Ok(Some(Earlier { result: None })) if !idempotent => UNKNOWN,
            Ok(None | Some(Earlier { result: None })) => {
                return self.run_to_record(kept, request_id, work).await;
            }
            Err(error) => {
                tracing::warn!(%error, "a tool did not run: the call could not be stored");
                NOT_BEGUN
            }
        };
        self.finish_call(request_id, &ToolResult::failure(failure));
    }

    async fn run_to_record(
        &self,
        kept: &dyn KeptSession,
        request_id: &RequestId,
        work: impl Future<Output = ToolResult>,
    ) {
        let result = work.await;
        let wire = serde_json::to_vec(&WireResult::from(&result)).unwrap_or_default();
        // Without the record it is not sent: a successor would not know of it.
        if let Err(error) = kept.end_call(request_id, wire).await {
            tracing::warn!(%error, "what a tool gave was not stored, and is not sent");
            return self.finish(Question::Tool, request_id, None);
        }
        self.finish_call(request_id, &result);
    }

    fn finish_call(&self, request_id: &RequestId, result: &ToolResult) {
        let result = WireResult::from(result);
        let given = self.given(Question::Tool, request_id, |params| {
            params.value("result", |json| result.write(json))
        });
        self.finish_with(Question::Tool, request_id, given);
    }

    pub(crate) fn answer_tool(&self, request_id: &RequestId, result: &ToolResult) {
        let outcome = Outcome { result: WireResult::from(result) };
        self.answer(Question::Tool, request_id, outcome);
    }
}

/// What the model reads of a call that another program began and did not end.
const UNKNOWN: &str = "the program that ran this tool ended before the tool did: it is unknown \
                       whether the call took effect. Find out before you call it again";

/// What the model reads of a call that could not be recorded.
const NOT_BEGUN: &str = "the tool did not run, because the session's store could not be reached";

fn trace_context(call: &ExternalToolRequested) -> Option<TraceContext> {
    let context = TraceContext::new(call.traceparent.clone()?);
    Some(match &call.tracestate {
        Some(state) => context.with_tracestate(state),
        None => context,
    })
}
