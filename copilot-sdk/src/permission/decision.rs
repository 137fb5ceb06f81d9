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
mod tests {
    use serde_json::{Value, json};

    use super::{Approval, NEUTRAL, PermissionDecision, PermissionRequest};

    #[test]
    fn every_decision_has_its_wire_form() {
        let table = [
            (PermissionDecision::ApproveOnce, json!({"kind": "approve-once"})),
            (
                PermissionDecision::ApproveInteractively,
                json!({"kind": "approve-once", "approvedInteractively": true}),
            ),
            (
                PermissionDecision::ApproveForSession(Approval::CustomTool {
                    tool_name: "get_weather".into(),
                }),
                json!({"kind": "approve-for-session", "approval": {"kind": "custom-tool", "toolName": "get_weather"}}),
            ),
            (
                PermissionDecision::ApproveDomainForSession { domain: "a.b".into() },
                json!({"kind": "approve-for-session", "domain": "a.b"}),
            ),
            (
                PermissionDecision::ApproveReadOnlyForSession { directories: vec!["/etc".into()] },
                json!({"kind": "approve-read-only-for-session", "directories": ["/etc"]}),
            ),
            (
                PermissionDecision::ApproveForLocation(Approval::Read),
                json!({"kind": "approve-for-location", "approval": {"kind": "read"}, "locationKey": "k"}),
            ),
            (
                PermissionDecision::ApprovePermanently { domain: "a.b".into() },
                json!({"kind": "approve-permanently", "domain": "a.b"}),
            ),
            (PermissionDecision::reject("no"), json!({"kind": "reject", "feedback": "no"})),
            (PermissionDecision::RejectAndStopTurn, json!({"kind": "reject"})),
            (PermissionDecision::UserNotAvailable, json!({"kind": "user-not-available"})),
        ];
        for (decision, wire) in table {
            assert_eq!(decision.to_wire(Some("k")), Some(wire), "{decision:?}");
        }
        for unanswered in [PermissionDecision::LeaveToAnotherClient, PermissionDecision::later()] {
            assert_eq!((unanswered.to_wire(None), unanswered.is_approval()), (None, false));
        }
        let location = PermissionDecision::ApproveForLocation(Approval::Read);
        assert_eq!(location.to_wire(None), Some(json!({"kind": "approve-once"})));
    }

    #[test]
    fn a_rejection_with_blank_feedback_does_not_stop_the_turn() {
        assert_eq!(
            PermissionDecision::reject(" \n").to_wire(None),
            Some(json!({"kind": "reject", "feedback": NEUTRAL}))
        );
    }

    #[test]
    fn an_approval_for_the_session_covers_what_was_asked() {
        let decision = |request: Value| {
            PermissionDecision::for_session(&PermissionRequest::new("s", request)).to_wire(None)
        };
        let approved =
            |approval: Value| Some(json!({"kind": "approve-for-session", "approval": approval}));
        let once = Some(json!({"kind": "approve-once"}));
        let shell = |offered: bool| json!({"kind": "shell", "commands": [{"identifier": "git push"}], "canOfferSessionApproval": offered});
        let write = |offered: bool| json!({"kind": "write", "fileName": "/a", "canOfferSessionApproval": offered});
        let factory = |offered: bool| json!({"kind": "factory", "approvalKey": "k", "canPersistApproval": offered});
        for (request, expected) in [
            (
                json!({"kind": "mcp", "serverName": "srv", "toolName": "srv-echo"}),
                approved(json!({"kind": "mcp", "serverName": "srv", "toolName": "echo"})),
            ),
            (
                shell(true),
                approved(json!({"kind": "commands", "commandIdentifiers": ["git push"]})),
            ),
            (shell(false), once.clone()),
            (write(true), approved(json!({"kind": "write"}))),
            (write(false), once.clone()),
            (json!({"kind": "read", "path": "/a"}), approved(json!({"kind": "read"}))),
            (json!({"kind": "memory", "fact": "f"}), approved(json!({"kind": "memory"}))),
            (
                json!({"kind": "custom-tool", "toolName": "t"}),
                approved(json!({"kind": "custom-tool", "toolName": "t"})),
            ),
            (
                json!({"kind": "extension-management", "operation": "install"}),
                approved(json!({"kind": "extension-management", "operation": "install"})),
            ),
            (
                json!({"kind": "extension-permission-access", "extensionName": "e", "capabilities": ["c"]}),
                approved(json!({"kind": "extension-permission-access", "extensionName": "e"})),
            ),
            (
                json!({"kind": "extension-env-access", "extensionName": "e", "environmentVariables": ["V"]}),
                approved(
                    json!({"kind": "extension-env-access", "extensionName": "e", "environmentVariables": ["V"]}),
                ),
            ),
            (factory(true), approved(json!({"kind": "workflow", "approvalKey": "k"}))),
            (factory(false), once.clone()),
            (json!({"kind": "hook", "toolName": "x"}), once),
        ] {
            assert_eq!(decision(request.clone()), expected, "{request}");
        }
    }

    #[test]
    fn an_address_is_approved_by_its_server() {
        for (url, domain) in [
            ("https://example.com/a?b#c", Some("https://example.com")),
            ("http://user:pass@localhost:8080?q", Some("http://localhost:8080")),
            ("http://[::1]:9", Some("http://[::1]:9")),
            ("https://evil.example\\@example.com/", Some("https://evil.example")),
            ("file:///etc/hosts", None),
            ("https://", None),
            ("example.com", None),
        ] {
            let request = PermissionRequest::new("s", json!({"kind": "url", "url": url}));
            let expected = match domain {
                Some(domain) => json!({"kind": "approve-for-session", "domain": domain}),
                None => json!({"kind": "approve-once"}),
            };
            assert_eq!(
                PermissionDecision::for_session(&request).to_wire(None),
                Some(expected),
                "{url}"
            );
        }
    }

    #[test]
    fn directories_are_approved_where_they_are_offered() {
        let request = || PermissionRequest::new("s", json!({"kind": "read", "path": "/etc/hosts"}));
        let outside =
            request().prompt(json!({"kind": "path", "readOnlyDirectories": ["/etc", "/usr"]}));
        for (directories, expected) in
            [(&["/usr"][..], true), (&["/etc", "/"], false), (&[], false)]
        {
            let directories = directories.iter().copied().map(Into::into).collect();
            let decision = PermissionDecision::ApproveReadOnlyForSession { directories };
            assert_eq!(
                (decision.fits(&outside), decision.fits(&request())),
                (expected, false),
                "{decision:?}"
            );
        }
        assert!(PermissionDecision::ApproveOnce.fits(&request()));
    }
}
