//! What an HTTP client sees of the scripted model; the CLI's view is tested with the CLI itself.

mod chat;
pub(in crate::testing) mod client;
mod faults;
mod messages;
mod requests;
mod responses;
mod timing;
