//! The model, its settings, its provider and the spending limit.

use std::fmt;

use serde::Serialize;

use super::option_group::options;
use crate::model::{CapabilityOverride, ContextTier, ReasoningEffort, ReasoningSummary};
use crate::secret::Secret;

options! {
    pub(crate) struct ModelOptions {
        name: Option<String> = "model",
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        reasoning_summary: Option<ReasoningSummary> = "reasoningSummary",
        context_tier: Option<ContextTier> = "contextTier",
        model_capabilities: Option<CapabilityOverride> = "modelCapabilities",
        session_limits: Option<CreditLimit> = "sessionLimits",
        enable_citations: Option<bool> = "enableCitations",
        github_token: Option<Secret> = "gitHubToken",
    }
}

/// The minimum the CLI accepts.
const MIN_AI_CREDITS: f64 = 30.0;

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreditLimit {
    pub(crate) max_ai_credits: f64,
}

impl ModelOptions {
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            problems.push(
                "`model` is empty: name a model, or leave it out for the account's default"
                    .to_owned(),
            );
        }
        if let Some(word @ ReasoningEffort::Unknown(_)) = &self.reasoning_effort {
            problems.push(unknown(
                "reasoning_effort",
                word,
                &["none", "minimal", "low", "medium", "high", "xhigh", "max"],
            ));
        }
        if let Some(word @ ReasoningSummary::Unknown(_)) = &self.reasoning_summary {
            problems.push(unknown("reasoning_summary", word, &["none", "concise", "detailed"]));
        }
        if let Some(word @ ContextTier::Unknown(_)) = &self.context_tier {
            problems.push(unknown("context_tier", word, &["default", "long_context"]));
        }
        problems.extend(
            self.model_capabilities.as_ref().map(CapabilityOverride::check).unwrap_or_default(),
        );
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

/// The problem of an unknown value, which the CLI would accept and ignore.
pub(crate) fn unknown(setter: &str, word: &impl fmt::Display, known: &[&str]) -> String {
    format!(
        "{setter}: `{word}` is not known, and the CLI would ignore it: use one of {}",
        known.join(", ")
    )
}
