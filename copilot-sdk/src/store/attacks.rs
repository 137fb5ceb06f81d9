//! What a store is not meant to do, and does all the same.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use object_store::ObjectStore;
use object_store::path::Path;

use super::SessionStore;
use super::objects::Objects;
use super::path::EVENTS;
use super::sim::{Trap, Watched};
use super::stored::DEAD_AFTER;
use super::tests::{event, id, open, refused, said, say};
use crate::error::ErrorKind;
use crate::session_fs::{SessionFs as _, WantedSession};

const HOUR: Duration = Duration::from_secs(3600);

fn store(watched: &Arc<Watched>) -> SessionStore {
    SessionStore::new(Arc::clone(watched) as Arc<dyn ObjectStore>, "")
}

/// Removes the objects with that text in their names.
async fn remove(watched: &Arc<Watched>, text: &str) {
    let objects = Objects::new(Arc::clone(watched) as Arc<dyn ObjectStore>);
    for object in objects.list(&Path::from("sessions")).await.unwrap() {
        if object.location.as_ref().contains(text) {
            objects.delete(&object.location).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_prunes_nothing_that_is_new() {
    let watched: Arc<Watched> = Arc::default();
    // Seen from the store, this program lives a day later.
    watched.is_behind(24 * HOUR);
    let (first, second) = (store(&watched), store(&watched));
    let held = open(&first, WantedSession::New).await;
    say(&first, "one").await;
    held.release();
    held.released().await.unwrap();
    assert!(second.prune(HOUR).await.unwrap().is_empty());
    assert_eq!(said(&second).await, ["one"]);
    assert_eq!(second.prune(Duration::ZERO).await.unwrap(), [id()]);
}

#[tokio::test]
async fn a_long_lease_is_not_pruned_with_the_heartbeats_of_the_dead() {
    let watched: Arc<Watched> = Arc::default();
    let first = store(&watched).lease(100 * 24 * HOUR);
    let _held = open(&first, WantedSession::New).await;
    say(&first, "one").await;
    // As if it had been written a whole lease ago.
    let lease = first.heartbeat().await.unwrap().lease;
    let second = store(&watched);
    second.forget_heartbeats(SystemTime::now() + lease - DEAD_AFTER).await.unwrap();
    let (kind, _) = refused(&second, WantedSession::Stored, "1.0.102").await;
    assert_eq!(kind, ErrorKind::Busy);
}

#[tokio::test]
async fn a_session_whose_objects_are_removed_says_so_instead_of_going_on() {
    for gone in ["sessions/s/", "start/"] {
        let watched: Arc<Watched> = Arc::default();
        let store = store(&watched);
        let held = open(&store, WantedSession::New).await;
        say(&store, "one").await;
        remove(&watched, gone).await;
        say(&store, "two").await;
        held.release();
        let error = held.released().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        let text = error.to_string();
        assert!(text.starts_with("`sessions/s/start/0000000001` in the session store"), "{text}");
    }
    // A long session finds it out before its end.
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let _held = open(&store, WantedSession::New).await;
    remove(&watched, "sessions/s/").await;
    let line = event("more").into_bytes();
    for number in 0..200 {
        if store.append_file(&id(), EVENTS, line.clone(), None).await.is_err() {
            assert!(number < 130, "{number}");
            return;
        }
    }
    panic!("the session goes on");
}

#[tokio::test(start_paused = true)]
async fn a_slow_line_has_time_for_large_objects() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let held = open(&store, WantedSession::New).await;
    say(&store, "one").await;
    // A second for each mebibyte.
    watched.set(Some(("body/", Trap::Slow)));
    let large = vec![b'y'; 24 << 20];
    store.write_file(&id(), "/session-state/large", large.clone(), None).await.unwrap();
    assert_eq!(store.read_file(&id(), "/session-state/large").await.unwrap().len(), large.len());
    held.release();
    held.released().await.unwrap();
}

#[tokio::test]
async fn names_that_no_session_has_reach_nothing() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let held = open(&store, WantedSession::New).await;
    say(&store, "one").await;
    held.release();
    held.released().await.unwrap();
    let long = "x".repeat(10_000);
    for name in ["", ".", "..", "/", "s/", "s/log", "../sessions/s", "%73", "S", "*", "\0", &long] {
        let error = store.history(name).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{name}");
        let error = store.delete_session(name).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{name}");
    }
    assert_eq!(said(&store).await, ["one"]);
}

#[tokio::test]
async fn a_local_directory_survives_odd_names_and_its_own_removal() {
    let place = std::env::temp_dir().join(super::session_store::nonce().unwrap());
    // No name on Windows has a quotation mark.
    let odd =
        place.join(if cfg!(windows) { "a b#1 %20 ü ' $(x)" } else { "a b#1 %20 ü '\" $(x)" });
    let first = SessionStore::local(&odd).unwrap();
    let held = open(&first, WantedSession::New).await;
    say(&first, "one").await;
    let long = "x".repeat(10_000);
    for name in ["", "..", "../..", "/", "\0", &long] {
        let error = first.history(name).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Store), "{name}: {error}");
    }
    assert_eq!(said(&first).await, ["one"]);
    std::fs::remove_dir_all(&odd).unwrap();
    held.release();
    assert_eq!(held.released().await.unwrap_err().kind(), ErrorKind::Store);
    // Where a directory was is a file.
    std::fs::remove_dir_all(&odd).ok();
    std::fs::write(&odd, "").unwrap();
    let error = SessionStore::local(&odd).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    std::fs::remove_file(&odd).unwrap();
    let second = SessionStore::local(&odd).unwrap();
    std::fs::remove_dir(&odd).unwrap();
    std::fs::write(&odd, "").unwrap();
    let (kind, text) = refused(&second, WantedSession::New, "1").await;
    // Windows does not tell a file in the way from a directory that is gone, which may come back.
    if cfg!(windows) {
        assert_eq!(kind, ErrorKind::Store, "{text}");
    } else {
        assert_eq!(kind, ErrorKind::Config, "{text}");
        assert!(text.contains("this user must be able to write in the directory"), "{text}");
    }
    std::fs::remove_dir_all(place).unwrap();
}
