use std::path::Path;

use serde_json::json;

use super::{PathAccess, PermissionAction, PermissionRequest};
use crate::permission::PathAccessKind;

#[test]
fn a_recorded_shell_request_reads_with_its_nulls() {
    let request = PermissionRequest::new(
        "s",
        json!({"kind": "shell", "toolCallId": "call_40_0", "fullCommandText": "echo hi > a.txt && curl http://127.0.0.1:9/",
            "shellType": "bash", "intention": "d",
            "commands": [{"identifier": "echo hi > a.txt && curl \
                                         http://127.0.0.1:9/", "readOnly": false}],
            "commandSegments": [
                {"identifier": "echo", "fullCommandText": "echo \
                                                           hi", "allowMatchIdentifier": null, "staticTokens": null, "hasUnboundExecutableContent": false, "workingDirectory": null},
                {"identifier": "curl", "fullCommandText": "curl \
                                                           http://127.0.0.1:9/", "hasUnboundExecutableContent": null}],
            "possiblePaths": [], "possibleUrls": [], "canOfferSessionApproval": false, "hasWriteFileRedirection": false, "warning": null}),
    );
    assert_eq!(request.kind(), "shell");
    assert_eq!(request.tool_call_id, Some("call_40_0".into()));
    assert_eq!(request.command(), Some("echo hi > a.txt && curl http://127.0.0.1:9/"));
    assert_eq!(request.to_string(), "run: echo hi > a.txt && curl http://127.0.0.1:9/");
    let PermissionAction::Shell(shell) = request.action else { panic!("{request:?}") };
    assert_eq!(
        shell.command_segments.iter().map(|part| part.identifier.as_str()).collect::<Vec<_>>(),
        ["echo", "curl"]
    );
    assert_eq!((shell.has_write_file_redirection, shell.warning), (false, None));
}

#[test]
fn an_odd_field_costs_nothing_but_itself() {
    let shell = json!({"kind": "shell", "toolCallId": 7, "fullCommandText": "rm -rf /", "intention": ["d"],
        "shellType": "bash", "commands": [{"identifier": null, "readOnly": true}], "possiblePaths": {},
        "commandSegments": [{"identifier": null, "fullCommandText": "rm -rf \
                                                                     /"}], "warning": null});
    let request = PermissionRequest::new("s", shell);
    assert_eq!((request.command(), request.is_whole()), (Some("rm -rf /"), false));
    let PermissionAction::Shell(shell) = request.action else { panic!("{request:?}") };
    assert_eq!((shell.shell_type.as_deref(), shell.commands.len()), (Some("bash"), 1));
    assert_eq!(shell.command_segments[0].full_command_text, "rm -rf /");

    let mcp =
        json!({"kind": "mcp", "serverName": null, "toolName": "files-list", "readOnly": "yes"});
    let request = PermissionRequest::new("s", mcp);
    assert_eq!((request.tool_name(), request.is_whole()), (Some("files-list"), false));
    let nulls = json!({"kind": "write", "fileName": "/a", "fileEdits": [{"after": {"path": null, "content": null}}]});
    assert!(PermissionRequest::new("s", nulls).is_whole());
}

#[test]
fn a_write_has_all_its_files() {
    let request = PermissionRequest::new(
        "s",
        json!({"kind": "write", "fileName": "/project/a", "resolvedPath": "/real/a", "fileEdits": [
            {"before": {"path": "/project/a"}, "after": {"path": "/project/b"}}, {"after": {"path": "/project/c"}}]}),
    );
    let paths = ["/project/a", "/project/b", "/project/c", "/real/a"].map(Path::new);
    assert_eq!((request.paths(), request.path()), (paths.to_vec(), Some(Path::new("/real/a"))));
    let shell =
        PermissionRequest::new("s", json!({"kind": "shell", "fullCommandText": "cat /project/a"}));
    assert_eq!(
        (shell.paths(), shell.is_inside("/"), shell.touches("/")),
        (Vec::new(), false, false)
    );
}

#[test]
fn a_path_outside_is_a_question_of_its_own() {
    let read = || PermissionRequest::new("s", json!({"kind": "read", "path": "/etc/hosts"}));
    let path = json!({"kind": "path", "accessKind": "read", "paths": ["/etc/hosts"], "readOnlyDirectories": ["/etc"]});
    let request = read().prompt(path);
    assert_eq!(
        request.path_access,
        Some(PathAccess {
            access_kind: PathAccessKind::Read,
            paths: vec!["/etc/hosts".into()],
            read_only_directories: vec!["/etc".into()]
        })
    );
    assert_eq!(request.to_string(), "read outside of the workspace: /etc/hosts");
    let inside = read().prompt(json!({"kind": "read", "path": "/etc/hosts"}));
    assert_eq!(
        (inside.path_access.as_ref(), inside.to_string().as_str()),
        (None, "read: /etc/hosts")
    );
    let odd = read().prompt(json!({"kind": "path", "paths": 7}));
    assert_eq!(odd.path_access, Some(PathAccess::default()));
}

#[test]
fn every_kind_has_its_variant() {
    for kind in [
        "shell",
        "write",
        "read",
        "url",
        "mcp",
        "custom-tool",
        "memory",
        "hook",
        "extension-management",
        "extension-permission-access",
        "extension-env-access",
        "factory",
    ] {
        let request =
            PermissionRequest::new("s", json!({"kind": kind, "managedApprovalRequired": true}));
        assert!(!matches!(request.action, PermissionAction::Other { .. }), "{kind}");
        assert_eq!((request.kind(), request.managed_approval_required), (kind, true));
    }
}

#[test]
fn what_is_not_understood_is_kept_and_never_an_error() {
    for json in [json!({"kind": "teleport", "to": "mars"}), json!({}), json!(null)] {
        let request = PermissionRequest::new("s", json.clone());
        let kind = json["kind"].as_str().unwrap_or_default().to_owned();
        assert_eq!(request.action, PermissionAction::Other { kind, json });
    }
}

#[test]
fn unsaid_redirection_counts_as_redirection() {
    let request =
        PermissionRequest::new("s", json!({"kind": "shell", "hasWriteFileRedirection": null}));
    let PermissionAction::Shell(shell) = request.action else { panic!("{request:?}") };
    assert!(shell.has_write_file_redirection);
}
