//! Everything that is tried in memory, against a scripted CLI.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod calls;
mod cloud;
mod delivery;
mod handlers;
mod large;
mod malformed;
mod opening;
mod options;
mod permissions;
mod questions;
mod reconnect;
mod requests;
mod resumed;
mod shell_lines;
mod stage;
mod tool_calls;
mod turns;
mod twice;
