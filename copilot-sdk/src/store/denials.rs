//! Stores that are out or deny access, when a session is opened and while it is used.

use std::sync::Arc;
use std::time::Duration;

use object_store::ObjectStore;
use tokio::time::{Instant, sleep, timeout};

use super::SessionStore;
use super::path::EVENTS;
use super::sim::{Outage, Trap, Watched};
use super::tests::{event, id, open, refused, said, say};
use crate::error::ErrorKind;
use crate::session_fs::{SessionFs as _, SessionKeeper, WantedSession};

const LONG: Duration = Duration::from_secs(600);
const DENIALS: [Outage; 2] = [Outage::Denied, Outage::Unauthenticated];

fn store(watched: &Arc<Watched>) -> SessionStore {
    SessionStore::new(Arc::clone(watched) as Arc<dyn ObjectStore>, "")
}

/// Ends the outage in a while.
async fn ends_in(watched: &Watched, seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
    watched.fails(None);
}

#[tokio::test(start_paused = true)]
async fn a_session_lives_through_credentials_that_are_replaced() {
    for denial in DENIALS {
        let watched: Arc<Watched> = Arc::default();
        let store = store(&watched);
        let held = open(&store, WantedSession::New).await;
        watched.fails(Some(denial));
        tokio::join!(say(&store, "one"), ends_in(&watched, 40));
        let beat = async || store.heartbeat().await.unwrap().beat().await;
        watched.fails(Some(denial));
        let (beaten, ()) = tokio::join!(beat(), ends_in(&watched, 5));
        beaten.unwrap();
        say(&store, "two").await;
        watched.fails(Some(denial));
        held.release();
        let (released, ()) = tokio::join!(held.released(), ends_in(&watched, 40));
        released.unwrap();
        assert_eq!(said(&store).await, ["one", "two"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_is_opened_and_deleted_once_access_is_back() {
    for denial in DENIALS {
        let watched: Arc<Watched> = Arc::default();
        let (first, second) = (store(&watched), store(&watched));
        let held = open(&first, WantedSession::New).await;
        say(&first, "one").await;
        held.release();
        held.released().await.unwrap();
        second.heartbeat().await.unwrap();
        watched.fails(Some(denial));
        let (held, ()) = tokio::join!(open(&second, WantedSession::Stored), ends_in(&watched, 40));
        say(&second, "two").await;
        held.release();
        held.released().await.unwrap();
        watched.fails(Some(denial));
        let (deleted, ()) = tokio::join!(first.delete_session(id()), ends_in(&watched, 40));
        deleted.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_when_access_stays_denied_and_says_so() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    let held = open(&store, WantedSession::New).await;
    say(&store, "one").await;
    watched.fails(Some(Outage::Denied));
    let begun = Instant::now();
    let line = event("two").into_bytes();
    assert!(store.append_file(&id(), EVENTS, line, None).await.is_err());
    assert!(begun.elapsed() >= Duration::from_secs(60), "{:?}", begun.elapsed());
    let error = timeout(LONG, held.failed()).await.expect("an end");
    assert_eq!(error.kind(), ErrorKind::Store);
    let text = error.to_string();
    assert!(text.starts_with("the session store denies access: "), "{text}");
    assert!(text.contains("on `watched` failed "), "{text}");
    assert!(text.ends_with(": its credentials have expired, or lack that permission"), "{text}");
    let source = std::error::Error::source(&error).expect("a cause").to_string();
    assert!(source.contains("privileges"), "{source}");
    watched.fails(None);
    held.release();
    assert!(held.released().await.is_err());
    let _again = open(&store, WantedSession::Stored).await;
    assert_eq!(said(&store).await, ["one"]);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_down_at_the_beginning_is_waited_for() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched);
    watched.is_out(true);
    let (_held, ()) = tokio::join!(open(&store, WantedSession::New), ends_in(&watched, 40));
    say(&store, "one").await;
    assert_eq!(said(&store).await, ["one"]);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_stays_down_at_the_beginning_is_named_with_the_cause() {
    let watched: Arc<Watched> = Arc::default();
    let store = store(&watched).outage(Duration::from_secs(20));
    watched.is_out(true);
    let begun = Instant::now();
    let opened = SessionKeeper::open(&store, &id(), WantedSession::New, None).await;
    let Err(error) = opened else { panic!("the session was opened") };
    assert_eq!(error.kind(), ErrorKind::Store);
    let text = error.to_string();
    assert!(text.starts_with("the session store does not answer: create `probe/"), "{text}");
    assert!(text.contains("on `watched` failed "), "{text}");
    assert!(std::error::Error::source(&error).is_some());
    assert!((20..30).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_only_configuration_mends_is_said_at_once() {
    for (outage, expected) in [
        (Outage::Denied, "check its credentials and their permissions"),
        (Outage::Unauthenticated, "check its credentials and their permissions"),
        (Outage::Missing, "there is no such bucket or container"),
    ] {
        let watched: Arc<Watched> = Arc::default();
        watched.fails(Some(outage));
        let begun = Instant::now();
        let (kind, text) = refused(&store(&watched), WantedSession::New, "1").await;
        assert_eq!(kind, ErrorKind::Config);
        assert!(text.contains("the session store `watched` cannot create `probe/"), "{text}");
        assert!(text.contains(expected), "{text}");
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_whose_first_answer_is_lost_is_not_refused() {
    let watched: Arc<Watched> = Arc::default();
    watched.set(Some(("probe", Trap::UnansweredOnce)));
    let store = store(&watched);
    let _held = open(&store, WantedSession::New).await;
}
