//! HTTP: from a connection to the desk, and from a reply back to the connection.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::answer::Answer;
use super::api::ModelApi;
use super::body::{Broken, Steps};
use super::desk::Desk;
use super::reply::{Ending, Form, Message, Reply};
use super::request::{ModelRequest, Recorded};

/// The longest request body that is read; conversations with attachments stay far below.
const MAX_REQUEST: usize = 256 * 1024 * 1024;
/// Long enough not to spin where the process has no file handle left, short enough not to be felt.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

pub(super) async fn run(listener: TcpListener, desk: Arc<Desk>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, desk.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "the scripted model could not accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, desk: Arc<Desk>) {
    // Best effort: it only makes small events travel sooner.
    let _faster = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, &desk));
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        // Broken on purpose by the script, or given up by the agent.
        tracing::debug!(%error, "a connection of the scripted model ended early");
    }
}

async fn answer(request: Request<Incoming>, desk: &Desk) -> Result<Response<Steps>, Broken> {
    let path = request.uri().path().to_owned();
    let api = match ModelApi::of_path(&path) {
        Some(api) if request.method() == Method::POST => api,
        _ => return Ok(not_found(&request, desk)),
    };
    let query = request.uri().query().map(ToOwned::to_owned);
    let headers = headers(&request);
    let body = match body(request).await {
        Ok(body) => body,
        Err(problem) => {
            let problem = format!("POST {path}: {problem}");
            desk.note_problem(problem.clone());
            return Ok(refusal(api, &problem));
        }
    };
    let (request, reply) = desk.answer(Recorded { number: 0, api, path, query, headers, body });
    let response = match reply {
        Ok(reply) => respond(&request, reply).await?,
        Err(problem) => Err(problem),
    };
    Ok(response.unwrap_or_else(|problem| {
        desk.note_problem(problem.clone());
        refusal(api, &problem)
    }))
}

/// The outer error breaks the connection; the inner says what is impossible about the reply.
async fn respond(
    request: &ModelRequest,
    reply: Reply,
) -> Result<Result<Response<Steps>, String>, Broken> {
    let Reply { form, message, headers, delay, hold } = reply;
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
    if let Some(hold) = hold {
        hold.wait().await;
    }
    let response = match form {
        Form::Closed => return Err(Broken),
        Form::Message => say(request, message),
        Form::Raw { content_type, body } => http(200, &content_type, Steps::text(body)),
        Form::Error { status, message, code } => {
            let body = request.api().error(status, &message, code.as_deref());
            http(status, JSON, Steps::text(body.to_string()))
        }
    };
    let response = response.and_then(|response| with_headers(response, &headers));
    Ok(response.map_err(|problem| {
        format!("the reply to request {} is impossible: {problem}", request.number())
    }))
}

fn say(request: &ModelRequest, message: Message) -> Result<Response<Steps>, String> {
    let answer = Answer::new(request, message);
    if request.is_streaming() {
        let events = request.api().events(&answer);
        return http(200, "text/event-stream", Steps::events(events, &answer.message));
    }
    let (status, body) = match &answer.message.ending {
        Ending::Error(text) => (500, request.api().error(500, text, None)),
        _ => (200, request.api().body(&answer)),
    };
    http(status, JSON, Steps::whole(body.to_string(), &answer.message))
}

const JSON: &str = "application/json";

fn http(status: u16, content_type: &str, body: Steps) -> Result<Response<Steps>, String> {
    let status =
        StatusCode::from_u16(status).map_err(|_| format!("status {status} is no HTTP status"))?;
    let content_type = content_type
        .parse()
        .map_err(|_| format!("content type {content_type:?} is no HTTP header"))?;
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    Ok(response)
}

fn with_headers(
    mut response: Response<Steps>,
    headers: &[(String, String)],
) -> Result<Response<Steps>, String> {
    for (name, value) in headers {
        let header = name.parse::<HeaderName>().ok().zip(value.parse().ok());
        let (name, value) =
            header.ok_or_else(|| format!("{name:?}: {value:?} is no HTTP header"))?;
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

fn refusal(api: ModelApi, problem: &str) -> Response<Steps> {
    plain(StatusCode::BAD_REQUEST, &api.error(400, problem, Some("scripted_model")))
}

fn not_found(request: &Request<Incoming>, desk: &Desk) -> Response<Steps> {
    let line = format!("{} {}", request.method(), request.uri());
    let problem = format!(
        "the scripted model has POST */chat/completions, */responses and */messages, not {line}"
    );
    desk.note_other(line);
    plain(
        StatusCode::NOT_FOUND,
        &json!({"error": {"message": problem, "type": "not_found_error", "code": "not_found_error"}}),
    )
}

fn plain(status: StatusCode, body: &Value) -> Response<Steps> {
    let mut response = Response::new(Steps::text(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

fn headers(request: &Request<Incoming>) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in request.headers() {
        let value = String::from_utf8_lossy(value.as_bytes());
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|joined| joined.extend([", ", &value]))
            .or_insert_with(|| value.clone().into_owned());
    }
    headers
}

async fn body(request: Request<Incoming>) -> Result<Value, String> {
    let body = Limited::new(request.into_body(), MAX_REQUEST).collect().await;
    let body = body.map_err(|error| format!("the request body could not be read: {error}"))?;
    serde_json::from_slice(&body.to_bytes())
        .map_err(|error| format!("the request body is not JSON: {error}"))
}
