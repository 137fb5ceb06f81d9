//! Everything that is tried in memory, against a scripted CLI.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod answers;
mod asking;
mod budgets;
mod callbacks;
mod calls;
mod cancel;
mod cloud;
mod delivery;
mod frozen;
mod generated;
mod handlers;
mod hostile;
mod large;
mod later;
mod metrics;
mod model_requests;
mod older_cli;
mod opening;
mod operating;
mod options;
mod permissions;
mod protocol2;
mod questions;
mod reconnect;
mod replies;
mod requests;
mod resumed;
mod retry;
mod session_fs;
// It runs POSIX shells.
#[cfg(unix)]
mod shell_lines;
mod stage;
mod stored_sessions;
mod tool_calls;
mod turns;
mod twice;
mod unloaded;
