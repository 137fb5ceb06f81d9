//! Permission requests that the policy leaves open.

use super::Dispatch;
use crate::event::sdk::PermissionLeftOpen;
use crate::excerpt::Excerpt;
use crate::ids::RequestId;
use crate::permission::{PermissionDecision, PermissionRequest};

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

    /// Leaves a request unanswered, until it is completed or answered later.
    pub(super) fn leave_open(&self, left: PermissionLeftOpen) {
        // Without the lock: whoever is told may ask what is open.
        let is_open = self.asked().leave_open(&left.request_id);
        if let Some(announce) = self.on_left_open.get().filter(|_| is_open) {
            announce(left);
        }
    }
}
