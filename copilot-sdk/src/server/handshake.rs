//! The first exchange: does the other side speak our protocol?

use serde::{Deserialize, Serialize};

use super::options::ClientInfo;
use super::status::Pong;
use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::jsonrpc::CODE_METHOD_NOT_FOUND;

/// The protocol versions that this crate speaks.
const SUPPORTED: std::ops::RangeInclusive<u32> = 3..=3;

const CODE_TOKEN_REFUSED: i64 = -32002;
const CODE_TOKEN_NOT_WANTED: i64 = -32003;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Connect<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<&'a ClientInfo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connected {
    #[serde(default)]
    protocol_version: Option<u32>,
    #[serde(default)]
    version: Option<String>,
}

/// Greets the server at `place`, with its token where it has one, and says who is calling.
pub(super) async fn handshake(
    connection: &Connection,
    place: &str,
    token: Option<&str>,
    client_info: Option<&ClientInfo>,
) -> Result<()> {
    let greeted = connection.peer.call("connect", Connect { token, client_info }).await;
    let (protocol, version) = match greeted {
        Ok(Connected { protocol_version, version }) => (protocol_version, version),
        // Servers of protocol 2 know no `connect`.
        Err(error) if error.rpc_code() == Some(CODE_METHOD_NOT_FOUND) => {
            let pong = connection.peer.call::<Pong>("ping", serde_json::Map::new()).await;
            (pong.map_err(|error| not_a_cli(place, error))?.protocol_version, None)
        }
        Err(error) => {
            return Err(match error.rpc_code() {
                Some(CODE_TOKEN_REFUSED) => {
                    let what = if token.is_some() {
                        "refuses this connection token"
                    } else {
                        "wants a connection token"
                    };
                    refused(
                        &format!("{place} {what}: give the server's own with `connection_token`"),
                        error,
                    )
                }
                Some(CODE_TOKEN_NOT_WANTED) => refused(
                    &format!("{place} has no connection token: leave `connection_token` out"),
                    error,
                ),
                _ => not_a_cli(place, error),
            });
        }
    };
    match protocol {
        Some(protocol) if SUPPORTED.contains(&protocol) => Ok(()),
        protocol => {
            let theirs = match (protocol, version) {
                (Some(protocol), Some(version)) => {
                    format!("speaks protocol {protocol} (cli {version})")
                }
                (Some(protocol), None) => format!("speaks protocol {protocol}"),
                (None, _) => "does not say which protocol it speaks".to_owned(),
            };
            let (low, high) = (SUPPORTED.start(), SUPPORTED.end());
            let ours = if low == high {
                format!("protocol {low}")
            } else {
                format!("protocols {low} to {high}")
            };
            Err(Error::new(
                ErrorKind::Handshake,
                format!(
                    "{place} {theirs}, this copilot-sdk {} needs {ours}: use cli {} \
                     (`copilot_sdk::cli::install()`) or \
                     another version of this crate",
                    env!("CARGO_PKG_VERSION"),
                    crate::cli::VERSION
                ),
            ))
        }
    }
}

fn refused(text: &str, error: Error) -> Error {
    Error::new(ErrorKind::Handshake, text).with_source(error)
}

fn not_a_cli(place: &str, error: Error) -> Error {
    match error.kind() {
        // The end of the connection says more: exit status, last words.
        ErrorKind::Closed => {
            Error::new(ErrorKind::Start, format!("{place} ended before it answered: {error}"))
        }
        _ => refused(&format!("{place} does not answer like a copilot cli"), error),
    }
}
