//! Test doubles, to test an agent without an account.
//!
//! [`ScriptedModel`] is a model server on loopback. Use it as the provider of a session, and the
//! real Copilot CLI runs its agent loop, with your tools, hooks and permissions, against the
//! replies of a script. Nothing leaves the machine, and every run is the same.
//!
//! [`FakeGitHub`] is GitHub on loopback: with it the real CLI signs in, lists models, reports
//! quotas and calls GitHub's models offline.
//!
//! [`FakeRuntime`] is a scripted CLI in memory: no process, no installation. Use it to test your
//! own program: tools, policies, and the handling of events and failures.
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
//! // Run the agent with `model.provider()`, then look at its requests:
//! for request in model.requests() {
//!     println!("{:?} {:?}", request.user_texts(), request.tool_results());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | to | use |
//! |---|---|
//! | reply with text, tool calls, reasoning, usage | [`ModelReply`], [`ModelToolCall`] |
//! | fail like a provider | [`ModelReply::error`], [`ModelReply::cut`], [`ModelReply::closed`] |
//! | reply depending on the conversation | [`ScriptedModel::answering`] |
//! | stop in the middle of a reply, without sleeping | [`Hold`] |
//! | inspect the requests of the agent | [`ScriptedModel::requests`], [`ModelRequest`] |
//! | sign in, list models, use tokens | [`FakeGitHub`], [`GitHubModel`], [`GitHubRequest`] |
//! | run without a CLI | [`FakeRuntime`], [`FakeSession`], [`FakeTurn`] |
//! | answer or refuse calls of the client | [`FakeRuntime::answer`], [`FakeRuntime::by_hand`] |
//! | replay a recorded CLI | [`Trace`], [`FakeRuntime::replay`] |
//!
//! The book has a page with a complete program: `docs/src/testing.md` in the repository.

mod fake;
mod github;
mod http;
mod model;

pub use fake::{ClientCall, FakeRuntime, FakeSession, FakeTurn, Trace};
pub use github::{FakeGitHub, GitHubModel, GitHubRequest};
pub use model::{
    FinishReason, Hold, ModelApi, ModelReply, ModelRequest, ModelToolCall, ScriptedModel,
    SeenToolResult,
};

// Runs the examples of the guide as tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/testing.md")]
struct Guide;
