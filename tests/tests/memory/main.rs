//! Everything that is tried in memory, against a scripted CLI.

mod stage;
mod turns;
