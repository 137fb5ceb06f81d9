//! How bytes reach the CLI: a child process, a socket, or memory.
#![doc = include_str!("../../docs/hostile-peers.md")]

pub(crate) mod drivers;
mod framing;
pub(crate) mod locate;
pub mod memory;
pub(crate) mod process;
mod streams;

#[cfg(any(test, feature = "testing"))]
pub(crate) use framing::write_frame;
pub(crate) use framing::{FRAME_LIMIT, FrameReader, write_parts};
pub use streams::Transport;
