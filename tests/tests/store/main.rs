//! Sessions on an object store, with the real, pinned CLI.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that something is wrong"
)]

mod contract;
mod hand_over;
mod later;
mod machine;
mod observed;
mod outage;
mod requests;
mod tools;
