//! Permission requests, answered by the session's policy.

use std::future::pending;
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};

use serde::Serialize;
use serde_json::value::RawValue;

use super::interaction::written;
use super::question::Question;
use super::{Dispatch, Outcome};
use crate::error::Result;
use crate::event::sdk::PermissionLeftOpen;
use crate::event::{Event, EventData, PermissionRequested};
use crate::members::leading_text;
use crate::payload::answers;
use crate::permission::{PermissionDecision, PermissionRequest, ToolConsent};
use crate::tool::asks_as_custom;
use crate::unwind::catch_unwind;

const CUSTOM_TOOL: &str = "custom-tool";

impl Dispatch {
    pub(super) fn permission(self: &Arc<Self>, event: &Arc<Event>, asked: &PermissionRequested) {
        if asked.resolved_by_hook || (!self.exclusive && self.is_foreign(event, asked)) {
            return;
        }
        let kind = asked.permission_request.as_deref().and_then(|json| leading_text(json, "kind"));
        let (dispatch, of, id) = (Arc::clone(self), Arc::clone(event), asked.request_id.clone());
        // Read in the task: the request may hold a large change.
        let decide = async move {
            let request = dispatch.permission_request(&of);
            let tool_call_id = request.as_ref().and_then(|request| request.tool_call_id.clone());
            let decision = dispatch.decision(request.as_ref()).await;
            if decision == PermissionDecision::Later {
                dispatch.leave_open(PermissionLeftOpen { request_id: id, tool_call_id });
                drop(of);
                // Until the question is completed.
                return pending().await;
            }
            dispatch.placed(decision).await
        };
        let (about, request_id) = (kind.unwrap_or_default(), &asked.request_id);
        self.answer_later(Question::Permission, &about, request_id, event, Box::pin(decide));
    }

    /// Whether the request is about another client's tool, and left to that client. The CLI asks
    /// about some tools of its own, such as `open_canvas`, in the same way.
    fn is_foreign(&self, event: &Event, asked: &PermissionRequested) -> bool {
        PermissionRequest::of_event(self.session_id(), event, asked).is_some_and(|request| {
            request.kind() == CUSTOM_TOOL
                && self.consent(&request) == ToolConsent::NotOurs
                && !request.tool_name().is_some_and(asks_as_custom)
        })
    }

    /// The request in an event, if it has one.
    pub(crate) fn permission_request(&self, event: &Event) -> Option<PermissionRequest> {
        let EventData::PermissionRequested(asked) = &event.data else { return None };
        let request = PermissionRequest::of_event(self.session_id(), event, asked)?;
        let consent = self.consent(&request);
        Some(request.with_consent(consent))
    }

    async fn decision(&self, request: Option<&PermissionRequest>) -> PermissionDecision {
        let session_id = self.session_id();
        let Some(request) = request else {
            tracing::warn!(
                %session_id,
                "a permission request does not say what it is about; it is denied"
            );
            return PermissionDecision::denied();
        };
        let decision =
            catch_unwind(Box::pin(self.gate.decide(request))).await.unwrap_or_else(|panic| {
                tracing::error!(
                    %session_id, panic,
                    "the permission policy panicked; the request is denied"
                );
                PermissionDecision::UserNotAvailable
            });
        // Without an answer, the agent would wait forever.
        if self.exclusive && decision == PermissionDecision::LeaveToAnotherClient {
            tracing::error!(
                %session_id, kind = request.kind(),
                "a permission request was left to another client, but no other can reach this \
                 cli; the agent is told that no user is available"
            );
            return PermissionDecision::UserNotAvailable;
        }
        if decision == PermissionDecision::Later {
            return self.later(request);
        }
        self.fitting(decision, request)
    }

    /// The decision that the CLI accepts for a request.
    pub(super) fn fitting(
        &self,
        decision: PermissionDecision,
        request: &PermissionRequest,
    ) -> PermissionDecision {
        if decision.fits(request) {
            return decision;
        }
        tracing::warn!(
            session_id = %self.session_id(), ?decision,
            "an approval does not fit its question; the request is approved once"
        );
        PermissionDecision::ApproveOnce
    }

    /// The answer on the wire; `None` if nothing is answered.
    pub(super) async fn placed(&self, decision: PermissionDecision) -> Option<Box<RawValue>> {
        /// By far the most frequent answer, written once.
        static APPROVED: LazyLock<Option<Box<RawValue>>> = LazyLock::new(|| {
            let result = PermissionDecision::ApproveOnce.to_wire(None)?;
            written(&Outcome { result })
        });
        if decision == PermissionDecision::ApproveOnce {
            return APPROVED.clone();
        }
        if matches!(decision, PermissionDecision::ApproveForSession(_)) {
            self.approved_for_session.store(true, Ordering::Relaxed);
        }
        let location = match decision {
            PermissionDecision::ApproveForLocation(_) => Some(Box::pin(self.location_key()).await),
            _ => None,
        };
        if let Some(Err(error)) = &location {
            let session_id = self.session_id();
            tracing::error!(
                %session_id, %error,
                "what was approved for this location is approved once: its key is unknown"
            );
        }
        let result = decision.to_wire(location.and_then(Result::ok).as_deref())?;
        written(&Outcome { result })
    }

    async fn location_key(&self) -> Result<String> {
        answers! {
            struct Snapshot {
                working_directory: String = "workingDirectory" [required],
            }
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Place {
            working_directory: String,
        }
        answers! {
            struct Location {
                location_key: String = "locationKey" [required],
            }
        }
        let snapshot: Snapshot = self.peer.ask("session.metadata.snapshot").await?;
        let place = Place { working_directory: snapshot.working_directory };
        let location: Location =
            self.peer.call("session.permissions.locations.resolve", place).await?;
        Ok(location.location_key)
    }

    /// The consent given for the tool in question, if it is one of this program's.
    fn consent(&self, request: &PermissionRequest) -> ToolConsent {
        let own = request
            .tool_name()
            .filter(|_| request.kind() == CUSTOM_TOOL)
            .and_then(|name| self.own_tool(name));
        match own {
            None => ToolConsent::NotOurs,
            Some(tool) if tool.spec().ask() => ToolConsent::AskEachTime,
            Some(_) => ToolConsent::Given,
        }
    }
}
