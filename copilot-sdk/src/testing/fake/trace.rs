//! Recorded traffic of a real CLI.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;

/// Recorded traffic of a CLI, for [`FakeRuntime::replay`](super::FakeRuntime::replay).
///
/// Each line is the JSON of one message: `{"dir": "s2c", "t_ms": 7, "msg": {..}}`, where `s2c` is
/// server to client and `c2s` client to server.
///
/// ```
/// use copilot_sdk::testing::Trace;
/// use serde_json::json;
///
/// let event = json!({"type": "abort", "data": {}, "id": "e1"});
/// let params = json!({"sessionId": "s1", "event": event});
/// let message = json!({"jsonrpc": "2.0", "method": "session.event", "params": params});
/// let trace = Trace::parse(&json!({"dir": "s2c", "t_ms": 7, "msg": message}).to_string())?;
/// assert_eq!(trace.sessions(), ["s1"]);
/// assert_eq!(trace.events("s1")[0].get(), event.to_string());
/// # Ok::<(), copilot_sdk::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Trace {
    messages: Vec<TraceMessage>,
    events: Vec<(SessionId, Box<RawValue>)>,
}

/// A request or notification of the CLI.
#[derive(Debug, Clone)]
pub(super) struct TraceMessage {
    pub(super) text: String,
    /// The JSON of the id, if it is a request.
    pub(super) request_id: Option<String>,
}

impl Trace {
    /// Parses a recording.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] names the first line that is not a recorded message.
    pub fn parse(text: &str) -> Result<Self> {
        let mut trace = Self::default();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let line: TraceLine<'_> = serde_json::from_str(line).map_err(|error| {
                let text = format!(
                    "line {} is not a recorded message: write `{{\"dir\":\"s2c\",\"msg\":{{..}}}}`",
                    number + 1
                );
                Error::new(ErrorKind::Config, text).with_source(error)
            })?;
            if line.dir == "s2c" {
                trace.add(line.msg);
            }
        }
        Ok(trace)
    }

    /// The sessions with events in the recording, in the order of their first events.
    pub fn sessions(&self) -> Vec<SessionId> {
        let mut sessions: Vec<SessionId> = Vec::new();
        for (id, _) in &self.events {
            if !sessions.contains(id) {
                sessions.push(id.clone());
            }
        }
        sessions
    }

    /// The events of one session, byte for byte as recorded.
    pub fn events(&self, session_id: &str) -> Vec<&RawValue> {
        self.events.iter().filter(|(id, _)| id == session_id).map(|(_, event)| &**event).collect()
    }

    pub(super) fn messages(&self) -> &[TraceMessage] {
        &self.messages
    }

    /// Keeps requests and notifications. Responses belong to requests of the recorded client.
    fn add(&mut self, message: &RawValue) {
        let Ok(LoggedHead { method: Some(method), id, params }) =
            serde_json::from_str::<LoggedHead<'_>>(message.get())
        else {
            return;
        };
        let request_id = id.filter(|id| !id.is_null()).map(|id| id.to_string());
        self.messages.push(TraceMessage { text: message.get().to_owned(), request_id });
        if let Some(params) = params.filter(|_| method == "session.event")
            && let Ok(LoggedParams { session_id, event }) = serde_json::from_str(params.get())
        {
            self.events.push((session_id, event));
        }
    }
}

#[derive(Deserialize)]
struct TraceLine<'a> {
    dir: String,
    #[serde(borrow)]
    msg: &'a RawValue,
}

#[derive(Deserialize)]
struct LoggedHead<'a> {
    method: Option<String>,
    id: Option<Value>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoggedParams {
    session_id: SessionId,
    event: Box<RawValue>,
}
