//! Many sessions, large messages and slow readers: everything is delivered, and memory stays within
//! what is documented.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod budget;
mod large;
mod refusals;
mod remembered;
mod sessions;
mod stage;
mod subscribers;

use peak_alloc::PeakAlloc;

/// Counts the bytes that this process has allocated.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;
