//! Routes events and requests of the CLI to the sessions of a server.
//!
//! A router belongs to its server and outlives its connections.

mod inbox;
mod place;
mod registration;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod router;
mod unrouted;

pub(crate) use inbox::{Inbox, Reopen, ServerInbox};
pub(crate) use place::Place;
pub(crate) use registration::{Opened, Registration, give_back, open_unnamed};
pub(crate) use router::Router;
