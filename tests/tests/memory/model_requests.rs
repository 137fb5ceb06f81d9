//! Model requests that the program answers, on the wire.

use std::pin::Pin;
use std::task::{Context, Poll};

use copilot_sdk::Client;
use copilot_sdk::handler::HandlerError;
use copilot_sdk::model_request::{BodyChunk, ModelHttpRequest, ModelHttpResponse, ModelTransport};
use copilot_sdk::testing::FakeRuntime;
use futures_core::Stream;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::stage::within;

/// What goes through a channel, as a stream.
struct Pieces(mpsc::UnboundedReceiver<Result<BodyChunk, HandlerError>>);

impl Stream for Pieces {
    type Item = Result<BodyChunk, HandlerError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}

/// A stream that panics.
struct Panicking;

impl Stream for Panicking {
    type Item = Result<String, String>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        panic!("no more words")
    }
}

async fn answer(mut request: ModelHttpRequest) -> Result<ModelHttpResponse, HandlerError> {
    match &*request.url {
        "echo:" => {
            let text = format!("{} {:?}", request.method, request.headers.get("X-Key"));
            let body = String::from_utf8(request.body.bytes().await?)?;
            Ok(ModelHttpResponse::new(201).header("X-Seen", text).body(body))
        }
        "pieces:" => {
            let (sender, pieces) = mpsc::unbounded_channel();
            tokio::spawn(async move {
                while let Ok(Some(chunk)) = request.body.chunk().await {
                    sender.send(Ok(chunk)).unwrap();
                }
            });
            Ok(ModelHttpResponse::new(200).stream(Pieces(pieces)))
        }
        "cut:" => {
            let (sender, pieces) = mpsc::unbounded_channel();
            sender.send(Ok("half".into())).unwrap();
            sender.send(Err("the line is dead".into())).unwrap();
            Ok(ModelHttpResponse::new(200).stream(Pieces(pieces)))
        }
        "panics:" => panic!("no model"),
        "panics later:" => Ok(ModelHttpResponse::new(200).stream(Panicking)),
        "fails:" => Err("the budget is used up".into()),
        "early:" => Ok(ModelHttpResponse::new(400)),
        "forever:" => std::future::pending().await,
        url => Err(format!("what is {url}?").into()),
    }
}

async fn start() -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).on_model_request(answer);
    let client = client.start().await.unwrap();
    assert_eq!(fake.calls("llmInference.setProvider"), [json!({})]);
    (fake, client)
}

async fn open(fake: &FakeRuntime, id: &str, url: &str) {
    let params = json!({
        "requestId": id, "sessionId": "nobody's", "method": "POST", "url": url,
        "headers": {"x-key": ["secret"]}, "transport": "http",
    });
    assert_eq!(fake.request("llmInference.httpRequestStart", params).await.unwrap(), json!({}));
}

async fn chunk(fake: &FakeRuntime, params: Value) {
    assert_eq!(fake.request("llmInference.httpRequestChunk", params).await.unwrap(), json!({}));
}

/// Answers the next piece of a response, and returns it.
async fn next(fake: &FakeRuntime) -> Value {
    let call = fake.expect("llmInference.httpResponseChunk").await.unwrap();
    let params = call.params().clone();
    call.reply(json!({"accepted": true})).unwrap();
    params
}

#[tokio::test]
async fn a_response_is_sent_whole_or_as_it_comes() {
    let (fake, _client) = start().await;
    fake.by_hand("llmInference.httpResponseChunk");
    open(&fake, "1", "echo:").await;
    chunk(&fake, json!({"requestId": "1", "data": "one "})).await;
    chunk(&fake, json!({"requestId": "1", "data": "dHdv", "binary": true, "end": true})).await;
    assert_eq!(
        next(&fake).await,
        json!({"requestId": "1", "data": "one two", "binary": false, "end": true})
    );
    assert_eq!(
        fake.calls("llmInference.httpResponseStart"),
        [json!({
            "requestId": "1", "status": 201, "headers": {"x-seen": ["POST Some(\"secret\")"]},
        })]
    );
    open(&fake, "2", "pieces:").await;
    for (data, binary) in [("a", false), ("AP8=", true)] {
        chunk(&fake, json!({"requestId": "2", "data": data, "binary": binary})).await;
        let piece = json!({"requestId": "2", "data": data, "binary": binary, "end": false});
        assert_eq!(next(&fake).await, piece);
    }
    chunk(&fake, json!({"requestId": "2", "data": "", "end": true})).await;
    let end = json!({"requestId": "2", "data": "", "binary": false, "end": true});
    assert_eq!(next(&fake).await, end);
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn i6_every_model_request_ends_also_when_its_handler_fails_panics_or_is_cancelled() {
    let (fake, _client) = start().await;
    fake.by_hand("llmInference.httpResponseChunk");
    let failed = |id: &str, error: Value| json!({"requestId": id, "data": "", "binary": false, "end": true, "error": error});
    for (url, message) in [
        ("fails:", "the budget is used up"),
        ("panics:", "the handler panicked: no model"),
        ("panics later:", "the response panicked: no more words"),
        ("else:", "what is else:?"),
    ] {
        open(&fake, url, url).await;
        assert_eq!(next(&fake).await, failed(url, json!({"message": message})));
        // The rest of its body is of no interest any more.
        chunk(&fake, json!({"requestId": url, "data": "late", "end": true})).await;
    }
    open(&fake, "cut", "cut:").await;
    assert_eq!(next(&fake).await["data"], "half");
    assert_eq!(next(&fake).await, failed("cut", json!({"message": "the line is dead"})));

    open(&fake, "given up", "forever:").await;
    chunk(&fake, json!({"requestId": "given up", "data": "", "cancel": true})).await;
    let cancelled = json!({"message": "the model request was cancelled", "code": "cancelled"});
    assert_eq!(next(&fake).await, failed("given up", cancelled.clone()));

    // A body that cannot be read is no body.
    open(&fake, "odd", "forever:").await;
    let odd = json!({"requestId": "odd", "data": "?", "binary": true});
    let refused = fake.request("llmInference.httpRequestChunk", odd).await.unwrap_err();
    assert!(refused.to_string().contains("is no base64"), "{refused}");
    assert_eq!(next(&fake).await, failed("odd", cancelled));
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn a_response_that_the_cli_does_not_want_is_not_sent_on() {
    let (fake, client) = start().await;
    fake.answer("llmInference.httpResponseStart", json!({"accepted": false}));
    open(&fake, "1", "early:").await;
    client.ping("").await.unwrap();
    assert_eq!(fake.calls("llmInference.httpResponseStart").len(), 1);
    assert_eq!(fake.calls("llmInference.httpResponseChunk"), [Value::Null; 0]);
}

#[tokio::test]
async fn i6_model_requests_end_with_their_connection() {
    struct Dropped(mpsc::UnboundedSender<()>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }
    let (sender, mut dropped) = mpsc::unbounded_channel();
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).on_model_request(
        move |request: ModelHttpRequest| {
            let guard = Dropped(sender.clone());
            async move {
                let _guard = (guard, request);
                std::future::pending::<ModelHttpResponse>().await
            }
        },
    );
    let client = client.start().await.unwrap();
    open(&fake, "1", "x").await;
    fake.close();
    dropped.recv().await.unwrap();
    drop(client);
}

#[tokio::test]
async fn a_body_that_is_cut_off_is_not_taken_for_a_whole_one() {
    let (sender, mut taken) = mpsc::unbounded_channel();
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).on_model_request(
        move |request: ModelHttpRequest| {
            let sender = sender.clone();
            async move {
                sender.send(request.body.bytes().await).unwrap();
                ModelHttpResponse::new(204)
            }
        },
    );
    let client = client.start().await.unwrap();
    open(&fake, "1", "x").await;
    chunk(&fake, json!({"requestId": "1", "data": "half"})).await;
    fake.close();
    drop(client);
    // Nothing is sent before the handler is gone, and its sender with it.
    assert!(within(taken.recv()).await.is_none());
}

#[tokio::test]
async fn what_a_request_carries_is_told_but_no_secret_in_debug_output() {
    let (sender, mut seen) = mpsc::unbounded_channel();
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).on_model_request(
        move |request: ModelHttpRequest| {
            sender.send(request).unwrap();
            async { ModelHttpResponse::new(204) }
        },
    );
    let _client = client.start().await.unwrap();
    let params = json!({
        "requestId": "1", "method": "GET", "url": "wss://x/y", "transport": "websocket",
        "headers": {"authorization": ["Bearer secret"], "x": ["1", "2"]},
        "sessionId": "s", "agentId": "a", "parentAgentId": "p", "agentInvocationId": "i",
        "interactionType": "conversation-user", "newer": 1,
    });
    fake.request("llmInference.httpRequestStart", params).await.unwrap();
    let request = seen.recv().await.unwrap();
    assert_eq!(request.transport, ModelTransport::WebSocket);
    let ids = [&request.agent_id, &request.parent_agent_id, &request.agent_invocation_id];
    assert_eq!(ids.map(|id| id.as_deref()), [Some("a"), Some("p"), Some("i")]);
    assert_eq!(request.session_id, Some("s".into()));
    assert_eq!(request.interaction_type.as_deref(), Some("conversation-user"));
    let headers: Vec<_> = request.headers.iter().collect();
    assert_eq!(headers, [("authorization", "Bearer secret"), ("x", "1"), ("x", "2")]);
    let shown = format!("{request:?}");
    assert!(shown.contains("authorization") && !shown.contains("secret"), "{shown}");
}
