//! What the tests under load share.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use copilot_sdk::testing::{FakeRuntime, FakeSession};
use copilot_sdk::{Client, Session};

pub(crate) const MIB: usize = 1 << 20;

/// Runs a test while no other one runs: memory is counted for the whole process.
pub(crate) fn alone(test: impl Future<Output = ()>) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // Far more than a busy machine needs; what hangs is a failure.
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(120), test).await.unwrap() });
}

/// A client, and one session of it from both sides.
pub(crate) async fn open() -> (FakeRuntime, FakeSession, Client, Session) {
    let (fake, client) = connect().await;
    let session = client.session().create().await.unwrap();
    (fake.clone(), fake.session(session.id()), client, session)
}

/// A client whose CLI is scripted.
pub(crate) async fn connect() -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.unwrap();
    (fake, client)
}
