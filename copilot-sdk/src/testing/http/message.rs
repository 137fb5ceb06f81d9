//! Reads requests and builds responses.

use std::collections::BTreeMap;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};
use serde_json::Value;

use super::body::ReplyBody;

/// The longest request body that is read; conversations with attachments stay far below.
const MAX_REQUEST: usize = 256 * 1024 * 1024;

/// The headers by their lower-case names; repeated ones are joined with `, `.
pub(in crate::testing) fn headers(request: &Request<Incoming>) -> BTreeMap<String, String> {
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

/// The token of an `authorization` header.
pub(in crate::testing) fn bearer_token(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// The JSON body; `Err` tells why there is none.
pub(in crate::testing) async fn read_json(request: Request<Incoming>) -> Result<Value, String> {
    let body = Limited::new(request.into_body(), MAX_REQUEST).collect().await;
    let body = body.map_err(|error| format!("the request body could not be read: {error}"))?;
    serde_json::from_slice(&body.to_bytes())
        .map_err(|error| format!("the request body is not JSON: {error}"))
}

pub(in crate::testing) fn json(status: StatusCode, body: &Value) -> Response<ReplyBody> {
    let content_type = HeaderValue::from_static("application/json");
    response(status, content_type, ReplyBody::text(body.to_string()))
}

pub(in crate::testing) fn response(
    status: StatusCode,
    content_type: HeaderValue,
    body: ReplyBody,
) -> Response<ReplyBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
