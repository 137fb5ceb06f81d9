//! An MCP server on a loopback port, over HTTP and over server-sent events. Its tool `echo` answers
//! with the header `x-team` of the call.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

use std::collections::HashMap;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;

/// The token that opens [`McpHttp::locked`].
pub(crate) const TOKEN: &str = "open-sesame";

/// The server; it ends with the test.
pub(crate) struct McpHttp {
    address: String,
}

impl McpHttp {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (answers, _) = broadcast::channel(16);
        let own = address.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, own.clone(), answers.clone()));
            }
        });
        Self { address }
    }

    /// Over HTTP.
    pub(crate) fn http(&self) -> String {
        format!("{}/mcp", self.address)
    }

    /// Over HTTP, without any tool.
    pub(crate) fn empty(&self) -> String {
        format!("{}/empty", self.address)
    }

    /// Over HTTP, for those who bring [`TOKEN`].
    pub(crate) fn locked(&self) -> String {
        format!("{}/locked", self.address)
    }

    /// Over server-sent events.
    pub(crate) fn sse(&self) -> String {
        format!("{}/sse", self.address)
    }
}

struct Request {
    method: String,
    path: String,
    headers: HashMap<String, String>,
    body: Value,
}

async fn serve(
    stream: TcpStream,
    address: String,
    answers: broadcast::Sender<Value>,
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let request = read(&mut stream).await?;
        let authorized = request
            .headers
            .get("authorization")
            .is_some_and(|value| *value == format!("Bearer {TOKEN}"));
        let reply = match (&*request.method, &*request.path) {
            ("GET", "/sse") => return feed(stream, answers.subscribe()).await,
            ("POST", "/messages") => {
                if let Some(answer) = answer(&request) {
                    answers.send(answer).ok()?;
                }
                reply("202 Accepted", "", "")
            }
            ("POST", "/locked") if !authorized => {
                let metadata = format!("{address}/.well-known/oauth-protected-resource");
                let header = format!(
                    "WWW-Authenticate: Bearer resource_metadata=\"{metadata}\", scope=\"read\"\r\n"
                );
                reply("401 Unauthorized", &header, "")
            }
            ("POST", "/mcp" | "/empty" | "/locked") => match answer(&request) {
                Some(answer) => {
                    reply("200 OK", "Content-Type: application/json\r\n", &answer.to_string())
                }
                None => reply("202 Accepted", "", ""),
            },
            _ => reply("404 Not Found", "", ""),
        };
        stream.write_all(reply.as_bytes()).await.ok()?;
    }
}

fn reply(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// Says where to post, then what there is to answer.
async fn feed(
    mut stream: BufReader<TcpStream>,
    mut answers: broadcast::Receiver<Value>,
) -> Option<()> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    stream
        .write_all(format!("{head}event: endpoint\ndata: /messages\n\n").as_bytes())
        .await
        .ok()?;
    loop {
        let answer = answers.recv().await.ok()?;
        stream.write_all(format!("event: message\ndata: {answer}\n\n").as_bytes()).await.ok()?;
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let mut words = line.split_whitespace().map(ToOwned::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length =
        headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { method, path, headers, body: serde_json::from_slice(&body).unwrap_or_default() })
}

/// The answer to a request of the protocol; none to a notification.
fn answer(request: &Request) -> Option<Value> {
    let id = request.body.get("id")?;
    let tools = if request.path == "/empty" { json!([]) } else { json!([echo()]) };
    let result = match request.body["method"].as_str()? {
        "initialize" => json!({"protocolVersion": request.body["params"]["protocolVersion"],
            "capabilities": {"tools": {}}, "serverInfo": {"name": "http", "version": "1"}}),
        "tools/list" => json!({ "tools": tools }),
        "tools/call" => {
            json!({"content": [{"type": "text", "text": request.headers.get("x-team")}]})
        }
        _ => json!({}),
    };
    Some(json!({"jsonrpc": "2.0", "id": id, "result": result}))
}

fn echo() -> Value {
    json!({"name": "echo", "description": "Says which team calls", "inputSchema": {"type": "object"}})
}
