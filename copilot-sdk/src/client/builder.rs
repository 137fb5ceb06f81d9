//! Options of a client.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use super::Client;
use crate::error::{Error, Result};
use crate::handler::{BoxHandler, IntoAnswer};
use crate::model::Model;
use crate::secret::Secret;
use crate::server::{AutoRestart, ClientInfo, LogLevel, Options, Telemetry};
use crate::transport::Transport;

/// Options of a [`Client`]; made by [`Client::builder`].
///
/// ```no_run
/// # async fn example() -> copilot_sdk::Result<()> {
/// use copilot_sdk::{Client, client::LogLevel};
///
/// let client = Client::builder().cwd("/path/to/project").log_level(LogLevel::Debug).start().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
#[must_use = "nothing is started until `start` or the first use after `build`"]
pub struct ClientBuilder {
    options: Options,
}

impl ClientBuilder {
    /// A client that starts the CLI on its first use.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) lists every option that contradicts another.
    pub fn build(self) -> Result<Client> {
        Error::check(self.options.problems())?;
        Ok(Client::new(self.options))
    }

    /// Starts the CLI and waits until it answers.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build) and [`Client::start`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the client, and that ends the CLI.
    pub async fn start(self) -> Result<Client> {
        let client = self.build()?;
        client.connect().await?;
        Ok(client)
    }

    /// The CLI to start. Default: `COPILOT_CLI_PATH`, then `copilot` on `PATH`, then what
    /// [`cli::install`](crate::cli::install) installed.
    pub fn cli_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.cli_path = Some(path.into());
        self
    }

    /// Uses a server that runs already, and never stops it: `8080`, `:8080`, `host:8080` or
    /// `http://host:8080`.
    ///
    /// Nothing is encrypted: `https://` is refused. Reach another machine through a tunnel.
    pub fn cli_url(mut self, url: impl Into<String>) -> Self {
        self.options.cli_url = Some(url.into());
        self
    }

    /// The directory that the CLI runs in. Default: this program's. A session can have another one
    /// ([`cwd`](crate::SessionBuilder::cwd)).
    pub fn cwd(mut self, directory: impl Into<PathBuf>) -> Self {
        self.options.cwd = Some(directory.into());
        self
    }

    /// The TCP port that the CLI listens on; needs [`use_stdio(false)`](Self::use_stdio). Default
    /// 0: any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.options.port = port;
        self
    }

    /// Whether to talk over the CLI's stdin and stdout (default true) or over a loopback TCP
    /// socket.
    ///
    /// Over TCP other clients can join with the [`connection_token`](Self::connection_token), and
    /// the CLI survives when this program is killed without a chance to end it (SIGKILL): over
    /// stdin and stdout it then ends by itself.
    pub fn use_stdio(mut self, use_stdio: bool) -> Self {
        self.options.use_stdio = use_stdio;
        self
    }

    /// How much the CLI writes to its log files. Default: the CLI's own. From
    /// [`LogLevel::Debug`] on they hold secrets of MCP servers.
    pub fn log_level(mut self, level: LogLevel) -> Self {
        self.options.log_level = Some(level);
        self
    }

    /// Whether the first use of a client from [`build`](Self::build) starts the CLI. Default true;
    /// otherwise [`Client::connect`] or [`Client::prewarm`] has to be called.
    pub fn auto_start(mut self, auto_start: bool) -> Self {
        self.options.auto_start = auto_start;
        self
    }

    /// Signs in with this GitHub token; it wins over every other way.
    ///
    /// The token goes over the pipe with each session that needs it, and with
    /// [`models`](Client::models) and [`quota`](Client::quota). It is not in the environment of the
    /// CLI, so that a model which may read files or run a shell does not find it, and it is not
    /// written to disk. A session with a [`provider`](crate::SessionBuilder::provider) of its own
    /// does not get it, because the CLI refuses both together: such a session works without GitHub,
    /// its MCP server included; see
    /// [`github_token_in_environment`](Self::github_token_in_environment).
    pub fn github_token(mut self, token: impl Into<String>) -> Self {
        self.options.github_token = Some(Secret::new(token));
        self
    }

    /// Whether the [`github_token`](Self::github_token) is handed over in the environment of the CLI
    /// instead, where the whole server is signed in with it, sessions with a provider included.
    /// Default false: the CLI takes the variable out of the environment of its tools, but a shell
    /// can read it in `/proc`.
    pub fn github_token_in_environment(mut self, in_environment: bool) -> Self {
        self.options.github_token_in_environment = in_environment;
        self
    }

    /// Whether the CLI may use the login of the user who runs it. Default true, false with a
    /// [`github_token`](Self::github_token).
    pub fn use_logged_in_user(mut self, allowed: bool) -> Self {
        self.options.use_logged_in_user = Some(allowed);
        self
    }

    /// The secret of a TCP connection. Default: none for [`cli_url`](Self::cli_url), a random one
    /// for a CLI that this client starts.
    pub fn connection_token(mut self, token: impl Into<String>) -> Self {
        self.options.connection_token = Some(Secret::new(token));
        self
    }

    /// Sets a variable in the CLI's environment, which otherwise is this program's.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.options.environment.set(name, value);
        self
    }

    /// Removes a variable from the CLI's environment.
    pub fn env_remove(mut self, name: impl Into<OsString>) -> Self {
        self.options.environment.remove(name);
        self
    }

    /// Further command line arguments of the CLI, in front of our own.
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.options.args.0.extend(args.into_iter().map(Into::into));
        self
    }

    /// Where the CLI keeps sessions, logs and settings (`COPILOT_HOME`). Default: the CLI's own,
    /// `~/.copilot`.
    pub fn base_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.options.base_directory = Some(directory.into());
        self
    }

    /// Whether sessions are isolated from the machine: for multi-tenant servers. Default false:
    /// sessions see what the user sees who runs the CLI.
    ///
    /// Everything that the CLI would take from its machine or leave there is off unless a setter of
    /// the session says otherwise: skills, memory, hooks and instructions from files, git, the
    /// session store, plugins, agents of the organization, telemetry, schedules, co-authorship; the
    /// system message does not describe the machine. Each session has to name its tools with
    /// [`available_tools`](crate::SessionBuilder::available_tools);
    /// [`ToolFilter::isolated_builtins`](crate::tool_filter::ToolFilter::isolated_builtins) are
    /// those of the CLI that touch nothing of the machine. The CLI stays out of the system's
    /// keyring (`COPILOT_DISABLE_KEYTAR`), and it needs a [`base_directory`](Self::base_directory)
    /// that is not the user's own. A server that this client does not start
    /// ([`cli_url`](Self::cli_url), [`transport`](Self::transport)) needs both from whoever starts
    /// it.
    ///
    /// What the sessions still share is the base directory: the CLI starts the MCP servers that its
    /// `mcp-config.json` names in every session, keeps the sessions of all people in it, and lets
    /// each be resumed by its id.
    ///
    /// ```no_run
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::{Client, tool_filter::ToolFilter};
    ///
    /// let client = Client::builder().isolated(true).base_directory("/var/lib/my-server/copilot").start().await?;
    /// let tools = ToolFilter::isolated_builtins().into_iter().chain([ToolFilter::all_custom()]);
    /// let session = client.session().available_tools(tools).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn isolated(mut self, isolated: bool) -> Self {
        self.options.isolated = isolated;
        self
    }

    /// Has the CLI record OpenTelemetry traces. Default: what its environment says.
    pub fn telemetry(mut self, telemetry: Telemetry) -> Self {
        self.options.telemetry = Some(telemetry);
        self
    }

    /// After how long the CLI may unload a session that nobody uses, in whole seconds, at least
    /// one. Default: the CLI's own. The CLI looks only every few minutes. The next prompt loads
    /// the session again.
    pub fn session_idle_timeout(mut self, after: Duration) -> Self {
        self.options.session_idle_timeout = Some(after);
        self
    }

    /// How long the CLI may take to answer for the first time. Default 60 seconds: a first start
    /// unpacks itself.
    pub fn start_timeout(mut self, after: Duration) -> Self {
        self.options.start_timeout = after;
        self
    }

    /// The largest message that is accepted, in bytes. Default 256 MiB; a larger one ends the
    /// connection at once.
    pub fn frame_limit(mut self, bytes: usize) -> Self {
        self.options.frame_limit = Some(bytes);
        self
    }

    /// Talks over these streams instead of starting a CLI; whoever made them ends the other side.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.options.transport = Some(Mutex::new(Some(transport)));
        self
    }

    /// Who connects, such as `client_info("my-app", "1.2.0")` (wire names `clientInfo.editorName`,
    /// `editorVersion`). Default: nothing is said.
    pub fn client_info(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.options.client_info =
            Some(ClientInfo { editor_name: name.into(), editor_version: version.into() });
        self
    }

    /// What [`Client::models`] answers, instead of asking the CLI: for models of your own.
    ///
    /// ```no_run
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::{Client, model::Model};
    ///
    /// let client = Client::builder().models([Model::new("llama-4").name("Llama 4")]).start().await?;
    /// assert_eq!(client.models().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn models(mut self, models: impl IntoIterator<Item = Model>) -> Self {
        self.options.models = Some(models.into_iter().collect());
        self
    }

    /// Whether a CLI that ended by itself is started again, and the open sessions with it. Default
    /// on, see [`AutoRestart`]; off, sessions stay closed with the reason, and
    /// [`connect`](Client::connect) starts a new CLI.
    ///
    /// Handles of the client and of its sessions stay valid, events go on in the same streams, and
    /// calls made in between wait. A turn goes on where the CLI kept what it needs, and fails as
    /// [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted) where it did not;
    /// [`Client::lifecycle`] names what was lost. No tool and no handler runs twice for one
    /// request. A server of [`cli_url`](Self::cli_url) is connected to again.
    pub fn auto_restart(mut self, restart: impl Into<AutoRestart>) -> Self {
        self.options.auto_restart = restart.into();
        self
    }

    /// After how long without a byte from the CLI it is asked whether it is alive; one that sends
    /// nothing for as long again counts as dead. `None` never asks. Default 15 seconds.
    pub fn liveness(mut self, quiet: impl Into<Option<Duration>>) -> Self {
        self.options.liveness = quiet.into();
        self
    }

    /// As [`transport`](Self::transport), with a transport for each start, so that the connection
    /// can be made again.
    ///
    /// ```no_run
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::Client;
    /// use copilot_sdk::transport::Transport;
    /// use tokio::net::UnixStream;
    ///
    /// let client = Client::builder()
    ///     .transport_with(|| async {
    ///         let (reader, writer) = UnixStream::connect("/run/copilot.sock").await?.into_split();
    ///         Ok::<_, std::io::Error>(Transport::new(reader, writer))
    ///     })
    ///     .start()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn transport_with<Fut>(mut self, make: impl Fn() -> Fut + Send + Sync + 'static) -> Self
    where
        Fut: Future<Output: IntoAnswer<Transport>> + Send + 'static,
    {
        self.options.transport_with = Some(BoxHandler::new(move |()| make()));
        self
    }

    /// Asks `handler` for the list of models instead of the CLI; its answer is kept like the CLI's.
    ///
    /// ```no_run
    /// # async fn fetch() -> std::io::Result<Vec<String>> { Ok(Vec::new()) }
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::{Client, model::Model};
    ///
    /// let client = Client::builder()
    ///     .on_list_models(|| async { fetch().await.map(|ids| ids.into_iter().map(Model::new).collect::<Vec<_>>()) })
    ///     .start()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_list_models<Fut>(mut self, handler: impl Fn() -> Fut + Send + Sync + 'static) -> Self
    where
        Fut: Future<Output: IntoAnswer<Vec<Model>>> + Send + 'static,
    {
        self.options.on_list_models = Some(BoxHandler::new(move |()| handler()));
        self
    }
}
