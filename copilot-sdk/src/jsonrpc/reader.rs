//! The incoming half: splits the stream into messages and dispatches them.

use std::sync::Arc;

use serde::de::DeserializeSeed as _;
use serde_json::value::RawValue;
use tokio::io::AsyncRead;

use super::inbound::Inbound;
use super::incoming::{ErrorObject, Head, Message, MessageSeed, WaitingFor};
use super::outgoing::CODE_PARSE_ERROR;
use super::pending::{CallOutcome, PendingCalls};
use super::responder::Responder;
use super::writer::Writer;
use crate::closed::Closed;
use crate::error::ErrorKind;
use crate::excerpt::Excerpt;
use crate::json_scan::whole_value;
use crate::json_text::split_at_quote;
use crate::transport::FrameReader;

/// Reads until the stream ends, and returns how it ended.
pub(super) async fn read<R: AsyncRead + Unpin, I: Inbound>(
    mut frames: FrameReader<R>,
    pending: &PendingCalls,
    writer: &Arc<Writer>,
    inbound: &mut I,
) -> Closed {
    loop {
        let outcome = match frames.next().await {
            Ok(Some(frame)) => take(frame, pending, writer, inbound),
            Ok(None) => Err(Closed::new(ErrorKind::Closed, "the other side closed the connection")),
            Err(error) => Err(Closed::from(&error)),
        };
        if let Err(closed) = outcome {
            return closed;
        }
    }
}

/// Handles one message. An error ends the connection.
fn take<I: Inbound>(
    frame: &[u8],
    pending: &PendingCalls,
    writer: &Arc<Writer>,
    inbound: &mut I,
) -> Result<(), Closed> {
    if let Ok(text) = std::str::from_utf8(frame) {
        if inbound.message(text) {
            return Ok(());
        }
        if let Some((id, result)) = expected_result(text) {
            pending.answered(id, Some(result));
            return Ok(());
        }
        if let Some((id, method, params)) = expected_request(text) {
            let responder = || Responder::new(id, method, Arc::clone(writer));
            if inbound.unread_request(method, params, &responder) {
                return Ok(());
            }
            if let Some(params) = json(params) {
                inbound.request(method, Some(params), responder());
                return Ok(());
            }
        }
    }
    match parse(frame) {
        Ok(Message::Notification { method, params }) => inbound.notification(&method, params),
        Ok(Message::Request { id, method, params }) => {
            let responder = Responder::new(id, &method, Arc::clone(writer));
            inbound.request(&method, params, responder);
        }
        Ok(Message::Response { id: Some(id), outcome: Ok(result) }) => {
            pending.answered(id, result);
        }
        Ok(Message::Response { id: Some(id), outcome: Err(error) }) => {
            pending.settle(id, CallOutcome::Refused(error));
        }
        Ok(Message::Response { id: None, outcome: Err(error) }) => {
            return refused_unnamed(error, pending);
        }
        Ok(Message::Response { id: None, .. }) => {
            tracing::debug!("a response with an unknown id");
        }
        Ok(Message::Neither) => {
            tracing::debug!("a message that is neither request, notification nor response");
        }
        Err(unreadable) => unreadable.skip(frame, pending, writer),
    }
    Ok(())
}

/// The id and the result of a response that begins, byte for byte, as those of the CLI do.
fn expected_result(text: &str) -> Option<(u64, &RawValue)> {
    let (id, rest) = split_id(text)?;
    let result = json(rest.strip_prefix(r#""result":"#)?.strip_suffix('}')?)?;
    Some((id.parse().ok()?, result))
}

/// The id, the method and the text of the params of a request that begins, byte for byte, as those
/// of the CLI do.
fn expected_request(text: &str) -> Option<(&RawValue, &str, &str)> {
    let (id, rest) = split_id(text)?;
    let (method, rest) = split_at_quote(rest.strip_prefix(r#""method":""#)?)?;
    let params = rest.strip_prefix(r#","params":"#)?.strip_suffix('}')?;
    Some((json(id)?, method, params))
}

/// The id with which a message begins, and what stands behind its comma.
fn split_id(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix(r#"{"jsonrpc":"2.0","id":"#)?;
    // Not `split_once`, which takes longer to begin than most ids are long.
    let end = text.bytes().position(|byte| byte == b',')?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// Text that is one JSON value other than `null`.
fn json(text: &str) -> Option<&RawValue> {
    whole_value(text).filter(|json| json.get() != "null")
}

/// Handles an error without an id: the other side could not parse a message. One of the calls in
/// flight will never be answered; if there are several, it is unknown which.
fn refused_unnamed(error: ErrorObject, pending: &PendingCalls) -> Result<(), Closed> {
    match pending.only_id() {
        Ok(id) => {
            pending.settle(id, CallOutcome::Refused(error));
            Ok(())
        }
        Err(count) => {
            let text = format!(
                "the other side could not read a message and does not say which, with {count} \
                 calls in flight: {} ({})",
                Excerpt::of(&error.message),
                error.code
            );
            Err(Closed::new(ErrorKind::Protocol, text))
        }
    }
}

fn parse(frame: &[u8]) -> Result<Message<'_>, Unreadable<'_>> {
    let (text, not_utf8) = match std::str::from_utf8(frame) {
        Ok(text) => (text, None),
        // The part before the first invalid byte may identify who waits.
        Err(error) => {
            let valid = frame.get(..error.valid_up_to()).unwrap_or_default();
            (std::str::from_utf8(valid).unwrap_or_default(), Some(error.to_string()))
        }
    };
    let mut head = Head::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = MessageSeed::new(&mut head).deserialize(&mut deserializer);
    match (parsed.and_then(|message| deserializer.end().map(|()| message)), not_utf8) {
        (Ok(message), None) => Ok(message),
        (Err(error), None) => Err(Unreadable { head, reason: error.to_string() }),
        (_, Some(reason)) => Err(Unreadable { head, reason }),
    }
}

/// An unreadable message. Only the message is lost, not the connection.
struct Unreadable<'de> {
    head: Head<'de>,
    reason: String,
}

impl Unreadable<'_> {
    /// Notifies whoever waits for the message.
    fn skip(self, frame: &[u8], pending: &PendingCalls, writer: &Arc<Writer>) {
        let Self { head, reason } = self;
        let start = Excerpt::of_bytes(frame);
        tracing::warn!(
            error = reason, bytes = frame.len(), %start,
            "skipped a message of the cli that cannot be read"
        );
        match head.waiting() {
            Some(WaitingFor::Call(id)) => {
                let start = start.to_string();
                pending.settle(id, CallOutcome::Unreadable { reason, start });
            }
            Some(WaitingFor::OtherSide { id, method }) => {
                let text = format!("the request cannot be read: {reason}");
                Responder::new(id, &method, Arc::clone(writer)).error(CODE_PARSE_ERROR, &text);
            }
            None => {}
        }
    }
}
