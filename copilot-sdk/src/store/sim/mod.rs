//! The store under random interleavings, with everything going wrong that may.
//!
//! A world is made from a seed: several processes open one session, at any time, as if no lease
//! lasted; they write, fold, delete and release it; they pause for any time and crash between any
//! two requests; requests are lost, denied, answered late or wrongly, or carried out long after,
//! and listings break off. The same seed makes the same world. At the end, what each holder began
//! with is compared with what was acknowledged.

mod chance;
mod faults;
mod history;
mod process;
mod tests;
mod watched;
mod world;

pub(super) use watched::{Outage, Trap, Watched};
