//! Write an ordinary function, put `#[tool]` on it, and the GitHub Copilot CLI's agent can call it.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod error;
pub mod ids;
#[cfg(feature = "testing")]
pub mod testing;

pub use error::{Error, ErrorKind, Result};
