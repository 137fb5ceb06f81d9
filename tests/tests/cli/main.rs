//! Everything that is tried on the real, pinned CLI, with a scripted model and no network.

mod attachments;
mod bad_input;
mod calls;
mod client;
mod contract;
mod hooks;
mod macros;
mod mcp_server;
mod options;
mod permission;
mod process;
mod providers;
mod questions;
mod resume;
mod session;
mod tools;
mod transport;
