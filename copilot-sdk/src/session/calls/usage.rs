//! Usage and cost of a live session.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Map;

use super::super::{Session, Usage};
use crate::error::Result;
use crate::event::assistant::AiCreditsStatus;
use crate::nullable::null_as_default;
use crate::sorted_map::SortedMap;
use crate::turn::milliseconds;

/// Cumulative usage of the session, across all turns (wire type `UsageGetMetricsResult`).
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct SessionUsage {
    /// The time the session was created, in RFC 3339 format (wire name `sessionStartTime`).
    pub session_start_time: String,
    /// Number of prompts sent by users (wire name `totalUserRequests`).
    pub user_requests: u64,
    /// Premium requests billed for them by GitHub (wire name `totalPremiumRequestCost`).
    pub premium_requests: f64,
    /// AI units used, in billionths (wire name `totalNanoAiu`); limited by
    /// [`max_ai_credits`](crate::SessionBuilder::max_ai_credits).
    pub nano_aiu: f64,
    /// How complete that figure is (wire name `aiCreditsStatus`).
    pub ai_credits_status: Option<AiCreditsStatus>,
    /// Total duration of model calls (wire name `totalApiDurationMs`, milliseconds).
    pub model_time: Duration,
    /// Usage by model name (wire name `modelMetrics`).
    pub models: BTreeMap<String, Usage>,
    /// Usage by agent id; the session's own agent is `main` (wire name `agentMetrics`).
    pub agents: BTreeMap<String, AgentUsage>,
    /// The model in use now (wire name `currentModel`).
    pub current_model: Option<String>,
    /// Input tokens of the last model call, which show how full the context is (wire name
    /// `lastCallInputTokens`).
    pub last_call_input_tokens: u64,
    /// Output tokens of the last model call (wire name `lastCallOutputTokens`).
    pub last_call_output_tokens: u64,
    /// Lines the agent added to files (wire name `linesAdded`).
    pub lines_added: u64,
    /// Lines the agent removed from files (wire name `linesRemoved`).
    pub lines_removed: u64,
    /// Files the agent changed (wire name `filesModified`).
    pub files_modified: Vec<PathBuf>,
}

/// Usage attributed to one agent (wire type `UsageMetricsAgentMetric`).
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AgentUsage {
    /// The agent's name (wire name `agentName`); `None` for the session's own agent.
    pub agent_name: Option<String>,
    /// The display name (wire name `agentDisplayName`).
    pub agent_display_name: Option<String>,
    /// Usage across all models.
    pub usage: Usage,
}

impl SessionUsage {
    /// Usage across all models.
    pub fn total(&self) -> Usage {
        let tokens = self.models.values().copied().fold(Usage::default(), Usage::plus);
        Usage { model_time: self.model_time, ..tokens }
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Metrics {
    #[serde(deserialize_with = "null_as_default")]
    session_start_time: String,
    #[serde(deserialize_with = "null_as_default")]
    total_user_requests: u64,
    #[serde(deserialize_with = "null_as_default")]
    total_premium_request_cost: f64,
    #[serde(deserialize_with = "null_as_default")]
    total_nano_aiu: f64,
    ai_credits_status: Option<AiCreditsStatus>,
    #[serde(deserialize_with = "null_as_default")]
    total_api_duration_ms: f64,
    #[serde(deserialize_with = "null_as_default")]
    model_metrics: SortedMap<String, ModelUsageMetric>,
    #[serde(deserialize_with = "null_as_default")]
    agent_metrics: SortedMap<String, AgentMetric>,
    current_model: Option<String>,
    #[serde(deserialize_with = "null_as_default")]
    last_call_input_tokens: u64,
    #[serde(deserialize_with = "null_as_default")]
    last_call_output_tokens: u64,
    #[serde(deserialize_with = "null_as_default")]
    code_changes: CodeMetrics,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct AgentMetric {
    agent_name: Option<String>,
    agent_display_name: Option<String>,
    #[serde(deserialize_with = "null_as_default")]
    total_api_duration_ms: f64,
    #[serde(deserialize_with = "null_as_default")]
    model_metrics: SortedMap<String, ModelUsageMetric>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ModelUsageMetric {
    #[serde(deserialize_with = "null_as_default")]
    requests: RequestMetrics,
    #[serde(deserialize_with = "null_as_default")]
    usage: Tokens,
    #[serde(deserialize_with = "null_as_default")]
    total_nano_aiu: f64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RequestMetrics {
    #[serde(deserialize_with = "null_as_default")]
    count: u64,
    #[serde(deserialize_with = "null_as_default")]
    cost: f64,
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
struct CodeMetrics {
    #[serde(deserialize_with = "null_as_default")]
    lines_added: u64,
    #[serde(deserialize_with = "null_as_default")]
    lines_removed: u64,
    #[serde(deserialize_with = "null_as_default")]
    files_modified: Vec<PathBuf>,
}

impl Session {
    /// The session's usage so far (wire method `session.usage.getMetrics`). For the usage of one
    /// prompt, see [`Reply::usage`](super::super::Reply::usage).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// let usage = session.usage().await?;
    /// println!("{} premium requests", usage.premium_requests);
    /// for (model, usage) in &usage.models {
    ///     println!(
    ///         "{model}: {} tokens read, {} written",
    ///         usage.input_tokens, usage.output_tokens
    ///     );
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn usage(&self) -> Result<SessionUsage> {
        self.call::<Metrics>("session.usage.getMetrics", Map::new()).await.map(SessionUsage::from)
    }
}

impl From<Metrics> for SessionUsage {
    fn from(metrics: Metrics) -> Self {
        Self {
            session_start_time: metrics.session_start_time,
            user_requests: metrics.total_user_requests,
            premium_requests: metrics.total_premium_request_cost,
            nano_aiu: metrics.total_nano_aiu,
            ai_credits_status: metrics.ai_credits_status,
            model_time: milliseconds(metrics.total_api_duration_ms),
            models: metrics
                .model_metrics
                .into_iter()
                .map(|(name, metric)| (name, metric.into()))
                .collect(),
            agents: metrics
                .agent_metrics
                .into_iter()
                .map(|(id, metric)| (id, metric.into()))
                .collect(),
            current_model: metrics.current_model,
            last_call_input_tokens: metrics.last_call_input_tokens,
            last_call_output_tokens: metrics.last_call_output_tokens,
            lines_added: metrics.code_changes.lines_added,
            lines_removed: metrics.code_changes.lines_removed,
            files_modified: metrics.code_changes.files_modified,
        }
    }
}

impl From<AgentMetric> for AgentUsage {
    fn from(metric: AgentMetric) -> Self {
        let usage =
            metric.model_metrics.into_values().map(Usage::from).fold(Usage::default(), Usage::plus);
        Self {
            agent_name: metric.agent_name,
            agent_display_name: metric.agent_display_name,
            usage: Usage { model_time: milliseconds(metric.total_api_duration_ms), ..usage },
        }
    }
}

impl From<ModelUsageMetric> for Usage {
    fn from(metric: ModelUsageMetric) -> Self {
        Self {
            model_calls: metric.requests.count,
            input_tokens: metric.usage.input,
            output_tokens: metric.usage.output,
            cache_read_tokens: metric.usage.cache_read,
            cache_write_tokens: metric.usage.cache_write,
            reasoning_tokens: metric.usage.reasoning,
            cost: metric.requests.cost,
            nano_aiu: metric.total_nano_aiu,
            model_time: Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{AgentUsage, AiCreditsStatus, Duration, Metrics, SessionUsage, Usage};

    #[test]
    fn money_time_and_agents_are_read_and_nulls_are_nothing() {
        let model = json!({"requests": {"count": 2, "cost": 1.5}, "totalNanoAiu": 7e9,
            "usage": {"inputTokens": 10, "outputTokens": 5, "cacheReadTokens": 0, "cacheWriteTokens": 0}});
        let metrics: Metrics = serde_json::from_value(json!({"totalPremiumRequestCost": 1.5, "totalUserRequests": 1,
            "totalNanoAiu": 7e9, "aiCreditsStatus": "complete", "totalApiDurationMs": 1500, "currentModel": "gpt-5",
            "sessionStartTime": "2026-01-01T00:00:00Z", "lastCallInputTokens": 8, "lastCallOutputTokens": 3,
            "modelMetrics": {"gpt-5": model}, "codeChanges": null,
            "agentMetrics": {"main": {"agentName": null, "totalApiDurationMs": 1500, "modelMetrics": {"gpt-5": model}}}}))
        .expect("metrics");
        let model_time = Duration::from_millis(1500);
        let gpt = Usage {
            model_calls: 2,
            input_tokens: 10,
            output_tokens: 5,
            cost: 1.5,
            nano_aiu: 7e9,
            ..Usage::default()
        };
        let all = Usage { model_time, ..gpt };
        let usage = SessionUsage::from(metrics);
        assert_eq!(usage.total(), all);
        let expected = SessionUsage {
            session_start_time: "2026-01-01T00:00:00Z".to_owned(),
            user_requests: 1,
            premium_requests: 1.5,
            nano_aiu: 7e9,
            ai_credits_status: Some(AiCreditsStatus::Complete),
            model_time,
            models: [("gpt-5".to_owned(), gpt)].into(),
            agents: [("main".to_owned(), AgentUsage { usage: all, ..AgentUsage::default() })]
                .into(),
            current_model: Some("gpt-5".to_owned()),
            last_call_input_tokens: 8,
            last_call_output_tokens: 3,
            ..SessionUsage::default()
        };
        assert_eq!(usage, expected);
    }
}
