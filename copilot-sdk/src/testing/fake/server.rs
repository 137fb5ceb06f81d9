//! The server side of a fake CLI: records the client's messages, answers them, and waits for them.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};

use super::canned::{CannedResponse, defaults};
use super::outbox::{Outbox, OutboxItem};
use crate::error::{Error, ErrorKind, Result};
use crate::jsonrpc::CODE_METHOD_NOT_FOUND;
use crate::transport::write_frame;

pub(super) struct FakeServer {
    outbox: Outbox,
    state: Mutex<FakeServerState>,
    /// Changes with every message of the client.
    received: watch::Sender<()>,
    frozen: watch::Sender<bool>,
}

/// A call that the client made.
#[derive(Clone)]
pub(super) struct RecordedCall {
    pub(super) method: String,
    pub(super) params: Value,
    pub(super) id: Value,
    /// The result, or the text of the error, that the fake has answered with.
    pub(super) response: Option<Value>,
    expected: bool,
}

struct FakeServerState {
    timeout: Duration,
    responses: HashMap<String, CannedResponse>,
    calls: Vec<RecordedCall>,
    /// Pending requests to the client, by the JSON of their ids; `None` for one whose response
    /// nobody awaits.
    pending: HashMap<String, Option<oneshot::Sender<RpcResult>>>,
    /// The ids of the requests by event that the client has answered.
    settled: HashSet<String>,
    problems: Vec<String>,
    client_left: Option<String>,
    counters: HashMap<&'static str, u64>,
}

type RpcResult = std::result::Result<Value, RpcError>;

#[derive(Clone, Deserialize)]
struct RpcError {
    code: i64,
    message: String,
}

/// Any message of the client.
#[derive(Deserialize)]
struct ClientMessage {
    method: Option<String>,
    #[serde(default)]
    id: Value,
    #[serde(default)]
    params: Value,
    #[serde(default)]
    result: Value,
    error: Option<RpcError>,
}

/// Why a wait failed.
struct WaitError {
    kind: ErrorKind,
    reason: String,
}

impl FakeServer {
    pub(super) fn new(outbox: Outbox) -> Self {
        let state = FakeServerState {
            timeout: Duration::from_secs(10),
            responses: defaults(),
            calls: Vec::new(),
            pending: HashMap::new(),
            settled: HashSet::new(),
            problems: Vec::new(),
            client_left: None,
            counters: HashMap::new(),
        };
        Self {
            outbox,
            state: Mutex::new(state),
            received: watch::Sender::default(),
            frozen: watch::Sender::new(false),
        }
    }

    /// Records a message of the client, and answers it if it has a canned response.
    pub(super) fn receive(&self, frame: &[u8]) {
        match serde_json::from_slice::<ClientMessage>(frame) {
            Ok(ClientMessage { method: Some(method), id, params, .. }) => {
                self.receive_call(method, params, &id);
            }
            Ok(message) if !message.id.is_null() => self.receive_response(message, frame),
            _ => self.add_problem("a message that is no JSON-RPC", frame),
        }
        self.received.send_replace(());
    }

    pub(super) fn client_left(&self, reason: &str) {
        self.lock().client_left = Some(reason.to_owned());
        self.received.send_replace(());
    }

    /// Waits for a call of `method` whose params `fit`; `which` describes those in errors.
    pub(super) async fn next_call(
        &self,
        method: &str,
        which: &str,
        fit: impl Fn(&Value) -> bool,
    ) -> Result<RecordedCall> {
        let fits =
            |call: &&mut RecordedCall| !call.expected && call.method == method && fit(&call.params);
        let found = self.wait(|state| {
            let call = state.calls.iter_mut().find(fits)?;
            call.expected = true;
            Some(call.clone())
        });
        found.await.map_err(|error| self.missing(&format!("a call of `{method}`{which}"), &error))
    }

    /// Sends a request to the client and waits for the response.
    pub(super) async fn request(&self, method: &str, params: &Value) -> Result<Value> {
        let id = self.next("question");
        let (sender, mut response) = oneshot::channel();
        self.lock().pending.insert(id.to_string(), Some(sender));
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let response = self.wait(|_| response.try_recv().ok()).await;
        let response =
            response.map_err(|error| self.missing(&format!("an answer to `{method}`"), &error))?;
        response.map_err(|RpcError { code, message }| {
            Error::new(ErrorKind::Rpc, format!("the client refused `{method}`: {message}"))
                .with_rpc_code(code)
        })
    }

    /// Waits until the client has closed its side of the connection.
    pub(super) async fn closed(&self) -> Result<()> {
        let left = self.wait(|state| state.client_left.clone().map(drop)).await;
        left.map_err(|error| self.missing("the client to close the connection", &error))
    }

    pub(super) async fn wait_until_thawed(&self) {
        // Fails only when the sender is gone, and `self` holds it.
        let mut frozen = self.frozen.subscribe();
        let _ = frozen.wait_for(|frozen| !frozen).await;
    }

    pub(super) fn set_frozen(&self, frozen: bool) {
        self.frozen.send_replace(frozen);
    }

    pub(super) fn set_timeout(&self, limit: Duration) {
        self.lock().timeout = limit;
    }

    pub(super) fn set_response(&self, method: &str, response: CannedResponse) {
        self.lock().responses.insert(method.to_owned(), response);
    }

    /// Discards the response to the request with this id, when it comes.
    pub(super) fn ignore_response(&self, id: &str) {
        self.lock().pending.insert(id.to_owned(), None);
    }

    pub(super) fn calls(&self, method: &str) -> Vec<Value> {
        let state = self.lock();
        let calls = state.calls.iter().filter(|call| call.method == method);
        calls.map(|call| call.params.clone()).collect()
    }

    pub(super) fn problems(&self) -> Vec<String> {
        self.lock().problems.clone()
    }

    /// The next number of a counter, from 1.
    pub(super) fn next(&self, counter: &'static str) -> u64 {
        self.lock().next(counter)
    }

    pub(super) fn send(&self, message: &Value) {
        self.send_frame(message.to_string().as_bytes());
    }

    pub(super) fn send_frame(&self, body: &[u8]) {
        let mut bytes = Vec::new();
        write_frame(&mut bytes, body);
        self.send_bytes(bytes);
    }

    pub(super) fn send_bytes(&self, bytes: Vec<u8>) {
        // Bytes sent after the end of the connection are lost, as with a dead CLI.
        let _ = self.outbox.send(OutboxItem::Bytes(bytes));
    }

    pub(super) fn end(&self) {
        let _ = self.outbox.send(OutboxItem::End);
    }

    fn receive_call(&self, method: String, params: Value, id: &Value) {
        let mut state = self.lock();
        let result = state.respond(&method, &params);
        let response = result
            .as_ref()
            .map(|result| result.clone().unwrap_or_else(|error| error.message.into()));
        // Recorded before the client can see the response.
        let call = RecordedCall { method, params, id: id.clone(), response, expected: false };
        state.calls.push(call);
        drop(state);
        match result {
            Some(_) if id.is_null() => {}
            Some(Ok(result)) => self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result})),
            Some(Err(RpcError { code, message })) => {
                let error = json!({"code": code, "message": message});
                self.send(&json!({"jsonrpc": "2.0", "id": id, "error": error}));
            }
            None => {}
        }
    }

    fn receive_response(&self, message: ClientMessage, frame: &[u8]) {
        let pending = self.lock().pending.remove(&message.id.to_string());
        match pending {
            Some(Some(sender)) => drop(sender.send(message.error.map_or(Ok(message.result), Err))),
            Some(None) => {}
            None => self.add_problem("a response to no pending request", frame),
        }
    }

    fn add_problem(&self, problem: &str, frame: &[u8]) {
        self.lock().problems.push(format!("{problem}: {}", String::from_utf8_lossy(frame)));
    }

    /// Waits until `look` finds something; fails when the client leaves or the timeout elapses.
    async fn wait<T>(
        &self,
        mut look: impl FnMut(&mut FakeServerState) -> Option<T>,
    ) -> std::result::Result<T, WaitError> {
        let timeout = self.lock().timeout;
        let mut received = self.received.subscribe();
        let found = async {
            loop {
                {
                    let mut state = self.lock();
                    if let Some(found) = look(&mut state) {
                        return Ok(found);
                    }
                    if let Some(reason) = &state.client_left {
                        return Err(WaitError { kind: ErrorKind::Closed, reason: reason.clone() });
                    }
                }
                // Fails only when the sender is gone, and `self` holds it.
                let _ = received.changed().await;
            }
        };
        let late = WaitError {
            kind: ErrorKind::Timeout,
            reason: format!("nothing of that kind came within {timeout:?}"),
        };
        tokio::time::timeout(timeout, found).await.unwrap_or(Err(late))
    }

    /// An error that tells what was expected, why it is missing, and what came instead.
    fn missing(&self, expected: &str, error: &WaitError) -> Error {
        let mut text = format!("expected {expected}, but {}", error.reason);
        let state = self.lock();
        let mut others = state.calls.iter().filter(|call| !call.expected).peekable();
        if others.peek().is_none() {
            text.push_str("; no other call waits");
        }
        for call in others {
            let params: String = call.params.to_string().chars().take(120).collect();
            // Writing to a string cannot fail.
            let _ = write!(text, "\n- came and was not expected: `{}` {params}", call.method);
        }
        Error::new(error.kind, text)
    }

    fn lock(&self) -> MutexGuard<'_, FakeServerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FakeServerState {
    /// The response to a call; `None` if the test answers it.
    fn respond(&mut self, method: &str, params: &Value) -> Option<RpcResult> {
        match self.responses.get(method).cloned() {
            Some(CannedResponse::Result(result)) => Some(Ok(result(params))),
            Some(CannedResponse::Error(code, message)) => Some(Err(RpcError { code, message })),
            Some(CannedResponse::ByHand) => None,
            None if method == "session.send" => {
                Some(Ok(json!({"messageId": format!("message-{}", self.next("message"))})))
            }
            None if method.contains(".handlePending") => {
                let id = params["requestId"].as_str();
                let first = id.is_some_and(|id| self.settled.insert(id.to_owned()));
                Some(Ok(json!({"success": first})))
            }
            None => {
                let message = format!(
                    "Unhandled method {method} (the fake runtime has no answer: give it one with \
                     `answer`, or take the call with `by_hand` and `expect`)"
                );
                Some(Err(RpcError { code: CODE_METHOD_NOT_FOUND, message }))
            }
        }
    }

    fn next(&mut self, counter: &'static str) -> u64 {
        let number = self.counters.entry(counter).or_default();
        *number += 1;
        *number
    }
}
