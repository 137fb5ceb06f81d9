//! The responses that a fake CLI gives without being scripted.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cli;

/// The response to every call of one method.
#[derive(Clone)]
pub(super) enum CannedResponse {
    Result(Arc<dyn Fn(&Value) -> Value + Send + Sync>),
    Error(i64, String),
    /// None: the test answers.
    ByHand,
}

/// The responses of a healthy CLI with a signed-in user. Methods whose responses need new ids are
/// answered by the server.
pub(super) fn defaults() -> HashMap<String, CannedResponse> {
    let fixed = [
        (
            "connect",
            json!({
                "ok": true,
                "protocolVersion": 3,
                "version": cli::VERSION,
                "taskKinds": ["agent", "shell"],
            }),
        ),
        ("status.get", json!({"version": cli::VERSION, "protocolVersion": 3})),
        ("auth.getStatus", json!({"isAuthenticated": true, "authType": "user", "login": "fake"})),
        ("llmInference.httpResponseChunk", json!({"accepted": true})),
        ("llmInference.httpResponseStart", json!({"accepted": true})),
        ("llmInference.setProvider", json!({"success": true})),
        ("models.list", json!({"models": []})),
        ("runtime.shutdown", json!({})),
        ("session.abort", json!({"success": true})),
        ("session.delete", json!({"success": true})),
        ("session.destroy", json!({"success": true})),
        ("session.detach", json!({"success": true})),
        ("session.eventLog.registerInterest", json!({"handle": "interest"})),
        ("session.getForeground", json!({})),
        ("session.getLastId", json!({})),
        ("session.getMessages", json!({"events": []})),
        ("session.getMetadata", json!({})),
        ("session.list", json!({"sessions": []})),
        ("session.log", json!({"eventId": "log"})),
        ("session.options.update", json!({"success": true})),
        ("session.permissions.pendingRequests", json!({"items": []})),
        ("session.queue.withdrawMessage", json!({"removed": true, "interrupted": false})),
        ("session.tools.getCurrentMetadata", json!({"tools": []})),
        ("session.tools.listPendingRequests", json!({"items": []})),
        ("sessionFs.setProvider", json!({"success": true})),
    ];
    let fixed = fixed.map(|(method, result)| (method, response(move |_| result.clone())));
    let computed = [
        ("ping", response(pong)),
        ("session.create", response(opened)),
        ("session.resume", response(opened)),
    ];
    fixed
        .into_iter()
        .chain(computed)
        .map(|(method, response)| (method.to_owned(), response))
        .collect()
}

fn response(result: impl Fn(&Value) -> Value + Send + Sync + 'static) -> CannedResponse {
    CannedResponse::Result(Arc::new(result))
}

fn pong(params: &Value) -> Value {
    let message =
        params["message"].as_str().map_or("pong".to_owned(), |text| format!("pong: {text}"));
    json!({"message": message, "timestamp": "2026-01-01T00:00:00.000000000Z", "protocolVersion": 3})
}

fn opened(params: &Value) -> Value {
    let id = params["sessionId"].as_str().unwrap_or("session-1");
    let ui = json!({"elicitation": false, "mcpApps": false, "canvases": false});
    json!({
        "sessionId": id,
        "nativeSessionId": id,
        "startTime": "2026-01-01T00:00:00.000Z",
        "isRemote": false,
        "mode": "interactive",
        "workspacePath": "/project",
        "capabilities": {"ui": ui, "extensions": false},
    })
}
