//! Which model answers, how hard it thinks, and who pays.

use super::SessionBuilder;
use crate::config::SessionLimits;
use crate::model::{CapabilityOverride, ContextTier, ReasoningEffort, ReasoningSummary};
use crate::provider::{Provider, ProviderModel};
use crate::secret::Secret;

impl SessionBuilder {
    /// The model's name (wire name `model`). Default: the account's; required with a
    /// [`provider`](Self::provider), and `provider/id` for a
    /// [`provider_model`](Self::provider_model).
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.config.options.model.name = Some(model.into());
        self
    }

    /// How much the model thinks (wire name `reasoningEffort`). Default: the model's. What that is
    /// for a [`provider`](Self::provider), and how to send nothing of the kind, is told in
    /// [parameters that nobody set](crate::provider#parameters-that-nobody-set).
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
        self.config.options.model.reasoning_effort = Some(effort.into());
        self
    }

    /// What is shown of the model's thoughts (wire name `reasoningSummary`). Default: the model's.
    /// Of the providers of your own, those with
    /// [`WireApi::Responses`](crate::provider::WireApi::Responses) hear of it, and of `Detailed` as
    /// `auto`.
    pub fn reasoning_summary(mut self, summary: impl Into<ReasoningSummary>) -> Self {
        self.config.options.model.reasoning_summary = Some(summary.into());
        self
    }

    /// How much context the model is given room for (wire name `contextTier`). Default: the
    /// model's.
    pub fn context_tier(mut self, tier: impl Into<ContextTier>) -> Self {
        self.config.options.model.context_tier = Some(tier.into());
        self
    }

    /// Corrects what the CLI believes about the model (wire name `modelCapabilities`). Default:
    /// nothing is corrected.
    pub fn model_capabilities(mut self, capabilities: CapabilityOverride) -> Self {
        self.config.options.model.model_capabilities = Some(capabilities);
        self
    }

    /// The model server to use instead of GitHub's (wire name `provider`). Default: GitHub's.
    pub fn provider(mut self, provider: Provider) -> Self {
        self.config.provider = Some(provider);
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
        self.config.registry.add_provider(name.into(), provider);
        self
    }

    /// Adds a model of a [`named_provider`](Self::named_provider) (wire name `models`), selected as
    /// `provider/id`.
    pub fn provider_model(mut self, model: ProviderModel) -> Self {
        self.config.registry.add_model(model);
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
        self.config.options.model.session_limits = Some(SessionLimits { max_ai_credits: credits });
        self
    }

    /// Whether replies cite their sources where the model can (wire name `enableCitations`).
    /// Default: as the model does. With an OpenAI-compatible provider of your own it changes
    /// nothing.
    pub fn citations(mut self, enable: bool) -> Self {
        self.config.options.model.enable_citations = Some(enable);
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
        self.config.options.model.github_token = Some(Secret::new(token));
        self
    }
}
