//! The scripted CLI: its handle here, its rooms below.
//!
//! What the client says goes `pipe` -> `desk` (recorded, and answered where there is an answer),
//! what the script says goes straight into the pipe's queue. `session` and `turn` speak for the
//! agent in the CLI's own words.

mod answers;
mod call;
mod desk;
mod pipe;
mod session;
#[cfg(test)]
mod tests;
mod trace;
mod turn;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::{AbortHandle, JoinSet};

use crate::error::Result;
use crate::ids::SessionId;
use crate::transport::{FRAME_LIMIT, FrameReader, Transport, memory};

pub use self::call::ClientCall;
pub use self::session::FakeSession;
pub use self::trace::Trace;
pub use self::turn::FakeTurn;

use self::answers::Answer;
use self::desk::Desk;

/// A CLI that does what your test says, at the other end of a connection in memory: no process, no
/// model, no network.
///
/// It answers what every client asks (`connect`, `session.create`, `session.send` and the like) as
/// a healthy CLI that is signed in would, and plays the agent as your test scripts it. Every step
/// that waits gives up after [`patience`](Self::patience) with an error that says what was expected
/// and what came instead.
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
///     turn.say(&format!("Take one: {}.", result["textResultForLlm"].as_str().unwrap_or_default()));
///     turn.end();
///     Ok(())
/// };
/// let (reply, ()) = tokio::try_join!(session.ask("Do I need a coat?").into_future(), agent)?;
/// assert_eq!(reply.text(), "Take one: rain, 12 degrees.");
/// # Ok(())
/// # }
/// ```
///
/// Clones are the same CLI. When the last one is dropped, the connection ends.
#[derive(Clone)]
pub struct FakeRuntime(Arc<Inner>);

struct Inner {
    desk: Arc<Desk>,
    reader: AbortHandle,
    /// Both tasks of the connection: dropping this ends them, and with them the connection.
    _tasks: JoinSet<()>,
}

impl FakeRuntime {
    /// A fake CLI, and the client's end of the connection to it: hand that to
    /// [`ClientBuilder::transport`](crate::client::ClientBuilder::transport).
    ///
    /// Must be called within a tokio runtime.
    pub fn new() -> (Self, Transport) {
        let (near, far) = memory::pair();
        let (outbox, queue) = pipe::outbox();
        let desk = Arc::new(Desk::new(outbox));
        let mut tasks = JoinSet::new();
        tasks.spawn(pipe::write(far.writer, queue));
        let reader =
            tasks.spawn(pipe::read(FrameReader::new(far.reader, FRAME_LIMIT), Arc::clone(&desk)));
        (Self(Arc::new(Inner { desk, reader, _tasks: tasks })), near)
    }

    /// How long each step waits for the client. Default 10 seconds.
    pub fn patience(&self, limit: Duration) -> &Self {
        self.0.desk.set_patience(limit);
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

    /// Answers calls of `method` with what this function makes of their params from now on.
    pub fn answer_with(
        &self,
        method: &str,
        result: impl Fn(&Value) -> Value + Send + Sync + 'static,
    ) -> &Self {
        self.0.desk.set_answer(method, Answer::Result(Arc::new(result)));
        self
    }

    /// Refuses calls of `method` from now on, with a JSON-RPC error.
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
        self.0.desk.set_answer(method, Answer::Refusal(code, message.to_owned()));
        self
    }

    /// Leaves calls of `method` to the test from now on: take them with [`expect`](Self::expect)
    /// and reply.
    pub fn by_hand(&self, method: &str) -> &Self {
        self.0.desk.set_answer(method, Answer::ByHand);
        self
    }

    /// The oldest call of `method` that was not expected yet, waiting for it when there is none.
    ///
    /// It is answered already, unless calls of the method are taken [`by_hand`](Self::by_hand).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when none comes,
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the client has gone; the text lists the
    /// calls that came instead.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a dropped future takes no call.
    pub async fn expect(&self, method: &str) -> Result<ClientCall> {
        self.0.desk.expect(method, "", |_| true).await
    }

    /// The params of all calls of `method` so far, expected or not.
    pub fn calls(&self, method: &str) -> Vec<Value> {
        self.0.desk.calls(method)
    }

    /// What the client did that no CLI would expect, such as a second answer to one question.
    ///
    /// A test does well to end with `assert!(fake.problems().is_empty())`.
    pub fn problems(&self) -> Vec<String> {
        self.0.desk.problems()
    }

    /// Speaks for a session, which the client has created or is about to.
    pub fn session(&self, id: impl Into<SessionId>) -> FakeSession {
        FakeSession::new(self.clone(), id.into())
    }

    /// Asks the client something, such as `hooks.invoke`, and waits for its answer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) with its code when the client refuses, otherwise
    /// as [`expect`](Self::expect).
    pub async fn ask(&self, method: &str, params: Value) -> Result<Value> {
        self.0.desk.ask(method, &params).await
    }

    /// Sends a notification.
    pub fn notify(&self, method: &str, params: impl Into<Value>) {
        self.0.desk.send(&json!({"jsonrpc": "2.0", "method": method, "params": params.into()}));
    }

    /// Says that something became of a session, such as `session.created` or `session.deleted`
    /// (wire name `session.lifecycle`).
    pub fn lifecycle(&self, event_type: &str, session_id: impl Into<SessionId>) {
        let session_id = session_id.into();
        self.notify("session.lifecycle", json!({"type": event_type, "sessionId": session_id}));
    }

    /// Says everything that the CLI said in a recording, in its order; answers to calls are left
    /// out.
    ///
    /// Open the recording's [`sessions`](Trace::sessions) before, so that somebody listens.
    pub fn replay(&self, trace: &Trace) {
        for message in trace.messages() {
            if let Some(id) = &message.question {
                self.0.desk.forget_answer(id);
            }
            self.frame(message.text.as_bytes());
        }
    }

    /// Sends these bytes as the body of one frame, whatever they are.
    pub fn frame(&self, body: &[u8]) {
        self.0.desk.frame(body);
    }

    /// Sends these bytes as they are, without a header.
    pub fn bytes(&self, bytes: &[u8]) {
        self.0.desk.bytes(bytes.to_vec());
    }

    /// Reads nothing more from the client until [`thaw`](Self::thaw): once 256 KiB and a little
    /// more wait, the pipe is full.
    pub fn freeze(&self) {
        self.0.desk.set_frozen(true);
    }

    /// Goes on reading after [`freeze`](Self::freeze).
    pub fn thaw(&self) {
        self.0.desk.set_frozen(false);
    }

    /// Ends what the CLI says, between two frames, once everything before is said; it goes on
    /// listening.
    pub fn close(&self) {
        self.0.desk.end();
    }

    /// Ends the connection in the middle of a frame, as a CLI does that is killed.
    pub fn kill(&self) {
        self.bytes(b"Content-Length: 100\r\n\r\n{\"jsonrpc\":\"2.0\",\"meth");
        self.0.desk.end();
        self.0.reader.abort();
    }

    /// Waits until the client has ended its side of the connection.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when it does not.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn closed(&self) -> Result<()> {
        self.0.desk.closed().await
    }
}

impl fmt::Debug for FakeRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeRuntime").field("problems", &self.problems()).finish_non_exhaustive()
    }
}
