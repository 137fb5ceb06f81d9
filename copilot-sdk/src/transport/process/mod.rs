//! The CLI as a child process: start, end and cleanup.
//!
//! Threads do the work, so that it continues while the tokio runtime shuts down: one waits for the
//! end of the child, one reads its stderr, and one exists while the child is being ended. A
//! separate process on Unix, the watchdog, and the Job Object on Windows, end the child after the
//! program has exited.

mod command;
mod exit;
mod grace;
mod handle;
mod lines;
mod pipes;
mod port;
mod spec;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub(crate) use self::exit::Exit;
pub(crate) use self::grace::GracePeriod;
pub(crate) use self::handle::Process;
pub(crate) use self::spec::{Environment, Spec, Stdin};
#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;
