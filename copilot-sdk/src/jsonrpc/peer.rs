//! One end of a JSON-RPC connection.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::io::AsyncRead;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::decode::decode;
use super::dialect::{Dialect, Translated};
use super::inbound::Inbound;
use super::incoming::ErrorObject;
use super::outgoing::send_request;
use super::params::to_json;
use super::pending::{CallOutcome, PendingCalls, Waiter};
use super::reader;
use super::writer::{Writer, WriterEnd};
use crate::closed::Closed;
use crate::error::{Error, ErrorKind, Result};
use crate::task::spawn;
use crate::transport::{FrameReader, Transport};

/// How long to read on once the other side no longer reads.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Calls the other side. Cloning is cheap: clones share one connection.
///
/// The connection lives until [`close`](Peer::close) or until the other side ends it, not until the
/// last `Peer` is gone.
#[derive(Clone)]
pub(crate) struct Peer {
    pending: Arc<PendingCalls>,
    writer: Arc<Writer>,
    /// What the other side speaks, once that is known.
    dialect: Arc<OnceLock<Arc<dyn Dialect>>>,
}

impl Peer {
    /// Starts reading and writing. Must be called inside a tokio runtime.
    pub(crate) fn start<I: Inbound>(transport: Transport, frame_limit: usize, inbound: I) -> Self {
        let pending = Arc::new(PendingCalls::default());
        let writer = Arc::new(Writer::new(transport.writer, frame_limit));
        let frames = FrameReader::new(transport.reader, frame_limit);
        let peer = Self {
            pending: Arc::clone(&pending),
            writer: Arc::clone(&writer),
            dialect: Arc::default(),
        };
        let draining = Arc::clone(&writer);
        let (end_writing, written) = oneshot::channel();
        spawn(async move {
            let _ = end_writing.send(poll_fn(|cx| draining.poll_drain(cx)).await);
        });
        let mut reading = ReadLoop { pending, writer, inbound, closed: None };
        spawn(async move {
            let cause = reading.run(frames, written).await;
            // Closes the other half as well: the other side may wait for it before it exits.
            reading.writer.hang_up();
            let closed = reading.inbound.ended(cause).await;
            reading.end(closed);
        });
        peer
    }

    /// Sets what the other side speaks; the first time counts.
    pub(crate) fn speak(&self, dialect: Arc<dyn Dialect>) {
        let _ = self.dialect.set(dialect);
    }

    /// Calls a method and decodes its result.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future discards the result; the call is made nonetheless.
    pub(crate) fn call<R: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize,
    ) -> impl Future<Output = Result<R>> {
        self.call_written(method, to_json(&params))
    }

    /// Not generic in the params, so that it is compiled once for each result.
    async fn call_written<R: DeserializeOwned>(
        &self,
        method: &str,
        params: Result<Vec<u8>>,
    ) -> Result<R> {
        let raw = self.call_boxed(method, params).await?;
        decode(method, raw.as_deref())
    }

    /// Calls a method and keeps its result as JSON; a missing result is `None`, as is `null`.
    pub(crate) fn call_raw<'a>(
        &'a self,
        method: &'a str,
        params: impl Serialize,
    ) -> BoxFuture<'a, Result<Option<Box<RawValue>>>> {
        self.call_boxed(method, to_json(&params))
    }

    /// Boxed and not generic, so that its body is compiled in this crate and not in each program.
    fn call_boxed<'a>(
        &'a self,
        method: &'a str,
        params: Result<Vec<u8>>,
    ) -> BoxFuture<'a, Result<Option<Box<RawValue>>>> {
        Box::pin(async move { self.call_json(method, &params?).await })
    }

    /// Like [`call_raw`](Self::call_raw), with params that were written before.
    pub(crate) async fn call_json(
        &self,
        method: &str,
        params: &[u8],
    ) -> Result<Option<Box<RawValue>>> {
        let (caller, answer) = oneshot::channel();
        let id = self.pending.register(Waiter::Call(caller)).map_err(|closed| closed.error())?;
        let _guard = Forget { pending: &self.pending, id };
        self.transmit(id, method, params)?;
        match answer.await {
            Ok(outcome) => outcome.into_result(method, self.dialect.get()),
            Err(_) => Err(Error::new(
                ErrorKind::Closed,
                format!("the connection was dropped during `{method}`"),
            )),
        }
    }

    /// Calls a method without waiting for its response.
    pub(crate) fn post(&self, method: &'static str, params: &[u8]) -> Result<()> {
        self.send(Waiter::Post(method), method, params)
    }

    /// Calls a method; `then` runs in the reader once the outcome is known. On an error it will not
    /// run.
    pub(crate) fn call_then(
        &self,
        method: &'static str,
        params: &[u8],
        then: impl FnOnce(Result<Option<Box<RawValue>>>) + Send + 'static,
    ) -> Result<()> {
        let dialect = Arc::clone(&self.dialect);
        let then = move |outcome: CallOutcome| then(outcome.into_result(method, dialect.get()));
        self.send(Waiter::Then(Box::new(then)), method, params)
    }

    fn send(&self, waiter: Waiter, method: &str, params: &[u8]) -> Result<()> {
        let id = self.pending.register(waiter).map_err(|closed| closed.error())?;
        let sent = self.transmit(id, method, params);
        if sent.is_err() {
            self.pending.forget(id);
        }
        sent
    }

    /// Sends a call, or what it is for the other side.
    fn transmit(&self, id: u64, method: &str, params: &[u8]) -> Result<()> {
        match self.dialect.get() {
            Some(dialect) if dialect.translates(method) => {
                self.transmit_translated(id, method, &**dialect, params)
            }
            _ => {
                send_request(&self.writer, id, method, params);
                Ok(())
            }
        }
    }

    fn transmit_translated(
        &self,
        id: u64,
        method: &str,
        dialect: &dyn Dialect,
        params: &[u8],
    ) -> Result<()> {
        let params = serde_json::from_slice::<&RawValue>(params).map_err(|error| {
            let text = format!("the params of `{method}` cannot be read again");
            Error::new(ErrorKind::Protocol, text).with_source(error)
        })?;
        let translated = dialect.translate(method, params);
        let outcome = match translated {
            Translated::Call { method: other, params } => {
                let params = params.get().as_bytes();
                send_request(&self.writer, id, other.unwrap_or(method), params);
                return Ok(());
            }
            Translated::Result(result) => {
                CallOutcome::Result(Some(result).filter(|result| result.get() != "null"))
            }
            Translated::Refusal { code, message } => {
                CallOutcome::Refused(ErrorObject { code, message })
            }
        };
        self.pending.settle(id, outcome);
        Ok(())
    }

    /// Ends the outgoing half: the other side reads the end of the stream, calls fail with
    /// `closed`.
    pub(crate) fn close(&self, closed: &Closed) {
        self.pending.close(closed);
        self.writer.close(closed.clone());
    }

    /// Ends the connection from this side, as if the other side had ended it.
    pub(crate) fn break_off(&self, closed: Closed) {
        self.writer.close(closed);
    }

    /// Why the connection has ended, if it has.
    pub(crate) fn closed(&self) -> Option<Closed> {
        self.pending.closed()
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Peer")
    }
}

impl CallOutcome {
    fn into_result(
        self,
        method: &str,
        dialect: Option<&Arc<dyn Dialect>>,
    ) -> Result<Option<Box<RawValue>>> {
        match self {
            Self::Result(result) => Ok(result),
            Self::Refused(error) => {
                let advice = dialect.and_then(|dialect| dialect.advice(error.code));
                let advice = advice.map(|advice| format!("; {advice}")).unwrap_or_default();
                let text = format!("the cli refused `{method}`: {}{advice}", error.message);
                Err(Error::new(ErrorKind::Rpc, text).with_rpc_code(error.code))
            }
            Self::Unreadable { reason, start } => {
                let text = format!(
                    "the answer to `{method}` cannot be read: {reason}; it begins with `{start}`"
                );
                Err(Error::new(ErrorKind::Protocol, text))
            }
            Self::Closed(closed) => Err(closed.error()),
        }
    }
}

/// The running connection. Dropping it, even with its runtime, ends the connection for every user.
struct ReadLoop<I: Inbound> {
    pending: Arc<PendingCalls>,
    writer: Arc<Writer>,
    inbound: I,
    closed: Option<Closed>,
}

impl<I: Inbound> ReadLoop<I> {
    /// Reads until either half ends, and returns why.
    async fn run(
        &mut self,
        frames: FrameReader<impl AsyncRead + Unpin>,
        mut written: oneshot::Receiver<WriterEnd>,
    ) -> Closed {
        let mut reading =
            pin!(reader::read(frames, &self.pending, &self.writer, &mut self.inbound));
        let end = tokio::select! {
            biased;
            cause = &mut reading => return cause,
            Ok(end) = &mut written => end,
        };
        match end {
            WriterEnd::Closed(closed) => closed,
            // The other side's last messages may still be in flight.
            WriterEnd::Failed(closed) => timeout(LAST_WORDS, reading).await.unwrap_or(closed),
        }
    }

    fn end(mut self, closed: Closed) {
        self.closed.get_or_insert(closed);
    }
}

impl<I: Inbound> Drop for ReadLoop<I> {
    fn drop(&mut self) {
        let gone = || {
            Closed::new(ErrorKind::Closed, "the runtime that the connection was opened on is gone")
        };
        let closed = self.closed.take().unwrap_or_else(gone);
        // Called first, so that callers notified of the end find the sessions already updated.
        self.inbound.closed(&closed);
        self.pending.close(&closed);
        self.writer.close(closed);
    }
}

/// Unregisters a call whose caller was dropped.
struct Forget<'a> {
    pending: &'a PendingCalls,
    id: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.pending.forget(self.id);
    }
}
