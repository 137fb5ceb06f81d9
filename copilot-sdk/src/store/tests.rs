use std::sync::Arc;
use std::time::Duration;

use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload};

use super::SessionStore;
use super::objects::Objects;
use super::path::EVENTS;
use super::sim::Watched;
use crate::error::ErrorKind;
use crate::ids::{EventId, SessionId};
use crate::session_fs::{
    Earlier, FsErrorKind, KeptSession, MkdirOptions, RmOptions, SessionFs, SessionKeeper,
    WantedSession,
};

pub(super) fn id() -> SessionId {
    "s".into()
}

fn store(memory: &Arc<InMemory>, holder: &str) -> SessionStore {
    SessionStore::new(Arc::clone(memory) as Arc<dyn ObjectStore>, "agents").holder(holder)
}

pub(super) async fn open(store: &SessionStore, wanted: WantedSession) -> Arc<dyn KeptSession> {
    SessionKeeper::open(store, &id(), wanted, Some("1.0.102")).await.unwrap()
}

pub(super) async fn refused(
    store: &SessionStore,
    wanted: WantedSession,
    cli: &str,
) -> (ErrorKind, String) {
    let opened = SessionKeeper::open(store, &id(), wanted, Some(cli)).await;
    let Err(error) = opened else { panic!("the session was opened") };
    (error.kind(), error.to_string())
}

/// Appends an event. Its id is its text.
pub(super) async fn say(store: &SessionStore, text: &str) {
    let line = format!("{}\n", event(text));
    store.append_file(&id(), EVENTS, line.into_bytes(), None).await.unwrap();
}

pub(super) fn event(text: &str) -> String {
    format!(
        r#"{{"type":"user.message","id":"{text}","timestamp":"2026-01-01T00:00:00.000Z","parentId":null,"data":{{"content":"{text}"}}}}"#
    )
}

pub(super) async fn said(store: &SessionStore) -> Vec<String> {
    let events = store.history("s").await.unwrap();
    events.iter().map(|event| event.id.to_string()).collect()
}

fn objects(memory: &Arc<InMemory>) -> Objects {
    Objects::new(Arc::clone(memory) as Arc<dyn ObjectStore>)
}

/// Lets the heartbeats of every program seem to have ended.
async fn stop_hearts(memory: &Arc<InMemory>) {
    for heart in objects(memory).list(&Path::from("agents/holders")).await.unwrap() {
        memory.delete(&heart.location).await.unwrap();
    }
}

#[tokio::test]
async fn a_session_is_handed_from_program_to_program() {
    let memory = Arc::new(InMemory::new());
    let (first, second) = (store(&memory, "first"), store(&memory, "second"));
    assert_eq!(
        refused(&first, WantedSession::Stored, "1.0.102").await,
        (ErrorKind::NotFound, "there is no session `s` on the session store: `create` it".into())
    );
    let held = open(&first, WantedSession::New).await;
    say(&first, "one").await;
    held.stored(&"one".into()).await.unwrap();
    let (kind, text) = refused(&second, WantedSession::Stored, "1.0.102").await;
    assert_eq!(kind, ErrorKind::Busy);
    assert!(text.starts_with("session `s` is open in first, for "), "{text}");

    held.release();
    first.gone(&id()).await;
    let held = open(&second, WantedSession::Stored).await;
    say(&second, "two").await;
    assert_eq!(said(&first).await, ["one", "two"]);
    let error = first.append_file(&id(), EVENTS, b"late".to_vec(), None).await.unwrap_err();
    assert_eq!(error.kind(), FsErrorKind::Other);
    held.release();
    second.gone(&id()).await;
    let (kind, _) = refused(&first, WantedSession::New, "1.0.102").await;
    assert_eq!(kind, ErrorKind::Config);
}

#[tokio::test]
async fn a_program_that_is_taken_over_is_told_so_and_stores_nothing_more() {
    let memory = Arc::new(InMemory::new());
    let (first, second) = (store(&memory, "first"), store(&memory, "second"));
    let held = open(&first, WantedSession::New).await;
    say(&first, "one").await;
    stop_hearts(&memory).await;
    let _second = open(&second, WantedSession::Stored).await;
    let line = event("late").into_bytes();
    let error = first.append_file(&id(), EVENTS, line, None).await.unwrap_err();
    assert_eq!(error.to_string(), "the session was taken over by second");
    assert_eq!(held.failed().await.kind(), ErrorKind::Fenced);
    let error = held.stored(&EventId::from("late")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fenced);
    held.release();
    assert_eq!(held.released().await.unwrap_err().kind(), ErrorKind::Fenced);
    say(&second, "two").await;
    assert_eq!(said(&first).await, ["one", "two"]);
}

#[tokio::test(start_paused = true)]
async fn a_release_tells_whether_others_may_open_the_session() {
    let watched = Arc::new(Watched::default());
    let store = SessionStore::new(Arc::clone(&watched) as Arc<dyn ObjectStore>, "");
    let held = open(&store, WantedSession::New).await;
    say(&store, "one").await;
    held.release();
    held.released().await.unwrap();
    let held = open(&store, WantedSession::Stored).await;
    watched.is_out(true);
    held.release();
    let error = held.released().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    let text = error.to_string();
    assert!(text.starts_with("the session store does not answer: "), "{text}");
    assert!(text.contains("lease/0000000002.released` on `watched` failed"), "{text}");
    // The same program needs no release.
    watched.is_out(false);
    let held = open(&store, WantedSession::Stored).await;
    say(&store, "two").await;
    held.release();
    held.released().await.unwrap();
}

#[tokio::test]
async fn an_older_cli_is_refused_before_it_writes() {
    let memory = Arc::new(InMemory::new());
    let first = store(&memory, "first");
    let held = open(&first, WantedSession::New).await;
    say(&first, "one").await;
    held.release();
    first.gone(&id()).await;
    let before = objects(&memory).list(&Path::from("agents")).await.unwrap();
    let (kind, text) = refused(&first, WantedSession::Stored, "1.0.99").await;
    assert_eq!(kind, ErrorKind::Config);
    assert!(text.contains("was written by cli 1.0.102, and this one is 1.0.99"), "{text}");
    let after = objects(&memory).list(&Path::from("agents")).await.unwrap();
    assert_eq!(before.len(), after.len());
    let old = first.allow_older_cli(true);
    SessionKeeper::open(&old, &id(), WantedSession::Stored, Some("1.0.99")).await.unwrap();
}

#[tokio::test]
async fn a_call_of_a_tool_is_known_to_the_next_program() {
    let memory = Arc::new(InMemory::new());
    let (first, second) = (store(&memory, "first"), store(&memory, "second"));
    let held = open(&first, WantedSession::New).await;
    say(&first, "one").await;
    assert_eq!(held.begin_call(&"ended".into()).await.unwrap(), None);
    assert_eq!(held.begin_call(&"begun".into()).await.unwrap(), None);
    held.end_call(&"ended".into(), b"{}".to_vec()).await.unwrap();
    stop_hearts(&memory).await;
    let next = open(&second, WantedSession::Stored).await;
    let known = |result| Some(Earlier { result });
    assert_eq!(next.begin_call(&"ended".into()).await.unwrap(), known(Some(b"{}".to_vec())));
    assert_eq!(next.begin_call(&"begun".into()).await.unwrap(), known(None));
    assert_eq!(next.begin_call(&"new".into()).await.unwrap(), None);
}

#[tokio::test]
async fn sessions_are_listed_deleted_and_made_anew() {
    let memory = Arc::new(InMemory::new());
    let (first, second) = (store(&memory, "first"), store(&memory, "second"));
    let held = open(&first, WantedSession::New).await;
    say(&first, "one").await;
    let listed: Vec<_> = second.sessions().await.unwrap();
    assert_eq!(listed.iter().map(|one| one.session_id.as_str()).collect::<Vec<_>>(), ["s"]);
    assert_eq!(second.delete_session("s").await.unwrap_err().kind(), ErrorKind::Busy);
    assert!(second.prune(Duration::ZERO).await.unwrap().is_empty());
    held.release();
    first.gone(&id()).await;
    assert!(second.prune(Duration::from_secs(60)).await.unwrap().is_empty());
    assert_eq!(second.prune(Duration::ZERO).await.unwrap(), [id()]);
    assert_eq!(second.sessions().await.unwrap(), []);
    assert_eq!(second.history("s").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(second.delete_session("s").await.unwrap_err().kind(), ErrorKind::NotFound);
    let left = objects(&memory).list(&Path::from("agents/sessions")).await;
    for object in left.unwrap() {
        let name = object.location.to_string();
        assert!(name.contains("/lease/") || name.contains("/start/"), "{name}");
    }
    let _held = open(&second, WantedSession::New).await;
    say(&second, "two").await;
    assert_eq!(said(&first).await, ["two"]);
}

#[tokio::test]
async fn a_long_session_is_folded_and_read_whole() {
    let memory = Arc::new(InMemory::new());
    let (first, second) = (store(&memory, "first"), store(&memory, "second"));
    let _held = open(&first, WantedSession::New).await;
    let texts: Vec<_> = (0..300).map(|number| format!("{number}-{}", "x".repeat(900))).collect();
    for text in &texts {
        say(&first, text).await;
    }
    let large = vec![b'y'; 3 * 1024 * 1024];
    first.write_file(&id(), "/session-state/large", large.clone(), None).await.unwrap();
    let objects = objects(&memory);
    let log = objects.list(&Path::from("agents/sessions/s/log")).await.unwrap();
    assert!(log.len() < 150, "{}", log.len());
    assert_eq!(said(&second).await, texts);
    stop_hearts(&memory).await;
    let _next = open(&second, WantedSession::Stored).await;
    assert_eq!(second.read_file(&id(), "/session-state/large").await.unwrap(), large);
    assert_eq!(said(&second).await, texts);
}

#[tokio::test]
async fn files_outside_of_the_state_stay_in_memory() {
    let memory = Arc::new(InMemory::new());
    let first = store(&memory, "first");
    let _held = open(&first, WantedSession::New).await;
    let objects = objects(&memory);
    let before = objects.list(&Path::from("agents/sessions")).await.unwrap().len();
    let recursive = MkdirOptions::default().recursive(true);
    first.mkdir(&id(), "/home/x", recursive).await.unwrap();
    first.write_file(&id(), "/home/x/a.tmp", b"a".to_vec(), None).await.unwrap();
    first.rename(&id(), "/home/x/a.tmp", "/home/x/a").await.unwrap();
    assert_eq!(first.read_file(&id(), "/home/x/a").await.unwrap(), b"a");
    assert_eq!(first.stat(&id(), "/home/x/a").await.unwrap().size, 1);
    assert_eq!(first.readdir(&id(), "/home/x").await.unwrap().len(), 1);
    first.rm(&id(), "/home/x", RmOptions::default().recursive(true)).await.unwrap();
    let missing = first.read_file(&id(), "/home/x/a").await.unwrap_err();
    assert_eq!(missing.kind(), FsErrorKind::NotFound);
    assert_eq!(objects.list(&Path::from("agents/sessions")).await.unwrap().len(), before);
}

#[tokio::test]
async fn a_local_directory_keeps_sessions() {
    let place = std::env::temp_dir().join(super::session_store::nonce().unwrap());
    let first = SessionStore::local(&place).unwrap();
    let held = open(&first, WantedSession::New).await;
    say(&first, "one").await;
    held.release();
    first.gone(&id()).await;
    drop((held, first));
    let second = SessionStore::local(&place).unwrap();
    let _held = open(&second, WantedSession::Stored).await;
    say(&second, "two").await;
    assert_eq!(said(&second).await, ["one", "two"]);
    std::fs::remove_dir_all(place).unwrap();
}

#[tokio::test]
async fn a_flush_of_events_costs_one_write_and_one_read() {
    let watched = Arc::new(Watched::default());
    let store = SessionStore::new(Arc::clone(&watched) as Arc<dyn ObjectStore>, "");
    let _held = open(&store, WantedSession::New).await;
    say(&store, "first").await;
    let (puts, gets) = watched.requests();
    for number in 0..10 {
        say(&store, &number.to_string()).await;
        store.stat(&id(), EVENTS).await.unwrap();
    }
    assert_eq!(watched.requests(), (puts + 10, gets + 10));
}

#[tokio::test]
async fn a_store_that_ignores_conditions_is_refused() {
    let store = SessionStore::new(Arc::new(Watched::lax()), "");
    let (kind, text) = refused(&store, WantedSession::New, "1").await;
    assert_eq!(kind, ErrorKind::Config);
    assert!(text.contains("it ignores conditional writes (`PutMode::Create`)"), "{text}");
}

#[tokio::test]
async fn an_object_of_a_newer_format_is_refused_by_name() {
    let memory = Arc::new(InMemory::new());
    let first = store(&memory, "first");
    let held = open(&first, WantedSession::New).await;
    say(&first, "one").await;
    held.release();
    first.gone(&id()).await;
    let name = Path::from("agents/sessions/s/log/0000000001/0000000001");
    memory.put(&name, PutPayload::from_static(b"{\"format\":2}\n")).await.unwrap();
    let (kind, text) = refused(&first, WantedSession::Stored, "1.0.102").await;
    assert_eq!(kind, ErrorKind::Store);
    assert!(text.starts_with(&format!("`{name}` has format 2")), "{text}");
}
