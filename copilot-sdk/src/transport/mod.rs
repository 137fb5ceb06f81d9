//! How bytes reach the CLI: a child process, a socket, or memory.
#![doc = include_str!("../../docs/hostile-peers.md")]

pub(crate) mod drivers;
mod framing;
pub(crate) mod locate;
pub mod memory;
pub(crate) mod process;

use std::fmt;

use tokio::io::{AsyncRead, AsyncWrite};

pub(crate) use framing::{FRAME_LIMIT, FrameReader, write_frame};

/// The two directions of a byte stream that speaks the CLI's protocol.
///
/// Made by [`memory::pair`] for tests, or from any streams of your own with [`Transport::new`].
pub struct Transport {
    pub(crate) reader: Box<dyn AsyncRead + Send + Unpin>,
    pub(crate) writer: Box<dyn AsyncWrite + Send + Unpin>,
}

impl Transport {
    /// A transport over two streams: `reader` carries what the CLI says, `writer` what this program
    /// says.
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
