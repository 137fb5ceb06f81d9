//! Requests that are answered later, at the program's own time.

use serde_json::value::RawValue;

use super::interaction::written;
use super::question::Question;
use super::{Dispatch, Outcome};
use crate::error::{Error, ErrorKind, Result};
use crate::event::sdk::PermissionLeftOpen;
use crate::excerpt::Excerpt;
use crate::ids::RequestId;
use crate::payload::answers;
use crate::permission::{PermissionDecision, PermissionRequest};
use crate::tool::{ToolResult, WireResult};

/// What the model of a sub-agent reads instead of waiting.
const ONLY_MAIN_AGENT: &str = "this needs the approval of a person, which only the main agent can \
                               wait for: leave it to the main agent, or continue without it";

pub(super) type OnLeftOpen = dyn Fn(PermissionLeftOpen) + Send + Sync;

impl Dispatch {
    /// Sets what is told of each permission request that is left open. Called once.
    pub(crate) fn on_left_open(
        &self,
        announce: impl Fn(PermissionLeftOpen) + Send + Sync + 'static,
    ) {
        drop(self.on_left_open.set(Box::new(announce)));
    }

    /// The permission requests that were left open, oldest first.
    pub(crate) fn left_open(&self) -> Vec<RequestId> {
        self.asked().left_open().to_vec()
    }

    /// The decision on a request that the policy would leave open: a denial if it cannot wait.
    pub(super) fn later(&self, request: &PermissionRequest) -> PermissionDecision {
        let (why, decision) = if !self.requests_can_wait {
            ("the cli speaks protocol 2 and forgets it", PermissionDecision::denied())
        } else if request.agent_id.is_some() {
            let decision = PermissionDecision::reject(ONLY_MAIN_AGENT);
            ("the cli forgets the requests of a sub-agent when it ends", decision)
        } else {
            return PermissionDecision::Later;
        };
        tracing::warn!(
            session_id = %self.session_id(), kind = %Excerpt::of(request.kind()), why,
            "a permission request cannot wait; it is denied"
        );
        decision
    }

    /// Forgets the requests that were left open, because the agent does not wait any more: after
    /// an abort, the CLI does not complete those that it kept over its end.
    pub(crate) fn give_up_left_open(&self) {
        for request_id in self.left_open() {
            self.cancel(&request_id);
        }
    }

    /// Whether a handler of this program runs the tool call.
    pub(crate) fn runs_tool(&self, request_id: &RequestId) -> bool {
        self.asked().is_running(Question::Tool, request_id)
    }

    /// Answers a pending permission request. Returns `false` if it is not pending any more.
    pub(crate) async fn decide(
        &self,
        request_id: &RequestId,
        request: &PermissionRequest,
        decision: PermissionDecision,
    ) -> Result<bool> {
        let outcome = self.placed(self.fitting(decision, request)).await;
        self.complete(Question::Permission, request_id, outcome).await
    }

    /// Answers a pending tool call. Returns `false` if it is not pending any more.
    pub(crate) async fn complete_call(
        &self,
        request_id: &RequestId,
        result: &ToolResult,
    ) -> Result<bool> {
        let outcome = written(&Outcome { result: WireResult::from(result) });
        self.complete(Question::Tool, request_id, outcome).await
    }

    /// Sends an answer. Returns whether the CLI took it.
    async fn complete(
        &self,
        question: Question,
        request_id: &RequestId,
        outcome: Option<Box<RawValue>>,
    ) -> Result<bool> {
        answers! {
            struct Taken {
                success: bool = "success" [required],
            }
        }
        let given = outcome.and_then(|outcome| {
            let outcome = outcome.get().as_bytes();
            self.given(question, request_id, |params| params.json_members(outcome))
        });
        let given = given.ok_or_else(|| {
            Error::new(ErrorKind::Config, "the answer cannot be written as JSON")
                .in_session(self.session_id())
        })?;
        let (taken, _) = self.peer.call_on(question.method(), Ok(given.params.clone())).await;
        let Taken { success } = taken?;
        let mut asked = self.asked();
        // The CLI may have told of it already.
        if let Some(cancel) = asked.end(request_id) {
            cancel.cancel();
        }
        if success {
            asked.keep(request_id, given);
        }
        Ok(success)
    }

    /// Leaves a request unanswered, until it is completed or answered later.
    pub(super) fn leave_open(&self, left: PermissionLeftOpen) {
        // Without the lock: whoever is told may ask what is open.
        let is_open = self.asked().leave_open(&left.request_id);
        if let Some(announce) = self.on_left_open.get().filter(|_| is_open) {
            announce(left);
        }
    }
}
