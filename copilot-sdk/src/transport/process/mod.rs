//! The CLI as a child process: start, end and cleanup.
//!
//! Threads do the work, so that it continues while the tokio runtime shuts down: one waits for the
//! end of the child, one reads its stderr, and one exists while the child is being ended. A
//! separate process, the watchdog, takes over after the program has exited.

#[cfg(not(unix))]
compile_error!(
    "copilot-sdk starts the Copilot CLI on Unix only for now: build it for Linux or macOS"
);

mod exit;
mod lines;
mod orphans;
mod port;
mod reaper;
mod spec;
#[cfg(test)]
mod tests;
mod watchdog;

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustix::process::Pid;
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::watch;

pub(crate) use self::exit::Exit;
use self::lines::Tail;
pub(crate) use self::orphans::INSTANCE_VARIABLE;
use self::reaper::ChildReaper;
pub(crate) use self::reaper::GracePeriod;
pub(crate) use self::spec::{Environment, Spec, Stdin};
use self::watchdog::Watched;
use super::drivers::require_io;
use crate::error::{Error, ErrorKind, Result};

/// A child process. Dropping the last handle ends the child, with the normal grace period.
#[derive(Clone)]
pub(crate) struct Process(Arc<Handle>);

/// The pipes to the child. Dropping `stdin` asks the CLI to exit.
#[derive(Debug)]
pub(crate) struct Pipes {
    /// Present when the specification says [`Stdin::Piped`].
    pub(crate) stdin: Option<ChildStdin>,
    pub(crate) stdout: ChildStdout,
}

struct Handle {
    reaper: Arc<ChildReaper>,
    stderr: Tail,
    exit: watch::Receiver<Option<Exit>>,
    stdin: Stdin,
}

impl Process {
    /// Spawns a child in its own process group, marked with a new instance id.
    ///
    /// # Errors
    ///
    /// If the program does not exist or cannot be executed, or the working directory is missing.
    pub(crate) fn spawn(spec: &Spec) -> Result<(Self, Pipes)> {
        require_io()?;
        let instance = crate::ids::random_uuid().map_err(|error| {
            Error::new(ErrorKind::Start, "no random bytes for an instance id").with_source(error)
        })?;
        let mut command = command(spec, &instance)?;
        let watched = Watched::announce(&instance);
        let mut child = command.spawn().map_err(|error| spawn_error(spec, error))?;
        watched.spawned(Pid::from_child(&child));
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());

        let tail = Tail::default();
        let (sender, exit) = watch::channel(None);
        let failed = |error: io::Error| spawn_error(spec, error);
        let reaper = ChildReaper::start(child, instance, watched, tail.clone(), sender);
        let reaper = reaper.map_err(failed)?;
        // From here on, an error drops the handle, which ends the child.
        let process = Self(Arc::new(Handle { reaper, stderr: tail, exit, stdin: spec.stdin }));
        let missing = || io::Error::other("the child has no pipes");
        process.0.stderr.follow(stderr.ok_or_else(missing).map_err(failed)?).map_err(failed)?;
        let stdin = stdin.map(ChildStdin::from_std).transpose().map_err(failed)?;
        let stdout = stdout.ok_or_else(missing).and_then(ChildStdout::from_std).map_err(failed)?;
        Ok((process, Pipes { stdin, stdout }))
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.0.reaper.pid().as_raw_nonzero().get().unsigned_abs()
    }

    /// The instance id that the child and all its descendants carry in their environment.
    #[cfg(test)]
    pub(crate) fn instance(&self) -> &str {
        self.0.reaper.instance()
    }

    /// The last lines of the child's stderr, oldest first.
    pub(crate) fn stderr_tail(&self) -> String {
        self.0.stderr.text()
    }

    /// `text`, followed by the last lines of stderr, if any.
    pub(crate) fn with_last_words(&self, text: &str) -> String {
        match self.stderr_tail() {
            tail if tail.is_empty() => text.to_owned(),
            tail => format!("{text}; its last lines on stderr:\n{tail}"),
        }
    }

    /// How the child ended, if it has.
    pub(crate) fn exit(&self) -> Option<Exit> {
        *self.0.exit.borrow()
    }

    /// Waits until the child and its orphans have exited and its stderr has been read.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe; any number of callers may wait.
    pub(crate) async fn exited(&self) -> Exit {
        let mut exit = self.0.exit.clone();
        exit.wait_for(Option::is_some).await.ok().and_then(|exit| *exit).unwrap_or(Exit::Unknown)
    }

    /// Starts ending the child and returns immediately. A second call can only shorten the grace
    /// period.
    ///
    /// The caller drops [`Pipes::stdin`] first, which asks the CLI to exit. A child without a pipe
    /// gets SIGTERM immediately.
    pub(crate) fn end(&self, grace: GracePeriod) {
        self.0.end(grace);
    }
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Process")
            .field("id", &self.id())
            .field("exit", &self.exit())
            .finish_non_exhaustive()
    }
}

impl Handle {
    fn end(&self, grace: GracePeriod) {
        self.reaper.end(grace, self.stdin == Stdin::Null);
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.end(GracePeriod::Normal);
    }
}

fn command(spec: &Spec, instance: &str) -> Result<Command> {
    check_directory(spec)?;
    // A relative path is resolved against this program's working directory, not the child's.
    let program = if is_bare_name(&spec.program) {
        Ok(spec.program.clone())
    } else {
        std::path::absolute(&spec.program)
    };
    let mut command = Command::new(program.map_err(|error| spawn_error(spec, error))?);
    command.args(&spec.args).process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(match spec.stdin {
        Stdin::Piped => Stdio::piped(),
        Stdin::Null => Stdio::null(),
    });
    spec.environment.apply(&mut command);
    // Node's debug output would be mixed with the frames.
    command.env_remove("NODE_DEBUG").env(INSTANCE_VARIABLE, instance);
    if let Some(cwd) = &spec.cwd {
        command.current_dir(cwd);
    }
    Ok(command)
}

/// Checks the child's working directory.
fn check_directory(spec: &Spec) -> Result<()> {
    let refused = |text: String| Err(Error::new(ErrorKind::Start, text));
    let Some(cwd) = spec.cwd.as_deref() else {
        return std::env::current_dir().map(drop).or_else(|error| {
            refused(format!(
                "the working directory of this program cannot be used any more ({error}): change \
                 to another one, or name one for the CLI"
            ))
        });
    };
    if !cwd.is_dir() {
        return refused(format!(
            "the working directory {} is missing or not a directory: create it or name another",
            cwd.display()
        ));
    }
    cwd.join(".").metadata().map(drop).or_else(|error| {
        refused(format!(
            "the working directory {} cannot be entered ({error}): give this user the right to \
             (chmod +x) or name another",
            cwd.display()
        ))
    })
}

fn spawn_error(spec: &Spec, error: io::Error) -> Error {
    let why = match error.kind() {
        io::ErrorKind::NotFound if is_bare_name(&spec.program) => {
            "it is not on PATH: install it or give its full path"
        }
        io::ErrorKind::NotFound if spec.program.exists() => {
            "the interpreter or loader that it needs is not installed: install that, or the CLI \
             for this platform"
        }
        io::ErrorKind::NotFound => {
            "there is no such file: correct the path or install the CLI with \
             copilot_sdk::cli::install()"
        }
        io::ErrorKind::PermissionDenied => {
            "it may not be executed: make it executable (chmod +x) or name another file"
        }
        _ if error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error()) => {
            "it is not for this platform: install the CLI with copilot_sdk::cli::install()"
        }
        _ => "the operating system refused",
    };
    Error::new(ErrorKind::Start, format!("cannot start {}: {why}", spec.program.display()))
        .with_source(error)
}

fn is_bare_name(program: &Path) -> bool {
    program.components().count() == 1 && !program.is_absolute() && !program.starts_with(".")
}
