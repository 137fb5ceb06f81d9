//! The scripted CLI.
//!
//! Messages from the client travel `pipe` -> `server`, which records them and answers those that
//! have a canned response. Messages from the script go into the `outbox`. `session` and `turn`
//! send the events of the agent.

mod call;
mod canned;
mod connection;
mod outbox;
mod pipe;
mod runtime;
mod server;
mod session;
#[cfg(test)]
mod tests;
mod trace;
mod turn;

pub use self::call::ClientCall;
pub use self::runtime::FakeRuntime;
pub use self::session::FakeSession;
pub use self::trace::Trace;
pub use self::turn::FakeTurn;
