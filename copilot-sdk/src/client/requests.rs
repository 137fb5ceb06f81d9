//! What the program provides to the CLI, and handlers of the CLI's requests.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ClientBuilder;
use crate::github_telemetry::GitHubTelemetry;
use crate::handler::{BoxHandler, Handler, HandlerError, IntoAnswer};
use crate::model_request::{ModelHttpRequest, ModelHttpResponse};
use crate::server::ModelExchanges;
use crate::session_fs::{SessionFs, SessionFsProvider};

/// What the program provides to the CLI, and handlers of the CLI's requests.
impl ClientBuilder {
    /// Keeps the state of sessions in `fs` instead of below `COPILOT_HOME`. Other files, such as
    /// those that the agent works on, stay on the disk. See [`session_fs`](crate::session_fs).
    ///
    /// ```no_run
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::Client;
    /// use copilot_sdk::session_fs::Memory;
    ///
    /// let client = Client::builder().session_fs(Memory::new()).start().await?;
    /// # client.stop().await
    /// # }
    /// ```
    pub fn session_fs(self, fs: impl SessionFs) -> Self {
        self.keep_files(SessionFsProvider::of_state(fs))
    }

    /// Keeps all files that the CLI reads and writes itself in `fs`: the state of sessions, and
    /// what the agent's tools `view`, `create` and `edit` work on. Replaces
    /// [`session_fs`](Self::session_fs).
    ///
    /// The shell and the search of the agent still see the disk: leave them out with
    /// [`excluded_tools`](crate::SessionBuilder::excluded_tools), or do not permit them, if it
    /// should see nothing else. See [`session_fs`](crate::session_fs).
    pub fn virtual_fs(self, fs: impl SessionFs) -> Self {
        self.keep_files(SessionFsProvider::of_everything(fs))
    }

    /// Gives each session a database, in which the agent keeps lists of tasks and the like with its
    /// tool `sql`: without one, a CLI whose client keeps the files of sessions has no such tool.
    /// Defaults to `false`. Needs the feature `sqlite`.
    ///
    /// The database is one of the files of the session, `session.db` next to its events, and goes
    /// where they go: [`session_fs`](Self::session_fs), [`virtual_fs`](Self::virtual_fs) or
    /// `session_store`. It is read and written as a whole, and has at most 16 MiB, each row 256
    /// KiB. Statements see nothing else, have 10 seconds, and select at most 4 MiB.
    ///
    /// ```no_run
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::Client;
    /// use copilot_sdk::session_fs::Directory;
    ///
    /// let client = Client::builder()
    ///     .session_fs(Directory::new("/srv/sessions"))
    ///     .session_database(true)
    ///     .start()
    ///     .await?;
    /// # client.stop().await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) refuses it if this program does not keep the files of sessions.
    #[cfg(feature = "sqlite")]
    pub fn session_database(mut self, session_database: bool) -> Self {
        self.options.session_database = session_database;
        self
    }

    fn keep_files(mut self, provider: SessionFsProvider) -> Self {
        provider.register(&mut self.options.requests);
        self.options.session_fs = Some(provider);
        self
    }

    /// Answers every model request of the CLI, which then sends none itself. Replaces an earlier
    /// handler. See [`model_request`](crate::model_request).
    pub fn on_model_request<Fut>(mut self, handler: impl Handler<ModelHttpRequest, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<ModelHttpResponse>> + Send + 'static,
    {
        self.options.model_requests = Some(ModelExchanges::new(BoxHandler::new(handler)));
        self
    }

    /// Calls `callback` for every event of the telemetry that the CLI records for GitHub, in order,
    /// whatever session it is about (wire name `enableGitHubTelemetryForwarding`). Panics are
    /// logged.
    ///
    /// ```no_run
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::Client;
    /// use copilot_sdk::github_telemetry::GitHubTelemetry;
    ///
    /// let client = Client::builder()
    ///     .on_github_telemetry(|telemetry: GitHubTelemetry| {
    ///         if !telemetry.restricted {
    ///             println!("{} {:?}", telemetry.event.kind, telemetry.event.metrics);
    ///         }
    ///     })
    ///     .start()
    ///     .await?;
    /// # client.stop().await
    /// # }
    /// ```
    pub fn on_github_telemetry(
        mut self,
        callback: impl Fn(GitHubTelemetry) + Send + Sync + 'static,
    ) -> Self {
        self.options.requests.typed_notification("gitHubTelemetry.event", callback);
        self.options.forward_telemetry = true;
        self
    }

    /// Answers requests of the CLI that have no typed setter, by method: those that name no
    /// session, and those about sessions without a handler for the method.
    ///
    /// The params are deserialized into `In`; the handler's return value is the result. Errors and
    /// panics are answered with their text. There is no time limit. Requests without a handler are
    /// refused at once. See [`request`](crate::request).
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) refuses a method that this crate answers itself, naming its setter.
    pub fn on_request<In, Out, E, Fut>(
        mut self,
        method: impl Into<String>,
        handler: impl Handler<In, Fut>,
    ) -> Self
    where
        In: DeserializeOwned + Send + 'static,
        Out: Serialize + 'static,
        E: Into<HandlerError> + 'static,
        Fut: Future<Output = Result<Out, E>> + Send + 'static,
    {
        self.options.requests.on_request(method.into(), handler);
        self
    }

    /// Calls `callback` for every notification of the CLI with the given method that has no typed
    /// stream, in order. Panics are logged.
    ///
    /// The params are deserialized into `In`; notifications that do not match are logged and
    /// skipped.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) refuses a method that this crate consumes itself, naming its stream.
    pub fn on_notification<In: DeserializeOwned + 'static>(
        mut self,
        method: impl Into<String>,
        callback: impl Fn(In) + Send + Sync + 'static,
    ) -> Self {
        self.options.requests.on_notification(method.into(), callback);
        self
    }
}
