//! What both sides of a connection see, in memory.

mod answers;
mod connection;
mod remote;
mod requests;
