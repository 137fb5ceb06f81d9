//! Sessions on an object store, which other programs go on with.
//!
//! [`SessionStore`] keeps sessions on any [`object_store`]: S3 and what speaks its protocol, Google
//! Cloud Storage, Azure, a local directory, memory. A session has one writer at a time, which a
//! lease on the store sees to: no broker, no lock server, no clock.

#[cfg(test)]
mod attacks;
mod count;
#[cfg(test)]
mod denials;
mod files;
mod fork;
mod frame;
mod heartbeat;
mod held;
mod holder;
mod keep;
mod lease;
mod load;
mod names;
mod objects;
mod open;
#[cfg(test)]
mod outages;
mod path;
mod probe;
mod record;
mod rules;
#[cfg(test)]
mod runtimes;
mod session_store;
#[cfg(test)]
mod sim;
mod snapshot;
mod state;
mod stored;
mod take_over;
#[cfg(test)]
mod tests;
mod tree;
mod unused;
mod writer;

pub use object_store;
pub use session_store::SessionStore;
pub use stored::StoredSessionInfo;
