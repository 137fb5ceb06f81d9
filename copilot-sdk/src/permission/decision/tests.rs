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
        (shell(true), approved(json!({"kind": "commands", "commandIdentifiers": ["git push"]}))),
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
    for (directories, expected) in [(&["/usr"][..], true), (&["/etc", "/"], false), (&[], false)] {
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
