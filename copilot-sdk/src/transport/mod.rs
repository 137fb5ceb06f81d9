//! How bytes reach the CLI: a child process, a socket, or memory.
#![doc = include_str!("../../docs/hostile-peers.md")]

pub(crate) mod drivers;
mod framing;
pub(crate) mod locate;
pub mod memory;
pub(crate) mod process;

use std::fmt;

use tokio::io::{AsyncRead, AsyncWrite};

#[cfg(any(test, feature = "testing"))]
pub(crate) use framing::write_frame;
pub(crate) use framing::{FRAME_LIMIT, FrameReader, write_parts};

/// A bidirectional byte stream to a CLI.
///
/// Created from any two streams with [`Transport::new`], or by [`memory::pair`] for tests.
pub struct Transport {
    pub(crate) reader: Box<dyn AsyncRead + Send + Unpin>,
    pub(crate) writer: Box<dyn AsyncWrite + Send + Unpin>,
}

impl Transport {
    /// Creates a transport over two streams: `reader` receives from the CLI, `writer` sends to it.
    pub fn new(
        reader: impl AsyncRead + Send + Unpin + 'static,
        writer: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Self {
        Self { reader: Box::new(reader), writer: Box::new(writer) }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}
