//! Programs with several runtimes, and leases of sessions that ended badly.

use std::sync::Arc;
use std::time::Duration;

use object_store::ObjectStore;
use object_store::path::Path;
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};

use super::SessionStore;
use super::heartbeat::LeftLease;
use super::names::Names;
use super::objects::Objects;
use super::path::EVENTS;
use super::sim::{Trap, Watched};
use super::tests::{event, id, open, said, say};
use crate::error::ErrorKind;
use crate::ids::SessionId;
use crate::session_fs::{KeptSession, SessionFs as _, SessionKeeper, WantedSession};

const LONG: Duration = Duration::from_secs(600);
const LEASE: Duration = Duration::from_secs(30);

fn store(watched: &Arc<Watched>) -> SessionStore {
    SessionStore::new(Arc::clone(watched) as Arc<dyn ObjectStore>, "").lease(LEASE)
}

fn runtime(is_paused: bool) -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(is_paused).build().unwrap()
}

async fn open_other(store: &SessionStore, id: &str) -> Arc<dyn KeptSession> {
    let id = SessionId::from(id);
    SessionKeeper::open(store, &id, WantedSession::New, None).await.unwrap()
}

/// How often the heartbeat was written.
fn beats(watched: &Watched) -> usize {
    watched.written("holders/")
}

#[test]
fn the_heartbeat_outlives_the_runtime_that_opened_the_first_session() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let (first, second) = (runtime(false), runtime(true));
    let _first = first.block_on(open_other(&store, "first"));
    let _second = second.block_on(open(&store, WantedSession::New));
    drop(first);
    let before = beats(&watched);
    second.block_on(async { sleep(LEASE * 4).await });
    let beaten = beats(&watched) - before;
    assert!((11..14).contains(&beaten), "{beaten}");
}

#[test]
fn the_heartbeat_goes_on_while_the_runtime_that_opened_the_first_session_stands_still() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let (first, second) = (runtime(false), runtime(true));
    let _first = first.block_on(open_other(&store, "first"));
    let _second = second.block_on(open(&store, WantedSession::New));
    let before = beats(&watched);
    second.block_on(async { sleep(LEASE * 4).await });
    let beaten = beats(&watched) - before;
    assert!((11..14).contains(&beaten), "{beaten}");
}

#[test]
fn a_session_whose_runtime_ended_can_be_opened_elsewhere_while_the_program_goes_on() {
    let watched: Arc<Watched> = Arc::default();
    let (here, there) = (store(&watched), store(&watched));
    let (first, second) = (runtime(false), runtime(true));
    let held = first.block_on(async {
        let held = open(&here, WantedSession::New).await;
        say(&here, "one").await;
        held
    });
    second.block_on(async {
        let _other = open_other(&here, "other").await;
        first.shutdown_background();
        assert_eq!(held.failed().await.kind(), ErrorKind::Store);
        sleep(LEASE).await;
        let _held = open(&there, WantedSession::Stored).await;
        assert_eq!(said(&there).await, ["one"]);
    });
}

#[tokio::test(start_paused = true)]
async fn a_session_that_an_outage_ended_can_be_opened_elsewhere_while_the_program_goes_on() {
    let watched: Arc<Watched> = Arc::default();
    let (here, there) = (store(&watched), store(&watched));
    let held = open(&here, WantedSession::New).await;
    say(&here, "one").await;
    let _other = open_other(&here, "other").await;
    watched.set(Some(("sessions/s/", Trap::Never)));
    let line = event("two").into_bytes();
    assert!(here.append_file(&id(), EVENTS, line, None).await.is_err());
    let error = timeout(LONG, held.failed()).await.expect("an end");
    assert_eq!(error.kind(), ErrorKind::Store);
    held.release();
    assert!(held.released().await.is_err());
    sleep(LEASE * 2).await;
    watched.set(None);
    sleep(LEASE).await;
    let _held = open(&there, WantedSession::Stored).await;
    assert_eq!(said(&there).await, ["one"]);
}

#[tokio::test(start_paused = true)]
async fn a_lease_whose_release_failed_is_released_when_the_store_is_back() {
    let watched: Arc<Watched> = Arc::default();
    let (here, there) = (store(&watched), store(&watched));
    let held = open(&here, WantedSession::New).await;
    say(&here, "one").await;
    let _other = open_other(&here, "other").await;
    watched.set(Some((".released", Trap::Never)));
    held.release();
    assert_eq!(held.released().await.unwrap_err().kind(), ErrorKind::Store);
    watched.set(None);
    sleep(LEASE).await;
    let _held = open(&there, WantedSession::Stored).await;
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_is_not_late_for_the_leases_that_were_left() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let _held = open(&store, WantedSession::New).await;
    let heartbeat = store.heartbeat().await.unwrap();
    watched.set(Some((".released", Trap::After(Duration::from_secs(4)))));
    for number in 0..400 {
        let names = Names::new(&Path::default(), &format!("left-{number}"));
        heartbeat.leave(LeftLease { names, epoch: 1, lease: None });
    }
    for _ in 0..20 {
        let before = beats(&watched);
        sleep(LEASE / 2).await;
        assert!(beats(&watched) > before);
    }
    assert_eq!(watched.written(".released"), 400);
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_could_not_be_released_is_released_when_the_store_is_back() {
    let watched: Arc<Watched> = Arc::default();
    let (here, there) = (store(&watched), store(&watched));
    let _held = open(&here, WantedSession::New).await;
    say(&here, "one").await;
    watched.set(Some((".released", Trap::Never)));
    let copy = SessionKeeper::fork(&here, &id(), None, None).await.unwrap();
    watched.set(None);
    sleep(LEASE).await;
    SessionKeeper::open(&there, &copy, WantedSession::Stored, None).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_program_without_an_open_session_has_no_heartbeat_and_begins_again() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let held = open(&store, WantedSession::New).await;
    say(&store, "one").await;
    held.release();
    held.released().await.unwrap();
    let before = beats(&watched);
    sleep(LEASE * 2).await;
    assert_eq!(beats(&watched), before);
    // Others may have pruned it meanwhile.
    let objects = Objects::new(Arc::clone(&watched) as Arc<dyn ObjectStore>);
    for heart in objects.list(&Path::from("holders")).await.unwrap() {
        objects.delete(&heart.location).await.unwrap();
    }
    let _held = open(&store, WantedSession::Stored).await;
    assert_eq!(objects.list(&Path::from("holders")).await.unwrap().len(), 1);
}
