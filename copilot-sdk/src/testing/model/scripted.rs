//! The scripted model that tests start.

use std::fmt;
use std::sync::Arc;

use super::recorder::{Recorder, Script};
use super::reply::ModelReply;
use super::request::ModelRequest;
use super::server;
use crate::error::Result;
use crate::provider::Provider;
use crate::testing::http::LoopbackServer;

/// A model server on loopback that replies from a script and records every request.
///
/// It speaks OpenAI chat completions, OpenAI responses and Anthropic messages, streamed or not,
/// depending on the request. It runs on the tokio runtime that started it (built with
/// `enable_all`). Dropping it stops the server and closes its connections.
///
/// ```
/// use copilot_sdk::testing::{ModelReply, ScriptedModel};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> copilot_sdk::Result<()> {
/// let model = ScriptedModel::start([ModelReply::text("Hello.")]).await?;
/// assert!(model.base_url().starts_with("http://127.0.0.1:"));
/// assert_eq!(model.replies_left(), 1);
/// # Ok(())
/// # }
/// ```
pub struct ScriptedModel {
    recorder: Arc<Recorder>,
    server: LoopbackServer,
}

impl ScriptedModel {
    /// Starts a model with one reply per request, in the order of arrival.
    ///
    /// A retry is a request like any other. A request beyond the last reply is answered with HTTP
    /// 400, which the CLI does not retry, and reported by [`problems`](Self::problems).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Start`](crate::ErrorKind::Start) if no loopback port can be opened.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the server.
    pub async fn start(replies: impl IntoIterator<Item = ModelReply>) -> Result<Self> {
        Self::serve(Script::list(replies)).await
    }

    /// Starts a model that computes each reply from the request.
    ///
    /// Look at the whole conversation, not at its last message alone: hooks add messages and
    /// retries add requests.
    ///
    /// ```
    /// use copilot_sdk::testing::{ModelReply, ScriptedModel};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> copilot_sdk::Result<()> {
    /// let model = ScriptedModel::answering(|request| match request.tool_results().last() {
    ///     None => ModelReply::tool("get_weather", json!({"city": "Lisbon"})),
    ///     Some(result) => ModelReply::text(format!("The forecast says: {}", result.text)),
    /// })
    /// .await?;
    /// # drop(model);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// If the function panics, the request is answered with HTTP 400 and reported by
    /// [`problems`](Self::problems).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Start`](crate::ErrorKind::Start) if no loopback port can be opened.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the server.
    pub async fn answering(
        answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static,
    ) -> Result<Self> {
        Self::serve(Script::function(answer)).await
    }

    /// A provider of type `openai` for sessions with this model; speaks chat completions.
    pub fn provider(&self) -> Provider {
        Provider::openai(self.base_url()).api_key("scripted")
    }

    /// The base URL for a provider of type `openai`: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.root_url())
    }

    /// The base URL for providers of type `anthropic` and `azure`, which append the version:
    /// `http://127.0.0.1:PORT`.
    pub fn root_url(&self) -> String {
        self.server.root_url()
    }

    /// The model calls so far, in the order of arrival, including those in flight.
    pub fn requests(&self) -> Vec<ModelRequest> {
        self.recorder.requests()
    }

    /// Waits until at least `count` model calls have arrived, and returns all of them.
    ///
    /// Has no timeout: add one if the request may never come.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn wait_for_requests(&self, count: usize) -> Vec<ModelRequest> {
        self.recorder.wait_for_requests(count).await
    }

    /// Requests other than model calls, such as `GET /v1/models`, each answered with HTTP 404.
    pub fn other_requests(&self) -> Vec<String> {
        self.recorder.other_requests()
    }

    /// The number of unused replies; 0 for a model that computes its replies.
    pub fn replies_left(&self) -> usize {
        self.recorder.replies_left()
    }

    /// Faults of the script: requests without a reply, panics of the function, impossible replies.
    ///
    /// End a test with `assert!(model.problems().is_empty())` to rule them out.
    pub fn problems(&self) -> Vec<String> {
        self.recorder.problems()
    }

    pub(in crate::testing) fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    async fn serve(script: Script) -> Result<Self> {
        let recorder = Arc::new(Recorder::new(script));
        let shared = Arc::clone(&recorder);
        let answer = move |request| server::answer(request, Arc::clone(&shared));
        let server = LoopbackServer::start("scripted model", answer).await?;
        Ok(Self { recorder, server })
    }
}

impl fmt::Debug for ScriptedModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedModel")
            .field("base_url", &self.base_url())
            .field("requests", &self.recorder.requests().len())
            .field("replies_left", &self.replies_left())
            .field("problems", &self.problems())
            .finish_non_exhaustive()
    }
}
