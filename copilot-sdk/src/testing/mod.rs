//! Test your agent without an account: a model, or a whole CLI, that says what your test wrote
//! down.
//!
//! [`FakeRuntime`] plays the Copilot CLI itself, in memory: no process, no CLI to install, every
//! message in your hands. It is for the tests of your own program: tools, policies, what you do
//! with events and failures.
//!
//! [`ScriptedModel`] is a model server on this machine's loopback address. Point the provider of a
//! session at it and the real Copilot CLI runs its real agent loop, with your tools, hooks and
//! permissions, against the replies of your script. Nothing leaves the machine, nothing costs
//! money, and every run is the same.
//!
//! ```
//! use copilot_sdk::testing::{ModelReply, ScriptedModel};
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> copilot_sdk::Result<()> {
//! let model = ScriptedModel::start([
//!     ModelReply::tool("get_weather", json!({"city": "Lisbon"})),
//!     ModelReply::text("Take a coat."),
//! ])
//! .await?;
//! // Run the agent against `model.base_url()`, then look at what it asked the model:
//! for request in model.requests() {
//!     println!("{:?} {:?}", request.user_texts(), request.tool_results());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | to | use |
//! |---|---|
//! | say text, call tools, think, report usage | [`ModelReply`], [`ModelToolCall`], [`FinishReason`] |
//! | fail as providers do | [`ModelReply::error`], [`ModelReply::cut`], [`ModelReply::closed`] and their neighbours |
//! | answer according to the conversation | [`ScriptedModel::answering`] |
//! | stop a reply half-way, without sleeping | [`Hold`] |
//! | see what the agent sent | [`ScriptedModel::requests`], [`ModelRequest`] |
//! | run without a CLI | [`FakeRuntime`], [`FakeSession`], [`FakeTurn`] |
//! | answer, or refuse, what the client asks | [`FakeRuntime::answer`], [`FakeRuntime::by_hand`], [`ClientCall`] |
//! | play back what a real CLI said | [`Trace`], [`FakeRuntime::replay`] |

mod fake;
mod http;
mod model;

pub use fake::{ClientCall, FakeRuntime, FakeSession, FakeTurn, Trace};
pub use model::{
    FinishReason, Hold, ModelApi, ModelReply, ModelRequest, ModelToolCall, ScriptedModel,
    SeenToolResult,
};

// The examples of the guide are compiled and run with those of this page.
#[cfg(doctest)]
#[doc = include_str!("../../docs/testing.md")]
struct Guide;
