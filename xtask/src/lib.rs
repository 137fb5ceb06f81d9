//! Tasks of this repository: `cargo run -p xtask -- protocol` and `cargo run -p xtask -- pin
//! VERSION`.
#![expect(clippy::indexing_slicing, reason = "JSON has `null` where there is nothing")]

pub mod cli;
mod domains;
mod model;
mod names;
mod payloads;
pub mod pin;
pub mod protocol;
mod read;
mod render;
mod surface;
