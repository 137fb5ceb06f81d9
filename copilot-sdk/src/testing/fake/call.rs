//! A call that the client made.

use std::fmt;
use std::sync::Arc;

use serde_json::{Value, json};

use super::desk::Desk;
use crate::error::{Error, Result};

/// A call of the client, taken with [`FakeRuntime::expect`](super::FakeRuntime::expect).
///
/// Dropping one that is to be answered by hand leaves it without an answer, as a CLI does that
/// hangs.
///
/// ```
/// use copilot_sdk::{Client, testing::FakeRuntime};
/// use serde_json::{Value, json};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> copilot_sdk::Result<()> {
/// let (fake, transport) = FakeRuntime::new();
/// fake.by_hand("thing.make");
/// let client = Client::builder().transport(transport).start().await?;
/// let script = async {
///     let call = fake.expect("thing.make").await?;
///     assert_eq!(call.params(), &json!({"size": 3}));
///     call.reply("made")
/// };
/// let (made, ()) = tokio::try_join!(client.call::<Value>("thing.make", json!({"size": 3})), script)?;
/// assert_eq!(made, "made");
/// # Ok(())
/// # }
/// ```
pub struct ClientCall {
    pub(super) desk: Arc<Desk>,
    pub(super) method: String,
    pub(super) params: Value,
    pub(super) id: Value,
    /// What it was answered with, where the fake did that by itself.
    pub(super) answer: Option<Value>,
}

impl ClientCall {
    /// The method's name.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// What it was called with; null when that was nothing.
    pub fn params(&self) -> &Value {
        &self.params
    }

    /// Answers with a result.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the fake has answered it already.
    pub fn reply(self, result: impl Into<Value>) -> Result<()> {
        self.finish(&json!({"jsonrpc": "2.0", "id": self.id, "result": result.into()}))
    }

    /// Answers with an error.
    ///
    /// # Errors
    ///
    /// As [`reply`](Self::reply).
    pub fn refuse(self, code: i64, message: &str) -> Result<()> {
        self.finish(
            &json!({"jsonrpc": "2.0", "id": self.id, "error": {"code": code, "message": message}}),
        )
    }

    fn finish(&self, answer: &Value) -> Result<()> {
        if self.answer.is_some() {
            let (method, call) = (&self.method, format!("by_hand(\"{}\")", self.method));
            let text = format!(
                "`{method}` was answered by the fake runtime itself: write `{call}` before it is \
                 called"
            );
            return Err(Error::config(vec![text]));
        }
        self.desk.send(answer);
        Ok(())
    }
}

impl fmt::Debug for ClientCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCall")
            .field("method", &self.method)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}
