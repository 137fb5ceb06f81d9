//! The incoming half: cuts the stream into messages and hands each to where it belongs.

use std::sync::Arc;

use serde::de::DeserializeSeed as _;
use tokio::io::AsyncRead;

use super::inbound::Inbound;
use super::incoming::{Message, MessageSeed, Params};
use super::pending::{Outcome, Pending};
use super::responder::Responder;
use super::writer::Writer;
use crate::closed::Closed;
use crate::error::{Error, ErrorKind};
use crate::transport::FrameReader;

/// Reads until the stream ends, and says how it ended.
pub(super) async fn read<R: AsyncRead + Unpin, I: Inbound>(
    mut frames: FrameReader<R>,
    pending: &Pending,
    writer: &Arc<Writer>,
    inbound: &mut I,
) -> Closed {
    loop {
        match frames.next().await {
            Ok(Some(frame)) => take(frame, pending, writer, inbound),
            Ok(None) => {
                return Closed::new(ErrorKind::Closed, "the other side closed the connection");
            }
            Err(error) => return Closed::from(&error),
        }
    }
}

fn take<I: Inbound>(frame: &[u8], pending: &Pending, writer: &Arc<Writer>, inbound: &mut I) {
    let Ok(text) = std::str::from_utf8(frame) else {
        return skip(frame, &Error::new(ErrorKind::Protocol, "the text is not UTF-8"));
    };
    let message = match parse::<I>(text, true) {
        Ok(message) => message,
        // Params of an unforeseen shape: kept raw, their owner may still make something of them.
        Err(_) => match parse::<I>(text, false) {
            Ok(message) => message,
            Err(error) => return skip(frame, &error),
        },
    };
    match message {
        Message::Notification { params: Params::Decoded(notification), .. } => {
            inbound.decoded(notification, frame.len());
        }
        Message::Notification { method, params: Params::Raw(params) } => {
            inbound.notification(&method, params);
        }
        Message::Request { id, method, params } => {
            let responder = Responder::new(id, &method, Arc::clone(writer));
            inbound.request(&method, params, responder);
        }
        Message::Response { id: Some(id), outcome } => pending.settle(
            id,
            match outcome {
                Ok(result) => Outcome::Result(result.map(ToOwned::to_owned)),
                Err(error) => Outcome::Refused(error),
            },
        ),
        Message::Response { id: None, .. } => tracing::debug!("an answer without an id of ours"),
        Message::Neither => {
            tracing::debug!("a message that is neither request, notification nor answer");
        }
    }
}

fn parse<I: Inbound>(
    text: &str,
    in_place: bool,
) -> Result<Message<'_, I::Notification<'_>>, Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let message = MessageSeed::<I>::new(in_place).deserialize(&mut deserializer);
    message
        .and_then(|message| deserializer.end().map(|()| message))
        .map_err(|error| Error::new(ErrorKind::Protocol, error.to_string()))
}

/// One message that cannot be read costs that message, not the connection.
fn skip(frame: &[u8], error: &Error) {
    let start = frame.get(..120).unwrap_or(frame).escape_ascii();
    tracing::warn!(%error, bytes = frame.len(), %start, "skipped a message of the cli that cannot \
                                                         be read");
}
