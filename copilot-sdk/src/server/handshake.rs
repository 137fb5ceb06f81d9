//! The handshake: authenticates and negotiates the protocol version.

use std::ops::Not;

use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::options::ClientInfo;
use crate::connection::{CliVersions, Connection};
use crate::error::{Error, ErrorKind, Result};
use crate::excerpt::Excerpt;
use crate::jsonrpc::{CODE_METHOD_NOT_FOUND, decode_params};
use crate::payload::answers;

/// The protocol versions this crate supports.
const SUPPORTED: std::ops::RangeInclusive<u32> = 2..=3;

const CODE_TOKEN_REFUSED: i64 = -32002;
const CODE_TOKEN_NOT_WANTED: i64 = -32003;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Connect<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<&'a ClientInfo>,
    #[serde(rename = "enableGitHubTelemetryForwarding", skip_serializing_if = "Not::not")]
    forward_telemetry: bool,
}

/// Performs the handshake with the server at `place`, with its token if it has one.
pub(super) async fn handshake(
    connection: &Connection,
    place: &str,
    token: Option<&str>,
    client_info: Option<&ClientInfo>,
    forward_telemetry: bool,
) -> Result<()> {
    let connect = Connect { token, client_info, forward_telemetry };
    let theirs = match connection.peer.call_raw("connect", connect).await {
        Ok(answer) => Connected::read(place, "connect", answer)?,
        // Older servers do not have `connect`.
        Err(error) if error.rpc_code() == Some(CODE_METHOD_NOT_FOUND) => {
            let answer = connection.peer.call_raw("ping", serde_json::Map::new()).await;
            let answer = answer.map_err(|error| not_a_cli(place, &error))?;
            let mut theirs = Connected::read(place, "ping", answer)?;
            theirs.version = version(connection).await;
            theirs.has_older_decisions = has_older_decisions(connection).await;
            if token.is_some() {
                tracing::warn!(
                    "this cli knows no connection tokens: every program on its machine can connect \
                     to it; use one that this program starts over stdio, or a newer one"
                );
            }
            theirs
        }
        Err(error) => return Err(refused(place, token, error)),
    };
    match theirs.protocol_version {
        Some(protocol) if SUPPORTED.contains(&protocol) => {
            let Connected { version, is_recent, has_older_decisions, .. } = theirs;
            connection.speak(CliVersions { protocol, version, is_recent, has_older_decisions });
            Ok(())
        }
        _ => Err(theirs.unsupported(place)),
    }
}

/// Whether a CLI takes permission decisions in older words: newer ones came with this method.
async fn has_older_decisions(connection: &Connection) -> bool {
    let method = "session.permissions.setApproveAll";
    // There is no such session; only the method matters.
    let answer = connection.session("none".into()).ask::<IgnoredAny>(method).await;
    answer.is_err_and(|error| error.rpc_code() == Some(CODE_METHOD_NOT_FOUND))
}

/// The version of a CLI that does not say it in its greeting.
async fn version(connection: &Connection) -> Option<String> {
    answers! {
        struct Status {
            version: Option<String> = "version",
        }
    }
    let status = connection.peer.call::<Status>("status.get", serde_json::Map::new()).await;
    status.ok()?.version
}

/// The answer to `connect` or `ping`.
struct Connected {
    protocol_version: Option<u32>,
    version: Option<String>,
    is_recent: bool,
    has_older_decisions: bool,
    text: String,
}

impl Connected {
    fn read(place: &str, method: &str, answer: Option<Box<RawValue>>) -> Result<Self> {
        answers! {
            struct Versions {
                protocol_version: Option<u32> = "protocolVersion",
                version: Option<String> = "version",
                task_kinds: Option<Box<RawValue>> = "taskKinds",
            }
        }
        let answer = answer.unwrap_or_else(|| RawValue::NULL.to_owned());
        let text = format!("it answered `{method}` with `{}`", Excerpt::of(answer.get()));
        match decode_params(&answer) {
            Ok(Versions { protocol_version, version, task_kinds }) => {
                let is_recent = task_kinds.is_some();
                let has_older_decisions = false;
                Ok(Self { protocol_version, version, is_recent, has_older_decisions, text })
            }
            Err(error) => {
                let text = format!("{place} does not answer like a copilot cli: {text}");
                Err(Error::new(ErrorKind::Handshake, text).with_source(error))
            }
        }
    }

    fn unsupported(&self, place: &str) -> Error {
        let theirs = match (self.protocol_version, &self.version) {
            (Some(protocol), Some(version)) => {
                format!("speaks protocol {protocol} (cli {})", Excerpt::of(version))
            }
            (Some(protocol), None) => format!("speaks protocol {protocol}"),
            (None, _) => format!("does not say which protocol it speaks ({})", self.text),
        };
        let (low, high) = (SUPPORTED.start(), SUPPORTED.end());
        let ours = if low == high {
            format!("protocol {low}")
        } else {
            format!("protocols {low} to {high}")
        };
        let text = format!(
            "{place} {theirs}, this copilot-sdk {} needs {ours}: use cli {} \
             (`copilot_sdk::cli::install()`) or another version of this crate",
            env!("CARGO_PKG_VERSION"),
            crate::cli::VERSION
        );
        Error::new(ErrorKind::Handshake, text)
    }
}

/// The error of a server that refused `connect`.
fn refused(place: &str, token: Option<&str>, error: Error) -> Error {
    let text = match (error.rpc_code(), token) {
        (Some(CODE_TOKEN_REFUSED), Some(_)) => format!(
            "{place} refuses this connection token: give the server's own with `connection_token`"
        ),
        (Some(CODE_TOKEN_REFUSED), None) => format!(
            "{place} wants a connection token: give the server's own with `connection_token`"
        ),
        (Some(CODE_TOKEN_NOT_WANTED), _) => {
            format!("{place} has no connection token: leave `connection_token` out")
        }
        _ => return not_a_cli(place, &error),
    };
    Error::new(ErrorKind::Handshake, text).with_source(error)
}

fn not_a_cli(place: &str, error: &Error) -> Error {
    match error.kind() {
        // The reason the connection ended says more: exit status and last output.
        ErrorKind::Closed => {
            Error::new(ErrorKind::Start, format!("{place} ended before it answered: {error}"))
        }
        _ => {
            let text = format!("{place} does not answer like a copilot cli: {error}");
            Error::new(ErrorKind::Handshake, text)
        }
    }
}
