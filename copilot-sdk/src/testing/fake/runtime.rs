//! The fake CLI that tests script.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::call::ClientCall;
use super::canned::CannedResponse;
use super::connection::FakeConnection;
use super::session::FakeSession;
use super::trace::Trace;
use crate::error::Result;
use crate::ids::SessionId;
use crate::transport::Transport;

/// A scripted CLI at the other end of an in-memory connection: no process, no model, no network.
///
/// It answers the calls that every client makes (`connect`, `session.create`, `session.send` and
/// the like) as a healthy CLI with a signed-in user would, and plays the agent as your test scripts
/// it. Every step that waits fails after the [`timeout`](Self::timeout), with an error that tells
/// what was expected and what came instead.
///
/// ```
/// use std::future::IntoFuture as _;
///
/// use copilot_sdk::testing::FakeRuntime;
/// use copilot_sdk::{Client, Tool, ToolError};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> copilot_sdk::Result<()> {
/// let weather = Tool::new("get_weather")
///     .description("Get the weather")
///     .raw_handler(|_| async { Ok::<_, ToolError>("rain, 12 degrees") });
///
/// let (fake, transport) = FakeRuntime::new();
/// let client = Client::builder().transport(transport).start().await?;
/// let session = client.session().tool(weather).create().await?;
///
/// let agent = async {
///     let turn = fake.session(session.id()).prompt().await?;
///     assert_eq!(turn.prompt(), "Do I need a coat?");
///     let result = turn.call_tool("get_weather", json!({"city": "Lisbon"})).await?;
///     let forecast = result["textResultForLlm"].as_str().unwrap_or_default();
///     turn.say(&format!("Take one: {forecast}."));
///     turn.end();
///     Ok(())
/// };
/// let (reply, ()) = tokio::try_join!(session.ask("Do I need a coat?").into_future(), agent)?;
/// assert_eq!(reply.text(), "Take one: rain, 12 degrees.");
/// # Ok(())
/// # }
/// ```
///
/// Cloning is cheap: clones share one CLI. Dropping the last of them, and the last
/// [`FakeSession`], ends the connection.
#[derive(Clone)]
pub struct FakeRuntime(Arc<FakeConnection>);

impl FakeRuntime {
    /// Creates a fake CLI and the client's end of the connection to it, for
    /// [`ClientBuilder::transport`](crate::client::ClientBuilder::transport).
    ///
    /// Must be called within a tokio runtime.
    pub fn new() -> (Self, Transport) {
        let (connection, transport) = FakeConnection::open();
        (Self(Arc::new(connection)), transport)
    }

    /// The time that each step waits for the client. Default 10 seconds.
    pub fn timeout(&self, limit: Duration) -> &Self {
        self.0.server.set_timeout(limit);
        self
    }

    /// Answers calls of `method` with `result` from now on.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::{Client, testing::FakeRuntime};
    /// use serde_json::{Value, json};
    ///
    /// let (fake, transport) = FakeRuntime::new();
    /// fake.answer("tools.list", json!({"tools": []}));
    /// let client = Client::builder().transport(transport).start().await?;
    /// assert_eq!(client.call::<Value>("tools.list", json!({})).await?, json!({"tools": []}));
    /// # Ok(())
    /// # }
    /// ```
    pub fn answer(&self, method: &str, result: Value) -> &Self {
        self.answer_with(method, move |_| result.clone())
    }

    /// Answers calls of `method` from now on with a result computed from their params.
    pub fn answer_with(
        &self,
        method: &str,
        result: impl Fn(&Value) -> Value + Send + Sync + 'static,
    ) -> &Self {
        self.0.server.set_response(method, CannedResponse::Result(Arc::new(result)));
        self
    }

    /// Answers calls of `method` from now on with a JSON-RPC error.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::{Client, testing::FakeRuntime};
    ///
    /// let (fake, transport) = FakeRuntime::new();
    /// fake.refuse("session.create", -32603, "the disk is full");
    /// let client = Client::builder().transport(transport).start().await?;
    /// let error = client.session().create().await.unwrap_err();
    /// assert_eq!(error.rpc_code(), Some(-32603));
    /// # Ok(())
    /// # }
    /// ```
    pub fn refuse(&self, method: &str, code: i64, message: &str) -> &Self {
        let response = CannedResponse::Error(code, message.to_owned());
        self.0.server.set_response(method, response);
        self
    }

    /// Leaves calls of `method` to the test from now on: take them with [`expect`](Self::expect)
    /// and answer them with [`ClientCall::reply`] or [`ClientCall::refuse`].
    pub fn by_hand(&self, method: &str) -> &Self {
        self.0.server.set_response(method, CannedResponse::ByHand);
        self
    }

    /// Returns the oldest call of `method` that was not yet expected, waiting for one if needed.
    ///
    /// The call is already answered, unless its method is answered [`by_hand`](Self::by_hand).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) if no such call comes,
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the client has closed the connection. The
    /// text lists the calls that came instead.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a dropped future takes no call.
    pub async fn expect(&self, method: &str) -> Result<ClientCall> {
        self.0.server.expect(method, "", |_| true).await
    }

    /// The params of all calls of `method` so far, expected or not.
    pub fn calls(&self, method: &str) -> Vec<Value> {
        self.0.server.calls(method)
    }

    /// Protocol violations of the client, such as a second answer to one request.
    ///
    /// End a test with `assert!(fake.problems().is_empty())` to rule them out.
    pub fn problems(&self) -> Vec<String> {
        self.0.server.problems()
    }

    /// The CLI's side of a session that the client has created or is about to create.
    pub fn session(&self, id: impl Into<SessionId>) -> FakeSession {
        FakeSession::new(Arc::clone(&self.0), id.into())
    }

    /// Sends a request to the client, such as `hooks.invoke`, and returns the result.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) with the code if the client answers with an error,
    /// otherwise as [`expect`](Self::expect).
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the request is sent, and its response is discarded.
    pub async fn request(&self, method: &str, params: Value) -> Result<Value> {
        self.0.server.request(method, &params).await
    }

    /// Sends a notification.
    pub fn notify(&self, method: &str, params: impl Into<Value>) {
        self.0.server.send(&json!({"jsonrpc": "2.0", "method": method, "params": params.into()}));
    }

    /// Sends a lifecycle notification, such as `session.created` or `session.deleted` (wire name
    /// `session.lifecycle`).
    pub fn lifecycle(&self, event_type: &str, session_id: impl Into<SessionId>) {
        let session_id = session_id.into();
        self.notify("session.lifecycle", json!({"type": event_type, "sessionId": session_id}));
    }

    /// Sends the requests and notifications of a recorded CLI, in their order.
    ///
    /// Create or resume the trace's [`sessions`](Trace::sessions) first: events of unknown sessions
    /// are not delivered.
    pub fn replay(&self, trace: &Trace) {
        for message in trace.messages() {
            if let Some(id) = &message.request_id {
                self.0.server.ignore_response(id);
            }
            self.frame(message.text.as_bytes());
        }
    }

    /// Sends bytes as the body of one frame, valid or not.
    pub fn frame(&self, body: &[u8]) {
        self.0.server.send_frame(body);
    }

    /// Sends bytes as they are, without a frame header.
    pub fn bytes(&self, bytes: &[u8]) {
        self.0.server.send_bytes(bytes.to_vec());
    }

    /// Stops reading from the client until [`thaw`](Self::thaw). The pipe holds a little more than
    /// 256 KiB; then the client's writes block.
    pub fn freeze(&self) {
        self.0.server.set_frozen(true);
    }

    /// Resumes reading after [`freeze`](Self::freeze).
    pub fn thaw(&self) {
        self.0.server.set_frozen(false);
    }

    /// Closes the CLI's output after everything sent so far. The CLI keeps reading.
    pub fn close(&self) {
        self.0.server.end();
    }

    /// Ends the connection in the middle of a frame, like a CLI that is killed.
    pub fn kill(&self) {
        self.bytes(b"Content-Length: 100\r\n\r\n{\"jsonrpc\":\"2.0\",\"meth");
        self.0.server.end();
        self.0.stop_reading();
    }

    /// Waits until the client has closed its side of the connection.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) if the client keeps it open.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn closed(&self) -> Result<()> {
        self.0.server.closed().await
    }
}

impl fmt::Debug for FakeRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeRuntime").field("problems", &self.problems()).finish_non_exhaustive()
    }
}
