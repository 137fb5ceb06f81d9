//! One connection between a fake CLI and a client.

use std::sync::Arc;

use tokio::task::{AbortHandle, JoinSet};

use super::outbox::outbox;
use super::pipe;
use super::server::FakeServer;
use crate::transport::{FRAME_LIMIT, FrameReader, Transport, memory};

/// The server and the two tasks of its connection.
///
/// Dropping this ends the tasks, and with them the connection.
pub(super) struct FakeConnection {
    pub(super) server: Arc<FakeServer>,
    reader: AbortHandle,
    _tasks: JoinSet<()>,
}

impl FakeConnection {
    /// Opens a connection in memory and returns the client's end of it.
    pub(super) fn open() -> (Self, Transport) {
        let (near, far) = memory::pair();
        let (outbox, queue) = outbox();
        let server = Arc::new(FakeServer::new(outbox));
        let mut tasks = JoinSet::new();
        tasks.spawn(pipe::write(far.writer, queue));
        let frames = FrameReader::new(far.reader, FRAME_LIMIT);
        let reader = tasks.spawn(pipe::read(frames, Arc::clone(&server)));
        (Self { server, reader, _tasks: tasks }, near)
    }

    /// Stops reading for good, as a dead process does.
    pub(super) fn stop_reading(&self) {
        self.reader.abort();
    }
}
