//! A scripted CLI, for measurements.

pub mod frame;
