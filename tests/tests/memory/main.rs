//! Everything that is tried in memory, against a scripted CLI.

mod delivery;
mod handlers;
mod malformed;
mod questions;
mod stage;
mod turns;
