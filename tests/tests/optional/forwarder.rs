//! Model requests, forwarded by the crate's own client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use copilot_sdk::Client;
use copilot_sdk::model_request::{Forwarder, ModelHttpRequest};
use copilot_sdk::testing::{FakeRuntime, ModelReply, ScriptedModel};
use copilot_sdk_tests::{PATIENCE, Place};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn prompts_of_the_cli_reach_the_model_and_its_words_come_back_as_they_are_said() {
    let place = Place::new();
    let model = ScriptedModel::start([
        ModelReply::chunks(["for", "ward", "ed"]),
        ModelReply::tool("view", json!({"path": place.work().join("note.txt")})),
        ModelReply::text("read"),
    ])
    .await
    .unwrap();
    std::fs::write(place.work().join("note.txt"), "a note\n").unwrap();
    let forwarder = Forwarder::new().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let client = place.client().await.on_model_request(move |mut request: ModelHttpRequest| {
        let forwarder = forwarder.clone();
        counted.fetch_add(1, Ordering::SeqCst);
        async move {
            request.headers.set("x-team", "reports");
            forwarder.forward(request).await
        }
    });
    let client = client.start().await.unwrap();
    let session = client.session().model("scripted").provider(model.provider()).streaming(true);
    let session = session.permissions(copilot_sdk::permission::approve_all());
    let session = session.create().await.unwrap();
    assert_eq!(session.ask("go").await.unwrap().text(), "forwarded");
    assert_eq!(session.ask("look").await.unwrap().text(), "read");
    let requests = model.requests();
    assert_eq!(requests.len(), asked.load(Ordering::SeqCst));
    assert_eq!(requests[0].header("x-team"), Some("reports"));
    assert!(requests[2].tool_results()[0].text.contains("a note"));
    client.stop().await.unwrap();
}

#[tokio::test]
async fn an_aborted_prompt_closes_the_connection_to_the_model() {
    let place = Place::new();
    let (server, address) = listen().await;
    let forwarder = Forwarder::new().unwrap();
    let client = place.client().await.on_model_request(move |request: ModelHttpRequest| {
        let forwarder = forwarder.clone();
        async move { forwarder.forward(request).await }
    });
    let client = client.start().await.unwrap();
    let provider = copilot_sdk::Provider::openai(format!("http://{address}/v1")).api_key("key");
    let session = client.session().model("mine").provider(provider).create().await.unwrap();
    session.send("wait").await.unwrap();
    let (mut connection, _) = server.accept().await.unwrap();
    assert!(head(&mut connection).await.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
    session.abort().await.unwrap();
    let mut rest = Vec::new();
    let closed = connection.read_to_end(&mut rest);
    // Reset or closed: nobody is there any more.
    let _ = tokio::time::timeout(PATIENCE, closed).await.unwrap();
    client.stop().await.unwrap();
}

async fn listen() -> (TcpListener, String) {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap().to_string();
    (server, address)
}

/// The head of an HTTP message.
async fn head(connection: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

async fn read(connection: &mut TcpStream, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    connection.read_exact(&mut bytes).await.unwrap();
    bytes
}

/// A client that forwards everything, and a CLI that is played.
async fn forwarding() -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let forwarder = Forwarder::new().unwrap();
    let client = Client::builder().transport(transport).on_model_request(
        move |request: ModelHttpRequest| {
            let forwarder = forwarder.clone();
            async move { forwarder.forward(request).await }
        },
    );
    let client = client.start().await.unwrap();
    fake.by_hand("llmInference.httpResponseStart");
    fake.by_hand("llmInference.httpResponseChunk");
    (fake, client)
}

async fn open(fake: &FakeRuntime, url: &str, more: Value) {
    let mut params = json!({
        "requestId": "1", "method": "POST", "url": url, "transport": "http",
        "headers": {
            "authorization": ["Bearer secret"], "x-many": ["one", "two"], "host": ["elsewhere"],
            "connection": ["keep-alive, X-Hop"], "x-hop": ["1"], "content-length": ["7"],
            "accept-encoding": ["br"], "te": ["trailers"], "transfer-encoding": ["chunked"],
        },
    });
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    fake.request("llmInference.httpRequestStart", params).await.unwrap();
}

async fn send(fake: &FakeRuntime, data: &str, end: bool) {
    let params = json!({"requestId": "1", "data": data, "end": end});
    fake.request("llmInference.httpRequestChunk", params).await.unwrap();
}

/// Answers the next part of a response, and returns it.
async fn next(fake: &FakeRuntime, method: &str) -> Value {
    let call = fake.expect(&format!("llmInference.{method}")).await.unwrap();
    let params = call.params().clone();
    call.reply(json!({"accepted": true})).unwrap();
    params
}

#[tokio::test]
async fn headers_of_a_connection_stay_and_pieces_are_passed_on_as_they_come() {
    let (fake, _client) = forwarding().await;
    let (server, address) = listen().await;
    open(&fake, &format!("http://{address}/v1/chat?key=s3cret"), json!({})).await;
    send(&fake, "hello", true).await;
    let (mut connection, _) = server.accept().await.unwrap();
    let seen = head(&mut connection).await;
    let (first, rest) = seen.split_once("\r\n").unwrap();
    assert_eq!(first, "POST /v1/chat?key=s3cret HTTP/1.1");
    let mut headers: Vec<_> = rest.trim_end().split("\r\n").map(str::to_lowercase).collect();
    headers.sort_unstable();
    let host = format!("host: {address}");
    let expected =
        ["authorization: bearer secret", "content-length: 5", &host, "x-many: one", "x-many: two"];
    let headers: Vec<_> = headers.iter().filter(|line| !line.starts_with("accept: ")).collect();
    assert_eq!(headers, expected);
    assert_eq!(read(&mut connection, 5).await, b"hello");

    let answer = "HTTP/1.1 418 Odd\r\nX-Seen: yes\r\nx-seen: twice\r\nKeep-Alive: 5\r\n\
                  Transfer-Encoding: chunked\r\n\r\n4\r\none \r\n";
    connection.write_all(answer.as_bytes()).await.unwrap();
    let start = next(&fake, "httpResponseStart").await;
    let headers = json!({"x-seen": ["yes", "twice"]});
    assert_eq!(start, json!({"requestId": "1", "status": 418, "headers": headers}));
    // The second piece is not there before the first has arrived.
    assert_eq!(next(&fake, "httpResponseChunk").await["data"], "b25lIA==");
    connection.write_all(b"3\r\ntwo\r\n0\r\n\r\n").await.unwrap();
    assert_eq!(next(&fake, "httpResponseChunk").await["data"], "dHdv");
    let end = json!({"requestId": "1", "data": "", "binary": false, "end": true});
    assert_eq!(next(&fake, "httpResponseChunk").await, end);
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn a_large_body_is_sent_before_it_is_complete() {
    const PIECE: usize = 9 << 20;
    let (fake, _client) = forwarding().await;
    let (server, address) = listen().await;
    open(&fake, &format!("http://{address}/"), json!({})).await;
    let piece = "x".repeat(PIECE);
    send(&fake, &piece, false).await;
    send(&fake, &piece, false).await;
    let (mut connection, _) = server.accept().await.unwrap();
    let seen = head(&mut connection).await.to_lowercase();
    assert!(seen.contains("transfer-encoding: chunked") && !seen.contains("content-length"));
    let length = format!("{:x}\r\n", 2 * PIECE);
    let sent = read(&mut connection, length.len() + 2 * PIECE + 2).await;
    assert!(sent.to_ascii_lowercase().starts_with(length.as_bytes()));
    send(&fake, "end", true).await;
    assert_eq!(read(&mut connection, 13).await, b"3\r\nend\r\n0\r\n\r\n");
}

#[tokio::test]
async fn failures_name_the_server_and_no_secret() {
    let (server, address) = listen().await;
    let error = async |url: &str, more: Value| {
        let (fake, _client) = forwarding().await;
        open(&fake, url, more).await;
        send(&fake, "", true).await;
        let failed = next(&fake, "httpResponseChunk").await["error"]["message"].take();
        let text = failed.as_str().unwrap().to_owned();
        assert!(!text.contains("ecret"), "{text}");
        text
    };
    let text = error("not a url", json!({})).await;
    assert!(text.starts_with("the URL of the model request cannot be read: "), "{text}");
    let text = error("ftp://host/secret", json!({})).await;
    assert!(text.starts_with("the model server host cannot be used: "), "{text}");
    let headers = json!({"headers": {"x-key": ["secret\nline"]}});
    let text = error(&format!("http://{address}/"), headers).await;
    assert_eq!(text, "the header x-key cannot be sent over HTTP");
    let text = error(&format!("http://{address}/"), json!({"method": "A B"})).await;
    assert_eq!(text, "the method of the model request is none of HTTP");
    drop(server);
    let text = error(&format!("http://user:secret@{address}/?key=secret"), json!({})).await;
    assert!(text.starts_with("the model server 127.0.0.1 cannot be used: "), "{text}");
    assert!(text.to_lowercase().contains("refused"), "{text}");
    assert_eq!(format!("{:?}", Forwarder::new().unwrap()), "Forwarder");
}

#[tokio::test]
async fn a_response_that_is_cut_off_fails_and_a_given_up_request_closes_its_connection() {
    let (fake, _client) = forwarding().await;
    let (server, address) = listen().await;
    let url = format!("http://{address}/");
    open(&fake, &url, json!({})).await;
    send(&fake, "go", true).await;
    let (mut connection, _) = server.accept().await.unwrap();
    head(&mut connection).await;
    connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await.unwrap();
    assert_eq!(next(&fake, "httpResponseStart").await["status"], 200);
    assert_eq!(next(&fake, "httpResponseChunk").await["data"], "aGFsZg==");
    drop(connection);
    let failed = next(&fake, "httpResponseChunk").await["error"]["message"].take();
    let text = failed.as_str().unwrap();
    assert!(text.starts_with("the model server 127.0.0.1 cannot be used: "), "{text}");

    open(&fake, &url, json!({})).await;
    send(&fake, "go", true).await;
    let (mut connection, _) = server.accept().await.unwrap();
    head(&mut connection).await;
    read(&mut connection, 2).await;
    let cancel = json!({"requestId": "1", "data": "", "cancel": true});
    fake.request("llmInference.httpRequestChunk", cancel).await.unwrap();
    let closed = tokio::time::timeout(PATIENCE, connection.read_u8()).await.unwrap();
    assert!(closed.is_err());
    let code = next(&fake, "httpResponseChunk").await["error"]["code"].take();
    assert_eq!(code, "cancelled");
}

#[tokio::test]
async fn a_redirect_goes_to_the_cli_and_a_web_socket_is_not_opened() {
    let (fake, _client) = forwarding().await;
    let (server, address) = listen().await;
    open(&fake, &format!("http://{address}/"), json!({})).await;
    send(&fake, "", true).await;
    let (mut connection, _) = server.accept().await.unwrap();
    head(&mut connection).await;
    let answer =
        b"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n";
    connection.write_all(answer).await.unwrap();
    let start = next(&fake, "httpResponseStart").await;
    let headers = json!({"location": ["http://127.0.0.1:9/"]});
    assert_eq!(start, json!({"requestId": "1", "status": 307, "headers": headers}));
    assert_eq!(next(&fake, "httpResponseChunk").await["end"], true);

    open(&fake, &format!("ws://{address}/"), json!({"requestId": "2", "transport": "websocket"}))
        .await;
    assert_eq!(next(&fake, "httpResponseStart").await["status"], 501);
    let text = "a forwarder of HTTP requests cannot open a WebSocket";
    assert_eq!(next(&fake, "httpResponseChunk").await["data"], text);
}
