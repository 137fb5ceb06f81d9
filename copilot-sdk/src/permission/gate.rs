use std::sync::{Mutex, PoisonError};

use super::action::PermissionAction;
use super::decision::PermissionDecision;
use super::policy::Policy;
use super::request::PermissionRequest;
use crate::excerpt::Excerpt;
use crate::seen_ids::SeenIds;

/// How many kinds of requests are remembered. The CLI has about a dozen.
const KNOWN_KINDS: usize = 64;

/// A session's policy, and the kinds of requests whose denial has been logged.
pub(crate) struct Gate {
    policy: Policy,
    logged: Mutex<SeenIds>,
}

impl Gate {
    pub(crate) fn new(policy: Policy) -> Self {
        Self { policy, logged: Mutex::new(SeenIds::new(KNOWN_KINDS)) }
    }

    /// Decides a request. A denial because no rule matched is logged once per kind, with advice on
    /// how to allow it.
    pub(crate) async fn decide(&self, request: &PermissionRequest) -> PermissionDecision {
        if let Some(decision) = self.policy.opinion(request).await {
            return decision;
        }
        if self.is_news(request.kind()) {
            tracing::warn!(
                session_id = %request.session_id, kind = %Excerpt::of(request.kind()),
                "denied a permission request, because no rule of the session's policy matches; to \
                 allow it, add {}",
                remedy(request)
            );
        }
        PermissionDecision::denied()
    }

    fn is_news(&self, kind: &str) -> bool {
        self.logged.lock().unwrap_or_else(PoisonError::into_inner).insert(kind)
    }
}

/// The rule that would allow this request.
fn remedy(request: &PermissionRequest) -> String {
    if request.managed_approval_required {
        return "`permission::ask(..)`, because a managed policy requires a person to decide"
            .to_owned();
    }
    if request.action.leaves_sandbox() {
        return "`permission::ask(..)`, because it would leave the sandbox".to_owned();
    }
    match &request.action {
        PermissionAction::Shell(_) => {
            "`permission::allow_shell([\"..\"])` or `permission::ask(..)`".to_owned()
        }
        PermissionAction::Read(_) => {
            "`permission::allow_read_only()`, `permission::allow_paths_in([\"..\"])` or \
             `permission::ask(..)`"
                .to_owned()
        }
        PermissionAction::Write(_) => "`permission::allow_paths_in([\"..\"])` or \
                                       `permission::ask(..)`"
            .to_owned(),
        PermissionAction::CustomTool(call) => allow_tool(&call.tool_name),
        PermissionAction::Mcp(call) => allow_tool(&call.tool_name),
        _ => "`permission::allow_when(..)` or `permission::ask(..)`".to_owned(),
    }
}

fn allow_tool(name: &str) -> String {
    format!("`permission::allow_tools([\"{}\"])`", Excerpt::of(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Gate, remedy};
    use crate::permission::{self, PermissionDecision, PermissionRequest};

    #[tokio::test]
    async fn a_kind_is_news_once_per_session() {
        let gate = Gate::new(permission::allow_tools(["a"]));
        assert_eq!(
            [gate.is_news("shell"), gate.is_news("shell"), gate.is_news("read")],
            [true, false, true]
        );
        let request = PermissionRequest::new("s", json!({"kind": "url", "url": "http://x"}));
        assert_eq!(gate.decide(&request).await, PermissionDecision::denied());
        assert!(!gate.is_news("url"));
    }

    #[test]
    fn what_is_kept_and_logged_of_a_request_does_not_grow_with_it() {
        let gate = Gate::new(permission::allow_tools(["a"]));
        let name = "x".repeat(1 << 20);
        for number in 0..300 {
            assert!(gate.is_news(&format!("{number}{name}")));
        }
        let request = PermissionRequest::new("s", json!({"kind": "mcp", "toolName": name}));
        let cut = format!("{}... (1048576 bytes)", "x".repeat(120));
        assert_eq!(remedy(&request), format!("`permission::allow_tools([\"{cut}\"])`"));
    }

    #[test]
    fn the_log_says_how_to_allow_it() {
        let remedy = |json| remedy(&PermissionRequest::new("s", json));
        assert_eq!(
            remedy(json!({"kind": "mcp", "toolName": "srv-echo"})),
            "`permission::allow_tools([\"srv-echo\"])`"
        );
        assert_eq!(
            remedy(json!({"kind": "read", "managedApprovalRequired": true})),
            "`permission::ask(..)`, because a managed policy requires a person to decide"
        );
        assert_eq!(
            remedy(json!({"kind": "read", "requestSandboxBypass": true})),
            "`permission::ask(..)`, because it would leave the sandbox"
        );
    }
}
