//! Custom model providers (BYOK): the server and its credentials.
//!
//! ```
//! use copilot_sdk::provider::Provider;
//!
//! let local = Provider::local("http://localhost:11434/v1");
//! let azure = Provider::azure("https://my-resource.openai.azure.com").api_key("key from a vault");
//! ```
//!
//! The CLI does not store the provider: set it again when resuming a session. Keys and tokens are
//! never shown by `Debug`.
//!
//! The book has a page with a complete program: `docs/src/providers.md` in the repository.
//!
//! # Default parameters
//!
//! The CLI derives what a model supports from the session's model (or [`Provider::model_id`]) and
//! sends parameters on its own. It treats most names that it knows as reasoning models, also those
//! that are not, such as `gpt-4`, `gpt-4o`, `gpt-3.5-turbo` and `claude-3-haiku`:
//!
//! | API | known names | other names, or [`ReasoningEffort::None`] |
//! |---|---|---|
//! | chat completions, Azure | `reasoning_effort: "medium"`, `temperature: 1` | `temperature: 0`, `top_p: 0.95`, `frequency_penalty: 0`, `presence_penalty: 0` |
//! | Anthropic | `thinking`, `temperature: 1` | `temperature: 0`; with `None` also `thinking: {"type": "disabled"}` |
//! | responses | `reasoning` with `effort` and `summary` | `reasoning` with `summary`; with `None` `effort: "none"` instead |
//!
//! Servers answer 400 to parameters that the model does not support. What to do:
//!
//! - **The model does not reason** (`gpt-4`, `gpt-4o`, `gpt-3.5-turbo`; the error names
//!   `reasoning_effort` or `thinking`): set [`ReasoningEffort::None`]. It also applies to models
//!   that the session switches to later.
//! - **A reasoning model has a name of your own** (the error names `temperature` or `top_p`): set
//!   an effort, such as [`ReasoningEffort::Medium`]; or give the session the well-known name, and
//!   your own as [`Provider::wire_model`].
//! - **The server accepts none of these parameters:** use [`WireApi::Responses`], the only API
//!   without sampling parameters, with [`ReasoningSummary::None`], which leaves `reasoning` empty.
//!   Over chat completions the CLI always sends a temperature.
//!
//! ```
//! use copilot_sdk::model::ReasoningEffort;
//! use copilot_sdk::{Provider, SessionBuilder};
//!
//! fn gpt_4(session: SessionBuilder, key: String) -> SessionBuilder {
//!     let azure = Provider::azure("https://my-resource.openai.azure.com").api_key(key);
//!     session.model("gpt-4").provider(azure).reasoning_effort(ReasoningEffort::None)
//! }
//! ```
//!
//! [`ReasoningEffort::None`]: crate::model::ReasoningEffort::None
//! [`ReasoningEffort::Medium`]: crate::model::ReasoningEffort::Medium
//! [`ReasoningSummary::None`]: crate::model::ReasoningSummary::None

mod check;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod provider;
mod registry;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use provider::ProviderParams;
pub use provider::{DEFAULT_AZURE_API_VERSION, Provider, ProviderKind, ProviderTransport, WireApi};
pub use registry::ProviderModel;
pub(crate) use registry::{Registry, SESSION_PROVIDER};
pub(crate) use token::TokenHandler;
pub use token::TokenRequest;
