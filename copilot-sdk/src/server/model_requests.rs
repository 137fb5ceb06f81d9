//! Model requests of the CLI, and the responses of the program's handler.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::handler::{BoxHandler, HandlerError};
use crate::ids::SessionId;
use crate::jsonrpc::{CODE_INTERNAL, Peer, Responder, decode_params, to_json};
use crate::model_request::{
    BodyChunk, BodySender, HttpHeaders, ModelHttpRequest, ModelHttpResponse, ModelTransport,
    ResponseBody,
};
use crate::payload::answers;
use crate::queue::DEFAULT_BUDGET;
use crate::task::spawn;
use crate::tool::CancelToken;
use crate::unwind::catch_unwind;

/// The requests that [`ModelExchanges`] answers.
pub(super) const START: &str = "llmInference.httpRequestStart";
pub(super) const CHUNK: &str = "llmInference.httpRequestChunk";

/// How many model requests are answered at once: each session and sub-agent has one.
const MAX_OPEN: usize = 4096;

/// Lets the program's handler answer the CLI's model requests.
#[derive(Debug)]
pub(crate) struct ModelExchanges {
    handler: BoxHandler<ModelHttpRequest, ModelHttpResponse>,
    state: Mutex<OpenRequests>,
    /// The bytes of request bodies that no handler has taken yet.
    waiting: Arc<AtomicUsize>,
}

#[derive(Debug, Default)]
struct OpenRequests {
    /// The connection that the requests come over.
    peer: Option<Peer>,
    open: HashMap<String, OpenRequest>,
}

/// A model request that has no complete response yet.
#[derive(Debug)]
struct OpenRequest {
    /// None once the body is complete.
    body: Option<BodySender>,
    cancel: CancelToken,
}

answers! {
    /// The params of `llmInference.httpRequestStart`.
    struct HttpRequestStart {
        request_id: String = "requestId" [required],
        method: String = "method",
        url: String = "url" [required],
        headers: HttpHeaders = "headers",
        transport: Option<ModelTransport> = "transport",
        session_id: Option<SessionId> = "sessionId",
        agent_id: Option<String> = "agentId",
        parent_agent_id: Option<String> = "parentAgentId",
        agent_invocation_id: Option<String> = "agentInvocationId",
        interaction_type: Option<String> = "interactionType",
    }

    /// The params of `llmInference.httpRequestChunk`.
    struct HttpRequestChunk {
        request_id: String = "requestId" [required],
        data: String = "data",
        binary: Option<bool> = "binary",
        end: Option<bool> = "end",
        cancel: Option<bool> = "cancel",
        cancel_reason: Option<String> = "cancelReason",
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpResponseStart<'a> {
    request_id: &'a str,
    status: u16,
    headers: &'a HttpHeaders,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpResponseChunk<'a> {
    request_id: &'a str,
    data: &'a str,
    binary: bool,
    end: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<TransportFailure<'a>>,
}

#[derive(Serialize)]
struct TransportFailure<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
}

answers! {
    /// Whether the CLI still waits for the response. It may say so of one that it has given up.
    struct Accepted {
        accepted: bool = "accepted",
    }
}

#[derive(Serialize)]
struct Empty {}

impl ModelExchanges {
    pub(crate) fn new(handler: BoxHandler<ModelHttpRequest, ModelHttpResponse>) -> Arc<Self> {
        Arc::new(Self { handler, state: Mutex::default(), waiting: Arc::default() })
    }

    /// Sends responses over this connection from now on.
    pub(super) fn attach(&self, peer: &Peer) {
        self.state().peer = Some(peer.clone());
    }

    /// Drops the handlers that are running: nobody can take their responses.
    pub(super) fn ended(&self) {
        let mut state = self.state();
        state.peer = None;
        for (_, request) in state.open.drain() {
            request.cancel.cancel();
        }
    }

    /// Answers one of the two requests, in the reader: pieces of a body must stay in order.
    pub(super) fn request(self: &Arc<Self>, method: &str, params: &RawValue, responder: Responder) {
        let done = match method {
            START => decode_params(params).map_err(unreadable).and_then(|start| self.start(start)),
            _ => decode_params(params).map_err(unreadable).and_then(|chunk| self.chunk(chunk)),
        };
        match done {
            Ok(()) => responder.result(&Empty {}),
            Err(why) => responder.error(CODE_INTERNAL, &why),
        }
    }

    fn start(self: &Arc<Self>, start: HttpRequestStart) -> Result<(), String> {
        let cancel = CancelToken::new();
        let (sender, body) = BodySender::new(&self.waiting);
        let mut state = self.state();
        let Some(peer) = state.peer.clone() else { return Err("the connection is over".into()) };
        if state.open.len() >= MAX_OPEN {
            return Err("this program is answering too many model requests already".into());
        }
        let request = OpenRequest { body: Some(sender), cancel: cancel.clone() };
        if state.open.contains_key(&start.request_id) {
            return Err(format!("the model request `{}` is open already", start.request_id));
        }
        state.open.insert(start.request_id.clone(), request);
        drop(state);
        let id = start.request_id;
        let request = ModelHttpRequest {
            method: start.method,
            url: start.url,
            headers: start.headers,
            transport: start.transport.unwrap_or(ModelTransport::Http),
            session_id: start.session_id,
            agent_id: start.agent_id,
            parent_agent_id: start.parent_agent_id,
            agent_invocation_id: start.agent_invocation_id,
            interaction_type: start.interaction_type,
            body,
        };
        let exchange = Exchange { id, peer, requests: Arc::clone(self) };
        spawn(async move {
            tokio::select! {
                biased;
                // First: the body of a request that was given up ends as if it were whole.
                () = cancel.cancelled() => {}
                () = exchange.answer(request) => {}
            }
        });
        Ok(())
    }

    fn chunk(&self, chunk: HttpRequestChunk) -> Result<(), String> {
        let mut state = self.state();
        let Some(open) = state.open.get_mut(&chunk.request_id) else {
            // The handler may have answered before the body was complete.
            return Ok(());
        };
        if chunk.cancel == Some(true) {
            let reason = chunk.cancel_reason.unwrap_or_default();
            tracing::debug!(request_id = chunk.request_id, reason, "a model request was given up");
            open.cancel.cancel();
            return Ok(());
        }
        let data = match chunk.binary {
            Some(true) => STANDARD.decode(&chunk.data).map(BodyChunk::Binary),
            _ => Ok(BodyChunk::Text(chunk.data)),
        };
        let fits = match (data, &open.body) {
            (Ok(data), Some(body)) => data.as_bytes().is_empty() || body.send(data, DEFAULT_BUDGET),
            (Ok(_), None) => return Err("the body of this model request is complete".into()),
            (Err(error), _) => {
                open.cancel.cancel();
                return Err(format!("a piece of the body is no base64: {error}"));
            }
        };
        if !fits {
            open.cancel.cancel();
            return Err("no handler takes the bodies of model requests".into());
        }
        if chunk.end == Some(true)
            && let Some(body) = open.body.take()
        {
            body.finish();
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, OpenRequests> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The response to one model request. Dropped before it is complete, it ends with an error, so that
/// no prompt waits for it.
struct Exchange {
    id: String,
    peer: Peer,
    requests: Arc<ModelExchanges>,
}

impl Exchange {
    async fn answer(&self, request: ModelHttpRequest) {
        let sent = match self.requests.handler.call(request).await {
            Ok(response) => self.respond(response).await,
            Err(error) => Err(error),
        };
        match sent {
            Ok(()) => drop(self.complete()),
            Err(error) => {
                tracing::error!(request_id = self.id, error = &*error, "a model request failed");
                self.fail(&error.to_string(), None);
            }
        }
    }

    async fn respond(&self, response: ModelHttpResponse) -> Result<(), HandlerError> {
        let start = HttpResponseStart {
            request_id: &self.id,
            status: response.status,
            headers: &response.headers,
        };
        if !self.send("llmInference.httpResponseStart", start).await? {
            return Ok(());
        }
        match response.body {
            ResponseBody::Whole(body) => drop(self.piece(&body, true).await?),
            ResponseBody::Stream(mut pieces) => loop {
                let next = catch_unwind(poll_fn(|cx| pieces.as_mut().poll_next(cx))).await;
                let next = next.map_err(|panic| format!("the response panicked: {panic}"))?;
                let Some(piece) = next.transpose()? else {
                    self.piece(&BodyChunk::Text(String::new()), true).await?;
                    break;
                };
                if !self.piece(&piece, false).await? {
                    break;
                }
            },
        }
        Ok(())
    }

    /// Sends a piece of the body. Returns whether the CLI wants more.
    async fn piece(&self, piece: &BodyChunk, end: bool) -> Result<bool, HandlerError> {
        let encoded;
        let (data, binary) = match piece {
            BodyChunk::Text(text) => (&**text, false),
            BodyChunk::Binary(bytes) => {
                encoded = STANDARD.encode(bytes);
                (&*encoded, true)
            }
        };
        let chunk = HttpResponseChunk { request_id: &self.id, data, binary, end, error: None };
        self.send("llmInference.httpResponseChunk", chunk).await
    }

    async fn send(&self, method: &str, params: impl Serialize) -> Result<bool, HandlerError> {
        let Accepted { accepted } = self.peer.call(method, params).await?;
        Ok(accepted)
    }

    fn fail(&self, message: &str, code: Option<&str>) {
        if !self.complete() {
            return;
        }
        let error = Some(TransportFailure { message, code });
        let chunk =
            HttpResponseChunk { request_id: &self.id, data: "", binary: false, end: true, error };
        let sent = to_json(&chunk)
            .and_then(|chunk| self.peer.post("llmInference.httpResponseChunk", &chunk));
        if let Err(error) = sent {
            tracing::debug!(request_id = self.id, %error, "a model request could not be failed");
        }
    }

    /// Forgets the request. Returns whether it was known still.
    fn complete(&self) -> bool {
        self.requests.state().open.remove(&self.id).is_some()
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.fail("the model request was cancelled", Some("cancelled"));
    }
}

fn unreadable(error: impl std::fmt::Display) -> String {
    format!("the params cannot be read: {error}")
}
