//! Answers HTTP requests with the replies of the script.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::json;

use super::api::ModelApi;
use super::completion::Completion;
use super::recorder::Recorder;
use super::reply::{ModelMessage, ModelReply, ReplyEnding, ReplyKind};
use super::request::{ModelRequest, RecordedRequest};
use super::transmit;
use crate::testing::http::{self, Disconnect, ReplyBody};

const JSON: &str = "application/json";

/// Answers a request of any kind; those that are no model calls with HTTP 404.
pub(super) async fn answer(
    request: Request<Incoming>,
    recorder: Arc<Recorder>,
) -> Result<Response<ReplyBody>, Disconnect> {
    match ModelApi::of_path(request.uri().path()) {
        Some(api) if request.method() == Method::POST => {
            answer_model_call(request, api, &recorder).await
        }
        _ => Ok(not_found(&request, &recorder)),
    }
}

/// Answers a model call.
pub(in crate::testing) async fn answer_model_call(
    request: Request<Incoming>,
    api: ModelApi,
    recorder: &Recorder,
) -> Result<Response<ReplyBody>, Disconnect> {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().map(ToOwned::to_owned);
    let headers = http::headers(&request);
    let body = match http::read_json(request).await {
        Ok(body) => body,
        Err(problem) => {
            let problem = format!("POST {path}: {problem}");
            recorder.add_problem(problem.clone());
            return Ok(refusal(api, &problem));
        }
    };
    let call = RecordedRequest { number: 0, api, path, query, headers, body };
    let (request, reply) = recorder.next_reply(call);
    let response = match reply {
        Ok(reply) => respond(&request, reply).await?,
        Err(problem) => Err(problem),
    };
    Ok(response.unwrap_or_else(|problem| {
        recorder.add_problem(problem.clone());
        refusal(api, &problem)
    }))
}

/// The outer error breaks the connection; the inner tells why the reply is impossible.
async fn respond(
    request: &ModelRequest,
    reply: ModelReply,
) -> Result<Result<Response<ReplyBody>, String>, Disconnect> {
    let ModelReply { kind, message, headers, delay, hold } = reply;
    if let Some(delay) = delay {
        // What the test asked for: a model that is slow.
        tokio::time::sleep(delay).await;
    }
    if let Some(hold) = hold {
        hold.wait().await;
    }
    let response = match kind {
        ReplyKind::Closed => return Err(Disconnect),
        ReplyKind::Message => complete(request, message),
        ReplyKind::Raw { content_type, body } => {
            response(200, &content_type, ReplyBody::text(body))
        }
        ReplyKind::Error { status, message, code } => {
            let body = request.api().error(status, &message, code.as_deref());
            response(status, JSON, ReplyBody::text(body.to_string()))
        }
    };
    let response = response.and_then(|response| with_headers(response, &headers));
    Ok(response.map_err(|problem| {
        format!("the reply to request {} is impossible: {problem}", request.number())
    }))
}

fn complete(request: &ModelRequest, message: ModelMessage) -> Result<Response<ReplyBody>, String> {
    let completion = Completion::new(request, message);
    if request.is_streaming() {
        let events = request.api().events(&completion);
        return response(200, "text/event-stream", transmit::stream(events, &completion.message));
    }
    let (status, body) = match &completion.message.ending {
        ReplyEnding::Error(text) => (500, request.api().error(500, text, None)),
        _ => (200, request.api().body(&completion)),
    };
    response(status, JSON, transmit::whole(body.to_string(), &completion.message))
}

fn response(
    status: u16,
    content_type: &str,
    body: ReplyBody,
) -> Result<Response<ReplyBody>, String> {
    let status = StatusCode::from_u16(status)
        .map_err(|_| format!("status {status} is not an HTTP status"))?;
    let content_type = HeaderValue::from_str(content_type)
        .map_err(|_| format!("content type {content_type:?} is not an HTTP header"))?;
    Ok(http::response(status, content_type, body))
}

fn with_headers(
    mut response: Response<ReplyBody>,
    headers: &[(String, String)],
) -> Result<Response<ReplyBody>, String> {
    for (name, value) in headers {
        let header = name.parse::<HeaderName>().ok().zip(value.parse().ok());
        let (name, value) =
            header.ok_or_else(|| format!("{name:?}: {value:?} is not an HTTP header"))?;
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

fn refusal(api: ModelApi, problem: &str) -> Response<ReplyBody> {
    http::json(StatusCode::BAD_REQUEST, &api.error(400, problem, Some("scripted_model")))
}

fn not_found(request: &Request<Incoming>, recorder: &Recorder) -> Response<ReplyBody> {
    let line = format!("{} {}", request.method(), request.uri());
    let message = format!(
        "the scripted model has POST */chat/completions, */responses and */messages, not {line}"
    );
    recorder.add_other_request(line);
    let word = "not_found_error";
    let body = json!({"error": {"message": message, "type": word, "code": word}});
    http::json(StatusCode::NOT_FOUND, &body)
}
