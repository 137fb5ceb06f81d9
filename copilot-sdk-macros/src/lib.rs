//! The macros of `copilot-sdk`; use them through that crate.
