//! What a session store relies on: how the CLI takes it when a write of its events is slow or
//! fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use copilot_sdk::ids::SessionId;
use copilot_sdk::session_fs::{
    DirEntry, FileStat, FsError, FsResult, Memory, MkdirOptions, RmOptions, SessionFs,
};
use copilot_sdk::testing::ScriptedModel;
use copilot_sdk::{Client, Session};
use copilot_sdk_tests::{Place, until};
use tokio::sync::Semaphore;

use crate::machine::{echo, said};

const EVENTS: &str = "/session-state/events.jsonl";

/// Files in memory, whose next appends to the events fail or wait.
#[derive(Clone, Default)]
struct Faulty {
    files: Memory,
    appends: Arc<AtomicUsize>,
    failing: Arc<AtomicUsize>,
    failing_after: Arc<AtomicUsize>,
    slow: Arc<AtomicUsize>,
    gate: Arc<Gate>,
}

struct Gate(Semaphore);

impl Default for Gate {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

/// Takes one from a counter, if there is one.
fn take(counter: &AtomicUsize) -> bool {
    let taken = counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
    taken.is_ok()
}

impl SessionFs for Faulty {
    async fn append_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> FsResult<()> {
        if path != EVENTS {
            return self.files.append_file(session_id, path, content, mode).await;
        }
        self.appends.fetch_add(1, Ordering::SeqCst);
        if take(&self.failing) {
            return Err(FsError::new("the store is out"));
        }
        if take(&self.slow) {
            self.gate.0.acquire().await.unwrap().forget();
        }
        self.files.append_file(session_id, path, content, mode).await?;
        if take(&self.failing_after) {
            return Err(FsError::new("the answer was lost"));
        }
        Ok(())
    }

    async fn read_file(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<u8>> {
        self.files.read_file(session_id, path).await
    }

    async fn write_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> FsResult<()> {
        self.files.write_file(session_id, path, content, mode).await
    }

    async fn stat(&self, session_id: &SessionId, path: &str) -> FsResult<FileStat> {
        self.files.stat(session_id, path).await
    }

    async fn mkdir(
        &self,
        session_id: &SessionId,
        path: &str,
        options: MkdirOptions,
    ) -> FsResult<()> {
        self.files.mkdir(session_id, path, options).await
    }

    async fn readdir(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<DirEntry>> {
        self.files.readdir(session_id, path).await
    }

    async fn rm(&self, session_id: &SessionId, path: &str, options: RmOptions) -> FsResult<()> {
        self.files.rm(session_id, path, options).await
    }

    async fn rename(&self, session_id: &SessionId, src: &str, dest: &str) -> FsResult<()> {
        self.files.rename(session_id, src, dest).await
    }
}

impl Faulty {
    fn appends(&self) -> usize {
        self.appends.load(Ordering::SeqCst)
    }

    /// How often the stored events hold this text.
    async fn count(&self, text: &str) -> usize {
        let events = self.files.read_file(&"s".into(), EVENTS).await.unwrap_or_default();
        String::from_utf8_lossy(&events).matches(text).count()
    }

    async fn until_kept(&self, text: &str) {
        while self.count(text).await == 0 {
            tokio::task::yield_now().await;
        }
    }
}

/// A session with one turn, whose events are stored.
async fn begin(files: &Faulty) -> (Place, Client, Session, ScriptedModel) {
    let (place, model) = (Place::new(), echo().await);
    let client = place.client().await.session_fs(files.clone()).start().await.unwrap();
    let session = client.session().session_id("s").model("scripted").provider(model.provider());
    let session = session.create().await.unwrap();
    session.ask("one").await.unwrap();
    files.until_kept("assistant.turn_end").await;
    (place, client, session, model)
}

/// The messages of the session, as another resume reads them.
async fn said_after_resume(client: &Client, session: Session) -> Vec<String> {
    session.disconnect().await.unwrap();
    let model = echo().await;
    let session = client.session().provider(model.provider()).resume("s").await.unwrap();
    said(&session).await
}

#[tokio::test]
async fn contract_events_whose_write_failed_are_written_again() {
    let files = Faulty::default();
    let (_place, client, session, _model) = begin(&files).await;
    let before = files.appends();
    files.failing.store(1, Ordering::SeqCst);
    session.ask("two").await.unwrap();
    // A turn fails that begins while a write is failing.
    files.until_kept("one+two").await;
    session.ask("three").await.unwrap();
    files.until_kept("one+two+three").await;
    assert!(files.appends() >= before + 3);
    let expected = ["one", "one", "two", "one+two", "three", "one+two+three"];
    assert_eq!(said_after_resume(&client, session).await, expected);
    client.stop().await.unwrap();
}

/// So a store must not report a failure unless nothing was written, or the session ends with it.
#[tokio::test]
async fn contract_events_whose_write_failed_after_it_was_done_are_there_twice() {
    let files = Faulty::default();
    let (_place, client, session, _model) = begin(&files).await;
    let before = files.appends();
    files.failing_after.store(1, Ordering::SeqCst);
    session.ask("two").await.unwrap();
    until(|| files.appends() >= before + 2).await;
    session.ask("three").await.unwrap();
    files.until_kept("three").await;
    let said = said_after_resume(&client, session).await;
    assert_eq!(said[..6], ["one", "one", "two", "one+two", "two", "one+two"]);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn contract_turns_do_not_wait_for_a_slow_write_and_the_end_of_the_session_does() {
    let files = Faulty::default();
    let (_place, client, session, _model) = begin(&files).await;
    let before = files.appends();
    files.slow.store(1, Ordering::SeqCst);
    session.ask("two").await.unwrap();
    until(|| files.appends() > before).await;
    session.ask("three").await.unwrap();
    session.ask("four").await.unwrap();
    // One write is under way, and what came later is gathered.
    assert_eq!((files.appends(), files.count("two").await), (before + 1, 0));
    let ended = tokio::spawn(async move { session.disconnect().await });
    files.gate.0.add_permits(1);
    ended.await.unwrap().unwrap();
    let events = files.files.read_file(&"s".into(), EVENTS).await.unwrap();
    let events = String::from_utf8(events).unwrap();
    assert!(events.contains("one+two+three+four") && events.contains("session.shutdown"));
    assert!(files.appends() <= before + 3);
    client.stop().await.unwrap();
}

/// So a session store copies its sessions itself.
#[tokio::test]
async fn contract_a_session_is_copied_in_the_home_of_the_cli_alone() {
    let files = Faulty::default();
    let (_place, client, session, _model) = begin(&files).await;
    let error = session.fork().await.unwrap_err();
    assert!(error.to_string().contains("Failed to lock workspace metadata"), "{error}");
    client.stop().await.unwrap();
}
