//! What the sections share.

use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::{Client, SessionBuilder};
use serde_json::Value;

/// A client whose CLI is scripted.
pub(crate) async fn connect() -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.unwrap();
    (fake, client)
}

/// The params of `session.create` with these options.
pub(crate) async fn created(options: impl FnOnce(SessionBuilder) -> SessionBuilder) -> Value {
    let (fake, client) = connect().await;
    options(client.session()).create().await.unwrap();
    fake.calls("session.create").remove(0)
}
