//! Model requests of the real CLI that the program answers, changes and forwards.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use copilot_sdk::handler::HandlerError;
use copilot_sdk::model_request::{BodyChunk, ModelHttpRequest, ModelHttpResponse};
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{ErrorKind, Provider};
use copilot_sdk_tests::{PATIENCE, Place};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// Sends a request to the model on loopback that it is meant for.
async fn forward(request: ModelHttpRequest) -> Result<ModelHttpResponse, HandlerError> {
    let url: hyper::Uri = request.url.parse()?;
    let host = url.authority().ok_or("no host")?.as_str();
    let stream = TcpStream::connect(host).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut outgoing = hyper::Request::builder().method(&*request.method).uri(url.path());
    outgoing = outgoing.header("host", host);
    for (name, value) in request.headers.iter().filter(|(name, _)| *name != "content-length") {
        outgoing = outgoing.header(name, value);
    }
    let body = Full::new(Bytes::from(request.body.bytes().await?));
    let response = sender.send_request(outgoing.body(body)?).await?;
    let mut answer = ModelHttpResponse::new(response.status().as_u16());
    for (name, value) in response.headers() {
        if name != "transfer-encoding" {
            answer.headers.add(name.as_str(), value.to_str()?);
        }
    }
    Ok(answer.stream(Frames(response.into_body())))
}

/// The data of a body as it comes.
struct Frames(Incoming);

impl futures_core::Stream for Frames {
    type Item = Result<BodyChunk, hyper::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let mut frame = std::pin::pin!(self.0.frame());
        frame.as_mut().poll(cx).map(|frame| {
            frame.map(|frame| {
                let data = frame?.into_data().unwrap_or_default();
                Ok(BodyChunk::Binary(data.to_vec()))
            })
        })
    }
}

fn completion(text: &str) -> ModelHttpResponse {
    let message = json!({"role": "assistant", "content": text});
    let choice = json!({"index": 0, "message": message, "finish_reason": "stop"});
    let body = json!({"id": "1", "object": "chat.completion", "choices": [choice]});
    ModelHttpResponse::new(200).header("content-type", "application/json").body(body.to_string())
}

#[tokio::test]
async fn a_prompt_is_answered_by_the_program_and_nothing_reaches_the_model() {
    let place = Place::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    let client = place.client().await.on_model_request(move |request: ModelHttpRequest| {
        let kept = Arc::clone(&kept);
        async move {
            let about = (request.url.clone(), request.session_id.clone());
            let key = request.headers.get("authorization").map(str::to_owned);
            let body: Value = serde_json::from_slice(&request.body.bytes().await?)?;
            kept.lock().unwrap().push((about.0, about.1, key, body["model"].clone()));
            Ok::<_, HandlerError>(completion("answered here"))
        }
    });
    let client = client.start().await.unwrap();
    // Nothing listens there.
    let provider = Provider::openai("http://127.0.0.1:9/v1").api_key("key");
    let session = client.session().model("mine").provider(provider).create().await.unwrap();
    assert_eq!(session.ask("Who are you?").await.unwrap().text(), "answered here");
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert_eq!(
        seen,
        [(
            "http://127.0.0.1:9/v1/chat/completions".to_owned(),
            Some(session.id().clone()),
            Some("Bearer key".to_owned()),
            json!("mine"),
        )]
    );
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_request_is_changed_forwarded_and_its_response_streamed() {
    let place = Place::new();
    let model = ScriptedModel::start([ModelReply::chunks(["for", "ward", "ed"])]).await.unwrap();
    let client = place.client().await.on_model_request(|mut request: ModelHttpRequest| async {
        request.headers.set("x-team", "reports");
        forward(request).await
    });
    let client = client.start().await.unwrap();
    let session = client.session().model("scripted").provider(model.provider());
    let session = session.create().await.unwrap();
    assert_eq!(session.ask("go").await.unwrap().text(), "forwarded");
    assert_eq!(model.requests()[0].header("x-team"), Some("reports"));
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_handler_that_fails_is_asked_again_and_a_prompt_ends_with_what_it_said() {
    let place = Place::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let client = place.client().await.on_model_request(move |_: ModelHttpRequest| {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            match number {
                0 => panic!("no model yet"),
                1 => Err("not yet"),
                2 => Ok(completion("at last")),
                _ => Ok(ModelHttpResponse::new(400)
                    .header("content-type", "application/json")
                    .body(r#"{"error": {"message": "over budget"}}"#)),
            }
        }
    });
    let client = client.start().await.unwrap();
    let provider = Provider::openai("http://127.0.0.1:9/v1").api_key("key");
    let session = client.session().model("mine").provider(provider).create().await.unwrap();
    assert_eq!(session.ask("one").await.unwrap().text(), "at last");
    let refused = session.ask("two").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Session);
    assert!(refused.to_string().contains("over budget"), "{refused}");
    assert_eq!(calls.load(Ordering::SeqCst), 4);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn an_aborted_prompt_drops_the_handler_of_its_request() {
    struct Dropped(mpsc::UnboundedSender<&'static str>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            let _ = self.0.send("dropped");
        }
    }
    let place = Place::new();
    let (sender, mut told) = mpsc::unbounded_channel();
    let client = place.client().await.on_model_request(move |request: ModelHttpRequest| {
        let guard = Dropped(sender.clone());
        async move {
            let _ = guard.0.send("asked");
            let _kept = (guard, request);
            std::future::pending::<ModelHttpResponse>().await
        }
    });
    let client = client.start().await.unwrap();
    let provider = Provider::openai("http://127.0.0.1:9/v1").api_key("key");
    let session = client.session().model("mine").provider(provider).create().await.unwrap();
    session.send("wait").await.unwrap();
    assert_eq!(told.recv().await, Some("asked"));
    session.abort().await.unwrap();
    let dropped = tokio::time::timeout(PATIENCE, told.recv()).await.unwrap();
    assert_eq!(dropped, Some("dropped"));
    client.stop().await.unwrap();
}
