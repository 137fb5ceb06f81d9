//! Answers the HTTP requests of the CLI.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HOST};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use super::state::GitHubState;
use crate::testing::http::{self, Disconnect, ReplyBody};
use crate::testing::model::{ModelApi, Recorder, answer_model_call};

pub(super) async fn answer(
    request: Request<Incoming>,
    state: Arc<GitHubState>,
    recorder: Arc<Recorder>,
) -> Result<Response<ReplyBody>, Disconnect> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let Some(login) = state.record(method.to_string(), path.clone(), bearer_token(&request)) else {
        return Ok(refuse(request, StatusCode::UNAUTHORIZED, "Bad credentials").await);
    };
    match (method, path.as_str(), ModelApi::of_path(&path)) {
        (Method::GET, "/copilot_internal/user", _) => {
            Ok(ok(&state.user(&login, &root_url(&request))))
        }
        (Method::GET, "/models", _) => Ok(ok(&state.models())),
        (Method::POST, _, Some(api)) => answer_model_call(request, api, &recorder).await,
        _ => Ok(refuse(request, StatusCode::NOT_FOUND, "Not Found").await),
    }
}

fn bearer_token(request: &Request<Incoming>) -> Option<String> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    http::bearer_token(header).map(ToOwned::to_owned)
}

/// The URL of this server, as the client knows it.
fn root_url(request: &Request<Incoming>) -> String {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or_default())
}

fn ok(body: &Value) -> Response<ReplyBody> {
    http::json(StatusCode::OK, body)
}

async fn refuse(
    request: Request<Incoming>,
    status: StatusCode,
    message: &str,
) -> Response<ReplyBody> {
    // Read to its end, so that the answer does not cut the client off while it sends.
    let _body = http::read_json(request).await;
    http::json(status, &json!({"message": message}))
}
