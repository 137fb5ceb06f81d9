//! Where the client's messages are recorded and answered, and where the script waits for them.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot, watch};

use super::answers::{Answer, defaults};
use super::call::ClientCall;
use super::pipe::Outgoing;
use crate::error::{Error, ErrorKind, Result};
use crate::jsonrpc::CODE_METHOD_NOT_FOUND;
use crate::transport::write_frame;

pub(super) struct Desk {
    outbox: mpsc::UnboundedSender<Outgoing>,
    state: Mutex<State>,
    /// Changes whenever the client said something.
    heard: watch::Sender<()>,
    frozen: watch::Sender<bool>,
}

struct State {
    patience: Duration,
    answers: HashMap<String, Answer>,
    calls: Vec<Recorded>,
    /// The questions to the client that are open, by the JSON of their ids; `None` where nobody
    /// waits.
    asked: HashMap<String, Option<oneshot::Sender<Answered>>>,
    /// The events' questions that were answered, by their ids.
    settled: HashSet<String>,
    problems: Vec<String>,
    left: Option<String>,
    numbers: HashMap<&'static str, u64>,
}

type Answered = std::result::Result<Value, Refusal>;

/// A message of the client, whatever it is.
#[derive(Deserialize)]
struct Message {
    method: Option<String>,
    #[serde(default)]
    id: Value,
    #[serde(default)]
    params: Value,
    #[serde(default)]
    result: Value,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    code: i64,
    message: String,
}

struct Recorded {
    method: String,
    params: Value,
    id: Value,
    answer: Option<Value>,
    expected: bool,
}

impl Desk {
    pub(super) fn new(outbox: mpsc::UnboundedSender<Outgoing>) -> Self {
        let state = State {
            patience: Duration::from_secs(10),
            answers: defaults(),
            calls: Vec::new(),
            asked: HashMap::new(),
            settled: HashSet::new(),
            problems: Vec::new(),
            left: None,
            numbers: HashMap::new(),
        };
        Self {
            outbox,
            state: Mutex::new(state),
            heard: watch::Sender::default(),
            frozen: watch::Sender::new(false),
        }
    }

    /// Takes in one message of the client.
    pub(super) fn take(&self, frame: &[u8]) {
        match serde_json::from_slice::<Message>(frame) {
            Ok(Message { method: Some(method), id, params, .. }) => {
                self.called(method, params, &id);
            }
            Ok(message) if !message.id.is_null() => self.answered(message, frame),
            _ => self.note("a message that is no JSON-RPC", frame),
        }
        self.heard.send_replace(());
    }

    pub(super) fn client_left(&self, why: &str) {
        self.lock().left = Some(why.to_owned());
        self.heard.send_replace(());
    }

    /// Waits for a call of `method` whose params `fit`; `which` says in words which ones those are.
    pub(super) async fn expect(
        self: &Arc<Self>,
        method: &str,
        which: &str,
        fit: impl Fn(&Value) -> bool,
    ) -> Result<ClientCall> {
        let found = self.wait(|state| {
            let found =
                |call: &&mut Recorded| !call.expected && call.method == method && fit(&call.params);
            state.calls.iter_mut().find(found).map(|call| {
                call.expected = true;
                let (method, params) = (call.method.clone(), call.params.clone());
                ClientCall {
                    desk: Arc::clone(self),
                    method,
                    params,
                    id: call.id.clone(),
                    answer: call.answer.clone(),
                }
            })
        });
        found.await.map_err(|fate| self.missed(&format!("a call of `{method}`{which}"), &fate))
    }

    /// Asks the client and waits for its answer.
    pub(super) async fn ask(&self, method: &str, params: &Value) -> Result<Value> {
        let id = self.next("question");
        let (waiter, answer) = oneshot::channel();
        self.lock().asked.insert(id.to_string(), Some(waiter));
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let mut answer = answer;
        let found = self.wait(|_| answer.try_recv().ok()).await;
        let answer =
            found.map_err(|fate| self.missed(&format!("an answer to `{method}`"), &fate))?;
        answer.map_err(|Refusal { code, message }| {
            Error::new(ErrorKind::Rpc, format!("the client refused `{method}`: {message}"))
                .with_rpc_code(code)
        })
    }

    pub(super) async fn closed(&self) -> Result<()> {
        let left = self.wait(|state| state.left.clone().map(drop)).await;
        left.map_err(|fate| self.missed("the client to close the connection", &fate))
    }

    pub(super) async fn thawed(&self) {
        // An error would mean that the sender is gone, and `self` holds it.
        let mut frozen = self.frozen.subscribe();
        let _sender_lives = frozen.wait_for(|frozen| !frozen).await;
    }

    pub(super) fn set_frozen(&self, frozen: bool) {
        self.frozen.send_replace(frozen);
    }

    pub(super) fn set_patience(&self, limit: Duration) {
        self.lock().patience = limit;
    }

    pub(super) fn set_answer(&self, method: &str, answer: Answer) {
        self.lock().answers.insert(method.to_owned(), answer);
    }

    /// An answer to the question of this id will come, and nobody wants it.
    pub(super) fn forget_answer(&self, id: &str) {
        self.lock().asked.insert(id.to_owned(), None);
    }

    pub(super) fn calls(&self, method: &str) -> Vec<Value> {
        let state = self.lock();
        state
            .calls
            .iter()
            .filter(|call| call.method == method)
            .map(|call| call.params.clone())
            .collect()
    }

    pub(super) fn problems(&self) -> Vec<String> {
        self.lock().problems.clone()
    }

    /// The next number of a kind, from 1.
    pub(super) fn next(&self, kind: &'static str) -> u64 {
        self.lock().next(kind)
    }

    pub(super) fn send(&self, message: &Value) {
        self.frame(message.to_string().as_bytes());
    }

    pub(super) fn frame(&self, body: &[u8]) {
        let mut bytes = Vec::new();
        write_frame(&mut bytes, body);
        self.bytes(bytes);
    }

    /// What is sent after the end of the connection is lost, as with any dead CLI.
    pub(super) fn bytes(&self, bytes: Vec<u8>) {
        let _ = self.outbox.send(Outgoing::Bytes(bytes));
    }

    pub(super) fn end(&self) {
        let _ = self.outbox.send(Outgoing::End);
    }

    fn called(&self, method: String, params: Value, id: &Value) {
        let mut state = self.lock();
        let outcome = state.answer(&method, &params);
        let answer =
            outcome.as_ref().map(|outcome| outcome.clone().unwrap_or_else(|(_, text)| text.into()));
        // Recorded before the client can know that it is answered.
        state.calls.push(Recorded { method, params, id: id.clone(), answer, expected: false });
        drop(state);
        match outcome {
            _ if id.is_null() => {}
            None => {}
            Some(Ok(result)) => self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result})),
            Some(Err((code, text))) => {
                self.send(
                    &json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": text}}),
                );
            }
        }
    }

    fn answered(&self, message: Message, frame: &[u8]) {
        let waiter = self.lock().asked.remove(&message.id.to_string());
        match waiter {
            Some(Some(waiter)) => drop(waiter.send(message.error.map_or(Ok(message.result), Err))),
            Some(None) => {}
            None => self.note("an answer to no open question", frame),
        }
    }

    fn note(&self, what: &str, frame: &[u8]) {
        self.lock().problems.push(format!("{what}: {}", String::from_utf8_lossy(frame)));
    }

    /// Waits until `look` finds something; fails when the client leaves or patience ends.
    async fn wait<T>(
        &self,
        mut look: impl FnMut(&mut State) -> Option<T>,
    ) -> std::result::Result<T, Fate> {
        let patience = self.lock().patience;
        let mut heard = self.heard.subscribe();
        let found = async {
            loop {
                {
                    let mut state = self.lock();
                    if let Some(found) = look(&mut state) {
                        return Ok(found);
                    }
                    if let Some(why) = &state.left {
                        return Err(Fate { kind: ErrorKind::Closed, text: why.clone() });
                    }
                }
                // An error would mean that the sender is gone, and `self` holds it.
                let _sender_lives = heard.changed().await;
            }
        };
        let late = Fate {
            kind: ErrorKind::Timeout,
            text: format!("nothing of that kind came within {patience:?}"),
        };
        tokio::time::timeout(patience, found).await.unwrap_or(Err(late))
    }

    /// What was expected, why it will not come, and what came instead.
    fn missed(&self, what: &str, fate: &Fate) -> Error {
        let mut text = format!("expected {what}, but {}", fate.text);
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
        Error::new(fate.kind, text)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why nothing was found.
struct Fate {
    kind: ErrorKind,
    text: String,
}

impl State {
    /// What the call is answered with; `None` when the test answers it.
    fn answer(
        &mut self,
        method: &str,
        params: &Value,
    ) -> Option<std::result::Result<Value, (i64, String)>> {
        match self.answers.get(method).cloned() {
            Some(Answer::Result(result)) => Some(Ok(result(params))),
            Some(Answer::Refusal(code, text)) => Some(Err((code, text))),
            Some(Answer::ByHand) => None,
            None if method == "session.send" => {
                Some(Ok(json!({"messageId": format!("message-{}", self.next("message"))})))
            }
            None if method.contains(".handlePending") => {
                let first = params["requestId"]
                    .as_str()
                    .is_some_and(|id| self.settled.insert(id.to_owned()));
                Some(Ok(json!({"success": first})))
            }
            None => {
                let text = format!(
                    "Unhandled method {method} (the fake runtime has no answer: give it one with \
                     `answer`, or take the \
                     call with `by_hand` and `expect`)"
                );
                Some(Err((CODE_METHOD_NOT_FOUND, text)))
            }
        }
    }

    fn next(&mut self, kind: &'static str) -> u64 {
        let number = self.numbers.entry(kind).or_default();
        *number += 1;
        *number
    }
}
