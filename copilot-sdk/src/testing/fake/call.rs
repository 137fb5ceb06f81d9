//! Calls of the client.

use std::fmt;
use std::sync::Arc;

use serde_json::{Value, json};

use super::server::{FakeServer, RecordedCall};
use crate::error::{Error, Result};

/// A call of the client, taken with [`FakeRuntime::expect`](super::FakeRuntime::expect).
///
/// Dropping a call of a method that is answered [by hand](super::FakeRuntime::by_hand) leaves it
/// unanswered, like a CLI that hangs.
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
/// let request = client.call::<Value>("thing.make", json!({"size": 3}));
/// let (made, ()) = tokio::try_join!(request, script)?;
/// assert_eq!(made, "made");
/// # Ok(())
/// # }
/// ```
pub struct ClientCall {
    server: Arc<FakeServer>,
    call: RecordedCall,
}

impl ClientCall {
    /// The name of the method.
    pub fn method(&self) -> &str {
        &self.call.method
    }

    /// The parameters of the call; null if it has none.
    pub fn params(&self) -> &Value {
        &self.call.params
    }

    /// Answers with a result.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the fake has answered the call already.
    pub fn reply(self, result: impl Into<Value>) -> Result<()> {
        self.finish(&json!({"jsonrpc": "2.0", "id": self.call.id, "result": result.into()}))
    }

    /// Answers with an error.
    ///
    /// # Errors
    ///
    /// See [`reply`](Self::reply).
    pub fn refuse(self, code: i64, message: &str) -> Result<()> {
        let error = json!({"code": code, "message": message});
        self.finish(&json!({"jsonrpc": "2.0", "id": self.call.id, "error": error}))
    }

    /// The result that the fake has answered with, or the text of its error.
    pub(super) fn response(&self) -> Option<&Value> {
        self.call.response.as_ref()
    }

    fn finish(&self, response: &Value) -> Result<()> {
        if self.call.response.is_some() {
            let method = self.method();
            let text = format!(
                "`{method}` was answered by the fake runtime itself: write `by_hand(\"{method}\")` \
                 before it is called"
            );
            return Err(Error::config(vec![text]));
        }
        self.server.send(response);
        Ok(())
    }
}

impl FakeServer {
    /// Waits for a call of `method` whose params `fit`; `which` describes those in errors.
    pub(super) async fn expect(
        self: &Arc<Self>,
        method: &str,
        which: &str,
        fit: impl Fn(&Value) -> bool,
    ) -> Result<ClientCall> {
        let call = self.next_call(method, which, fit).await?;
        Ok(ClientCall { server: Arc::clone(self), call })
    }
}

impl fmt::Debug for ClientCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCall")
            .field("method", &self.method())
            .field("params", self.params())
            .finish_non_exhaustive()
    }
}
