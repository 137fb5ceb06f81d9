//! Model requests of the CLI, answered by this program.
//!
//! With [`ClientBuilder::on_model_request`] the CLI sends no request to a model itself: it hands
//! every one of them to this program, whether the model is GitHub's or your own, and takes what the
//! program answers for the model's response. The program can answer on its own, change what goes
//! out or comes back, or forward it.
//!
//! ```no_run
//! # async fn example() -> copilot_sdk::Result<()> {
//! use copilot_sdk::Client;
//! use copilot_sdk::handler::HandlerError;
//! use copilot_sdk::model_request::{ModelHttpRequest, ModelHttpResponse};
//!
//! async fn answer(request: ModelHttpRequest) -> Result<ModelHttpResponse, HandlerError> {
//!     println!("{} {}", request.method, request.url);
//!     let body = request.body.bytes().await?;
//!     if body.len() > 1_000_000 {
//!         return Ok(ModelHttpResponse::new(413).body("too large for this budget"));
//!     }
//!     let reply = r#"{"choices": [{"message": {"role": "assistant", "content": "Hello"}}]}"#;
//!     Ok(ModelHttpResponse::new(200).header("content-type", "application/json").body(reply))
//! }
//!
//! let client = Client::builder().on_model_request(answer).start().await?;
//! # client.stop().await
//! # }
//! ```
//!
//! The response must be the one that the model server would give: JSON, or server-sent events for a
//! session with [`streaming`](crate::SessionBuilder::streaming).
//!
//! A prompt never waits for a handler that is gone: one that fails, panics or is dropped ends its
//! request with an error, which the CLI retries a few times, as it would for a lost connection. An
//! HTTP status such as 400 is not retried. There is no time limit other than yours; a request that
//! the CLI gives up, because the prompt was aborted for instance, drops the handler's future.
//!
//! # Forwarding
//!
//! With the feature `forward`, `Forwarder` sends a request on as the CLI would have sent it.
//! Without it this crate has no HTTP client, so that it needs no TLS: forward with the one that
//! your program has. Send [`method`](ModelHttpRequest::method), [`url`](ModelHttpRequest::url),
//! [`headers`](ModelHttpRequest::headers) without those of a connection, such as `host` and
//! `content-length`, which the client writes itself, and [`body`](ModelHttpRequest::body); answer
//! with the status, the headers and, by [`ModelHttpResponse::stream`], the body of the response.
//!
//! [`ClientBuilder::on_model_request`]: crate::client::ClientBuilder::on_model_request

mod body;
#[cfg(feature = "forward")]
mod forward;
mod headers;
mod request;
mod response;

pub use body::{BodyChunk, RequestBody};
#[cfg(feature = "forward")]
pub use forward::Forwarder;
pub use headers::HttpHeaders;
pub use request::ModelHttpRequest;
pub use response::ModelHttpResponse;

pub use crate::event::model::ModelTransport;

pub(crate) use body::BodySender;
pub(crate) use response::ResponseBody;
