//! The scripted model.
//!
//! A request travels `server` -> `recorder`, which records it and takes a reply from the script ->
//! `encode`, which writes the reply in one of the three wire forms `chat`, `responses` and
//! `messages` -> `transmit`, which sends it piece by piece.

mod api;
mod chat;
mod completion;
mod conversation;
mod encode;
mod hold;
mod messages;
mod recorder;
mod reply;
mod request;
mod responses;
mod scripted;
mod server;
mod sse;
mod tool_call;
mod transmit;

#[cfg(test)]
pub(super) mod tests;

pub use self::api::ModelApi;
pub use self::conversation::SeenToolResult;
pub use self::hold::Hold;
pub use self::reply::{FinishReason, ModelReply};
pub use self::request::ModelRequest;
pub use self::scripted::ScriptedModel;
pub use self::tool_call::ModelToolCall;

pub(super) use self::recorder::Recorder;
pub(super) use self::server::answer_model_call;
