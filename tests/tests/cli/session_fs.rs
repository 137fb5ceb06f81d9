//! Sessions of the real CLI whose files this program keeps.

use std::path::{Path, PathBuf};

use copilot_sdk::Client;
use copilot_sdk::event::EventData;
use copilot_sdk::ids::SessionId;
use copilot_sdk::session_fs::{Directory, Memory, SessionFs};
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_tests::{Place, TempDir, carriers, kill, wait_until_gone};

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
    assert_eq!(files_named(here.home(), "events.jsonl"), [PathBuf::new(); 0]);

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
    assert_eq!(files_named(there.home(), "events.jsonl"), [PathBuf::new(); 0]);
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

fn files_named(below: &Path, name: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(below) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let found = |path: PathBuf| match path.file_name().is_some_and(|own| own == name) {
        true => vec![path],
        false => files_named(&path, name),
    };
    paths.flat_map(found).collect()
}

#[tokio::test]
async fn a_session_kept_in_memory_goes_on_after_a_kill_in_a_cli_with_an_empty_home() {
    let files = Memory::new();
    moves_to_another_machine(files.clone()).await;
    let id = SessionId::from("moving");
    assert_eq!(files.sessions(), [id.clone()]);
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
