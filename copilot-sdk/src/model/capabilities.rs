use serde::{Deserialize, Serialize};

use crate::open_enum::open_enum;

/// What a model can do.
///
/// The wire mixes `camelCase` and `snake_case` here; both are read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ModelSupports {
    /// Whether it sees images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vision: Option<bool>,
    /// Whether it calls tools (wire name `toolCalls`).
    #[serde(rename = "toolCalls", alias = "tool_calls", skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<bool>,
    /// Whether it can be told how much to think (wire name `reasoningEffort`).
    #[serde(
        rename = "reasoningEffort",
        alias = "reasoning_effort",
        skip_serializing_if = "Option::is_none"
    )]
    pub reasoning_effort: Option<bool>,
    /// Whether it shows its thoughts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking: Option<bool>,
    /// Whether it decides by itself how much to think (wire name `adaptive_thinking`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adaptive_thinking: Option<AdaptiveThinking>,
}

open_enum! {
    /// Whether a model decides by itself how much to think (wire name `adaptive_thinking`).
    pub enum AdaptiveThinking {
        /// It cannot.
        Unsupported = "unsupported",
        /// It can.
        Optional = "optional",
        /// It does unless it is told how much.
        Required = "required",
        /// It does, and cannot be told.
        AdaptiveOnly = "adaptive_only",
    }
}

/// How much a model takes, in tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ModelLimits {
    /// The most tokens of a prompt (wire name `max_prompt_tokens`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_prompt_tokens: Option<u64>,
    /// The most tokens of an answer (wire name `max_output_tokens`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u64>,
    /// The most tokens of both together (wire name `max_context_window_tokens`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_context_window_tokens: Option<u64>,
    /// What images it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vision: Option<VisionLimits>,
}

/// What images a model takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct VisionLimits {
    /// The media types, such as `image/png` (wire name `supported_media_types`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_media_types: Option<Vec<String>>,
    /// The most images of a prompt (wire name `max_prompt_images`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_prompt_images: Option<u64>,
    /// The most bytes of an image (wire name `max_prompt_image_size`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_prompt_image_size: Option<u64>,
}

/// Corrects what the CLI believes about a model (wire name `modelCapabilities`); what is not set
/// stays.
///
/// Whether a model can be told how much to think is not among it: the CLI heeds no correction of
/// that. [`ReasoningEffort::None`](super::ReasoningEffort::None) turns it off.
///
/// ```
/// use copilot_sdk::model::CapabilityOverride;
///
/// let small = CapabilityOverride::new().vision(false).max_prompt_tokens(32_000);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[must_use]
pub struct CapabilityOverride {
    #[serde(skip_serializing_if = "is_default")]
    supports: ModelSupports,
    #[serde(skip_serializing_if = "is_default")]
    limits: ModelLimits,
}

impl CapabilityOverride {
    /// No correction.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the model sees images.
    pub fn vision(mut self, vision: bool) -> Self {
        self.supports.vision = Some(vision);
        self
    }

    /// Whether the model calls tools.
    pub fn tool_calls(mut self, tool_calls: bool) -> Self {
        self.supports.tool_calls = Some(tool_calls);
        self
    }

    /// Whether the model decides by itself how much to think; for models of Anthropic.
    pub fn adaptive_thinking(mut self, support: impl Into<AdaptiveThinking>) -> Self {
        self.supports.adaptive_thinking = Some(support.into());
        self
    }

    /// The most tokens of a prompt.
    pub fn max_prompt_tokens(mut self, tokens: u64) -> Self {
        self.limits.max_prompt_tokens = Some(tokens);
        self
    }

    /// The most tokens of an answer.
    pub fn max_output_tokens(mut self, tokens: u64) -> Self {
        self.limits.max_output_tokens = Some(tokens);
        self
    }

    /// The most tokens of both together.
    pub fn max_context_window_tokens(mut self, tokens: u64) -> Self {
        self.limits.max_context_window_tokens = Some(tokens);
        self
    }

    /// The images that the model takes: media types, how many, and how many bytes each.
    pub fn images<T: Into<String>>(
        mut self,
        media_types: impl IntoIterator<Item = T>,
        max_images: u64,
        max_bytes: u64,
    ) -> Self {
        self.limits.vision = Some(VisionLimits {
            supported_media_types: Some(media_types.into_iter().map(Into::into).collect()),
            max_prompt_images: Some(max_images),
            max_prompt_image_size: Some(max_bytes),
        });
        self
    }
}

impl CapabilityOverride {
    /// Everything that the CLI would accept and ignore or misread.
    pub(crate) fn check(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if let Some(word @ AdaptiveThinking::Unknown(_)) = &self.supports.adaptive_thinking {
            problems.push(format!(
                "capabilities: adaptive_thinking: `{word}` is not known: use one of unsupported, \
                 optional, required, \
                 adaptive_only"
            ));
        }
        let limits = [
            ("max_prompt_tokens", self.limits.max_prompt_tokens),
            ("max_output_tokens", self.limits.max_output_tokens),
            ("max_context_window_tokens", self.limits.max_context_window_tokens),
        ];
        for (setter, _) in limits.iter().filter(|(_, tokens)| *tokens == Some(0)) {
            problems
                .push(format!("capabilities: {setter} is 0: give the real limit, or leave it out"));
        }
        problems
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{AdaptiveThinking, CapabilityOverride};

    #[test]
    fn an_override_says_only_what_was_set() {
        let wire = |change: CapabilityOverride| {
            serde_json::to_value(change).expect("plain data serializes")
        };
        assert_eq!(wire(CapabilityOverride::new()), json!({}));
        assert_eq!(
            wire(
                CapabilityOverride::new()
                    .vision(true)
                    .tool_calls(true)
                    .adaptive_thinking(AdaptiveThinking::Optional)
                    .max_prompt_tokens(1)
                    .max_output_tokens(2)
                    .max_context_window_tokens(3)
                    .images(["image/png"], 4, 5)
            ),
            json!({"supports": {"vision": true, "toolCalls": true, "adaptive_thinking": "optional"},
                "limits": {"max_prompt_tokens": 1, "max_output_tokens": 2, "max_context_window_tokens": 3, "vision":
                    {"supported_media_types": ["image/png"], "max_prompt_images": 4, "max_prompt_image_size": 5}}})
        );
    }

    #[test]
    fn what_no_model_can_be_is_named() {
        let change = CapabilityOverride::new().adaptive_thinking("sometimes").max_output_tokens(0);
        assert_eq!(
            change.check(),
            [
                "capabilities: adaptive_thinking: `sometimes` is not known: use one of \
                 unsupported, optional, required, \
                 adaptive_only",
                "capabilities: max_output_tokens is 0: give the real limit, or leave it out",
            ]
        );
        assert!(CapabilityOverride::new().adaptive_thinking("optional").check().is_empty());
    }
}
