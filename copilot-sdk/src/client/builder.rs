//! Options of a client.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use super::Client;
use crate::budget::Budget;
use crate::error::{Error, Result};
use crate::handler::{BoxHandler, IntoAnswer};
use crate::model::Model;
use crate::sealed::Sealed;
use crate::secret::Secret;
use crate::server::{AutoRestart, ClientInfo, LogLevel, Options, Telemetry};
use crate::transport::Transport;

/// Options of a [`Client`], created by [`Client::builder`].
///
/// ```no_run
/// # async fn example() -> copilot_sdk::Result<()> {
/// use copilot_sdk::{Client, client::LogLevel};
///
/// let client =
///     Client::builder().cwd("/path/to/project").log_level(LogLevel::Debug).start().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is started until `start` or the first use after `build`"]
pub struct ClientBuilder {
    pub(super) options: Sealed<Options>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self { options: Sealed::new(Options::default()) }
    }
}

impl ClientBuilder {
    /// Creates a client that starts the CLI on first use.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) lists every invalid or contradictory option.
    pub fn build(self) -> Result<Client> {
        Error::check(self.options.problems())?;
        Ok(Client::new(self.options.into_inner()))
    }

    /// Creates a client, starts the CLI and waits until it responds.
    ///
    /// # Errors
    ///
    /// Those of [`build`](Self::build) and [`Client::start`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the client, and that ends the CLI.
    pub async fn start(self) -> Result<Client> {
        let client = self.build()?;
        client.connect().await?;
        Ok(client)
    }

    /// The CLI to start. Defaults to `COPILOT_CLI_PATH`, then `copilot` on `PATH`, then the version
    /// installed by [`cli::install`](crate::cli::install).
    pub fn cli_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.cli_path = Some(path.into());
        self
    }

    /// Connects to a running server instead of starting one: `8080`, `:8080`, `host:8080` or
    /// `http://host:8080`. The client never stops it.
    ///
    /// The connection is not encrypted, so `https://` is refused. To reach another machine, use a
    /// tunnel.
    pub fn cli_url(mut self, url: impl Into<String>) -> Self {
        self.options.cli_url = Some(url.into());
        self
    }

    /// The working directory of the CLI. Defaults to this program's. Sessions can override it with
    /// [`SessionBuilder::cwd`](crate::SessionBuilder::cwd).
    pub fn cwd(mut self, directory: impl Into<PathBuf>) -> Self {
        self.options.cwd = Some(directory.into());
        self
    }

    /// The TCP port the CLI listens on. Requires [`use_stdio(false)`](Self::use_stdio). Defaults to
    /// 0, any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.options.port = port;
        self
    }

    /// Whether to connect over the CLI's stdin and stdout or over a loopback TCP socket. Defaults
    /// to `true`.
    ///
    /// Over TCP, other clients can join with the [`connection_token`](Self::connection_token), and
    /// the CLI keeps running if this program is killed (SIGKILL). Over stdin and stdout, it then
    /// exits by itself.
    pub fn use_stdio(mut self, use_stdio: bool) -> Self {
        self.options.use_stdio = use_stdio;
        self
    }

    /// The verbosity of the CLI's log files. Defaults to the CLI's own. At [`LogLevel::Debug`] and
    /// above, they contain secrets of MCP servers.
    pub fn log_level(mut self, level: LogLevel) -> Self {
        self.options.log_level = Some(level);
        self
    }

    /// Whether a client from [`build`](Self::build) starts the CLI on first use. Defaults to
    /// `true`; otherwise, call [`Client::connect`] or [`Client::prewarm`].
    pub fn auto_start(mut self, auto_start: bool) -> Self {
        self.options.auto_start = auto_start;
        self
    }

    /// The GitHub token to sign in with. Takes precedence over every other way to sign in.
    ///
    /// The token is sent over the pipe with each session that needs it, and with
    /// [`models`](Client::models) and [`quota`](Client::quota). It is neither written to disk nor
    /// placed in the environment of the CLI, where a model that can read files or run a shell could
    /// find it. A session with its own [`provider`](crate::SessionBuilder::provider) does not
    /// receive it, because the CLI refuses the combination: such a session works without GitHub and
    /// its MCP server. Neither does a session in the [cloud](crate::SessionBuilder::cloud). Both
    /// require [`github_token_in_environment`](Self::github_token_in_environment).
    pub fn github_token(mut self, token: impl Into<String>) -> Self {
        self.options.github_token = Some(Secret::new(token));
        self
    }

    /// Whether to pass the [`github_token`](Self::github_token) in the environment of the CLI. This
    /// signs in the whole server, including sessions with a provider. Defaults to `false`: the CLI
    /// hides the variable from its tools, but a shell can read it in `/proc`.
    pub fn github_token_in_environment(mut self, in_environment: bool) -> Self {
        self.options.github_token_in_environment = in_environment;
        self
    }

    /// Whether the CLI may use the stored login of the user who runs it. Defaults to `true`, or to
    /// `false` with a [`github_token`](Self::github_token).
    ///
    /// The login may be a token in the environment: the CLI hides `COPILOT_GITHUB_TOKEN` from the
    /// agent's shells, but not `GH_TOKEN` and `GITHUB_TOKEN`.
    pub fn use_logged_in_user(mut self, allowed: bool) -> Self {
        self.options.use_logged_in_user = Some(allowed);
        self
    }

    /// The secret that protects a TCP connection. Defaults to none with [`cli_url`](Self::cli_url),
    /// and to a random one for a CLI started by this client.
    pub fn connection_token(mut self, token: impl Into<String>) -> Self {
        self.options.connection_token = Some(Secret::new(token));
        self
    }

    /// Sets a variable in the environment of the CLI, which inherits that of this program.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.options.environment.set(name, value);
        self
    }

    /// Removes a variable from the environment of the CLI.
    pub fn env_remove(mut self, name: impl Into<OsString>) -> Self {
        self.options.environment.remove(name);
        self
    }

    /// Additional command line arguments for the CLI, placed before those of this crate.
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.options.args.0.extend(args.into_iter().map(Into::into));
        self
    }

    /// The directory for the CLI's sessions, logs and settings (`COPILOT_HOME`). Defaults to the
    /// CLI's own, `~/.copilot`.
    pub fn base_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.options.base_directory = Some(directory.into());
        self
    }

    /// Isolates sessions from the machine, for multi-tenant servers. Defaults to `false`: sessions
    /// see what the user running the CLI sees.
    ///
    /// Everything the CLI would read from the machine or leave on it is off unless a session
    /// enables it: skills, memory, hooks and instructions from files, git, the session store,
    /// plugins, agents of the organization, telemetry, schedules and co-authorship. The system
    /// message does not describe the machine. Each session must list its tools with
    /// [`available_tools`](crate::SessionBuilder::available_tools);
    /// [`ToolFilter::isolated_builtins`](crate::tool_filter::ToolFilter::isolated_builtins) are the
    /// built-in ones that do not access the machine. The CLI does not use the system's keyring
    /// (`COPILOT_DISABLE_KEYTAR`), and requires a [`base_directory`](Self::base_directory) other
    /// than the user's. For a server that this client does not start ([`cli_url`](Self::cli_url),
    /// [`transport`](Self::transport)), whoever starts it must set both.
    ///
    /// Sessions still share the base directory: the CLI starts the MCP servers of its
    /// `mcp-config.json` in every session, stores the sessions of all users in it, and lets any of
    /// them be resumed by its id.
    ///
    /// ```no_run
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::{Client, tool_filter::ToolFilter};
    ///
    /// let client = Client::builder()
    ///     .isolated(true)
    ///     .base_directory("/var/lib/my-server/copilot")
    ///     .start()
    ///     .await?;
    /// let tools = ToolFilter::isolated_builtins().into_iter().chain([ToolFilter::all_custom()]);
    /// let session = client.session().available_tools(tools).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn isolated(mut self, isolated: bool) -> Self {
        self.options.isolated = isolated;
        self
    }

    /// Configures OpenTelemetry export in the CLI. Defaults to the CLI's environment.
    pub fn telemetry(mut self, telemetry: Telemetry) -> Self {
        self.options.telemetry = Some(telemetry);
        self
    }

    /// The idle time after which the CLI may unload a session, in whole seconds, at least one.
    /// Defaults to the CLI's own. The CLI checks only every few minutes, so it may take longer. The
    /// next prompt loads the session again.
    pub fn session_idle_timeout(mut self, after: Duration) -> Self {
        self.options.session_idle_timeout = Some(after);
        self
    }

    /// The time limit for the CLI's first response. Defaults to 60 seconds, because the CLI unpacks
    /// itself on its first start.
    pub fn start_timeout(mut self, after: Duration) -> Self {
        self.options.start_timeout = after;
        self
    }

    /// Maximum size of a received message, in bytes. Defaults to 256 MiB. A larger one closes the
    /// connection.
    pub fn frame_limit(mut self, bytes: usize) -> Self {
        self.options.frame_limit = Some(bytes);
        self
    }

    /// Limits what all sessions may spend together, see [`budget`](crate::budget). No limit by
    /// default.
    ///
    /// ```no_run
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::Client;
    /// use copilot_sdk::budget::Budget;
    ///
    /// let client = Client::builder().budget(Budget::new().tokens(5_000_000)).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn budget(mut self, budget: Budget) -> Self {
        self.options.budget = Some(budget);
        self
    }

    /// Connects over the given streams instead of starting a CLI. The caller is responsible for
    /// ending the other side.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.options.transport = Some(Mutex::new(Some(transport)));
        self
    }

    /// Name and version of this program, such as `client_info("my-app", "1.2.0")` (wire names
    /// `clientInfo.editorName`, `editorVersion`). None by default.
    pub fn client_info(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.options.client_info =
            Some(ClientInfo { editor_name: name.into(), editor_version: version.into() });
        self
    }

    /// A fixed list for [`Client::models`] to return instead of asking the CLI, for custom models.
    ///
    /// ```no_run
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::{Client, model::Model};
    ///
    /// let client =
    ///     Client::builder().models([Model::new("llama-4").name("Llama 4")]).start().await?;
    /// assert_eq!(client.models().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn models(mut self, models: impl IntoIterator<Item = Model>) -> Self {
        self.options.models = Some(models.into_iter().collect());
        self
    }

    /// Whether to restart a CLI that ended unexpectedly, and to reopen its sessions. On by default,
    /// see [`AutoRestart`]. If off, sessions stay closed with the reason, and
    /// [`connect`](Client::connect) starts a new CLI.
    ///
    /// Client and session handles stay valid, event streams continue, and calls made in between
    /// wait. A turn continues if the CLI stored enough of it, and otherwise fails with
    /// [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted); [`Client::lifecycle`] reports
    /// what was lost. No tool or handler runs twice for one request. With
    /// [`cli_url`](Self::cli_url), the client reconnects.
    pub fn auto_restart(mut self, restart: impl Into<AutoRestart>) -> Self {
        self.options.auto_restart = restart.into();
        self
    }

    /// The silence after which the CLI is pinged; if it stays silent for as long again, it counts
    /// as dead. `None` disables the check. Defaults to 15 seconds.
    pub fn liveness(mut self, quiet: impl Into<Option<Duration>>) -> Self {
        self.options.liveness = quiet.into();
        self
    }

    /// Like [`transport`](Self::transport), but creates a transport for each start, so that the
    /// client can reconnect.
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

    /// Gets the list of models from `handler` instead of the CLI. The result is cached like the
    /// CLI's.
    ///
    /// ```no_run
    /// # async fn fetch() -> std::io::Result<Vec<String>> { Ok(Vec::new()) }
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::{Client, model::Model};
    ///
    /// let client = Client::builder()
    ///     .on_list_models(|| async {
    ///         fetch().await.map(|ids| ids.into_iter().map(Model::new).collect::<Vec<_>>())
    ///     })
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
