//! Everything that is tried on the real, pinned CLI, with a scripted model and no network.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that something is wrong"
)]

mod abandoned;
mod agents;
mod approval;
mod attachments;
mod bad_input;
mod calls;
mod canary;
mod client;
mod compaction;
mod contract;
mod cut_off;
mod directories;
mod filters;
mod finish_reasons;
mod github;
mod hooks;
mod logs;
mod macros;
mod mcp;
mod mcp_http;
mod mcp_server;
mod models;
mod multi_client;
mod options;
mod parameters;
mod permission;
mod process;
mod prompts;
mod providers;
mod questions;
mod restart;
mod resume;
mod retry;
mod rewind;
mod server;
mod session;
mod session_fs;
mod session_hooks;
mod special_paths;
mod stress;
mod surroundings;
mod telemetry;
mod tool_hooks;
mod tools;
mod transport;
mod unloaded;
