//! Sessions of the real CLI whose files this program keeps.

use std::path::{Path, PathBuf};

use copilot_sdk::event::EventData;
use copilot_sdk::ids::SessionId;
use copilot_sdk::permission::PermissionDecision;
use copilot_sdk::session_fs::{Directory, Memory, SessionFs};
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, permission};
use copilot_sdk_tests::{Place, TempDir, carriers, kill, wait_until_gone};
use serde_json::json;

async fn client(place: &Place, fs: impl SessionFs) -> Client {
    place.client().await.session_fs(fs).start().await.unwrap()
}

/// Two turns in one CLI, which is killed; a third in another one with an empty home.
async fn moves_to_another_machine(fs: impl SessionFs + Clone) {
    let model =
        ScriptedModel::answering(|request| ModelReply::text(request.user_texts().join("+")))
            .await
            .unwrap();
    let here = Place::new();
    let first = client(&here, fs.clone()).await;
    let session = first.session().session_id("moving").model("scripted").provider(model.provider());
    let session = session.create().await.unwrap();
    assert_eq!(session.ask("one").await.unwrap().text(), "one");
    assert_eq!(session.ask("two").await.unwrap().text(), "one+two");
    until_kept(&fs, "one+two").await;
    for pid in carriers(&here) {
        kill(pid);
    }
    wait_until_gone(&here).await;
    drop((session, first));
    assert_eq!(files_named(here.home(), "events.jsonl"), NONE);

    let there = Place::new();
    let second = client(&there, fs).await;
    let session = second.session().provider(model.provider()).resume("moving").await.unwrap();
    let said: Vec<_> = session
        .history()
        .await
        .unwrap()
        .iter()
        .filter_map(|event| match &event.data {
            EventData::UserMessage(message) => Some(message.content.clone()),
            EventData::AssistantMessage(message) => Some(message.content.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(said, ["one", "one", "two", "one+two"]);
    assert_eq!(session.ask("three").await.unwrap().text(), "one+two+three");
    session.disconnect().await.unwrap();
    second.stop().await.unwrap();
    assert_eq!(files_named(there.home(), "events.jsonl"), NONE);
}

/// Waits until the session's events hold this text: the CLI writes them a little later than it
/// sends them.
async fn until_kept(fs: &impl SessionFs, text: &str) {
    let id = SessionId::from("moving");
    loop {
        let kept = fs.read_file(&id, "/session-state/events.jsonl").await.unwrap_or_default();
        if String::from_utf8_lossy(&kept).contains(text) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

const NONE: [PathBuf; 0] = [];

fn files_named(below: &Path, name: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(below) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let found = |path: PathBuf| {
        if path.file_name().is_some_and(|own| own == name) {
            vec![path]
        } else {
            files_named(&path, name)
        }
    };
    paths.flat_map(found).collect()
}

#[tokio::test]
async fn a_session_kept_in_memory_goes_on_after_a_kill_in_a_cli_with_an_empty_home() {
    let files = Memory::new();
    moves_to_another_machine(files.clone()).await;
    let id = SessionId::from("moving");
    assert_eq!(files.sessions(), std::slice::from_ref(&id));
    let kept = files.files(&id);
    assert!(kept.contains(&"/session-state/events.jsonl".to_owned()), "{kept:?}");
}

#[tokio::test]
async fn a_session_kept_in_a_directory_goes_on_after_a_kill_in_a_cli_with_an_empty_home() {
    let place = TempDir::new();
    let files = Directory::new(place.path().join("sessions"));
    moves_to_another_machine(files.clone()).await;
    let kept = files.session(&SessionId::from("moving")).join("session-state/events.jsonl");
    assert!(std::fs::read_to_string(kept).unwrap().contains("one+two+three"));
}

/// The tools that look at a note and write another, on whatever the client keeps its files.
async fn look_and_write(place: &Place, client: Client) -> Vec<String> {
    std::fs::write(place.work().join("note.txt"), "on disk\n").unwrap();
    let at = |name: &str| place.work().join(name);
    let model = ScriptedModel::start([
        ModelReply::tool("view", json!({"path": at("note.txt")})),
        ModelReply::tool("create", json!({"path": at("new.txt"), "file_text": "new\n"})),
        ModelReply::text("done"),
    ])
    .await
    .unwrap();
    let session = client.session().session_id("s").model("scripted").provider(model.provider());
    let session = session.permissions(permission::approve_all()).create().await.unwrap();
    session.ask("go").await.unwrap();
    client.stop().await.unwrap();
    model.requests().last().unwrap().tool_results().into_iter().map(|seen| seen.text).collect()
}

#[tokio::test]
async fn files_that_are_no_state_stay_on_the_disk() {
    let (place, files) = (Place::new(), Memory::new());
    let client = client(&place, files.clone()).await;
    let seen = look_and_write(&place, client).await;
    assert!(seen[0].contains("on disk"), "{seen:?}");
    assert_eq!(std::fs::read_to_string(place.work().join("new.txt")).unwrap(), "new\n");
    let kept = files.files(&SessionId::from("s"));
    assert!(kept.iter().all(|path| path.contains("session-state")), "{kept:?}");
    assert_eq!(files_named(place.home(), "workspace.yaml"), NONE);
}

#[tokio::test]
async fn a_virtual_file_system_has_all_files_of_the_file_tools() {
    let (place, files) = (Place::new(), Memory::new());
    let id = SessionId::from("s");
    let work = place.work().to_str().unwrap();
    let kept = (format!("{work}/note.txt"), format!("{work}/new.txt"));
    files.write_file(&id, &kept.0, b"in memory\n".into(), None).await.unwrap();
    let client = place.client().await.virtual_fs(files.clone()).start().await.unwrap();
    let seen = look_and_write(&place, client).await;
    assert!(seen[0].contains("in memory"), "{seen:?}");
    assert_eq!(files.read_file(&id, &kept.1).await.unwrap(), b"new\n");
    assert!(!place.work().join("new.txt").exists());
}

// Windows lets few users make links.
#[cfg(unix)]
#[tokio::test]
async fn a_policy_by_folder_holds_for_links_that_lead_out_of_it() {
    let (place, outside) = (Place::new(), TempDir::new());
    std::fs::write(outside.path().join("secret.txt"), "secret\n").unwrap();
    std::fs::write(place.work().join("plain.txt"), "plain\n").unwrap();
    std::os::unix::fs::symlink(outside.path(), place.work().join("link")).unwrap();
    let at = |name: &str| ModelReply::tool("view", json!({"path": place.work().join(name)}));
    let replies = [at("plain.txt"), at("link/secret.txt"), ModelReply::text("done")];
    let model = ScriptedModel::start(replies).await.unwrap();
    let client = client(&place, Memory::new()).await;
    let folder = place.work().to_owned();
    let policy = permission::ask(move |request| {
        let inside = request.is_inside(&folder);
        async move {
            if inside {
                PermissionDecision::ApproveOnce
            } else {
                PermissionDecision::reject("not in your folder")
            }
        }
    });
    let session = client.session().session_id("s").model("scripted").provider(model.provider());
    session.permissions(policy).create().await.unwrap().ask("go").await.unwrap();
    client.stop().await.unwrap();
    let seen = model.requests().last().unwrap().tool_results();
    assert!(seen[0].text.contains("plain"), "{seen:?}");
    assert!(seen[1].text.contains("not in your folder"), "{seen:?}");
}
