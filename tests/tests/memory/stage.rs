//! What the tests in memory share.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

use copilot_sdk::testing::{FakeRuntime, FakeSession};
use copilot_sdk::{Client, Session};

/// A client whose CLI is scripted.
pub(crate) async fn connect() -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.unwrap();
    (fake, client)
}

/// A client, and one session of it from both sides.
pub(crate) async fn open() -> (FakeRuntime, FakeSession, Client, Session) {
    let (fake, client) = connect().await;
    let session = client.session().create().await.unwrap();
    (fake.clone(), fake.session(session.id()), client, session)
}
