use serde::Serialize;

use crate::open_enum::open_enum;
use crate::payload::{answers, enum_fields};

answers! {
    /// The capabilities of a model.
    ///
    /// The wire mixes `camelCase` and `snake_case` here; both are accepted.
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
    #[non_exhaustive]
    pub struct ModelSupports {
        /// Whether it accepts images.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub vision: Option<bool> = "vision",
        /// Whether it supports tool calls (wire name `toolCalls`).
        #[serde(rename = "toolCalls", skip_serializing_if = "Option::is_none")]
        pub tool_calls: Option<bool> = "toolCalls" | "tool_calls",
        /// Whether the reasoning effort can be set (wire name `reasoningEffort`).
        #[serde(
            rename = "reasoningEffort",
            skip_serializing_if = "Option::is_none"
        )]
        pub reasoning_effort: Option<bool> = "reasoningEffort" | "reasoning_effort",
        /// Whether it returns its reasoning.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub thinking: Option<bool> = "thinking",
        /// Support for adaptive thinking (wire name `adaptive_thinking`).
        #[serde(skip_serializing_if = "Option::is_none")]
        pub adaptive_thinking: Option<AdaptiveThinking> = "adaptive_thinking",
    }
}

open_enum! {
    /// Support for adaptive thinking, where the model itself decides how much to reason (wire name
    /// `adaptive_thinking`).
    pub enum AdaptiveThinking {
        /// Not supported.
        Unsupported = "unsupported",
        /// Supported.
        Optional = "optional",
        /// Used unless a reasoning effort is set.
        Required = "required",
        /// Always used; the reasoning effort cannot be set.
        AdaptiveOnly = "adaptive_only",
    }
}

enum_fields! { AdaptiveThinking }

answers! {
    /// The limits of a model, in tokens.
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
    #[non_exhaustive]
    pub struct ModelLimits {
        /// Maximum tokens of a prompt (wire name `max_prompt_tokens`).
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max_prompt_tokens: Option<u64> = "max_prompt_tokens",
        /// Maximum tokens of an answer (wire name `max_output_tokens`).
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max_output_tokens: Option<u64> = "max_output_tokens",
        /// Maximum tokens of prompt and answer together (wire name `max_context_window_tokens`).
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max_context_window_tokens: Option<u64> = "max_context_window_tokens",
        /// Image formats and limits it accepts.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub vision: Option<VisionLimits> = "vision",
    }
}

answers! {
    /// Image formats and limits a model accepts.
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
    #[non_exhaustive]
    pub struct VisionLimits {
        /// Supported media types, such as `image/png` (wire name `supported_media_types`).
        #[serde(skip_serializing_if = "Option::is_none")]
        pub supported_media_types: Option<Vec<String>> = "supported_media_types",
        /// Maximum number of images in a prompt (wire name `max_prompt_images`).
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max_prompt_images: Option<u64> = "max_prompt_images",
        /// Maximum size of an image, in bytes (wire name `max_prompt_image_size`).
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max_prompt_image_size: Option<u64> = "max_prompt_image_size",
    }
}

/// Overrides for the capabilities the CLI assumes for a model (wire name `modelCapabilities`).
/// Values not set are kept.
///
/// Whether the reasoning effort can be set is not part of it, because the CLI ignores that: use
/// [`ReasoningEffort::None`](super::ReasoningEffort::None) for models that do not reason.
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
    /// Creates an override that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the model accepts images.
    pub fn vision(mut self, vision: bool) -> Self {
        self.supports.vision = Some(vision);
        self
    }

    /// Whether the model supports tool calls.
    pub fn tool_calls(mut self, tool_calls: bool) -> Self {
        self.supports.tool_calls = Some(tool_calls);
        self
    }

    /// Support for adaptive thinking, for Anthropic models.
    pub fn adaptive_thinking(mut self, support: impl Into<AdaptiveThinking>) -> Self {
        self.supports.adaptive_thinking = Some(support.into());
        self
    }

    /// Maximum tokens of a prompt.
    pub fn max_prompt_tokens(mut self, tokens: u64) -> Self {
        self.limits.max_prompt_tokens = Some(tokens);
        self
    }

    /// Maximum tokens of an answer.
    pub fn max_output_tokens(mut self, tokens: u64) -> Self {
        self.limits.max_output_tokens = Some(tokens);
        self
    }

    /// Maximum tokens of prompt and answer together.
    pub fn max_context_window_tokens(mut self, tokens: u64) -> Self {
        self.limits.max_context_window_tokens = Some(tokens);
        self
    }

    /// The images the model accepts: media types, maximum number, and maximum size in bytes.
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
    /// Every problem that the CLI would accept and ignore or misread.
    pub(crate) fn check(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if let Some(word @ AdaptiveThinking::Unknown(_)) = &self.supports.adaptive_thinking {
            problems.push(format!(
                "capabilities: adaptive_thinking: `{word}` is not known: use one of unsupported, \
                 optional, required, adaptive_only"
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
                 unsupported, optional, required, adaptive_only",
                "capabilities: max_output_tokens is 0: give the real limit, or leave it out",
            ]
        );
        assert!(CapabilityOverride::new().adaptive_thinking("optional").check().is_empty());
    }
}
