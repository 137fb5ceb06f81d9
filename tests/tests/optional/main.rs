//! Features of the crate that need large libraries, with the real CLI.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic that something is wrong"
)]

mod forwarder;
mod session_database;
mod surroundings;
