//! Model requests, sent where the CLI would have sent them.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body, Frame};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::body::RequestBody;
use super::headers::HttpHeaders;
use super::request::ModelHttpRequest;
use super::response::ModelHttpResponse;
use crate::error::{Error, ErrorKind, Result};
use crate::event::model::ModelTransport;
use crate::handler::HandlerError;

/// Sends model requests where the CLI would have sent them, with an HTTP client. Clones share its
/// connections.
///
/// Bodies are passed on as they arrive, in both directions. Nothing is changed but what belongs to
/// a connection: `host`, `content-length`, `accept-encoding` and the hop-by-hop headers. Redirects
/// go to the CLI. There is no time limit for a response; a request that the CLI gives up closes its
/// connection.
///
/// ```no_run
/// # async fn example() -> copilot_sdk::Result<()> {
/// use copilot_sdk::Client;
/// use copilot_sdk::model_request::{Forwarder, ModelHttpRequest};
///
/// let forwarder = Forwarder::new()?;
/// let client = Client::builder().on_model_request(move |mut request: ModelHttpRequest| {
///     let forwarder = forwarder.clone();
///     async move {
///         request.headers.set("x-team", "reports");
///         forwarder.forward(request).await
///     }
/// });
/// let client = client.start().await?;
/// # client.stop().await
/// # }
/// ```
#[derive(Clone)]
pub struct Forwarder {
    client: reqwest::Client,
    /// For servers on this machine, which no proxy of the environment stands before.
    local: reqwest::Client,
}

/// What is read of a body before it is sent piece by piece, in bytes. The length of a body that is
/// complete by then is sent before it, which some servers insist on.
const WHOLE: usize = 16 << 20;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(30);

impl Forwarder {
    /// Creates a client that uses HTTP/1.1, the proxies of the environment (`HTTPS_PROXY`,
    /// `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) except for this machine itself, and the certificates
    /// that the operating system trusts. A connection has 30 seconds to be made.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if those certificates or the proxies cannot be used.
    pub fn new() -> Result<Self> {
        let tls = tls().map_err(|error| {
            Error::new(ErrorKind::Config, "TLS cannot be set up for a forwarder").with_source(error)
        })?;
        let build = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| {
                let text = "the HTTP client of a forwarder cannot be set up";
                Error::new(ErrorKind::Config, text).with_source(error.without_url())
            })
        };
        let builder = || {
            // Features that another crate of the program turns on change nothing.
            reqwest::Client::builder()
                .http1_only()
                .no_gzip()
                .no_brotli()
                .no_zstd()
                .no_deflate()
                .tls_backend_preconfigured(tls.clone())
                .redirect(Policy::none())
                .referer(false)
                .connect_timeout(CONNECT)
        };
        Ok(Self { client: build(builder())?, local: build(builder().no_proxy())? })
    }

    /// Uses a client of your own, with your proxies, certificates and limits. It should follow no
    /// redirects, which could carry keys elsewhere, and decompress nothing.
    #[must_use]
    pub fn with_client(client: reqwest::Client) -> Self {
        Self { local: client.clone(), client }
    }

    /// Sends a request, and returns the response once its headers are there.
    ///
    /// A request over a WebSocket is answered with the status 501: send it elsewhere.
    ///
    /// # Errors
    ///
    /// If the request cannot be sent, or its server does not answer. Neither names the path nor a
    /// header's value.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the connection.
    pub async fn forward(
        &self,
        request: ModelHttpRequest,
    ) -> std::result::Result<ModelHttpResponse, HandlerError> {
        if request.transport == ModelTransport::WebSocket {
            let text = "a forwarder of HTTP requests cannot open a WebSocket";
            return Ok(ModelHttpResponse::new(501).header("content-type", "text/plain").body(text));
        }
        let url = reqwest::Url::parse(&request.url)
            .map_err(|error| format!("the URL of the model request cannot be read: {error}"))?;
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|_| "the method of the model request is none of HTTP")?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let client = if is_local(&host) { &self.local } else { &self.client };
        let mut outgoing = client.request(method, url);
        for (name, value) in end_to_end(&request.headers) {
            let header = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
            let (name, mut value) =
                header.ok_or_else(|| format!("the header {name} cannot be sent over HTTP"))?;
            value.set_sensitive(true);
            outgoing = outgoing.header(name, value);
        }
        let response = outgoing.body(outgoing_body(request.body).await?).send().await;
        let response = response.map_err(|error| failure(&host, error))?;
        tracing::debug!(host, status = response.status().as_u16(), "forwarded a model request");
        Ok(answer(host, response))
    }
}

/// TLS with the provider that the program has chosen for all its connections, or with ring.
fn tls() -> std::result::Result<ClientConfig, rustls::Error> {
    let provider = CryptoProvider::get_default().cloned();
    let provider = provider.unwrap_or_else(|| Arc::new(ring::default_provider()));
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config?.with_platform_verifier()?.with_no_client_auth())
}

/// Whether this is a name of this machine.
fn is_local(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The headers that are not about one connection.
fn end_to_end(headers: &HttpHeaders) -> impl Iterator<Item = (&str, &str)> {
    let connection = headers.iter().filter(|(name, _)| *name == "connection");
    let named = connection.flat_map(|(_, names)| names.split(','));
    let named: Vec<_> = named.map(|name| name.trim().to_ascii_lowercase()).collect();
    headers.iter().filter(move |(name, _)| {
        !OF_A_CONNECTION.contains(name) && !named.iter().any(|dropped| dropped == name)
    })
}

/// Headers that the client or the server of each connection writes anew.
const OF_A_CONNECTION: [&str; 13] = [
    // What comes back is passed on as it is, and the CLI may not know how to decompress it.
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The body of a request: whole if it is there soon, as it comes if not.
async fn outgoing_body(mut body: RequestBody) -> io::Result<reqwest::Body> {
    let mut start = Vec::new();
    while start.len() < WHOLE {
        match poll_fn(|cx| body.poll_chunk(cx)).await.transpose()? {
            Some(chunk) if start.is_empty() => start = chunk.into_bytes(),
            Some(chunk) => start.extend_from_slice(chunk.as_bytes()),
            None => return Ok(start.into()),
        }
    }
    Ok(reqwest::Body::wrap(RequestPieces { start: Some(start.into()), rest: body }))
}

/// A body that is sent as it comes.
struct RequestPieces {
    start: Option<Bytes>,
    rest: RequestBody,
}

impl Body for RequestPieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Self::Error>>> {
        if let Some(start) = self.start.take() {
            return Poll::Ready(Some(Ok(Frame::data(start))));
        }
        let chunk = ready!(self.rest.poll_chunk(cx));
        Poll::Ready(chunk.map(|chunk| Ok(Frame::data(chunk?.into_bytes().into()))))
    }
}

fn answer(host: String, response: reqwest::Response) -> ModelHttpResponse {
    let mut answer = ModelHttpResponse::new(response.status().as_u16());
    let mut headers = HttpHeaders::new();
    for (name, value) in response.headers() {
        headers.add(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    for (name, value) in end_to_end(&headers) {
        answer.headers.add(name, value);
    }
    let body = reqwest::Body::from(response);
    answer.stream(ResponsePieces { host, body })
}

/// The body of a response, as it comes.
struct ResponsePieces {
    host: String,
    body: reqwest::Body,
}

impl Stream for ResponsePieces {
    type Item = std::result::Result<Vec<u8>, String>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Poll::Ready(Some(Err(failure(&self.host, error)))),
                None => return Poll::Ready(None),
            };
            // Trailers are no part of the body.
            if let Ok(data) = frame.into_data()
                && !data.is_empty()
            {
                return Poll::Ready(Some(Ok(data.into())));
            }
        }
    }
}

/// What went wrong, without the URL, whose query may hold a key.
fn failure(host: &str, error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = format!("the model server {host} cannot be used: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl fmt::Debug for Forwarder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Forwarder")
    }
}

#[cfg(test)]
mod tests;
