//! The Copilot CLI on this machine: which version this crate is made for, where it is kept.

mod cache;
#[cfg(test)]
pub(crate) mod testing;

pub(crate) use self::cache::Cache;

/// The version of the Copilot CLI that this crate is made for and tested with.
pub const VERSION: &str = "1.0.102";
