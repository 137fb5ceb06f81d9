//! The phases of a server.

/// The phases of a client's CLI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServerPhase {
    /// Not started; the first use starts it.
    Idle,
    /// Being started.
    Starting,
    /// Connected.
    Running,
    /// It ended, and is being restarted.
    Restarting,
    /// It ended or could not be started, and is not restarted by itself.
    Failed,
    /// The client was stopped.
    Stopped,
}
