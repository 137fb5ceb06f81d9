//! Everything that is tried in memory, against a scripted CLI.

mod delivery;
mod malformed;
mod questions;
mod stage;
mod turns;
