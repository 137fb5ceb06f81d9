//! The scripted model server: its handle here, its rooms below.
//!
//! A request goes `server` -> `desk` (recorded, and a reply taken from the script) -> one of the
//! three wire forms `chat`, `responses`, `messages` -> `body`, which sends it piece by piece.

mod answer;
mod api;
mod body;
mod call;
mod chat;
mod conversation;
mod desk;
mod hold;
mod messages;
mod reply;
mod request;
mod responses;
mod server;
mod sse;

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::error::{Error, ErrorKind, Result};
use crate::provider::Provider;

pub use self::api::ModelApi;
pub use self::call::Call;
pub use self::conversation::ToolOutput;
pub use self::hold::Hold;
pub use self::reply::{Finish, Reply};
pub use self::request::ModelRequest;

use self::answer::Answer;
use self::desk::{Desk, Script};

/// A model server on the loopback address that gives the replies of a script and records what it
/// was asked.
///
/// It speaks OpenAI chat completions, OpenAI responses and Anthropic messages, streamed or not, as
/// each request wants. It runs on the tokio runtime that it was started on (with `enable_all`), and
/// stops when it is dropped: open replies are cut off and no task stays.
///
/// ```
/// use copilot_sdk::testing::{Reply, ScriptedModel};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> copilot_sdk::Result<()> {
/// let model = ScriptedModel::start([Reply::text("Hello.")]).await?;
/// assert!(model.base_url().starts_with("http://127.0.0.1:"));
/// assert_eq!(model.replies_left(), 1);
/// # Ok(())
/// # }
/// ```
pub struct ScriptedModel {
    address: SocketAddr,
    desk: Arc<Desk>,
    /// Holds the one task of the server, which holds those of its connections: dropping it ends
    /// them all.
    _server: JoinSet<()>,
}

impl ScriptedModel {
    /// Starts a model that gives these replies, one per request, in the order in which requests
    /// arrive.
    ///
    /// A retry of the agent is a request like any other. A request beyond the last reply is
    /// answered with HTTP 400, which the CLI does not retry, and noted in
    /// [`problems`](Self::problems).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Start`] when no loopback port can be opened.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Result<Self> {
        Self::serve(Script::list(replies)).await
    }

    /// Starts a model that answers every request with what this function makes of it.
    ///
    /// Hooks and retries add messages and requests, so look at the whole conversation, not at its
    /// last message only.
    ///
    /// ```
    /// use copilot_sdk::testing::{Reply, ScriptedModel};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> copilot_sdk::Result<()> {
    /// let model = ScriptedModel::answering(|request| match request.tool_results().last() {
    ///     None => Reply::tool("get_weather", json!({"city": "Lisbon"})),
    ///     Some(result) => Reply::text(format!("The forecast says: {}", result.text)),
    /// })
    /// .await?;
    /// # drop(model);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A panic of the function is answered with HTTP 400 and noted in [`problems`](Self::problems).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Start`] when no loopback port can be opened.
    pub async fn answering(
        answer: impl Fn(&ModelRequest) -> Reply + Send + Sync + 'static,
    ) -> Result<Self> {
        Self::serve(Script::function(answer)).await
    }

    /// A provider for sessions that talk to this model in chat completions.
    pub fn provider(&self) -> Provider {
        Provider::openai(self.base_url()).api_key("scripted")
    }

    /// The base URL for a provider of type `openai`: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.root_url())
    }

    /// The base URL for providers that append the version themselves, `anthropic` and `azure`:
    /// `http://127.0.0.1:PORT`.
    pub fn root_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The model calls so far, in the order of their arrival, those included that are still being
    /// answered.
    pub fn requests(&self) -> Vec<ModelRequest> {
        self.desk.requests()
    }

    /// Waits until at least this many model calls have arrived, and returns all that have.
    ///
    /// It waits for as long as it takes; put a time limit around it where the request may never
    /// come.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn wait_for_requests(&self, count: usize) -> Vec<ModelRequest> {
        self.desk.wait_for_requests(count).await
    }

    /// The requests that were no model calls, as `GET /v1/models`; each was answered with HTTP 404.
    pub fn other_requests(&self) -> Vec<String> {
        self.desk.other_requests()
    }

    /// How many replies of the list no request has taken yet; 0 for a model that answers by
    /// function.
    pub fn replies_left(&self) -> usize {
        self.desk.replies_left()
    }

    /// What went wrong with the script itself: requests without a reply, a panic in the function,
    /// an impossible reply.
    ///
    /// A test does well to end with `assert!(model.problems().is_empty())`.
    pub fn problems(&self) -> Vec<String> {
        self.desk.problems()
    }

    async fn serve(script: Script) -> Result<Self> {
        let failed = |error| {
            Error::new(ErrorKind::Start, "could not open a loopback port for the scripted model")
                .with_source(error)
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let desk = Arc::new(Desk::new(script));
        let mut tasks = JoinSet::new();
        tasks.spawn(server::run(listener, desk.clone()));
        Ok(Self { address, desk, _server: tasks })
    }
}

impl fmt::Debug for ScriptedModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedModel")
            .field("base_url", &self.base_url())
            .field("requests", &self.desk.requests().len())
            .field("replies_left", &self.replies_left())
            .field("problems", &self.problems())
            .finish_non_exhaustive()
    }
}
