//! Harm done to the real CLI, and the ends of programs that use it: what a client lives through,
//! and what it leaves behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod ends;
mod kills;
mod questions;
mod stops;
