//! Everything that is tried in memory, against a scripted CLI.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod calls;
mod cloud;
mod delivery;
mod generated;
mod handlers;
mod hostile;
mod large;
mod opening;
mod options;
mod questions;
mod reconnect;
mod requests;
mod resumed;
mod shell_lines;
mod stage;
mod turns;
mod twice;
