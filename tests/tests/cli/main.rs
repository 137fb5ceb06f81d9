//! Everything that is tried on the real, pinned CLI, with a scripted model and no network.

mod attachments;
mod calls;
mod contract;
mod options;
mod permission;
mod process;
mod providers;
mod resume;
mod session;
mod tools;
