use serde_json::Value;

use super::action::PermissionAction;
use super::approval::{Approval, of_kind, texts};
use super::request::PermissionRequest;

/// The feedback for the model when there is no specific reason.
pub(super) const NEUTRAL: &str =
    "this action is not permitted in this session; continue without it";

/// The answer to a [`PermissionRequest`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PermissionDecision {
    /// Approves this request only (wire kind `approve-once`).
    ApproveOnce,
    /// Approves this request only, after a person has seen it (`approve-once` with
    /// `approvedInteractively`).
    ApproveInteractively,
    /// Approves, for the rest of the session, everything the approval covers
    /// (`approve-for-session`).
    ///
    /// [`for_session`](Self::for_session) creates the decision of this kind for a request.
    ApproveForSession(Approval),
    /// Approves, for the rest of the session, reading in these directories
    /// (`approve-read-only-for-session`).
    ///
    /// CLI 1.0.102 accepts this, but asks again nevertheless;
    /// [`ApproveForSession`](Self::ApproveForSession) with [`Approval::Read`] makes it remember the
    /// paths of the request. If the request does not offer these directories,
    /// [`ApproveOnce`](Self::ApproveOnce) is sent instead.
    ApproveReadOnlyForSession {
        /// Some of [`PathAccess::read_only_directories`](super::PathAccess::read_only_directories).
        directories: Vec<String>,
    },
    /// Approves, for the rest of the session, every address of this server (`approve-for-session`
    /// with `domain`).
    ApproveDomainForSession {
        /// The address without its path, such as `https://example.com` or `http://localhost:8080`.
        ///
        /// The bare name of the server works only for `https`.
        domain: String,
    },
    /// Approves in this repository or directory, also for later sessions (`approve-for-location`).
    ///
    /// The location is that of the session; its key is requested from the CLI.
    ApproveForLocation(Approval),
    /// Approves every address of this server permanently (`approve-permanently`).
    ApprovePermanently {
        /// As in [`ApproveDomainForSession`](Self::ApproveDomainForSession).
        domain: String,
    },
    /// Rejects the request. The model gets the feedback and the turn continues (`reject` with
    /// `feedback`).
    ///
    /// Blank feedback is replaced by a neutral sentence, because the CLI treats a rejection without
    /// feedback as [`RejectAndStopTurn`](Self::RejectAndStopTurn).
    Reject {
        /// The feedback for the model.
        feedback: String,
    },
    /// Rejects the request and stops the turn: the model is not called again (`reject` without
    /// `feedback`).
    RejectAndStopTurn,
    /// No user is available to decide. The tool fails and the turn continues
    /// (`user-not-available`).
    UserNotAvailable,
    /// Leaves the request to another client of the session. Without one, the agent waits forever.
    ///
    /// Over stdio there are no other clients, so this acts as
    /// [`UserNotAvailable`](Self::UserNotAvailable).
    LeaveToAnotherClient,
    /// Leaves the request open. See [`later`](Self::later).
    Later,
}

impl PermissionDecision {
    /// Rejects a request with feedback for the model. The turn continues.
    pub fn reject(feedback: impl Into<String>) -> Self {
        Self::Reject { feedback: feedback.into() }
    }

    /// Leaves the request open, for a person who answers in hours or days.
    ///
    /// Nothing is sent to the CLI. Once nothing else of the turn is running, `ask` and `stream` end
    /// with [`ErrorKind::Pending`](crate::ErrorKind::Pending), and the program may end too. Any
    /// program that resumes the session with
    /// [`continue_pending_work`](crate::SessionBuilder::continue_pending_work) can answer with
    /// [`Session::answer`](crate::Session::answer). Resuming asks the policy of that program first:
    /// the request stays open if it decides `later()` again.
    ///
    /// A request that cannot wait is rejected, with a line in the log: one of a sub-agent, which
    /// the CLI forgets when it ends, and every request of a CLI that speaks protocol 2.
    ///
    /// ```
    /// use copilot_sdk::permission::{self, PermissionAction, PermissionDecision};
    ///
    /// let policy = permission::allow_own_tools().or(permission::ask(async |request| {
    ///     match request.action {
    ///         PermissionAction::Shell(_) => PermissionDecision::later(),
    ///         _ => PermissionDecision::reject("only commands can be approved"),
    ///     }
    /// }));
    /// ```
    pub fn later() -> Self {
        Self::Later
    }

    /// Approves a request and, for the rest of the session, similar ones, as narrowly as the CLI
    /// allows; [`ApproveOnce`](Self::ApproveOnce) if the CLI offers no lasting approval.
    ///
    /// For an address this covers its server; for everything else, see [`Approval::covering`].
    ///
    /// ```
    /// use copilot_sdk::permission::{PermissionDecision, PermissionRequest};
    /// use serde_json::json;
    ///
    /// let request = PermissionRequest::new(
    ///     "session",
    ///     json!({"kind": "url", "url": "https://example.com/a?b"}),
    /// );
    /// assert_eq!(
    ///     PermissionDecision::for_session(&request),
    ///     PermissionDecision::ApproveDomainForSession { domain: "https://example.com".into() },
    /// );
    /// ```
    pub fn for_session(request: &PermissionRequest) -> Self {
        if let PermissionAction::Url(fetch) = &request.action {
            let server = server_of(&fetch.url);
            return server
                .map_or(Self::ApproveOnce, |domain| Self::ApproveDomainForSession { domain });
        }
        Approval::covering(request).map_or(Self::ApproveOnce, Self::ApproveForSession)
    }

    /// Whether the action is approved.
    pub fn is_approval(&self) -> bool {
        match self {
            Self::ApproveOnce
            | Self::ApproveInteractively
            | Self::ApproveForSession(_)
            | Self::ApproveReadOnlyForSession { .. }
            | Self::ApproveDomainForSession { .. }
            | Self::ApproveForLocation(_)
            | Self::ApprovePermanently { .. } => true,
            Self::Reject { .. }
            | Self::RejectAndStopTurn
            | Self::UserNotAvailable
            | Self::LeaveToAnotherClient
            | Self::Later => false,
        }
    }

    /// Whether nothing is answered.
    pub(crate) fn leaves_open(&self) -> bool {
        matches!(self, Self::LeaveToAnotherClient | Self::Later)
    }

    /// Whether the CLI accepts it as an answer to this request. If it does not, it waits forever
    /// for another one.
    pub(crate) fn fits(&self, request: &PermissionRequest) -> bool {
        let Self::ApproveReadOnlyForSession { directories } = self else { return true };
        let offered =
            request.path_access.as_ref().map_or(&[][..], |access| &access.read_only_directories);
        !directories.is_empty() && directories.iter().all(|directory| offered.contains(directory))
    }

    pub(crate) fn denied() -> Self {
        Self::reject(NEUTRAL)
    }

    /// The `result` of `session.permissions.handlePendingPermissionRequest`; `None` if nothing is
    /// to be sent. An approval for a location approves once if the key of the location is unknown.
    pub(crate) fn to_wire(&self, location_key: Option<&str>) -> Option<Value> {
        let approval = |approval: &Approval| ("approval", approval.to_wire());
        Some(match self {
            Self::ApproveOnce => of_kind("approve-once", vec![]),
            Self::ApproveInteractively => {
                of_kind("approve-once", vec![("approvedInteractively", true.into())])
            }
            Self::ApproveForSession(own) => of_kind("approve-for-session", vec![approval(own)]),
            Self::ApproveDomainForSession { domain } => {
                of_kind("approve-for-session", vec![("domain", domain.as_str().into())])
            }
            Self::ApproveReadOnlyForSession { directories } => {
                of_kind("approve-read-only-for-session", vec![("directories", texts(directories))])
            }
            Self::ApproveForLocation(own) => match location_key {
                Some(key) => of_kind(
                    "approve-for-location",
                    vec![approval(own), ("locationKey", key.into())],
                ),
                None => of_kind("approve-once", vec![]),
            },
            Self::ApprovePermanently { domain } => {
                of_kind("approve-permanently", vec![("domain", domain.as_str().into())])
            }
            Self::Reject { feedback } => {
                let feedback = if feedback.trim().is_empty() { NEUTRAL } else { feedback };
                of_kind("reject", vec![("feedback", feedback.into())])
            }
            Self::RejectAndStopTurn => of_kind("reject", vec![]),
            Self::UserNotAvailable => of_kind("user-not-available", vec![]),
            Self::LeaveToAnotherClient | Self::Later => return None,
        })
    }
}

/// An address without path and user name.
fn server_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let server = authority.rsplit('@').next().filter(|server| !server.is_empty())?;
    matches!(scheme, "http" | "https").then(|| format!("{scheme}://{server}"))
}

#[cfg(test)]
mod tests;
