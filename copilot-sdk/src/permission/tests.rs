//! Policies, decided on requests as the CLI sends them.

use serde_json::{Value, json};

use super::{
    FactoryOperation, FactoryRun, MemoryAction, MemoryChange, MemoryDirection, MemoryScope,
    PermissionAction, PermissionDecision, PermissionHandler, PermissionRequest, Policy,
    ToolConsent,
};
use crate::handler::HandlerError;
use crate::permission::{
    allow_own_tools, allow_paths_in, allow_read_only, allow_servers, allow_shell, allow_tools,
    allow_when, approve_all, ask, ask_handler, deny, deny_all, later,
};

fn request(json: Value) -> PermissionRequest {
    PermissionRequest::new("22222222-2222-4222-8222-000000000021", json)
}

fn shell(line: &str) -> Value {
    json!({"kind": "shell", "toolCallId": "call_1_0", "fullCommandText": line, "shellType": "bash", "intention": "d",
        "commands": [{"identifier": line, "readOnly": false}], "possiblePaths": [], "possibleUrls": [],
        "canOfferSessionApproval": true, "hasWriteFileRedirection": false})
}

fn with(mut json: Value, field: &str, value: Value) -> Value {
    json[field] = value;
    json
}

async fn approves(policy: &Policy, json: Value) -> bool {
    policy.decide(&request(json)).await.is_approval()
}

#[tokio::test]
async fn no_rule_means_a_neutral_rejection_with_feedback() {
    let decision = allow_tools(["get_weather"]).decide(&request(shell("ls"))).await;
    assert_eq!(
        decision.to_wire(None),
        Some(json!({"kind": "reject",
            "feedback": "this action is not permitted in this session; continue without it"}))
    );
}

#[tokio::test]
async fn the_first_rule_that_matches_decides() {
    let policy = deny(|request| request.command() == Some("rm -rf /"), "never").or(approve_all());
    assert_eq!(
        policy.decide(&request(shell("rm -rf /"))).await,
        PermissionDecision::reject("never")
    );
    assert_eq!(policy.decide(&request(shell("ls"))).await, PermissionDecision::ApproveOnce);
    assert!(!approves(&deny_all().or(approve_all()), shell("ls")).await);
}

#[tokio::test]
async fn what_no_rule_decides_waits_if_the_last_rule_says_later() {
    let policy = deny(|request| request.command() == Some("rm -rf /"), "never")
        .or(approve_all())
        .or(later());
    let managed = |line| with(shell(line), "managedApprovalRequired", json!(true));
    for (request, decision) in [
        (managed("rm -rf /"), PermissionDecision::reject("never")),
        (shell("ls"), PermissionDecision::ApproveOnce),
        (managed("ls"), PermissionDecision::later()),
    ] {
        assert_eq!(policy.decide(&self::request(request.clone())).await, decision, "{request}");
    }
    assert_eq!(format!("{policy:?}"), "deny or approve_all or later");
    // A rule behind it is never reached.
    let decision = later().or(approve_all()).decide(&request(shell("ls"))).await;
    assert_eq!(decision, PermissionDecision::later());
}

#[tokio::test]
async fn own_tools_run_unless_they_ask_each_time() {
    let call = request(
        json!({"kind": "custom-tool", "toolName": "get_weather", "toolDescription": "w", "args": {}}),
    );
    let hook = request(json!({"kind": "hook", "toolName": "get_weather", "hookMessage": "check"}));
    for (request, consent, expected) in [
        (&call, ToolConsent::Given, true),
        (&call, ToolConsent::AskEachTime, false),
        (&call, ToolConsent::NotOurs, false),
        (&hook, ToolConsent::Given, false),
    ] {
        let request = request.clone().with_consent(consent);
        for policy in [Policy::default(), allow_own_tools()] {
            assert_eq!(policy.decide(&request).await.is_approval(), expected, "{request:?}");
        }
    }
}

#[tokio::test]
async fn tools_are_allowed_by_name_and_pattern() {
    let policy = allow_tools(["get_weather", "files-*"]);
    for (json, expected) in [
        (json!({"kind": "custom-tool", "toolName": "get_weather"}), true),
        (json!({"kind": "custom-tool", "toolName": "get_weather2"}), false),
        (
            json!({"kind": "mcp", "serverName": "files", "toolName": "files-list", "readOnly": false}),
            true,
        ),
        (
            json!({"kind": "mcp", "serverName": "files-x", "toolName": "files-x-list", "readOnly": false}),
            true,
        ),
        (
            json!({"kind": "mcp", "serverName": "db", "toolName": "db-drop", "readOnly": false}),
            false,
        ),
        (json!({"kind": "hook", "toolName": "get_weather"}), false),
    ] {
        assert_eq!(approves(&policy, json.clone()).await, expected, "{json}");
    }
}

#[tokio::test]
async fn servers_are_allowed_by_their_whole_name() {
    let policy = allow_servers(["files"]);
    for (json, expected) in [
        (json!({"kind": "mcp", "serverName": "files", "toolName": "files-list"}), true),
        (json!({"kind": "mcp", "serverName": "files-x", "toolName": "files-x-list"}), false),
        (json!({"kind": "custom-tool", "toolName": "files"}), false),
    ] {
        assert_eq!(approves(&policy, json.clone()).await, expected, "{json}");
    }
}

#[tokio::test]
async fn read_only_means_that_nothing_changes_and_nothing_leaves() {
    let look = with(
        shell("git status"),
        "commands",
        json!([{"identifier": "git status", "readOnly": true}]),
    );
    let mixed =
        json!([{"identifier": "ls", "readOnly": true}, {"identifier": "rm", "readOnly": false}]);
    let hidden =
        json!([{"identifier": "ls", "fullCommandText": "ls", "hasUnboundExecutableContent": true}]);
    let here = std::env::current_dir().unwrap();
    let read = json!({"kind": "read", "intention": "Read file: src", "path": here.join("src")});
    for (json, expected) in [
        (read.clone(), true),
        (with(read, "requestSandboxBypass", json!(true)), false),
        (look.clone(), true),
        (with(look.clone(), "hasWriteFileRedirection", json!(true)), false),
        (with(look.clone(), "hasWriteFileRedirection", json!(null)), false),
        (with(look.clone(), "warning", json!("careful")), false),
        (with(look.clone(), "fullCommandText", json!("git status > a.txt && git log")), false),
        (with(look.clone(), "possibleUrls", json!([{"url": "http://x"}])), false),
        (with(look.clone(), "commands", mixed), false),
        (with(look.clone(), "commands", json!([])), false),
        (with(look.clone(), "commandSegments", hidden), false),
        (with(look.clone(), "requestSandboxPermissive", json!(true)), false),
        (with(look.clone(), "shellType", json!("powershell")), false),
        (with(look, "sandboxPathGrant", json!({"path": "/x", "access": "readWrite"})), false),
        (json!({"kind": "mcp", "toolName": "srv-echo", "readOnly": true}), true),
        (json!({"kind": "mcp", "toolName": "srv-echo"}), false),
        (json!({"kind": "write", "fileName": "a", "diff": ""}), false),
        (json!({"kind": "url", "url": "http://127.0.0.1:9/x"}), false),
        (json!({"kind": "teleport"}), false),
    ] {
        assert_eq!(approves(&allow_read_only(), json.clone()).await, expected, "{json}");
    }
}

#[tokio::test]
async fn every_command_of_a_line_has_to_match() {
    let policy = allow_shell(["git diff*", "wc*"]);
    let segments = |second: &str| json!([{"identifier": "git", "fullCommandText": "git diff"}, {"identifier": "x", "fullCommandText": second}]);
    for (json, expected) in [
        (shell("git diff --stat | wc -l"), true),
        (shell("git diff; rm -r ."), false),
        (shell("git diff $(rm -r .)"), false),
        (shell("git diff > out"), false),
        (with(shell("git diff | wc -l"), "commandSegments", segments("wc -l")), true),
        (with(shell("git diff | wc -l"), "commandSegments", segments("rm")), false),
        (with(shell("git diff --stat"), "shellType", json!("powershell")), true),
        (with(shell("git diff | wc -l"), "shellType", json!("powershell")), false),
        (with(shell("git diff 'x'"), "shellType", json!("powershell")), false),
        (with(shell("git diff"), "shellType", json!("cmd")), false),
        (with(shell("git diff"), "shellType", json!("fish")), false),
        (with(shell("git diff"), "hasWriteFileRedirection", json!(true)), false),
        (with(shell("git diff"), "requestSandboxBypass", json!(true)), false),
        (json!({"kind": "read", "path": "git diff"}), false),
    ] {
        assert_eq!(approves(&policy, json.clone()).await, expected, "{json}");
    }
}

#[tokio::test]
async fn a_star_in_a_pattern_is_what_the_shell_makes_of_it() {
    let policy = allow_shell(["git diff*"]);
    for (line, expected) in [
        ("git diff --stat", true),
        ("git difftool -x 'rm x'", true),
        ("git diff # '\ngit diff > p2 #'", false),
        ("git diff $['$(touch p1)']", false),
    ] {
        assert_eq!(approves(&policy, shell(line)).await, expected, "{line}");
    }
}

#[tokio::test]
async fn what_is_only_half_understood_is_denied_by_what_is_and_allowed_by_no_rule_of_ours() {
    let odd = with(shell("rm -rf /"), "intention", json!(7));
    let never =
        || deny(|request| request.command().is_some_and(|line| line.starts_with("rm")), "never");
    assert!(!approves(&never().or(approve_all()), odd.clone()).await);
    let commands = json!([{"identifier": "rm", "readOnly": true}]);
    let odd = with(odd, "commands", commands);
    let read = json!({"kind": "read", "path": "/", "requestSandboxBypass": "yes"});
    for policy in [allow_shell(["*"]), allow_read_only(), allow_paths_in(["/"])] {
        assert!(!approves(&policy, odd.clone()).await, "{policy:?}");
        assert!(!approves(&policy, read.clone()).await, "{policy:?}");
    }
}

#[tokio::test]
async fn files_are_allowed_by_directory() {
    let here = std::env::current_dir().unwrap();
    let (inside, outside) = (here.join("src/lib.rs"), here.join("../x"));
    let policy = allow_paths_in(["."]);
    let edits =
        |other: &std::path::Path| json!([{"after": {"path": inside}}, {"after": {"path": other}}]);
    let write = json!({"kind": "write", "fileName": inside});
    for (json, expected) in [
        (json!({"kind": "read", "path": inside}), true),
        (json!({"kind": "read", "path": outside}), false),
        (json!({"kind": "read", "path": "src/lib.rs"}), false),
        (
            json!({"kind": "read", "path": inside, "sandboxPathGrant": {"path": "/", "access": "read"}}),
            false,
        ),
        (json!({"kind": "read"}), false),
        (write.clone(), true),
        (with(write.clone(), "fileEdits", edits(&inside)), true),
        (with(write.clone(), "fileEdits", edits(&outside)), false),
        (with(write, "resolvedPath", json!(outside)), false),
        (shell("cat src/lib.rs"), false),
    ] {
        assert_eq!(approves(&policy, json.clone()).await, expected, "{json}");
    }
    assert_eq!(format!("{policy:?}"), "allow_paths_in([\".\"])");
}

#[tokio::test]
#[cfg(windows)]
async fn files_are_allowed_by_directory_only_if_their_path_is_understood_in_full() {
    let here = std::env::current_dir().unwrap();
    let here = here.to_str().unwrap();
    let (drive, rest) = here.split_at(2);
    let policy = allow_paths_in(["."]);
    for (path, expected) in [
        (format!(r"{here}\src\lib.rs"), true),
        (format!("{here}/SRC/Lib.rs").replace('\\', "/"), true),
        (format!(r"\\?\{here}\src\lib.rs"), true),
        (format!(r"{here}\src\lib.rs:stream"), false),
        (format!(r"{here}\src\nul"), false),
        (format!(r"{here}\com1.log"), false),
        (format!(r"{here}\src.\lib.rs"), false),
        (format!(r"{here}\src\lib.rs "), false),
        (format!(r"{here}\NEWFIL~1"), false),
        (format!(r"{here}\..\x"), false),
        (format!(r"{drive}src\lib.rs"), false),
        (format!(r"{rest}\src\lib.rs"), false),
        (format!(r"\\.\{here}\src\lib.rs"), false),
        (format!(r"\\localhost\{}${rest}\src\lib.rs", &drive[..1]), false),
    ] {
        let edits = json!([{"after": {"path": path}}]);
        let write = json!({"kind": "write", "fileName": format!(r"{here}\x"), "fileEdits": edits});
        for json in [json!({"kind": "read", "path": path}), write] {
            assert_eq!(approves(&policy, json).await, expected, "{path}");
        }
    }
}

#[tokio::test]
async fn only_a_handler_approves_what_a_managed_policy_leaves_to_a_person() {
    let json = json!({"kind": "read", "path": "/etc/hosts", "managedApprovalRequired": true});
    for policy in [approve_all(), allow_read_only(), allow_when(|_| true)] {
        assert!(!approves(&policy, json.clone()).await, "{policy:?}");
    }
    let policy = approve_all().or(ask(async |_| PermissionDecision::ApproveInteractively));
    assert_eq!(policy.decide(&request(json)).await, PermissionDecision::ApproveInteractively);
}

#[tokio::test]
async fn a_handler_that_fails_or_panics_says_that_nobody_is_available() {
    let failing = ask(async |_| Err::<PermissionDecision, _>("the terminal is gone"));
    assert_eq!(failing.decide(&request(shell("ls"))).await, PermissionDecision::UserNotAvailable);
    let panicking = ask(async |request| -> PermissionDecision { panic!("cannot show {request}") });
    assert_eq!(panicking.decide(&request(shell("ls"))).await, PermissionDecision::UserNotAvailable);
}

#[tokio::test]
async fn a_handler_with_state_decides() {
    struct Once(std::sync::atomic::AtomicBool);
    impl PermissionHandler for Once {
        async fn decide(&self, _: PermissionRequest) -> Result<PermissionDecision, HandlerError> {
            let is_used = self.0.swap(true, std::sync::atomic::Ordering::SeqCst);
            if is_used { Err("only once".into()) } else { Ok(PermissionDecision::ApproveOnce) }
        }
    }
    let shared = std::sync::Arc::new(Once(false.into()));
    for policy in [
        ask_handler(Once(false.into())),
        ask_handler(Box::new(Once(false.into()))),
        ask_handler(shared.clone()),
    ] {
        let decide = async || policy.decide(&request(shell("ls"))).await;
        assert_eq!(decide().await, PermissionDecision::ApproveOnce);
        assert_eq!(decide().await, PermissionDecision::UserNotAvailable);
    }
    assert!(shared.0.load(std::sync::atomic::Ordering::SeqCst), "the state is shared");
}

#[test]
fn a_policy_shows_its_rules() {
    let policy = allow_own_tools()
        .or(allow_shell(["ls*"]))
        .or(ask(async |_| PermissionDecision::ApproveOnce));
    assert_eq!(format!("{policy:?}"), "allow_own_tools or allow_shell([\"ls*\"]) or ask");
}

#[test]
fn words_read_as_enums_known_or_not() {
    let fact = json!({"kind": "memory", "fact": "f", "action": "vote", "direction": "downvote", "scope": "moon"});
    let memory = MemoryChange {
        fact: "f".to_owned(),
        action: Some(MemoryAction::Vote),
        direction: Some(MemoryDirection::Downvote),
        scope: Some(MemoryScope::from("moon")),
        ..MemoryChange::default()
    };
    assert_eq!(request(fact).action, PermissionAction::Memory(memory));
    for (word, operation) in
        [("author", FactoryOperation::Author), ("moon", FactoryOperation::from("moon"))]
    {
        let run = request(json!({"kind": "workflow", "operation": word, "name": "n"}));
        let expected = FactoryRun { operation, name: "n".to_owned(), ..FactoryRun::default() };
        assert_eq!(run.action, PermissionAction::Factory(expected));
    }
}

#[test]
fn a_request_of_which_a_part_was_left_out_is_not_whole() {
    let is_whole = |json| PermissionRequest::new("s", json).is_whole();
    assert!(is_whole(json!({"kind": "shell", "possiblePaths": ["/a"], "resolvedPaths": {}})));
    for (field, value) in [
        ("possiblePaths", json!(["/a", null])),
        ("possiblePaths", json!(["/a", 7])),
        ("possibleUrls", json!(["http://a"])),
        ("resolvedPaths", json!({"/a": null})),
        ("commandSegments", json!([{"identifier": "ls"}, null])),
        ("sandboxPathGrant", json!({"access": "read"})),
        ("sandboxPathGrant", json!({"path": "/a", "access": null})),
        ("sandboxPathGrant", json!("/a")),
        ("requestSandboxBypass", json!("yes")),
        ("toolCallId", json!(7)),
    ] {
        assert!(!is_whole(json!({"kind": "shell", field: value})), "{field}: {value}");
    }
}
