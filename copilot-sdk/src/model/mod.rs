//! Models: the account's models, their capabilities, and the settings a session uses them with.
//!
//! [`Client::models`](crate::Client::models) lists the models; a session names one by its id.
//!
//! ```no_run
//! # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
//! use copilot_sdk::model::ReasoningEffort;
//!
//! for model in client.models().await? {
//!     println!("{} ({})", model.id, model.name);
//! }
//! let session =
//!     client.session().model("gpt-5").reasoning_effort(ReasoningEffort::High).create().await?;
//! # Ok(())
//! # }
//! ```
//!
//! [`Session::set_model`](crate::Session::set_model) changes the model of a live session, and
//! [`Session::current_model`](crate::Session::current_model) reads it. Custom models come from a
//! [`provider`](crate::provider); [`CapabilityOverride`] declares the capabilities of such a model.
//! [`InfiniteSessions`] sets when the CLI compacts a long conversation.

mod capabilities;
mod context;
mod list;

pub use capabilities::{
    AdaptiveThinking, CapabilityOverride, ModelLimits, ModelSupports, VisionLimits,
};
pub use context::{ContextTier, InfiniteSessions, ReasoningEffort, ReasoningSummary, Verbosity};
pub(crate) use list::read_list;
pub use list::{Model, ModelBilling, ModelPolicyState, TokenPrices};
