//! Launching: from options to a live connection.

use std::ffi::OsString;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::address::server_address;
use super::handshake::handshake;
use super::liveness::{watch_answers, watch_exit};
use super::options::Options;
use super::progress::StartProgress;
use super::provide::provide;
use super::surroundings;
use super::variables::{
    CACHE_HOME, CONNECTION_TOKEN, COPILOT_HOME, DISABLE_KEYTAR, GITHUB_TOKEN, PACKAGE_HOME,
};
use crate::connection::{Connection, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::transport::Transport;
use crate::transport::drivers::require_io;
use crate::transport::locate::{Located, locate};
use crate::transport::process::{GracePeriod, Process, Spec, Stdin};
use crate::usual_path::usual_form;

/// Time limit for connecting to a server.
const DIAL_LIMIT: Duration = Duration::from_secs(10);

/// Starts or connects to the server described by the options and performs the handshake, recording
/// its progress in `progress`.
pub(super) async fn launch(
    options: &Options,
    context: Context,
    progress: &StartProgress,
) -> Result<Arc<Connection>> {
    let limit = options.start_timeout;
    let opened = timeout(limit, open(options, context, progress)).await.unwrap_or_else(|_| {
        let text = format!(
            "the copilot cli did not answer within {limit:?}; raise `start_timeout` if it only \
             needs longer"
        );
        let text =
            progress.process().map_or(text.clone(), |process| process.with_last_words(&text));
        Err(Error::new(ErrorKind::Start, text))
    });
    match opened {
        Ok(connection) => {
            progress.answered();
            watch(&connection, options);
            Ok(Arc::new(connection))
        }
        Err(error) => {
            let error = match progress.process() {
                Some(process) => surroundings::explain(error, &process),
                None => error,
            };
            progress.give_up(GracePeriod::Normal);
            // A failed start returns only after its process has exited.
            if let Some(process) = progress.process() {
                process.exited().await;
            }
            Err(error)
        }
    }
}

/// Watches the liveness of a connection that can be replaced.
fn watch(connection: &Connection, options: &Options) {
    let peer = || connection.peer.clone();
    if let Some(quiet) = options.liveness.filter(|_| options.transport.is_none()) {
        let process = connection.process.clone();
        connection.watched_by(watch_answers(quiet, peer(), connection.heard(), process));
    }
    if let Some(process) = connection.process.clone() {
        connection.watched_by(watch_exit(peer(), process));
    }
}

async fn open(options: &Options, context: Context, progress: &StartProgress) -> Result<Connection> {
    if options.transport.is_some() || options.transport_with.is_some() {
        let place = "the other side of the transport";
        return join(given_transport(options).await?, place, options, context).await;
    }
    if let Some(url) = &options.cli_url {
        let (host, port) = server_address(url).map_err(|problem| Error::config(vec![problem]))?;
        let place = format!("the server at {host}:{port}");
        return join(dial(&host, port).await?, &place, options, context).await;
    }
    let located = locate(options.cli_path.as_deref(), |name| options.environment.lookup(name))?;
    progress.located();
    if options.use_stdio {
        over_stdio(options, located, context, progress).await
    } else {
        over_tcp(options, located, context, progress).await
    }
}

/// Connects to a server not started by this program.
async fn join(
    transport: Transport,
    place: &str,
    options: &Options,
    context: Context,
) -> Result<Connection> {
    let token = options.connection_token.as_ref().map(Secret::expose);
    let connection = Connection::open(transport, None, false, context, options.frame_limit);
    greet(&connection, place, token, options).await?;
    Ok(connection)
}

/// Performs the handshake, and tells the server what this program provides.
async fn greet(
    connection: &Connection,
    place: &str,
    token: Option<&str>,
    options: &Options,
) -> Result<()> {
    let client_info = options.client_info.as_ref();
    handshake(connection, place, token, client_info, options.forward_telemetry).await?;
    provide(connection, place, options).await
}

async fn given_transport(options: &Options) -> Result<Transport> {
    if let Some(make) = &options.transport_with {
        return make.call(()).await.map_err(|error| {
            Error::new(ErrorKind::Start, "`transport_with` gave no transport").with_source(error)
        });
    }
    let given = options.transport.as_ref();
    let given = given.and_then(|given| given.lock().unwrap_or_else(PoisonError::into_inner).take());
    given.ok_or_else(|| {
        let text = "the transport of this client was used already; make a new client";
        Error::new(ErrorKind::Start, text)
    })
}

async fn over_stdio(
    options: &Options,
    located: Located,
    context: Context,
    progress: &StartProgress,
) -> Result<Connection> {
    let place = located.program.display().to_string();
    let spec = spec(options, located, Stdin::Piped);
    surroundings::check(&spec)?;
    let (process, pipes) = Process::spawn(&spec)?;
    progress.spawned(&process);
    let stdin =
        pipes.stdin.ok_or_else(|| Error::new(ErrorKind::Start, "the copilot cli has no stdin"))?;
    let transport = Transport::new(pipes.stdout, stdin);
    let connection = Connection::open(transport, Some(process), true, context, options.frame_limit);
    greet(&connection, &place, None, options).await?;
    Ok(connection)
}

async fn over_tcp(
    options: &Options,
    located: Located,
    context: Context,
    progress: &StartProgress,
) -> Result<Connection> {
    let place = located.program.display().to_string();
    let token = options.connection_token.as_ref().map(Secret::expose);
    // Other clients may know a token chosen by the user, and join.
    let exclusive = token.is_none();
    let token = match token {
        Some(token) => token.to_owned(),
        None => crate::ids::random_uuid().map_err(|error| {
            Error::new(ErrorKind::Start, "no random bytes for a connection token")
                .with_source(error)
        })?,
    };
    let mut spec = spec(options, located, Stdin::Null);
    spec.environment.set(CONNECTION_TOKEN, &token);
    surroundings::check(&spec)?;
    let (process, pipes) = Process::spawn(&spec)?;
    progress.spawned(&process);
    let port = process.announced_port(pipes.stdout).await.map_err(|error| match options.port {
        0 => error,
        port => {
            let hint = "is the port taken? choose another `port`, or leave it out for any free one";
            let words = process.stderr_tail();
            let why = words.lines().last().unwrap_or("the copilot cli ended");
            Error::new(ErrorKind::Start, format!("no server on port {port}: {why}; {hint}"))
                .with_source(error)
        }
    })?;
    let transport = dial("127.0.0.1", port).await?;
    let connection =
        Connection::open(transport, Some(process), exclusive, context, options.frame_limit);
    greet(&connection, &place, Some(&token), options).await?;
    Ok(connection)
}

async fn dial(host: &str, port: u16) -> Result<Transport> {
    require_io()?;
    let text = || {
        format!(
            "nothing answers at {host}:{port}: is the copilot cli running there with --headless?"
        )
    };
    let stream = match timeout(DIAL_LIMIT, TcpStream::connect((host, port))).await {
        Ok(connected) => {
            connected.map_err(|error| Error::new(ErrorKind::Start, text()).with_source(error))?
        }
        Err(_) => {
            return Err(Error::new(
                ErrorKind::Start,
                format!("{} (waited {DIAL_LIMIT:?})", text()),
            ));
        }
    };
    // Nagle's algorithm would only delay small frames.
    let _ = stream.set_nodelay(true);
    let (reader, writer) = stream.into_split();
    Ok(Transport::new(reader, writer))
}

fn spec(options: &Options, located: Located, stdin: Stdin) -> Spec {
    let mut spec = Spec::new(located.program, stdin);
    spec.environment = options.environment.clone();
    spec.cwd.clone_from(&options.cwd);
    spec.args = located.args;
    spec.args.extend(options.args.0.iter().cloned());
    spec.args.extend(arguments(options, stdin));
    if let Some(token) = options.token_in_environment() {
        spec.environment.set(GITHUB_TOKEN, token.expose());
    }
    if let Some(directory) = &options.base_directory {
        spec.environment.set(COPILOT_HOME, usual_form(directory));
    }
    if let Some(unpacked) = located.unpacked {
        spec.environment.set_if_absent(PACKAGE_HOME, unpacked);
    }
    if options.isolated {
        isolate(&mut spec, options.base_directory.as_deref());
    }
    if let Some(telemetry) = &options.telemetry {
        for (name, value) in telemetry.variables() {
            spec.environment.set(name, value);
        }
    }
    spec.environment.spare_loopback();
    spec
}

/// Keeps the CLI out of the keyring and the cache of the user who runs it.
fn isolate(spec: &mut Spec, base_directory: Option<&Path>) {
    spec.environment.set(DISABLE_KEYTAR, "1");
    if let Some(directory) = base_directory {
        // What it has unpacked is the same for everybody.
        if let Some(unpacked) = surroundings::unpack_directory(spec) {
            spec.environment.set_if_absent(PACKAGE_HOME, unpacked);
        }
        spec.environment.set_if_absent(CACHE_HOME, directory.join("cache"));
    }
}

fn arguments(options: &Options, stdin: Stdin) -> Vec<OsString> {
    let mut args: Vec<OsString> = vec!["--headless".into(), "--no-auto-update".into()];
    if let Some(level) = options.log_level {
        args.extend(["--log-level".into(), level.as_str().into()]);
    }
    if stdin == Stdin::Piped {
        args.push("--stdio".into());
    }
    if options.port != 0 {
        args.extend(["--port".into(), options.port.to_string().into()]);
    }
    if options.token_in_environment().is_some() {
        args.extend(["--auth-token-env".into(), GITHUB_TOKEN.into()]);
    }
    if !options.use_logged_in_user.unwrap_or(options.github_token.is_none()) {
        args.push("--no-auto-login".into());
    }
    if let Some(seconds) = options.session_idle_timeout.map(|after| after.as_secs()) {
        args.extend(["--session-idle-timeout".into(), seconds.to_string().into()]);
    }
    args
}

#[cfg(test)]
mod tests;
