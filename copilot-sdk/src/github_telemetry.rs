//! Telemetry that the CLI records for GitHub, forwarded to this program.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ids::SessionId;
use crate::nullable::null_as_default;

/// One event of the CLI's telemetry (wire name `gitHubTelemetry.event`). See
/// [`ClientBuilder::on_github_telemetry`](crate::client::ClientBuilder::on_github_telemetry).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GitHubTelemetry {
    /// The session, if it is about one.
    #[serde(default)]
    pub session_id: Option<SessionId>,
    /// Whether it may only be stored by Microsoft.
    #[serde(default, deserialize_with = "null_as_default")]
    pub restricted: bool,
    /// The event.
    pub event: GitHubTelemetryEvent,
}

/// What the CLI recorded.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct GitHubTelemetryEvent {
    /// The kind of event, such as `tool_call_executed`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub kind: String,
    /// When it was recorded, in RFC 3339 (wire name `created_at`).
    #[serde(default)]
    pub created_at: Option<String>,
    /// The model call it belongs to (wire name `model_call_id`).
    #[serde(default)]
    pub model_call_id: Option<String>,
    /// Values that are text, by name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub properties: BTreeMap<String, String>,
    /// Values that are numbers, by name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub metrics: BTreeMap<String, f64>,
    /// Features that are switched on or off, by name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub features: BTreeMap<String, String>,
}
