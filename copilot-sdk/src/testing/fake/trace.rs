//! Recorded traffic of a real CLI.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;

/// Recorded traffic: one line of JSON for each message, `{"dir": "s2c" or "c2s", "t_ms": .., "msg":
/// ..}`.
///
/// Played back with [`FakeRuntime::replay`](super::FakeRuntime::replay).
///
/// ```
/// use copilot_sdk::testing::Trace;
///
/// let trace = Trace::parse(
///     r#"{"dir":"s2c","t_ms":7,"msg":{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":"s1","event":{"type":"abort","data":{},"id":"e1"}}}}"#,
/// )?;
/// assert_eq!(trace.sessions(), ["s1"]);
/// assert_eq!(trace.events("s1")[0].get(), r#"{"type":"abort","data":{},"id":"e1"}"#);
/// # Ok::<(), copilot_sdk::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Trace {
    messages: Vec<Message>,
    events: Vec<(SessionId, Box<RawValue>)>,
}

/// One message that the CLI sent of its own accord.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) text: String,
    /// The JSON of its id, when it wants an answer.
    pub(super) question: Option<String>,
}

impl Trace {
    /// Reads a recording.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] names the line that is none of a recording.
    pub fn parse(text: &str) -> Result<Self> {
        let mut trace = Self::default();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let line: Line<'_> = serde_json::from_str(line).map_err(|error| {
                let text = format!(
                    "line {} is no line of a recording: write `{{\"dir\":\"s2c\",\"msg\":{{..}}}}`",
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

    /// The sessions that have events in it, in the order of their first ones.
    pub fn sessions(&self) -> Vec<SessionId> {
        let mut sessions: Vec<SessionId> = Vec::new();
        for (id, _) in &self.events {
            if !sessions.contains(id) {
                sessions.push(id.clone());
            }
        }
        sessions
    }

    /// The events of one session as they were recorded, byte for byte.
    pub fn events(&self, session_id: &str) -> Vec<&RawValue> {
        self.events.iter().filter(|(id, _)| id == session_id).map(|(_, event)| &**event).collect()
    }

    pub(super) fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// Keeps what the CLI said of its own accord: answers answer a client that is not there.
    fn add(&mut self, message: &RawValue) {
        let Ok(Head { method: Some(method), id, params }) =
            serde_json::from_str::<Head<'_>>(message.get())
        else {
            return;
        };
        let question = id.filter(|id| !id.is_null()).map(|id| id.to_string());
        self.messages.push(Message { text: message.get().to_owned(), question });
        if let Some(params) = params.filter(|_| method == "session.event")
            && let Ok(Params { session_id, event }) = serde_json::from_str(params.get())
        {
            self.events.push((session_id, event));
        }
    }
}

#[derive(Deserialize)]
struct Line<'a> {
    dir: String,
    #[serde(borrow)]
    msg: &'a RawValue,
}

#[derive(Deserialize)]
struct Head<'a> {
    method: Option<String>,
    id: Option<Value>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Params {
    session_id: SessionId,
    event: Box<RawValue>,
}
