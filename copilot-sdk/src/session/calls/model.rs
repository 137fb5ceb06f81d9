//! The model of a live session.

use std::fmt;
use std::future::IntoFuture;

use futures_core::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use serde_json::value::RawValue;

use super::super::Session;
use crate::config::unknown;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    self, CapabilityOverride, ContextTier, Model, ReasoningEffort, ReasoningSummary, Verbosity,
};

/// The model that a session uses (wire type `CurrentModel`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CurrentModel {
    /// Its id (wire name `modelId`); none before the CLI has chosen one.
    pub model_id: Option<String>,
    /// The provider that it belongs to (wire name `providerId`), where it has one.
    pub provider_id: Option<String>,
    /// How much it thinks (wire name `reasoningEffort`); none for its default.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// How much context it is given room for (wire name `contextTier`); none for its default.
    pub context_tier: Option<ContextTier>,
}

/// What came of a change of the model (wire type `ModelSwitchToResult`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ModelChange {
    /// The CLI's word for the outcome (wire name `status`): `applied`, also for a change that is
    /// deferred.
    pub status: Option<String>,
    /// Whether the change waits for the end of the running turn (wire name `deferred`).
    #[serde(deserialize_with = "crate::nullable::null_as_default")]
    pub deferred: bool,
    /// What people are told (wire name `message`).
    pub message: Option<String>,
    /// What people are warned of (wire name `warning`).
    pub warning: Option<String>,
    /// What people are told of a model that will be withdrawn (wire name `deprecationWarnings`).
    #[serde(deserialize_with = "crate::nullable::null_as_default")]
    pub deprecation_warnings: Vec<String>,
    /// Why the choice was not stored, where it was not (wire name `persistenceError`).
    pub persistence_error: Option<String>,
    /// The model in use now (wire name `modelId`): the former one while the change is deferred.
    pub model_id: Option<String>,
    /// The same with its settings (wire name `modelState`).
    pub model_state: Option<CurrentModel>,
}

/// The new model takes less than the conversation has, and the CLI wants to hear that this is meant
/// (wire type `ModelSwitchConfirmation`).
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Confirmation {
    #[serde(rename = "targetModelDisplayName")]
    model: String,
    current_tokens: f64,
    target_limit: f64,
}

impl Confirmation {
    /// The failure of a change that waits for this.
    pub(super) fn error(&self) -> Error {
        let Self { model, current_tokens, target_limit } = self;
        let text = format!(
            "the model was not changed: the conversation has {current_tokens} tokens, and {model} \
             takes {target_limit}: \
             `compact` the session before"
        );
        Error::new(ErrorKind::Rpc, text)
    }
}

/// A change of the model that is made when this is awaited; made by [`Session::set_model`].
#[must_use = "the model stays as it is until this is awaited"]
pub struct SetModel<'a> {
    session: &'a Session,
    request: Request,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Request {
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
    /// `null`, the one that is not the same as absent: absent keeps what the session has.
    Default,
}

impl Session {
    /// Goes on with another model (wire method `session.model.switchTo`); `.await` it, after
    /// setting what else changes. While a turn is running, the change waits for its end
    /// ([`ModelChange::deferred`]).
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
    /// [`ErrorKind::Config`] when a word is not known, [`ErrorKind::Rpc`] when the CLI refuses, or
    /// wants the conversation to be [shortened](Self::compact) before.
    pub fn set_model(&self, id: impl Into<String>) -> SetModel<'_> {
        let request = Request {
            model_id: id.into(),
            reasoning_effort: None,
            reasoning_summary: None,
            verbosity: None,
            context_tier: None,
            model_capabilities: None,
        };
        SetModel { session: self, request }
    }

    /// The model that the session uses now (wire method `session.model.getCurrent`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] when the session is over.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn current_model(&self) -> Result<CurrentModel> {
        self.call("session.model.getCurrent", Map::new()).await
    }

    /// The models that the session can use, those of its providers among them (wire method
    /// `session.model.list`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] when the session is over.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn models(&self) -> Result<Vec<Model>> {
        let answer: Box<RawValue> = self.call("session.model.list", Map::new()).await?;
        model::read_list(&answer).map_err(|error| {
            let text = "the answer to `session.model.list` is no list of models";
            Error::new(ErrorKind::Protocol, text).with_source(error).in_session(self.id())
        })
    }
}

impl SetModel<'_> {
    /// How much the new model thinks (wire name `reasoningEffort`). Default: what the session has,
    /// also when an earlier change set it;
    /// [`default_reasoning_effort`](Self::default_reasoning_effort) gives that up.
    pub fn reasoning_effort(mut self, effort: impl Into<ReasoningEffort>) -> Self {
        self.request.reasoning_effort = Some(Effort::Of(effort.into()));
        self
    }

    /// The new model thinks as much as it does by itself (wire name `reasoningEffort`, `null`).
    pub fn default_reasoning_effort(mut self) -> Self {
        self.request.reasoning_effort = Some(Effort::Default);
        self
    }

    /// What is shown of its thoughts (wire name `reasoningSummary`). Default: what the session has.
    pub fn reasoning_summary(mut self, summary: impl Into<ReasoningSummary>) -> Self {
        self.request.reasoning_summary = Some(summary.into());
        self
    }

    /// How long its answers are (wire name `verbosity`). Default: what the session has.
    pub fn verbosity(mut self, verbosity: impl Into<Verbosity>) -> Self {
        self.request.verbosity = Some(verbosity.into());
        self
    }

    /// How much context it is given room for (wire name `contextTier`). Default: its own, whatever
    /// the session had.
    pub fn context_tier(mut self, tier: impl Into<ContextTier>) -> Self {
        self.request.context_tier = Some(tier.into());
        self
    }

    /// Corrects what the CLI believes about it (wire name `modelCapabilities`). Default: nothing is
    /// corrected.
    pub fn model_capabilities(mut self, capabilities: CapabilityOverride) -> Self {
        self.request.model_capabilities = Some(capabilities);
        self
    }
}

impl Request {
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.model_id.trim().is_empty() {
            problems.push("set_model: the id is empty: name a model".to_owned());
        }
        if let Some(Effort::Of(word @ ReasoningEffort::Unknown(_))) = &self.reasoning_effort {
            problems.push(unknown(
                "reasoning_effort",
                word,
                &["low", "medium", "high", "xhigh", "max"],
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
        problems.extend(self.model_capabilities.iter().flat_map(CapabilityOverride::check));
        problems
    }
}

impl<'a> IntoFuture for SetModel<'a> {
    type Output = Result<ModelChange>;
    type IntoFuture = BoxFuture<'a, Result<ModelChange>>;

    fn into_future(self) -> Self::IntoFuture {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(flatten)]
            change: ModelChange,
            #[serde(default)]
            confirmation: Option<Confirmation>,
        }
        Box::pin(async move {
            Error::check(self.request.problems())
                .map_err(|error| error.in_session(self.session.id()))?;
            let answer: Answer = self.session.call("session.model.switchTo", self.request).await?;
            match answer.confirmation {
                None => Ok(answer.change),
                Some(confirmation) => Err(confirmation.error().in_session(self.session.id())),
            }
        })
    }
}

impl fmt::Debug for SetModel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetModel").field("request", &self.request).finish_non_exhaustive()
    }
}
