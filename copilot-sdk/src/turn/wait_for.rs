//! The ends of a turn to choose from.

/// Which event ends a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum WaitFor {
    /// The agent has answered (event `assistant.idle`); background work may still be running.
    #[default]
    Reply,
    /// Background agents and shells have finished as well (event `session.idle`).
    AllTasks,
}
