//! Which model answers, how hard it thinks, and who pays.

use std::fmt;

use serde::Serialize;

use super::SessionBuilder;
use crate::model::{CapabilityOverride, ContextTier, ReasoningEffort, ReasoningSummary};
use crate::provider::{Provider, ProviderModel};
use crate::secret::Secret;

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::session) struct ModelOptions {
    #[serde(rename = "model", skip_serializing_if = "Option::is_none")]
    pub(in crate::session) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<ReasoningEffort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_summary: Option<ReasoningSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context_tier: Option<ContextTier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_capabilities: Option<CapabilityOverride>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_limits: Option<SessionLimits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_citations: Option<bool>,
    #[serde(rename = "gitHubToken", skip_serializing_if = "Option::is_none")]
    pub(in crate::session) github_token: Option<Secret>,
}

/// The CLI creates no session with fewer.
const MIN_AI_CREDITS: f64 = 30.0;

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionLimits {
    max_ai_credits: f64,
}

impl SessionBuilder {
    /// The model's name (wire name `model`). Default: the account's; required with a
    /// [`provider`](Self::provider), and `provider/id` for a
    /// [`provider_model`](Self::provider_model).
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.settings.plain.model.name = Some(model.into());
        self
    }

    /// How much the model thinks (wire name `reasoningEffort`). Default: the model's.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::model::ReasoningEffort;
    ///
    /// let session = client.session().model("gpt-5").reasoning_effort(ReasoningEffort::High).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reasoning_effort(mut self, effort: impl Into<ReasoningEffort>) -> Self {
        self.settings.plain.model.reasoning_effort = Some(effort.into());
        self
    }

    /// What is shown of the model's thoughts (wire name `reasoningSummary`). Default: the model's.
    /// Of the providers of your own, those with
    /// [`WireApi::Responses`](crate::provider::WireApi::Responses) hear of it, and of `Detailed` as
    /// `auto`.
    pub fn reasoning_summary(mut self, summary: impl Into<ReasoningSummary>) -> Self {
        self.settings.plain.model.reasoning_summary = Some(summary.into());
        self
    }

    /// How much context the model is given room for (wire name `contextTier`). Default: the
    /// model's.
    pub fn context_tier(mut self, tier: impl Into<ContextTier>) -> Self {
        self.settings.plain.model.context_tier = Some(tier.into());
        self
    }

    /// Corrects what the CLI believes about the model (wire name `modelCapabilities`). Default:
    /// nothing is corrected.
    pub fn model_capabilities(mut self, capabilities: CapabilityOverride) -> Self {
        self.settings.plain.model.model_capabilities = Some(capabilities);
        self
    }

    /// The model server to use instead of GitHub's (wire name `provider`). Default: GitHub's.
    pub fn provider(mut self, provider: Provider) -> Self {
        self.settings.provider = Some(provider);
        self
    }

    /// Registers one of several model servers under a name (wire name `providers`); its models are
    /// added with [`provider_model`](Self::provider_model).
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::provider::{Provider, ProviderModel};
    ///
    /// let session = client
    ///     .session()
    ///     .named_provider("local", Provider::local("http://localhost:11434/v1"))
    ///     .provider_model(ProviderModel::new("local", "small").wire_model("qwen3:4b"))
    ///     .provider_model(ProviderModel::new("local", "large").wire_model("qwen3:32b"))
    ///     .model("local/small")
    ///     .create()
    ///     .await?;
    /// session.set_model("local/large").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn named_provider(mut self, name: impl Into<String>, provider: Provider) -> Self {
        self.settings.registry.add_provider(name.into(), provider);
        self
    }

    /// Adds a model of a [`named_provider`](Self::named_provider) (wire name `models`), selected as
    /// `provider/id`.
    pub fn provider_model(mut self, model: ProviderModel) -> Self {
        self.settings.registry.add_model(model);
        self
    }

    /// The most AI credits that the session may take (wire name `sessionLimits.maxAiCredits`), at
    /// least 30. Default: no limit. When they are used up,
    /// [`on_session_limits_exhausted`](Self::on_session_limits_exhausted) decides.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client.session().model("gpt-5").max_ai_credits(50.0).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_ai_credits(mut self, credits: f64) -> Self {
        self.settings.plain.model.session_limits = Some(SessionLimits { max_ai_credits: credits });
        self
    }

    /// Whether replies cite their sources where the model can (wire name `enableCitations`).
    /// Default: as the model does. With an OpenAI-compatible provider of your own it changes
    /// nothing.
    pub fn enable_citations(mut self, enable: bool) -> Self {
        self.settings.plain.model.enable_citations = Some(enable);
        self
    }

    /// The GitHub token that this session uses instead of the client's login (wire name
    /// `gitHubToken`). Default: the client's. Not together with a [`provider`](Self::provider),
    /// which needs no GitHub identity. Never shown by `Debug`.
    ///
    /// The CLI has GitHub check it when the session is created, and creates none where that fails.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client, token_of_user: String) -> copilot_sdk::Result<()> {
    /// let session = client.session().github_token(token_of_user).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn github_token(mut self, token: impl Into<String>) -> Self {
        self.settings.plain.model.github_token = Some(Secret::new(token));
        self
    }
}

impl ModelOptions {
    pub(in crate::session) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            problems.push(
                "`model` is empty: name a model, or leave it out for the account's default"
                    .to_owned(),
            );
        }
        if let Some(ReasoningEffort::Unknown(word)) = &self.reasoning_effort {
            problems.push(unknown(
                "reasoning_effort",
                word,
                &["low", "medium", "high", "xhigh", "max"],
            ));
        }
        if let Some(ReasoningSummary::Unknown(word)) = &self.reasoning_summary {
            problems.push(unknown("reasoning_summary", word, &["none", "concise", "detailed"]));
        }
        if let Some(ContextTier::Unknown(word)) = &self.context_tier {
            problems.push(unknown("context_tier", word, &["default", "long_context"]));
        }
        problems.extend(self.model_capabilities.iter().flat_map(CapabilityOverride::check));
        if let Some(limits) = self.session_limits
            && !(limits.max_ai_credits.is_finite() && limits.max_ai_credits >= MIN_AI_CREDITS)
        {
            let credits = limits.max_ai_credits;
            problems.push(format!(
                "max_ai_credits is {credits}: a session needs {MIN_AI_CREDITS} or more"
            ));
        }
        if let Some(token) = &self.github_token {
            if token.expose().trim().is_empty() {
                problems.push("github_token is empty: is its environment variable set?".to_owned());
            } else if token.expose().contains(['\r', '\n', '\0']) {
                problems.push(
                    "github_token holds a line end: trim what was read from a file".to_owned(),
                );
            }
        }
        problems
    }
}

/// A word that the CLI would accept and not understand.
pub(in crate::session) fn unknown(
    setter: &str,
    word: &impl fmt::Display,
    known: &[&str],
) -> String {
    format!(
        "{setter}: `{word}` is not known, and the CLI would ignore it: use one of {}",
        known.join(", ")
    )
}
