//! Paths that mean another file to the CLI's process than to this one: no policy that looks at
//! paths approves one.

use std::os::unix::fs::symlink;

use copilot_sdk::permission::{self, Policy};
use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::{Place, TempDir};
use serde_json::{Value, json};

/// What became of each call, in a CLI that runs in `data/inner` of the directory.
async fn outcomes(directory: &TempDir, policy: Policy, calls: &[(&str, Value)]) -> Vec<bool> {
    let inner = directory.path().join("inner");
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::write(inner.join("key"), "hidden").unwrap();
    let place = Place::new();
    let client = place.client().await.cwd(&inner).start().await.unwrap();
    let replies = calls.iter().map(|(name, arguments)| ModelReply::tool(*name, arguments.clone()));
    let model = copilot_sdk::testing::ScriptedModel::start(replies.chain([ModelReply::text("ok")]));
    let model = model.await.unwrap();
    let session = client.session().model("scripted").provider(model.provider());
    let session = session.cwd(place.work()).permissions(policy);
    let reply = session.create().await.unwrap().ask("go").await.unwrap();
    client.stop().await.unwrap();
    assert_eq!(reply.tool_calls().len(), calls.len());
    reply.tool_calls().iter().map(|call| call.success).collect()
}

fn view(path: impl AsRef<std::path::Path>) -> (&'static str, Value) {
    ("view", json!({"path": path.as_ref()}))
}

#[tokio::test]
async fn the_directory_of_another_process_is_in_no_allowed_one() {
    let elsewhere = TempDir::new();
    // This process runs in a directory that it allows, the CLI in another one.
    let data = std::env::current_dir().unwrap();
    let links = TempDir::new();
    symlink("/proc/self/cwd", links.path().join("here")).unwrap();
    let create = |path: &str| ("create", json!({"path": path, "file_text": "x"}));
    let calls = [
        view("/proc/self/cwd/key"),
        view("/proc/thread-self/cwd/key"),
        view(format!("/proc/{}/cwd/Cargo.toml", std::process::id())),
        create("/proc/self/cwd/pwned"),
        view(links.path().join("here/key")),
        create(links.path().join("here/pwned").to_str().unwrap()),
        ("grep", json!({"pattern": "hidden", "path": "/proc/self/cwd", "output_mode": "content"})),
        view(data.join("Cargo.toml")),
    ];
    let policy = permission::allow_paths_in([data.as_path(), links.path()]);
    let expected = [false, false, false, false, false, false, false, true];
    assert_eq!(outcomes(&elsewhere, policy, &calls).await, expected);
    assert!(!elsewhere.path().join("inner/pwned").exists());
}

#[tokio::test]
async fn what_may_lead_to_a_private_directory_is_kept_out_of_it() {
    let secret = TempDir::new();
    std::fs::write(secret.path().join("public"), "").unwrap();
    let folder = secret.path().to_owned();
    let policy = permission::deny(move |request| request.touches(&folder), "that is private")
        .or(permission::allow_read_only());
    let calls = [
        view("/proc/self/cwd/.."),
        view("/proc/self/cwd/key"),
        ("grep", json!({"pattern": "hidden", "path": "/proc/self/cwd", "output_mode": "content"})),
        view("/etc/hosts"),
    ];
    assert_eq!(outcomes(&secret, policy, &calls).await, [false, false, false, true]);
}

#[tokio::test]
async fn reading_files_does_not_mean_reading_the_environment_of_processes() {
    let links = TempDir::new();
    symlink("/proc/self/environ", links.path().join("environ")).unwrap();
    let own = std::process::id();
    let calls = [
        view("/proc/self/environ"),
        view("/proc/thread-self/environ"),
        view("/proc/self/../self/environ"),
        view(format!("/proc/{own}/environ")),
        view(format!("/proc/{own}/task/{own}/environ")),
        view(links.path().join("environ")),
        // Its stdin is the connection.
        view("/dev/stdin"),
        view("/dev/fd/0"),
        ("grep", json!({"pattern": "HOME=", "path": "/proc/self/environ"})),
        ("grep", json!({"pattern": "HOME=", "paths": ["/proc/self/environ"]})),
        ("grep", json!({"pattern": "HOME=", "path": "/"})),
        ("glob", json!({"pattern": "*", "path": "/proc/self"})),
        view("/etc/hosts"),
    ];
    let ran = outcomes(&TempDir::new(), permission::allow_read_only(), &calls).await;
    let expected: Vec<_> = calls.iter().map(|call| *call == view("/etc/hosts")).collect();
    assert_eq!(ran, expected);
}
