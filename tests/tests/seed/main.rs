//! The reference of the Python package, section by section: what it names works here, on the wire
//! and for the model.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod byok;
mod client;
mod constraints;
mod define_tool;
mod events;
mod hooks;
mod low_level_tools;
mod sessions;
mod stage;
