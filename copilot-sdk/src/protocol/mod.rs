//! The types of the CLI's protocol: params and results of methods, and payloads of events.
//!
//! They carry the names of the CLI's own schemas. The feature `rpc-mcp` turns on the module `mcp`,
//! and so on; `events` turns on the module `events`, for
//! [`Event::data_as`](crate::Event::data_as). What several of them use is in [`shared`]. The
//! methods themselves are in the module `rpc`. All this is generated from the schemas of CLI
//! [`VERSION`](crate::cli::VERSION).
//!
//! # Objects
//!
//! Every object is a struct with public fields; optional ones are `Option`s. A later version of
//! this crate may add fields, so write the others as `..Default::default()`:
//!
//! ```
//! # #[cfg(feature = "rpc-session")] {
//! use copilot_sdk::protocol::session::PlanUpdateRequest;
//!
//! let params = PlanUpdateRequest { content: "1. Measure".to_owned(), ..Default::default() };
//! # }
//! ```
//!
//! # Reading
//!
//! No value makes reading fail. `null` counts as absent, and an absent required field is empty.
//! Words and union members that this version does not know are kept in `Unknown` and `Other`;
//! fields that it does not know, and values that do not fit their field, are kept in the field
//! `extra` of their object, and written back.
//!
//! `Debug` output does not contain texts of fields whose names speak of tokens, keys and the like.

#[cfg(feature = "rpc-account")]
pub mod account;
mod debug;
mod entries;
#[cfg(feature = "events")]
pub mod events;
mod extra;
mod fields;
#[cfg(feature = "rpc-host")]
pub mod host;
mod macros;
#[cfg(feature = "rpc-mcp")]
pub mod mcp;
#[cfg(feature = "rpc-models")]
pub mod models;
#[cfg(feature = "rpc-plugins")]
pub mod plugins;
#[cfg(feature = "rpc-session")]
pub mod session;
pub mod shared;
#[cfg(feature = "rpc-tasks")]
pub mod tasks;
#[cfg(test)]
mod tests;
#[cfg(feature = "rpc-tools")]
pub mod tools;
pub(crate) mod wire;

pub use entries::Entries;
pub use extra::Extra;
