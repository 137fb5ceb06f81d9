use serde::de::{DeserializeOwned, Error as _};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::event::elicitation::ElicitationMode;
use crate::ids::{AgentId, SessionId, ToolCallId};
use crate::nullable::null_as_default;
use crate::payload::{questions, records};

records! {
    /// A request to the user to fill in a form or to open a page (event `elicitation.requested`).
    #[derive(Debug, Clone, PartialEq)]
    ElicitationRequest {
        /// The session.
        session_id: SessionId = "sessionId",
        /// The sub-agent that asks, or `None` for the session's own agent.
        agent_id: Option<AgentId> = "agentId",
        /// The message to show.
        message: String = "message",
        /// The fields of the form as a JSON schema.
        requested_schema: Option<Value> = "requestedSchema",
        /// Form or page. Defaults to a form.
        mode: ElicitationMode = "mode" [or ElicitationMode::Form],
        /// The page to open.
        url: Option<String> = "url",
        /// The source of the request, such as an MCP server.
        elicitation_source: Option<String> = "elicitationSource",
        /// The tool call that waits for the answer.
        tool_call_id: Option<ToolCallId> = "toolCallId",
    }
}

questions! { ElicitationRequest }

/// The user's answer to a form. A handler that fails answers [`Cancel`](Self::Cancel).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ElicitationAnswer {
    /// The user submitted the form.
    Accept(Map<String, Value>),
    /// The user declined.
    Decline,
    /// The user closed the form without an answer.
    Cancel,
}

impl ElicitationAnswer {
    /// Creates an answer with these field values.
    ///
    /// ```
    /// use copilot_sdk::interaction::ElicitationAnswer;
    ///
    /// let answer = ElicitationAnswer::accept([("confirmed", true)]);
    /// ```
    pub fn accept<N: Into<String>, V: Into<Value>>(
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self::Accept(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// Parses the fields into a type. Returns `None` if the user declined or cancelled.
    ///
    /// # Errors
    ///
    /// If the fields do not match the type; the CLI does not check them.
    pub fn into_typed<T: DeserializeOwned>(self) -> serde_json::Result<Option<T>> {
        match self {
            Self::Accept(fields) => serde_json::from_value(Value::Object(fields)).map(Some),
            Self::Decline | Self::Cancel => Ok(None),
        }
    }
}

impl Serialize for ElicitationAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Accept(fields) => {
                map.serialize_entry("action", "accept")?;
                map.serialize_entry("content", fields)?;
            }
            Self::Decline => map.serialize_entry("action", "decline")?,
            Self::Cancel => map.serialize_entry("action", "cancel")?,
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for ElicitationAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            action: String,
            #[serde(default, deserialize_with = "null_as_default")]
            content: Map<String, Value>,
        }
        let wire = Wire::deserialize(deserializer)?;
        match wire.action.as_str() {
            "accept" => Ok(Self::Accept(wire.content)),
            "decline" => Ok(Self::Decline),
            "cancel" => Ok(Self::Cancel),
            other => Err(D::Error::unknown_variant(other, &["accept", "decline", "cancel"])),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json, value::to_raw_value};

    use super::{ElicitationAnswer, ElicitationMode, ElicitationRequest};
    use crate::handler::BoxHandler;

    #[tokio::test]
    async fn a_recorded_form_is_answered() {
        let handler = BoxHandler::new(async |form: ElicitationRequest| {
            assert_eq!((form.message.as_str(), form.mode), ("Confirm?", ElicitationMode::Form));
            let names =
                form.requested_schema.and_then(|schema| schema["properties"].as_object().cloned());
            ElicitationAnswer::accept(
                names.unwrap_or_default().into_iter().map(|(name, _)| (name, true)),
            )
        });
        let data = json!({"requestId": "03f4a44d-2712-4b86-9e40-2fd348b873ff", "message": "Confirm?", "requestedSchema":
            {"type": "object", "properties": {"confirmed": {"type": "boolean", "default": true}}, "required": ["confirmed"]}});
        let data = to_raw_value(&data).expect("JSON is JSON");
        let answer = handler.of_unread().answer(&"s".into(), data).await.expect("an answer");
        assert_eq!(answer.get(), r#"{"action":"accept","content":{"confirmed":true}}"#);
    }

    #[test]
    fn answers_go_both_ways() {
        let table = [
            (
                ElicitationAnswer::accept([("color", "blue")]),
                json!({"action": "accept", "content": {"color": "blue"}}),
            ),
            (ElicitationAnswer::Decline, json!({"action": "decline"})),
            (ElicitationAnswer::Cancel, json!({"action": "cancel"})),
        ];
        for (answer, wire) in table {
            assert_eq!(serde_json::to_value(&answer).ok(), Some(wire.clone()));
            assert_eq!(serde_json::from_value::<ElicitationAnswer>(wire).ok(), Some(answer));
        }
        assert!(serde_json::from_value::<ElicitationAnswer>(json!({"action": "maybe"})).is_err());
    }

    #[test]
    fn fields_become_a_type_or_an_error() {
        #[derive(Debug, PartialEq, serde::Deserialize)]
        struct Paint {
            color: String,
        }
        let typed = |wire: Value| {
            let answer = serde_json::from_value::<ElicitationAnswer>(wire).expect("an answer");
            answer.into_typed::<Paint>().map_err(|error| error.to_string())
        };
        assert_eq!(
            typed(json!({"action": "accept", "content": {"color": "blue"}})),
            Ok(Some(Paint { color: "blue".to_owned() }))
        );
        assert_eq!(typed(json!({"action": "cancel", "content": null})), Ok(None));
        assert_eq!(typed(json!({"action": "accept"})), Err("missing field `color`".to_owned()));
    }
}
