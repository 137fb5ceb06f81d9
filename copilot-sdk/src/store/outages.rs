//! Stores that do not answer, or break, at the worst moment.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use object_store::ObjectStore;
use object_store::path::Path;
use tokio::time::{Instant, sleep, timeout};

use super::SessionStore;
use super::objects::Objects;
use super::path::EVENTS;
use super::sim::{Trap, Watched};
use super::tests::{event, id, open, refused, said, say};
use crate::error::ErrorKind;
use crate::session_fs::{SessionFs as _, SessionKeeper, WantedSession};

const LONG: Duration = Duration::from_secs(600);

fn store(watched: &Arc<Watched>) -> SessionStore {
    SessionStore::new(Arc::clone(watched) as Arc<dyn ObjectStore>, "")
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_of_a_released_session_fails_at_once() {
    let store = store(&Arc::default());
    let held = open(&store, WantedSession::New).await;
    held.release();
    held.released().await.unwrap();
    let call = "late".into();
    let error = timeout(LONG, held.begin_call(&call)).await.expect("an answer").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(error.to_string(), "the session was released to others");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_panics_ends_the_session_and_it_can_be_opened_again() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let held = open(&store, WantedSession::New).await;
    say(&store, "one").await;
    watched.set(Some(("log/", Trap::Panics)));
    let line = event("two").into_bytes();
    assert!(store.append_file(&id(), EVENTS, line, None).await.is_err());
    watched.set(None);
    let error = timeout(LONG, held.failed()).await.expect("an end");
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(error.to_string().contains("or the object store panicked"), "{error}");
    held.release();
    let released = timeout(LONG, held.released()).await.expect("an end");
    assert_eq!(released.unwrap_err().kind(), ErrorKind::Store);
    let _again = open(&store, WantedSession::Stored).await;
    say(&store, "three").await;
    assert_eq!(said(&store).await, ["one", "three"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_heartbeat_is_written_again_while_the_lease_runs() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let _held = open(&store, WantedSession::New).await;
    let (puts, _) = watched.requests();
    watched.set(Some(("holders/", Trap::NeverOnce)));
    sleep(Duration::from_secs(20)).await;
    let (after, _) = watched.requests();
    assert_eq!(after - puts, 2, "one is lost, and one is written");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_failed_tells_nothing_of_what_it_could_not_store() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let _held = open(&store, WantedSession::New).await;
    say(&store, "one").await;
    watched.is_out(true);
    let line = event("two").into_bytes();
    let lost = store.append_file(&id(), EVENTS, line, None).await.unwrap_err();
    watched.is_out(false);
    let unread = store.read_file(&id(), EVENTS).await.unwrap_err();
    assert_eq!(unread.to_string(), lost.to_string());
    let unseen = store.stat(&id(), EVENTS).await.unwrap_err();
    assert_eq!(unseen.to_string(), lost.to_string());
    let error = SessionKeeper::fork(&store, &id(), None, None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_does_not_wait_for_every_deletion_that_is_not_answered() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let _held = open(&store, WantedSession::New).await;
    watched.set(Some(("delete", Trap::Never)));
    let begun = Instant::now();
    for number in 0..130 {
        say(&store, &number.to_string()).await;
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    watched.set(None);
    for number in 130..300 {
        say(&store, &number.to_string()).await;
    }
    let objects = Objects::new(Arc::clone(&watched) as Arc<dyn ObjectStore>);
    let log = objects.list(&Path::from("sessions/s/log")).await.unwrap();
    assert!(log.len() < 150, "what was left is deleted later: {}", log.len());
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_was_taken_for_nobody_is_given_up() {
    let watched: Arc<Watched> = Arc::default();
    let (first, second) = (store(&watched), store(&watched));
    watched.set(Some(("/start/", Trap::Never)));
    let id = id();
    let cancelled = SessionKeeper::open(&first, &id, WantedSession::New, None);
    assert!(timeout(Duration::from_secs(1), cancelled).await.is_err());
    watched.set(None);
    sleep(Duration::from_secs(1)).await;
    let held = open(&second, WantedSession::New).await;
    say(&second, "one").await;
    held.release();
    held.released().await.unwrap();
    // The same if it fails.
    watched.set(Some(("/start/", Trap::Never)));
    let (kind, _) = refused(&first, WantedSession::Stored, "1.0.102").await;
    assert_eq!(kind, ErrorKind::Store);
    watched.set(None);
    sleep(Duration::from_secs(1)).await;
    let _held = open(&second, WantedSession::Stored).await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_is_told_apart_from_one_that_is_set_up_wrong() {
    let watched: Arc<Watched> = Arc::default();
    watched.set(Some(("probe", Trap::Never)));
    let store = store(&watched);
    let opened = refused(&store, WantedSession::New, "1");
    let (kind, text) = timeout(LONG, opened).await.expect("an answer");
    assert_eq!(kind, ErrorKind::Store);
    let says = "the session store does not answer in time: create `probe/";
    assert!(text.starts_with(says), "{text}");
}

#[tokio::test]
async fn a_session_that_was_changed_since_it_was_listed_is_not_pruned() {
    let watched: Arc<Watched> = Arc::default();
    let (first, second) = (store(&watched), store(&watched));
    let listed = SystemTime::now();
    let held = open(&first, WantedSession::New).await;
    say(&first, "one").await;
    held.release();
    held.released().await.unwrap();
    assert!(!second.delete_closed(&id(), Some(listed)).await.unwrap());
    assert_eq!(said(&first).await, ["one"]);
    let held = open(&first, WantedSession::Stored).await;
    held.release();
    held.released().await.unwrap();
    let later = SystemTime::now() + LONG;
    assert!(second.delete_closed(&id(), Some(later)).await.unwrap());
    assert_eq!(second.sessions().await.unwrap(), []);
}

#[tokio::test]
async fn the_heartbeats_of_programs_that_ended_are_pruned() {
    let watched: Arc<Watched> = Arc::default();
    let objects = Objects::new(Arc::clone(&watched) as Arc<dyn ObjectStore>);
    let hearts = async || objects.list(&Path::from("holders")).await.unwrap().len();
    let programs = [store(&watched), store(&watched)];
    for program in &programs {
        let held = open(program, WantedSession::New).await;
        held.release();
        held.released().await.unwrap();
    }
    assert!(programs[0].prune(Duration::ZERO).await.unwrap().is_empty());
    assert_eq!(hearts().await, 2, "they have just been renewed");
    programs[0].forget_heartbeats(SystemTime::now() + LONG).await.unwrap();
    assert_eq!(hearts().await, 0);
}
