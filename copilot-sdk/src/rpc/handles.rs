//! The entries of the methods.

use super::call::Caller;

/// The methods that belong to no session, from [`Client::rpc`](crate::Client::rpc).
#[derive(Debug, Clone)]
pub struct ClientRpc(pub(super) Caller);

/// The methods of one session, from [`Session::rpc`](crate::Session::rpc).
#[derive(Debug, Clone)]
#[cfg_attr(
    not(any(
        feature = "rpc-account",
        feature = "rpc-mcp",
        feature = "rpc-models",
        feature = "rpc-plugins",
        feature = "rpc-session",
        feature = "rpc-tasks",
        feature = "rpc-tools"
    )),
    expect(dead_code, reason = "the CLI itself has no methods of a session")
)]
pub struct SessionRpc(pub(super) Caller);

impl ClientRpc {
    pub(crate) fn new(caller: Caller) -> Self {
        Self(caller)
    }
}

impl SessionRpc {
    pub(crate) fn new(caller: Caller) -> Self {
        Self(caller)
    }
}
