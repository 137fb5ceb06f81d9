//! Everything that is tried in memory, against a scripted CLI.

mod questions;
mod stage;
mod turns;
