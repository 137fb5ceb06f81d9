//! The pipes to a child.

use tokio::process::{ChildStdin, ChildStdout};

/// The pipes to the child. Dropping `stdin` asks the CLI to exit.
#[derive(Debug)]
pub(crate) struct Pipes {
    /// Present when the specification says [`Stdin::Piped`].
    pub(crate) stdin: Option<ChildStdin>,
    pub(crate) stdout: ChildStdout,
}

/// The pipes to the child, not yet registered with the runtime.
pub(super) struct RawPipes {
    pub(super) stdin: Option<std::process::ChildStdin>,
    pub(super) stdout: Option<std::process::ChildStdout>,
    pub(super) stderr: Option<std::process::ChildStderr>,
}
