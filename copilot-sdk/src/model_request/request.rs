//! A model request, as the CLI would send it.

use super::body::RequestBody;
use super::headers::HttpHeaders;
use crate::event::model::ModelTransport;
use crate::ids::SessionId;

/// A model request, as the CLI would send it (wire name `llmInference.httpRequestStart`).
#[derive(Debug)]
#[non_exhaustive]
pub struct ModelHttpRequest {
    /// The HTTP method, such as `POST`.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// The headers, the key of the provider or the user's token among them.
    pub headers: HttpHeaders,
    /// How the CLI would send it (wire name `transport`). Over a WebSocket, each piece of either
    /// body is one message, and both are open at once.
    pub transport: ModelTransport,
    /// The session it belongs to. None for requests outside of any, such as the list of models.
    pub session_id: Option<SessionId>,
    /// The agent it belongs to, the same over all turns and retries (wire name `agentId`).
    pub agent_id: Option<String>,
    /// The agent above a sub-agent (wire name `parentAgentId`).
    pub parent_agent_id: Option<String>,
    /// The run of the agent, the same over retries (wire name `agentInvocationId`).
    pub agent_invocation_id: Option<String>,
    /// What the request is for, such as `conversation-user` (wire name `interactionType`).
    pub interaction_type: Option<String>,
    /// The body, which may still be arriving.
    pub body: RequestBody,
}
