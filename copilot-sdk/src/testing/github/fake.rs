//! The fake GitHub that tests start.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::catalog::GitHubModel;
use super::request::GitHubRequest;
use super::server;
use super::state::GitHubState;
use crate::client::ClientBuilder;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::random_uuid;
use crate::testing::http::LoopbackServer;
use crate::testing::model::ScriptedModel;

/// The variables that would sign the CLI in with a real token.
const INHERITED_TOKENS: [&str; 3] = ["COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"];

/// GitHub on loopback, so that the real CLI signs in, lists models, reports quotas and calls
/// GitHub's models offline.
///
/// It knows the tokens that [`issue_token`](Self::issue_token) returns, and answers every other one
/// with HTTP 401. Model calls get the replies of a [`ScriptedModel`]. It runs on the tokio runtime
/// that started it (built with `enable_all`), and stops when it is dropped.
///
/// ```no_run
/// use copilot_sdk::Client;
/// use copilot_sdk::testing::{FakeGitHub, ModelReply, ScriptedModel};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> copilot_sdk::Result<()> {
/// let model = ScriptedModel::start([ModelReply::text("Hello.")]).await?;
/// let github = FakeGitHub::start(model).await?;
/// let token = github.issue_token("octocat");
///
/// let client = github.configure(Client::builder()).github_token(&token).start().await?;
/// let session = client.session().model("gpt-5").create().await?;
/// assert_eq!(session.ask("Hi").await?.text(), "Hello.");
/// assert_eq!(github.model().requests()[0].bearer_token(), Some(token.as_str()));
/// # client.stop().await
/// # }
/// ```
pub struct FakeGitHub {
    state: Arc<GitHubState>,
    model: ScriptedModel,
    server: LoopbackServer,
    /// Makes tokens differ from those of other servers: the CLI caches users by token, on disk.
    instance: String,
    issued: AtomicU64,
}

impl FakeGitHub {
    /// Starts a GitHub whose models give the replies of `model`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Start`](crate::ErrorKind::Start) if no loopback port can be opened.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the server.
    pub async fn start(model: ScriptedModel) -> Result<Self> {
        let state = Arc::new(GitHubState::new());
        let (shared, recorder) = (Arc::clone(&state), Arc::clone(model.recorder()));
        let answer =
            move |request| server::answer(request, Arc::clone(&shared), Arc::clone(&recorder));
        let server = LoopbackServer::start("fake github", answer).await?;
        let instance = random_uuid().map_err(|error| {
            Error::new(ErrorKind::Start, "the system has no random numbers").with_source(error)
        })?;
        Ok(Self { state, model, server, instance, issued: AtomicU64::new(0) })
    }

    /// Creates a token of a user; each call returns another one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> copilot_sdk::Result<()> {
    /// # use copilot_sdk::testing::{FakeGitHub, ScriptedModel};
    /// # let github = FakeGitHub::start(ScriptedModel::start([]).await?).await?;
    /// let (old, new) = (github.issue_token("octocat"), github.issue_token("octocat"));
    /// assert_ne!(old, new);
    /// # Ok(())
    /// # }
    /// ```
    pub fn issue_token(&self, login: &str) -> String {
        let number = self.issued.fetch_add(1, Ordering::Relaxed) + 1;
        let token = format!("gho_{login}_{number}_{}", self.instance);
        self.state.add_token(token.clone(), login.to_owned());
        token
    }

    /// Revokes a token: later requests with it are answered with HTTP 401.
    ///
    /// The CLI keeps users for some minutes, so it notices when it calls a model.
    pub fn revoke_token(&self, token: &str) -> &Self {
        self.state.remove_token(token);
        self
    }

    /// Sets the catalog of models. Default: `gpt-5`.
    ///
    /// The CLI reads it once for each user, and adds the model `auto` of its own.
    pub fn models(&self, models: impl IntoIterator<Item = impl Into<GitHubModel>>) -> &Self {
        self.state.set_models(models.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the plan of all users. Default `individual_pro`.
    pub fn plan(&self, plan: impl Into<String>) -> &Self {
        self.state.set_plan(plan.into());
        self
    }

    /// Sets a quota of all users, such as `("premium_interactions", 300, 225)`: requests per month,
    /// and how many of them remain. Default: no quotas.
    pub fn quota(&self, name: impl Into<String>, entitlement: u64, remaining: u64) -> &Self {
        self.state.set_quota(name.into(), entitlement, remaining);
        self
    }

    /// Makes the CLI of a client use this GitHub: sets the [`variables`](Self::variables), removes
    /// inherited tokens, and ignores the login of the user who runs the CLI.
    ///
    /// Give the client a [`base_directory`](ClientBuilder::base_directory) of its own as well, so
    /// that the test does not see the user's sessions and settings.
    pub fn configure(&self, builder: ClientBuilder) -> ClientBuilder {
        let variables = self.variables().into_iter();
        let builder = variables.fold(builder, |builder, (name, value)| builder.env(name, value));
        let inherited = INHERITED_TOKENS.into_iter();
        inherited.fold(builder, ClientBuilder::env_remove).use_logged_in_user(false)
    }

    /// The environment variables that make a CLI use this GitHub.
    pub fn variables(&self) -> [(&'static str, String); 2] {
        ["COPILOT_API_URL", "COPILOT_DEBUG_GITHUB_API_URL"]
            .map(|name| (name, self.server.root_url()))
    }

    /// The model behind GitHub's model calls.
    pub fn model(&self) -> &ScriptedModel {
        &self.model
    }

    /// All requests so far, including model calls, in the order of arrival.
    pub fn requests(&self) -> Vec<GitHubRequest> {
        self.state.requests()
    }
}

impl fmt::Debug for FakeGitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeGitHub")
            .field("root_url", &self.server.root_url())
            .field("requests", &self.requests().len())
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}
