//! A client that reads answers as bytes, so that nothing between it and the server can hide a
//! mistake.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::testing::ScriptedModel;

/// An answer that was read to its end.
#[derive(Debug, PartialEq)]
pub(in crate::testing) struct Answer {
    pub(in crate::testing) status: u16,
    pub(super) head: String,
    pub(super) body: String,
    /// Whether the body ended as HTTP says, rather than with the connection.
    pub(super) complete: bool,
}

/// An answer that is still coming in.
pub(super) struct Open(TcpStream);

impl Answer {
    pub(in crate::testing) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The events: their names (empty when they have none) and their data (text that is no JSON as
    /// a string).
    pub(super) fn events(&self) -> Vec<(String, Value)> {
        self.body
            .split_terminator("\n\n")
            .map(|event| {
                let (name, data) = match event.split_once('\n') {
                    Some((name, data)) => (name.strip_prefix("event: ").unwrap(), data),
                    None => ("", event),
                };
                let data = data.strip_prefix("data: ").unwrap();
                (name.to_owned(), serde_json::from_str(data).unwrap_or_else(|_| data.into()))
            })
            .collect()
    }
}

impl Open {
    /// Reads until this text has come in, which must happen.
    pub(super) async fn until(&mut self, text: &str) -> String {
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains(text) {
            let mut piece = [0; 1024];
            let length = self.0.read(&mut piece).await.unwrap();
            assert_ne!(
                length,
                0,
                "the answer ended before {text:?}: {}",
                String::from_utf8_lossy(&seen)
            );
            seen.extend_from_slice(&piece[..length]);
        }
        String::from_utf8(seen).unwrap()
    }

    async fn finish(mut self) -> Option<Answer> {
        let mut bytes = Vec::new();
        self.0.read_to_end(&mut bytes).await.unwrap();
        if bytes.is_empty() {
            return None;
        }
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let (body, complete) = match length {
            Some(length) => (body.to_owned(), body.len() == length.parse::<usize>().unwrap()),
            None => dechunk(body),
        };
        Some(Answer { status, head, body, complete })
    }
}

/// Posts a body and reads the answer; `None` when the connection closes without one.
pub(super) async fn post(model: &ScriptedModel, path: &str, body: &Value) -> Option<Answer> {
    open(model, path, body).await.finish().await
}

/// A short conversation for a request that wants a stream.
pub(super) fn streamed() -> Value {
    json!({"model": "m", "stream": true})
}

/// The same for one that wants one JSON body.
pub(super) fn plain() -> Value {
    json!({"model": "m"})
}

pub(super) async fn open(model: &ScriptedModel, path: &str, body: &Value) -> Open {
    send(model, &format!("POST {path}"), &body.to_string()).await
}

pub(super) async fn request(model: &ScriptedModel, line: &str, body: &str) -> Option<Answer> {
    send(model, line, body).await.finish().await
}

async fn send(model: &ScriptedModel, line: &str, body: &str) -> Open {
    send_as("key", &model.root_url(), line, body).await
}

/// Sends a request with this bearer token to any server, and reads the answer.
pub(in crate::testing) async fn request_as(
    token: &str,
    root_url: &str,
    line: &str,
    body: &str,
) -> Answer {
    send_as(token, root_url, line, body).await.finish().await.unwrap()
}

async fn send_as(token: &str, root_url: &str, line: &str, body: &str) -> Open {
    let host = root_url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
         X-Two: a\r\nX-Two: b\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    Open(stream)
}

/// The text of a chunked body, and whether its last chunk came.
fn dechunk(mut body: &str) -> (String, bool) {
    let mut text = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return (text, true);
        }
        text.push_str(&rest[..size]);
        body = rest[size..].strip_prefix("\r\n").unwrap();
    }
    (text, false)
}
