//! The connection to a Copilot CLI, and a session as an addressee on it.

mod live;
mod session_peer;

pub(crate) use live::{Connection, detach};
pub(crate) use session_peer::SessionPeer;
