//! Everything that is tried on the real, pinned CLI, with a scripted model and no network.

mod bad_input;
mod client;
mod contract;
mod fake;
mod hooks;
mod macros;
mod mcp_server;
mod permission;
mod process;
mod questions;
mod attachments;
mod calls;
mod contract;
mod options;
mod permission;
mod process;
mod providers;
mod resume;
mod session;
mod tools;
mod transport;
