//! In-memory connections, for tests.

use super::Transport;

const CAPACITY: usize = 256 * 1024;

/// Creates the two ends of an in-memory connection: what one writes, the other reads.
///
/// Each direction buffers up to 256 KiB before its writer waits.
///
/// ```
/// let (ours, the_clis) = copilot_sdk::transport::memory::pair();
/// # drop((ours, the_clis));
/// ```
pub fn pair() -> (Transport, Transport) {
    // Two one-way pipes: dropping a writer ends the other side's reader, as with a child's stdin.
    let (near_writer, far_reader) = tokio::io::duplex(CAPACITY);
    let (far_writer, near_reader) = tokio::io::duplex(CAPACITY);
    (Transport::new(near_reader, near_writer), Transport::new(far_reader, far_writer))
}
