//! Child processes on Windows: a Job Object, which ends with this program, however that ends.

mod reaper;
#[cfg(test)]
mod tests;

use std::io;
use std::process::Command;
use std::sync::Arc;

use process_wrap::tokio::{ChildWrapper, CommandWrap, CreationFlags, JobObject, KillOnDrop};
use tokio::sync::watch;
use windows::Win32::System::Threading::CREATE_NO_WINDOW;

pub(super) use self::reaper::ChildReaper;
use super::exit::Exit;
use super::lines::Tail;
use super::pipes::RawPipes;

/// Why a program may not be executed, and what to do.
pub(super) const NOT_EXECUTABLE: &str =
    "it may not be executed: give this user the right to, or name another file";
/// How to give the right to use a file or directory: access control lists have no short answer.
pub(super) const HOW_TO_ALLOW: &str = "";
/// Maximum length of a child's working directory, in UTF-16 units: no form of a path avoids it.
pub(super) const LONGEST_DIRECTORY: Option<usize> = Some(258);

/// Spawns a child in its own Job Object, without a console window. `exit` gets its end.
pub(super) fn spawn(
    command: Command,
    _instance: String,
    stderr: Tail,
    exit: watch::Sender<Option<Exit>>,
) -> io::Result<(Arc<ChildReaper>, RawPipes)> {
    let mut command = CommandWrap::from(tokio::process::Command::from(command));
    // The child is suspended until it is in the job, so that nothing that it starts is outside.
    command.wrap(KillOnDrop).wrap(CreationFlags(CREATE_NO_WINDOW)).wrap(JobObject);
    let mut child = command.spawn()?;
    let pipes = pipes(&mut *child)?;
    let reaper = ChildReaper::start(child, stderr, exit)?;
    Ok((reaper, pipes))
}

/// Whether the program is no binary, or one of another system or processor.
pub(super) fn is_for_another_platform(error: &io::Error) -> bool {
    const ERROR_BAD_EXE_FORMAT: i32 = 193;
    const ERROR_EXE_MACHINE_TYPE_MISMATCH: i32 = 216;
    matches!(error.raw_os_error(), Some(ERROR_BAD_EXE_FORMAT | ERROR_EXE_MACHINE_TYPE_MISMATCH))
}

fn pipes(child: &mut dyn ChildWrapper) -> io::Result<RawPipes> {
    let stdin = child.stdin().take().map(|pipe| pipe.into_owned_handle()).transpose()?;
    let stdout = child.stdout().take().map(|pipe| pipe.into_owned_handle()).transpose()?;
    let stderr = child.stderr().take().map(|pipe| pipe.into_owned_handle()).transpose()?;
    Ok(RawPipes {
        stdin: stdin.map(Into::into),
        stdout: stdout.map(Into::into),
        stderr: stderr.map(Into::into),
    })
}
