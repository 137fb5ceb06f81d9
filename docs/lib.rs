//! The book: every program on its pages is compiled and run by `cargo test --doc`.
//!
//! A page holds one program that can be copied as it is, and below it what the program prints. In
//! the test the hidden line `copilot_sdk_book::play("page").await;` runs the program a second time,
//! as a process whose GitHub, models and files are played by [`stage`], and compares what it prints
//! with the page. Everything else on a page is an ordinary doctest.

#[cfg(doctest)]
mod pages;
pub mod stage;

pub use stage::play;
