//! A child and its end, shared by all who hold it.

use std::io;
use std::sync::Arc;

use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::watch;

use super::exit::Exit;
use super::grace::GracePeriod;
use super::lines::Tail;
use super::pipes::Pipes;
use super::spec::{Spec, Stdin};
use super::{command, system};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::drivers::require_io;

/// A child process. Dropping the last handle ends the child, with the normal grace period.
#[derive(Clone)]
pub(crate) struct Process(pub(super) Arc<Handle>);

pub(super) struct Handle {
    reaper: Arc<system::ChildReaper>,
    stderr: Tail,
    pub(super) exit: watch::Receiver<Option<Exit>>,
    stdin: Stdin,
}

impl Process {
    /// Spawns a child, marked with a new instance id, that is ended together with what it starts.
    ///
    /// # Errors
    ///
    /// If the program does not exist or cannot be executed, or the working directory is missing.
    pub(crate) fn spawn(spec: &Spec) -> Result<(Self, Pipes)> {
        require_io()?;
        let instance = crate::ids::random_uuid().map_err(|error| {
            Error::new(ErrorKind::Start, "no random bytes for an instance id").with_source(error)
        })?;
        let command = command::command(spec, &instance)?;
        let failed = |error: io::Error| command::spawn_error(spec, error);
        let tail = Tail::default();
        let (sender, exit) = watch::channel(None);
        let spawned = system::spawn(command, instance, tail.clone(), sender);
        let (reaper, pipes) = spawned.map_err(failed)?;
        // From here on, an error drops the handle, which ends the child.
        let process = Self(Arc::new(Handle { reaper, stderr: tail, exit, stdin: spec.stdin }));
        let missing = || io::Error::other("the child has no pipes");
        let stderr = pipes.stderr.ok_or_else(missing).map_err(failed)?;
        process.0.stderr.follow(stderr).map_err(failed)?;
        let stdin = pipes.stdin.map(ChildStdin::from_std).transpose().map_err(failed)?;
        let stdout = pipes.stdout.ok_or_else(missing).and_then(ChildStdout::from_std);
        Ok((process, Pipes { stdin, stdout: stdout.map_err(failed)? }))
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.0.reaper.id()
    }

    /// The instance id that the child and all its descendants carry in their environment.
    #[cfg(test)]
    #[cfg(unix)]
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
