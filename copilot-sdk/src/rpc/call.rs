//! One call.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::future::BoxFuture;
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::excerpt::Excerpt;
use crate::protocol::wire::{Wire, accept};

/// Sends a call and receives its result.
type Send =
    dyn Fn(&'static str, Value) -> BoxFuture<'static, Result<Value>> + std::marker::Send + Sync;

/// Where calls go: to a client, or to a session with its id.
#[derive(Clone)]
pub(crate) struct Caller(Arc<Send>);

/// A call of the CLI, made when it is awaited.
///
/// It borrows nothing, so it can be spawned and joined with others.
///
/// # Errors
///
/// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the CLI refuses, or has no such method (an older
/// one); [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) if its answer is no `R` at all;
/// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the connection is closed.
///
/// # Cancel safety
///
/// Dropping it while it is awaited discards the result; the call may have been made.
#[must_use = "nothing is called until this is awaited"]
pub struct RpcCall<R> {
    method: &'static str,
    answer: BoxFuture<'static, Result<Value>>,
    read: fn(Value) -> Result<R, Value>,
}

impl Caller {
    pub(crate) fn new(
        send: impl Fn(&'static str, Value) -> BoxFuture<'static, Result<Value>>
        + std::marker::Send
        + Sync
        + 'static,
    ) -> Self {
        Self(Arc::new(send))
    }

    pub(super) fn call<R: Wire>(&self, method: &'static str, params: &impl Wire) -> RpcCall<R> {
        RpcCall { method, answer: (self.0)(method, params.write()), read: accept }
    }
}

impl<R> Future for RpcCall<R> {
    type Output = Result<R>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<R>> {
        let value = ready!(self.answer.as_mut().poll(context))?;
        Poll::Ready((self.read)(value).map_err(|value| unreadable(self.method, &value)))
    }
}

fn unreadable(method: &str, value: &Value) -> Error {
    let text = value.to_string();
    let text = format!(
        "the answer to `{method}` has another type; it begins with `{}`",
        Excerpt::of(&text)
    );
    Error::new(ErrorKind::Protocol, text)
}

impl<R> fmt::Debug for RpcCall<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RpcCall").field(&self.method).finish()
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Caller")
    }
}
