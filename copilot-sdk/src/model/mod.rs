//! Models: which there are, what they can do, and how they are used.

mod capabilities;
mod context;
mod list;

pub use capabilities::{
    AdaptiveThinking, CapabilityOverride, ModelLimits, ModelSupports, VisionLimits,
};
pub use context::{ContextTier, InfiniteSessions, ReasoningEffort, ReasoningSummary, Verbosity};
pub(crate) use list::read_list;
pub use list::{Model, ModelBilling, ModelPolicyState, TokenPrices};
