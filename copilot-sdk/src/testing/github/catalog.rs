//! The models that GitHub offers.

use serde_json::{Value, json};

/// A model in the catalog of a [`FakeGitHub`](super::FakeGitHub).
///
/// ```
/// use copilot_sdk::testing::GitHubModel;
///
/// let large = GitHubModel::new("gpt-5").name("GPT-5").context_window(400_000).vision(true);
/// let refused = GitHubModel::new("claude-sonnet-5").policy("disabled");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct GitHubModel {
    id: String,
    name: String,
    policy: String,
    multiplier: f64,
    context_window: u64,
    vision: bool,
}

impl GitHubModel {
    /// Creates an enabled model with a context window of 128,000 tokens that calls tools and does
    /// not see images.
    ///
    /// The CLI hides models that it no longer supports, such as `gpt-4.1`.
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self {
            name: id.clone(),
            id,
            policy: "enabled".to_owned(),
            multiplier: 1.0,
            context_window: 128_000,
            vision: false,
        }
    }

    /// Sets the display name. Default: the id.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the state of the policy: `enabled` (default), `disabled` or `unconfigured`.
    pub fn policy(mut self, state: impl Into<String>) -> Self {
        self.policy = state.into();
        self
    }

    /// Sets the billing multiplier of premium requests. Default 1.
    pub fn multiplier(mut self, multiplier: f64) -> Self {
        self.multiplier = multiplier;
        self
    }

    /// Sets the context window, in tokens. Default 128,000.
    pub fn context_window(mut self, tokens: u64) -> Self {
        self.context_window = tokens;
        self
    }

    /// Sets whether the model sees images. Default false.
    pub fn vision(mut self, vision: bool) -> Self {
        self.vision = vision;
        self
    }

    /// The model as an entry of `GET /models`.
    pub(super) fn entry(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "object": "model",
            "vendor": self.vendor(),
            "version": self.id,
            "preview": false,
            "model_picker_enabled": true,
            "policy": {"state": self.policy, "terms": ""},
            "billing": {"is_premium": true, "multiplier": self.multiplier},
            "capabilities": {
                "object": "model_capabilities",
                "type": "chat",
                "family": self.id,
                "tokenizer": "o200k_base",
                "limits": {
                    "max_context_window_tokens": self.context_window,
                    "max_prompt_tokens": self.context_window,
                    "max_output_tokens": 16_384,
                },
                "supports": {
                    "streaming": true,
                    "tool_calls": true,
                    "parallel_tool_calls": true,
                    "vision": self.vision,
                },
            },
        })
    }

    fn vendor(&self) -> &'static str {
        match self.id.split('-').next() {
            Some("claude") => "Anthropic",
            Some("gemini") => "Google",
            _ => "OpenAI",
        }
    }
}

impl<S: Into<String>> From<S> for GitHubModel {
    fn from(id: S) -> Self {
        Self::new(id)
    }
}
