//! JSON-RPC 2.0 in both directions over one byte stream, independent of Copilot.
//!
//! A [`Peer`] makes calls and hands incoming messages to its [`Inbound`]. The reader awaits nothing
//! but the stream; frames are written by the caller while the pipe is free and by one task while it
//! is not.

mod decode;
mod dialect;
mod inbound;
mod incoming;
mod outgoing;
mod params;
mod peer;
mod pending;
mod reader;
mod responder;
mod writer;

pub(crate) use decode::{decode, decode_params};
pub(crate) use dialect::{Dialect, Translated};
pub(crate) use inbound::Inbound;
pub(crate) use outgoing::{CODE_INTERNAL, CODE_INVALID_PARAMS, CODE_METHOD_NOT_FOUND};
pub(crate) use params::{CallParams, to_json, unwritable};
pub(crate) use peer::Peer;
pub(crate) use responder::Responder;

#[cfg(test)]
mod tests;
