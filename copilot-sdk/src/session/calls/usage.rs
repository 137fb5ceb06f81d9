//! What a session has cost so far.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Map;

use super::super::{Session, Usage};
use crate::error::Result;
use crate::nullable::null_as_default;

/// What a session has cost so far, over all its turns (wire type `UsageGetMetricsResult`).
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct SessionUsage {
    /// How many prompts people sent (wire name `totalUserRequests`).
    pub user_requests: u64,
    /// What they count as on GitHub's bill (wire name `totalPremiumRequestCost`).
    pub premium_requests: f64,
    /// How long models were at work (wire name `totalApiDurationMs`, milliseconds).
    pub model_time: Duration,
    /// The tokens of each model, by its name (wire name `modelMetrics`).
    pub models: BTreeMap<String, Usage>,
    /// Lines that the agent added to files (wire name `linesAdded`).
    pub lines_added: u64,
    /// Lines that it removed (wire name `linesRemoved`).
    pub lines_removed: u64,
    /// The files that it changed (wire name `filesModified`).
    pub files_modified: Vec<String>,
}

impl SessionUsage {
    /// The tokens of all models together.
    pub fn total(&self) -> Usage {
        self.models.values().fold(Usage::default(), |sum, model| Usage {
            model_calls: sum.model_calls + model.model_calls,
            input_tokens: sum.input_tokens + model.input_tokens,
            output_tokens: sum.output_tokens + model.output_tokens,
            cache_read_tokens: sum.cache_read_tokens + model.cache_read_tokens,
            cache_write_tokens: sum.cache_write_tokens + model.cache_write_tokens,
            reasoning_tokens: sum.reasoning_tokens + model.reasoning_tokens,
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Metrics {
    #[serde(deserialize_with = "null_as_default")]
    total_user_requests: u64,
    #[serde(deserialize_with = "null_as_default")]
    total_premium_request_cost: f64,
    #[serde(deserialize_with = "null_as_default")]
    total_api_duration_ms: f64,
    #[serde(rename = "modelMetrics", deserialize_with = "null_as_default")]
    models: BTreeMap<String, ModelMetric>,
    #[serde(deserialize_with = "null_as_default")]
    code_changes: CodeChanges,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ModelMetric {
    #[serde(deserialize_with = "null_as_default")]
    requests: Requests,
    #[serde(deserialize_with = "null_as_default")]
    usage: Tokens,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Requests {
    #[serde(deserialize_with = "null_as_default")]
    count: u64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tokens {
    #[serde(rename = "inputTokens", deserialize_with = "null_as_default")]
    input: u64,
    #[serde(rename = "outputTokens", deserialize_with = "null_as_default")]
    output: u64,
    #[serde(rename = "cacheReadTokens", deserialize_with = "null_as_default")]
    cache_read: u64,
    #[serde(rename = "cacheWriteTokens", deserialize_with = "null_as_default")]
    cache_write: u64,
    #[serde(rename = "reasoningTokens", deserialize_with = "null_as_default")]
    reasoning: u64,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct CodeChanges {
    #[serde(deserialize_with = "null_as_default")]
    lines_added: u64,
    #[serde(deserialize_with = "null_as_default")]
    lines_removed: u64,
    #[serde(deserialize_with = "null_as_default")]
    files_modified: Vec<String>,
}

impl Session {
    /// What the session has cost so far (wire method `session.usage.getMetrics`); what one prompt cost is in its
    /// [`Reply`](super::super::Reply::usage).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the session is over.
    pub async fn usage(&self) -> Result<SessionUsage> {
        let metrics: Metrics = self.call("session.usage.getMetrics", Map::new()).await?;
        let models = metrics.models.into_iter().map(|(name, metric)| {
            let tokens = metric.usage;
            let usage = Usage {
                model_calls: metric.requests.count,
                input_tokens: tokens.input,
                output_tokens: tokens.output,
                cache_read_tokens: tokens.cache_read,
                cache_write_tokens: tokens.cache_write,
                reasoning_tokens: tokens.reasoning,
            };
            (name, usage)
        });
        Ok(SessionUsage {
            user_requests: metrics.total_user_requests,
            premium_requests: metrics.total_premium_request_cost,
            model_time: Duration::try_from_secs_f64(metrics.total_api_duration_ms / 1000.0).unwrap_or_default(),
            models: models.collect(),
            lines_added: metrics.code_changes.lines_added,
            lines_removed: metrics.code_changes.lines_removed,
            files_modified: metrics.code_changes.files_modified,
        })
    }
}
