//! Everything that is tried on the real, pinned CLI, with a scripted model and no network.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that something is wrong"
)]

mod agents;
mod approval;
mod attachments;
mod bad_input;
mod calls;
mod canary;
mod client;
mod contract;
mod directories;
mod github;
mod hooks;
mod macros;
mod mcp;
mod mcp_http;
mod mcp_server;
mod models;
mod multi_client;
mod options;
mod permission;
mod process;
mod prompts;
mod providers;
mod questions;
mod requests;
mod restart;
mod restart_kills;
mod restart_questions;
mod restart_stops;
mod resume;
mod rewind;
mod server;
mod session;
mod session_hooks;
mod special_paths;
mod surroundings;
mod telemetry;
mod tool_hooks;
mod tools;
mod transport;
