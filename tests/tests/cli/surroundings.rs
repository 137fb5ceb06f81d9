//! What surrounds the CLI: directories, proxies, the tokio runtime.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use copilot_sdk::permission;
use copilot_sdk::testing::{FakeGitHub, ModelReply, ScriptedModel};
use copilot_sdk::{Client, ErrorKind};
use copilot_sdk_tests::{FakeCli, Place, pinned_cli};
use serde_json::json;
use tokio::runtime::Builder;

#[tokio::test]
async fn models_on_this_machine_are_reached_whatever_the_proxy() {
    let place = Place::new();
    let mut client = place.client().await;
    for proxy in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        // Nothing listens there.
        client =
            client.env(proxy, "http://127.0.0.1:1").env(proxy.to_lowercase(), "http://[::1]:1");
    }
    let client = client.env("NO_PROXY", "example.com").env_remove("no_proxy");
    let client = client.start().await.unwrap();
    let model = ScriptedModel::start([ModelReply::text("reached")]).await.unwrap();
    let session = client.session().model("scripted").provider(model.provider());
    let session = session.create().await.unwrap();
    assert_eq!(session.ask("go").await.unwrap().text(), "reached");
    client.stop().await.unwrap();
}

#[tokio::test]
async fn what_the_cli_cannot_write_is_named_before_it_starts() {
    let fake = FakeCli::new("exit 1");
    let place = Place::new();
    let file = place.work().join("file");
    std::fs::write(&file, "").unwrap();
    let program = || fake.client().env("HOME", place.work()).env_remove("COPILOT_HOME");
    let state = |directory: &Path| {
        format!(
            "the copilot cli cannot write its sessions and settings into {}: let this user write \
             there, or name another directory with `base_directory` (COPILOT_HOME) or HOME",
            directory.display()
        )
    };
    let unpacking = format!("the copilot cli cannot unpack itself into {}: ", file.display());
    for (client, expected) in [
        (program().base_directory(&file), state(&file)),
        (program().base_directory(file.join("deep/home")), state(&file.join("deep/home"))),
        (program().env("COPILOT_HOME", &file), state(&file)),
        (program().env("HOME", &file), state(&file.join(".copilot"))),
        (program().env("HOME", &file).use_stdio(false), state(&file.join(".copilot"))),
        (program().env("COPILOT_CACHE_HOME", &file), unpacking.clone()),
        (program().env("COPILOT_PKG_CACHE_HOME", &file), unpacking),
    ] {
        let error = client.start().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Start);
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert!(std::error::Error::source(&error).is_some());
    }
    assert_eq!(fake.starts(), 0);
    // What is missing is made by the CLI, and what was tried is gone.
    let error = program().base_directory(place.work().join("new")).start().await.unwrap_err();
    assert!(error.to_string().contains("ended before it answered"), "{error}");
    assert_eq!(std::fs::read_dir(place.work()).unwrap().count(), 1);
}

/// Only the unpacked CLI is shared, which is the same for everybody.
#[tokio::test]
async fn what_the_cli_keeps_of_its_users_does_not_lie_in_the_cache_of_the_program() {
    let github = FakeGitHub::start(ScriptedModel::start([]).await.unwrap()).await.unwrap();
    for isolated in [false, true] {
        let (place, login) = (Place::new(), format!("ann-{isolated}-{}", std::process::id()));
        let client = github.configure(place.client().await).isolated(isolated);
        let client = client.github_token(github.issue_token(&login)).start().await.unwrap();
        assert_eq!(client.auth_status().await.unwrap().login.as_deref(), Some(&*login));
        client.stop().await.unwrap();
        let names_the_user = |directory: &Path| {
            std::fs::read_to_string(directory.join("copilot-user-cache.json"))
                .is_ok_and(|text| text.contains(&login))
        };
        let of_user = place.home().join(".cache/copilot");
        let of_client = place.copilot_home().join("cache");
        let shared = pinned_cli().await.ancestors().nth(3).unwrap().join("unpacked");
        let known = [&*of_user, &of_client, &shared].map(names_the_user);
        assert_eq!(known, [!isolated, isolated, false], "isolated: {isolated}");
        assert!([of_user, of_client].iter().all(|cache| !cache.join("pkg").exists()));
    }
}

#[tokio::test]
async fn a_cli_that_ends_without_a_word_gets_some_from_us() {
    let text = |script: &str| {
        let fake = FakeCli::new(script);
        async move { fake.client().start().await.unwrap_err().to_string() }
    };
    let silent = text("exit 1").await;
    assert!(silent.contains("(exit code 1); it gave no reason: it may lack"), "{silent}");
    let killed = text("kill -KILL $$").await;
    assert!(killed.contains("because the system ran out of memory"), "{killed}");
    let telling = text("echo I have no room >&2; exit 1").await;
    assert!(telling.ends_with("I have no room"), "{telling}");
}

#[test]
fn a_runtime_without_a_driver_is_told_what_it_lacks() {
    let fake = FakeCli::new("cat >/dev/null");
    let started = |runtime: tokio::runtime::Runtime, client: copilot_sdk::client::ClientBuilder| {
        let error = runtime.block_on(client.start()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Start);
        error.to_string()
    };
    let bare = Builder::new_current_thread().build().unwrap();
    let text = started(bare, fake.client());
    assert!(text.starts_with("the tokio runtime has no timer: build it with `enable_all()`"));
    for client in [fake.client(), fake.client().use_stdio(false), Client::builder().cli_url("1")] {
        let timed = Builder::new_current_thread().enable_time().build().unwrap();
        let text = started(timed, client);
        assert!(text.starts_with("the tokio runtime has no IO driver: build"), "{text}");
    }
    assert_eq!(fake.starts(), 0);
}

#[tokio::test]
async fn encryption_that_the_server_does_not_know_is_refused_before_a_token_is_sent() {
    let error = Client::builder()
        .cli_url("https://127.0.0.1:8080")
        .connection_token("hunter2")
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = error.to_string();
    assert!(text.contains("would go out in plain text") && !text.contains("hunter2"), "{text}");
}

/// SECURITY.md tells these modes; a long result is as readable as any new file of this program.
#[tokio::test]
async fn the_state_of_the_cli_is_for_its_user_alone_and_a_long_result_is_not() {
    let place = Place::new();
    let temporary = place.work().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let client = place.client().await.env("TMPDIR", &temporary).start().await.unwrap();
    let long = json!({"command": "seq 1 20000", "description": "count", "mode": "sync"});
    let replies = [ModelReply::tool("bash", long), ModelReply::text("done")];
    let model = ScriptedModel::start(replies).await.unwrap();
    let session = client.session().model("scripted").provider(model.provider());
    let session = session.permissions(permission::approve_all()).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    let output = &reply.tool_calls()[0].output;
    let saved = output.lines().next().and_then(|line| line.rsplit_once("Saved to: ")).unwrap().1;
    assert!(Path::new(saved).starts_with(&temporary), "{output}");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let usual = place.work().join("usual");
    std::fs::write(&usual, "").unwrap();
    assert_eq!(mode(saved.as_ref()), mode(&usual));
    let id = session.id().to_string();
    client.stop().await.unwrap();

    let home = place.copilot_home();
    let state = home.join("session-state").join(id);
    assert_eq!([home.as_path(), &state, &home.join("logs")].map(mode), [0o700; 3]);
    assert_eq!(mode(&state.join("events.jsonl")), 0o600);
    let logs: Vec<_> = std::fs::read_dir(home.join("logs")).unwrap().flatten().collect();
    let is_log = |path: &Path| path.extension().is_some_and(|kind| kind == "log");
    let logs: Vec<_> =
        logs.iter().map(std::fs::DirEntry::path).filter(|path| is_log(path)).collect();
    assert!(!logs.is_empty() && logs.iter().all(|log| mode(log) == 0o600));
}

/// The program in the working directory is the test's own; this one is run again there.
#[test]
fn what_lies_in_the_working_directory_is_no_cli() {
    const AGAIN: &str = "COPILOT_SDK_TEST_IN_DIRECTORY";
    if std::env::var_os(AGAIN).is_some() {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let error = runtime.block_on(Client::builder().cli_path("copilot").start()).unwrap_err();
        assert!(error.to_string().contains("one in the working directory is ./copilot"), "{error}");
        let client = Client::builder().cli_path("./loader.js").start();
        let error = runtime.block_on(client).unwrap_err();
        assert!(error.to_string().contains("no absolute directory on PATH"), "{error}");
        return;
    }
    let fake = FakeCli::new("exit 1");
    let path = fake.path();
    let bin = Path::new(path.split(':').next().unwrap());
    std::fs::copy(bin.join("copilot"), bin.join("node")).unwrap();
    std::fs::write(bin.join("loader.js"), "").unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "surroundings::what_lies_in_the_working_directory_is_no_cli"])
        .env(AGAIN, "1")
        .env("PATH", ":.")
        .env_remove("COPILOT_CLI_PATH")
        .current_dir(bin)
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(fake.starts(), 0);
}
