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
mod budgets;
mod calls;
mod canary;
mod canvases;
mod client;
mod compaction;
mod contract;
mod cut_off;
mod directories;
mod filters;
mod finish_reasons;
mod github;
mod github_telemetry;
mod hooks;
mod later;
mod logs;
mod macros;
mod mcp;
mod mcp_http;
mod mcp_server;
mod model_requests;
mod models;
mod multi_client;
mod operating;
mod options;
mod parameters;
mod permission;
mod process;
mod prompts;
mod providers;
mod questions;
mod requests;
mod restart;
mod resume;
mod retry;
mod rewind;
mod sampling;
mod server;
mod session;
mod session_calls;
mod session_fs;
mod session_hooks;
mod skill_provider;
mod special_paths;
mod stress;
mod surroundings;
mod telemetry;
mod tool_hooks;
mod tools;
mod transport;
mod unloaded;
