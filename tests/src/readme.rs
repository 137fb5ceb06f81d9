//! The README's examples are compiled, and run where they need no CLI.

#[doc = include_str!("../../README.md")]
struct Readme;
