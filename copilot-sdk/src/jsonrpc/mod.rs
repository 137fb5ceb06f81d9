//! JSON-RPC 2.0 in both directions over one byte stream; knows no word of Copilot.
//!
//! A [`Peer`] calls the other side and hands what the other side says to its [`Inbound`]. The
//! reader awaits nothing but the stream; frames are written from the caller while the pipe is free
//! and by one task while it is not.

mod message;
mod peer;
mod pending;
mod reader;
mod responder;
mod writer;

pub(crate) use message::{CODE_INTERNAL, CODE_METHOD_NOT_FOUND};
pub(crate) use peer::{Peer, decode};
pub(crate) use reader::Inbound;
pub(crate) use responder::Responder;

#[cfg(test)]
mod tests;
