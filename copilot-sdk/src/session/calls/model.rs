//! The model of a live session.

use std::fmt;
use std::future::IntoFuture;

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::Map;
use serde_json::value::RawValue;

use super::super::Session;
use crate::config::unknown;
use crate::error::{Error, ErrorKind, Result};
use crate::jsonrpc::decode;
use crate::model::{
    self, CapabilityOverride, ContextTier, Model, ReasoningEffort, ReasoningSummary, Verbosity,
};
use crate::payload::answers;

answers! {
    /// The current model of a session (wire type `CurrentModel`).
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct CurrentModel {
        /// The id (wire name `modelId`); `None` until the CLI has chosen a model.
        pub model_id: Option<String> = "modelId",
        /// The provider it belongs to, if any (wire name `providerId`).
        pub provider_id: Option<String> = "providerId",
        /// The reasoning effort (wire name `reasoningEffort`); `None` means the model's default.
        pub reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// The context size tier (wire name `contextTier`); `None` means the model's default.
        pub context_tier: Option<ContextTier> = "contextTier",
    }

    /// The result of a model change (wire type `ModelSwitchToResult`).
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct ModelChange {
        /// The outcome as reported by the CLI (wire name `status`): `applied`, even if the change
        /// is deferred.
        pub status: Option<String> = "status",
        /// Whether the change takes effect after the running turn (wire name `deferred`).
        pub deferred: bool = "deferred",
        /// A message for the user (wire name `message`).
        pub message: Option<String> = "message",
        /// A warning for the user (wire name `warning`).
        pub warning: Option<String> = "warning",
        /// Deprecation notices for the user (wire name `deprecationWarnings`).
        pub deprecation_warnings: Vec<String> = "deprecationWarnings",
        /// Why the choice could not be stored, if so (wire name `persistenceError`).
        pub persistence_error: Option<String> = "persistenceError",
        /// The model in use now (wire name `modelId`); still the previous one if the change is
        /// deferred.
        pub model_id: Option<String> = "modelId",
        /// The model in use now, with its settings (wire name `modelState`).
        pub model_state: Option<CurrentModel> = "modelState",
    }

    /// A request to confirm a switch to a model whose context is too small for the conversation
    /// (wire type `ModelSwitchConfirmation`).
    #[derive(Debug, Clone, Default, PartialEq)]
    pub(super) struct Confirmation {
        model: String = "targetModelDisplayName",
        current_tokens: f64 = "currentTokens",
        target_limit: f64 = "targetLimit",
    }
}

impl Confirmation {
    /// The error of a change that needs this confirmation.
    pub(super) fn error(&self) -> Error {
        let Self { model, current_tokens, target_limit } = self;
        let text = format!(
            "the model was not changed: the conversation has {current_tokens} tokens, and {model} \
             takes {target_limit}: `compact` the session before"
        );
        Error::new(ErrorKind::Rpc, text)
    }
}

/// A model change request, created by [`Session::set_model`]; runs when awaited.
#[must_use = "the model stays as it is until this is awaited"]
pub struct SetModel<'a> {
    session: &'a Session,
    request: SwitchRequest,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SwitchRequest {
    model_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<Effort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_summary: Option<ReasoningSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verbosity: Option<Verbosity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context_tier: Option<ContextTier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_capabilities: Option<CapabilityOverride>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Effort {
    Of(ReasoningEffort),
    /// Sent as `null`, which resets the value; an absent field keeps the session's.
    Default,
}

impl Session {
    /// Switches the session to another model (wire method `session.model.switchTo`). Set further
    /// options on the returned [`SetModel`], then `.await` it. During a turn, the change takes
    /// effect when the turn ends ([`ModelChange::deferred`]).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::model::ReasoningEffort;
    ///
    /// session.set_model("gpt-5").reasoning_effort(ReasoningEffort::High).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] for an unknown option value, [`ErrorKind::Rpc`] if the CLI refuses, or
    /// if the conversation must be [compacted](Self::compact) first.
    pub fn set_model(&self, id: impl Into<String>) -> SetModel<'_> {
        let request = SwitchRequest {
            model_id: id.into(),
            reasoning_effort: None,
            reasoning_summary: None,
            verbosity: None,
            context_tier: None,
            model_capabilities: None,
        };
        SetModel { session: self, request }
    }

    /// The current model (wire method `session.model.getCurrent`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn current_model(&self) -> Result<CurrentModel> {
        self.call("session.model.getCurrent", Map::new()).await
    }

    /// The models available to the session, including those of its providers (wire method
    /// `session.model.list`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn models(&self) -> Result<Vec<Model>> {
        let answer: Box<RawValue> = self.call("session.model.list", Map::new()).await?;
        model::read_list(&answer).map_err(|error| {
            let text = "the answer to `session.model.list` is not a list of models";
            self.0.peer.error(ErrorKind::Protocol, text).with_source(error)
        })
    }
}

impl SetModel<'_> {
    /// The reasoning effort of the new model (wire name `reasoningEffort`). Defaults to the
    /// session's current value; [`default_reasoning_effort`](Self::default_reasoning_effort) resets
    /// it.
    pub fn reasoning_effort(mut self, effort: impl Into<ReasoningEffort>) -> Self {
        self.request.reasoning_effort = Some(Effort::Of(effort.into()));
        self
    }

    /// Resets the reasoning effort to the new model's default (wire name `reasoningEffort`, sent as
    /// `null`).
    pub fn default_reasoning_effort(mut self) -> Self {
        self.request.reasoning_effort = Some(Effort::Default);
        self
    }

    /// How reasoning is summarized (wire name `reasoningSummary`). Defaults to the session's
    /// current value.
    pub fn reasoning_summary(mut self, summary: impl Into<ReasoningSummary>) -> Self {
        self.request.reasoning_summary = Some(summary.into());
        self
    }

    /// The length of the answers (wire name `verbosity`). Defaults to the session's current value.
    pub fn verbosity(mut self, verbosity: impl Into<Verbosity>) -> Self {
        self.request.verbosity = Some(verbosity.into());
        self
    }

    /// The context size tier (wire name `contextTier`). Defaults to the new model's own, regardless
    /// of the session's current value.
    pub fn context_tier(mut self, tier: impl Into<ContextTier>) -> Self {
        self.request.context_tier = Some(tier.into());
        self
    }

    /// Overrides the capabilities the CLI assumes for the model (wire name `modelCapabilities`).
    /// None by default.
    pub fn model_capabilities(mut self, capabilities: CapabilityOverride) -> Self {
        self.request.model_capabilities = Some(capabilities);
        self
    }
}

impl SwitchRequest {
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.model_id.trim().is_empty() {
            problems.push("set_model: the id is empty: name a model".to_owned());
        }
        if let Some(Effort::Of(word @ ReasoningEffort::Unknown(_))) = &self.reasoning_effort {
            problems.push(unknown(
                "reasoning_effort",
                word,
                &["none", "minimal", "low", "medium", "high", "xhigh", "max"],
            ));
        }
        if let Some(word @ ReasoningSummary::Unknown(_)) = &self.reasoning_summary {
            problems.push(unknown("reasoning_summary", word, &["none", "concise", "detailed"]));
        }
        if let Some(word @ Verbosity::Unknown(_)) = &self.verbosity {
            problems.push(unknown("verbosity", word, &["low", "medium", "high"]));
        }
        if let Some(word @ ContextTier::Unknown(_)) = &self.context_tier {
            problems.push(unknown("context_tier", word, &["default", "long_context"]));
        }
        problems.extend(
            self.model_capabilities.as_ref().map(CapabilityOverride::check).unwrap_or_default(),
        );
        problems
    }
}

impl<'a> IntoFuture for SetModel<'a> {
    type Output = Result<ModelChange>;
    type IntoFuture = BoxFuture<'a, Result<ModelChange>>;

    fn into_future(self) -> Self::IntoFuture {
        answers! {
            struct Unconfirmed {
                confirmation: Option<Confirmation> = "confirmation",
            }
        }
        Box::pin(async move {
            let peer = &self.session.0.peer;
            peer.check(self.request.problems())?;
            let method = "session.model.switchTo";
            let answer: Box<RawValue> = self.session.call(method, self.request).await?;
            let asked = peer.locate(decode::<Unconfirmed>(method, Some(&answer)))?;
            peer.locate(match asked.confirmation {
                None => decode(method, Some(&answer)),
                Some(confirmation) => Err(confirmation.error()),
            })
        })
    }
}

impl fmt::Debug for SetModel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetModel").field("request", &self.request).finish_non_exhaustive()
    }
}
