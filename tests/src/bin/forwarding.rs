//! A program that forwards one model request to the URL that is its argument, with the proxies and
//! certificates of its environment. It prints the answer, or why there is none.
#![allow(clippy::unwrap_used, clippy::panic, reason = "it is a part of a test")]

use copilot_sdk::Client;
use copilot_sdk::model_request::{Forwarder, ModelHttpRequest};
use copilot_sdk::testing::FakeRuntime;
use serde_json::{Value, json};

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).unwrap_or_else(|| panic!("expected a URL"));
    let (fake, transport) = FakeRuntime::new();
    let forwarder = Forwarder::new().unwrap();
    let client = Client::builder().transport(transport).on_model_request(
        move |request: ModelHttpRequest| {
            let forwarder = forwarder.clone();
            async move { forwarder.forward(request).await }
        },
    );
    let client = client.start().await.unwrap();
    fake.by_hand("llmInference.httpResponseChunk");
    let request = json!({
        "requestId": "1", "method": "POST", "url": url, "transport": "http", "headers": {},
    });
    fake.request("llmInference.httpRequestStart", request).await.unwrap();
    let whole = json!({"requestId": "1", "data": "hello", "end": true});
    fake.request("llmInference.httpRequestChunk", whole).await.unwrap();
    let chunk = fake.expect("llmInference.httpResponseChunk").await.unwrap();
    let params = chunk.params();
    let words = [params.pointer("/error/message"), params.pointer("/data")];
    println!("{}", words.into_iter().flatten().find_map(Value::as_str).unwrap_or_default());
    chunk.reply(json!({"accepted": true})).unwrap();
    let _ = client.force_stop().await;
}
