//! Child processes on Unix: a process group, signals, and a watchdog.

mod orphans;
mod reaper;
#[cfg(test)]
mod tests;
mod watchdog;

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::Arc;

use rustix::process::Pid;
use tokio::sync::watch;

pub(super) use self::reaper::ChildReaper;
use self::watchdog::Watched;
use super::exit::Exit;
use super::lines::Tail;
use super::pipes::RawPipes;

/// Why a program may not be executed, and what to do.
pub(super) const NOT_EXECUTABLE: &str =
    "it may not be executed: make it executable (chmod +x) or name another file";
/// How to give the right to use a file or directory.
pub(super) const HOW_TO_ALLOW: &str = " (chmod +x)";
/// Maximum length of a child's working directory: what exists can be entered.
pub(super) const LONGEST_DIRECTORY: Option<usize> = None;

/// Spawns a child in its own process group. `exit` gets its end.
pub(super) fn spawn(
    mut command: Command,
    instance: String,
    stderr: Tail,
    exit: watch::Sender<Option<Exit>>,
) -> io::Result<(Arc<ChildReaper>, RawPipes)> {
    let watched = Watched::announce(&instance);
    let mut child = command.process_group(0).spawn()?;
    watched.spawned(Pid::from_child(&child));
    let pipes = RawPipes {
        stdin: child.stdin.take(),
        stdout: child.stdout.take(),
        stderr: child.stderr.take(),
    };
    let reaper = ChildReaper::start(child, instance, watched, stderr, exit)?;
    Ok((reaper, pipes))
}

/// Whether the program is a binary of another system or processor.
pub(super) fn is_for_another_platform(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error())
}
