//! The HTTP server on loopback that the doubles share.

mod body;
mod message;
mod server;

pub(super) use self::body::{Disconnect, ReplyBody, Step};
pub(super) use self::message::{bearer_token, headers, json, read_json, response};
pub(super) use self::server::LoopbackServer;
