//! What the CLI says of itself.

use serde::Deserialize;

/// The CLI's answer to a ping.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Pong {
    /// `pong: ` and the message that was sent (wire name `message`).
    pub message: String,
    /// The version of the protocol that the CLI speaks (wire name `protocolVersion`).
    #[serde(default)]
    pub protocol_version: Option<u32>,
}
