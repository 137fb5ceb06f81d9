//! The model, its settings, its provider and the spending limit.

use super::SessionBuilder;
use crate::budget::Budget;
use crate::config::CreditLimit;
use crate::model::{CapabilityOverride, ContextTier, ReasoningEffort, ReasoningSummary};
use crate::provider::{Provider, ProviderModel};
use crate::secret::Secret;

impl SessionBuilder {
    /// Limits what all turns of the session may spend together, see [`budget`](crate::budget). No
    /// limit by default.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::budget::Budget;
    ///
    /// let budget = Budget::new().tool_calls(200).tokens(1_000_000);
    /// let session = client.session().model("gpt-5").budget(budget).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn budget(mut self, budget: Budget) -> Self {
        self.config.budget = Some(budget);
        self
    }

    /// The name of the model (wire name `model`). Defaults to that of the account. Required with a
    /// [`provider`](Self::provider); `provider/id` selects a
    /// [`provider_model`](Self::provider_model).
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.config.options.model.name = Some(model.into());
        self
    }

    /// The reasoning effort (wire name `reasoningEffort`). Defaults to the model's. What the CLI
    /// sends to a [`provider`](Self::provider) by default, and how to turn it off, is described in
    /// [default parameters](crate::provider#default-parameters).
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::model::ReasoningEffort;
    ///
    /// let session = client
    ///     .session()
    ///     .model("gpt-5")
    ///     .reasoning_effort(ReasoningEffort::High)
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reasoning_effort(mut self, effort: impl Into<ReasoningEffort>) -> Self {
        self.config.options.model.reasoning_effort = Some(effort.into());
        self
    }

    /// How reasoning is summarized (wire name `reasoningSummary`). Defaults to the model's setting.
    /// Custom providers receive it only with
    /// [`WireApi::Responses`](crate::provider::WireApi::Responses), and `Detailed` as `auto`.
    pub fn reasoning_summary(mut self, summary: impl Into<ReasoningSummary>) -> Self {
        self.config.options.model.reasoning_summary = Some(summary.into());
        self
    }

    /// The context size tier (wire name `contextTier`). Defaults to the model's.
    pub fn context_tier(mut self, tier: impl Into<ContextTier>) -> Self {
        self.config.options.model.context_tier = Some(tier.into());
        self
    }

    /// Overrides the capabilities the CLI assumes for the model (wire name `modelCapabilities`).
    /// None by default.
    pub fn model_capabilities(mut self, capabilities: CapabilityOverride) -> Self {
        self.config.options.model.model_capabilities = Some(capabilities);
        self
    }

    /// The model provider to use instead of GitHub (wire name `provider`). Defaults to GitHub.
    pub fn provider(mut self, provider: Provider) -> Self {
        self.config.provider = Some(provider);
        self
    }

    /// Registers a named provider, one of several (wire name `providers`). Add its models with
    /// [`provider_model`](Self::provider_model).
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

    /// Maximum number of AI credits the session may use (wire name `sessionLimits.maxAiCredits`),
    /// at least 30. No limit by default. When they are used up,
    /// [`on_session_limits_exhausted`](Self::on_session_limits_exhausted) is called.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client.session().model("gpt-5").max_ai_credits(50.0).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_ai_credits(mut self, credits: f64) -> Self {
        self.config.options.model.session_limits = Some(CreditLimit { max_ai_credits: credits });
        self
    }

    /// Whether replies cite their sources, if the model supports it (wire name `enableCitations`).
    /// Defaults to the model's behavior. Has no effect with a custom OpenAI-compatible provider.
    pub fn citations(mut self, enable: bool) -> Self {
        self.config.options.model.enable_citations = Some(enable);
        self
    }

    /// The GitHub token of this session (wire name `gitHubToken`). Defaults to the client's login.
    /// Cannot be combined with a [`provider`](Self::provider), which needs no GitHub identity.
    /// Never shown by `Debug`.
    ///
    /// GitHub verifies the token when the session is created; if that fails, so does the creation.
    ///
    /// ```no_run
    /// # use copilot_sdk::{Client, Result};
    /// # async fn example(client: Client, token_of_user: String) -> Result<()> {
    /// let session = client.session().github_token(token_of_user).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn github_token(mut self, token: impl Into<String>) -> Self {
        self.config.options.model.github_token = Some(Secret::new(token));
        self
    }
}
