//! Two streams of bytes, to and from a CLI.

use std::fmt;

use tokio::io::{AsyncRead, AsyncWrite};

/// A bidirectional byte stream to a CLI.
///
/// Created from any two streams with [`Transport::new`], or by
/// [`memory::pair`](super::memory::pair) for tests.
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
