//! Write an ordinary function, add `#[tool]`, and the agent of the GitHub Copilot CLI can call it.
//!
//! ```no_run
//! use copilot_sdk::{Client, data, tool, tools};
//!
//! #[data]
//! struct Forecast {
//!     summary: String,
//!     high_celsius: f32,
//! }
//!
//! /// Get the weather forecast for a city.
//! #[tool]
//! async fn get_weather(
//!     /// City name, such as "Lisbon".
//!     city: String,
//!     /// Days ahead, 0 for today.
//!     #[arg(default)]
//!     days_ahead: u8,
//! ) -> Forecast {
//!     Forecast {
//!         summary: format!("light rain in {city} in {days_ahead} days"),
//!         high_celsius: 17.5,
//!     }
//! }
//!
//! #[tokio::main]
//! async fn main() -> copilot_sdk::Result<()> {
//!     let client = Client::start().await?;
//!     let session = client.session().model("gpt-5").tools(tools![get_weather]).create().await?;
//!     println!("{}", session.ask("Do I need a coat in Lisbon tomorrow?").await?);
//!     client.stop().await
//! }
//! ```
//!
//! A [`Client`] is one CLI, a [`Session`] one conversation. Requires a tokio runtime with time and
//! IO enabled.
//!
//! | to | look at |
//! |---|---|
//! | write tools | [`tool`](mod@tool), and the attribute macros and [`tools!`] below |
//! | find, start and stop the CLI, sign in | [`Client`], [`client::ClientBuilder`] |
//! | install the CLI version this crate is tested with | [`cli`] |
//! | configure a session | [`SessionBuilder`], [`system_message`], [`mcp`], [`agent`], [`tool_filter`] |
//! | ask and get a reply | [`Session::ask`], [`session::Reply`] |
//! | stream a reply | [`Session::stream`], [`session::Turn`] |
//! | observe all events | [`Session::events`], [`Session::on`], [`event`] |
//! | send files, or steer a running turn | [`prompt`], [`attachment`] |
//! | decide what the agent may do | [`permission`] |
//! | limit what the agent may spend | [`budget`] |
//! | inspect and change tool calls and prompts | [`hook`] |
//! | answer the agent's questions to the user | [`interaction`] |
//! | use distributed tracing | [`trace`], [`client::Telemetry`] |
//! | keep the files of sessions yourself | [`session_fs`] |
//! | show panels next to the conversation | [`canvas`] |
//! | provide skills without files | [`skill_provider`] |
//! | answer model requests yourself, or change them | [`model_request`] |
//! | move sessions between machines | `store`, with the feature of that name |
//! | answer any other request of the CLI | [`request`] |
//! | use your own model | [`provider`], [`model`] |
//! | call any other method of the CLI, typed | `rpc` and `protocol`, with the features `rpc-..` |
//! | test without an account | `testing`, with the feature of that name |
//! | handle errors | [`Error`], [`ErrorKind`] |
//!
//! The book, in `docs` of the repository, has a page with a complete program for most of these.
//!
//! # Features
//!
//! - `macros` (default): `#[tool]`, `#[toolset]`, `#[data]` and `tools!`.
//! - `testing`: the module `testing`.
//! - `rpc`: the module `rpc`, every method of the protocol, typed; `rpc-session` and the like for
//!   one domain each.
//! - `events`: the module `protocol::events`, the payload of every event.
//! - `forward`: `model_request::Forwarder`, which sends the CLI's model requests with an HTTP
//!   client and TLS. Compiles C and assembly.
//! - `opentelemetry`: conversions between [`trace::TraceContext`] and `tracing` spans.
//! - `sqlite`: `session_fs::Sqlite`, which keeps sessions in one database, and a database for the
//!   agent in each session whose files the program keeps. Compiles SQLite with a C compiler.
//! - `store`: the module `store`, sessions on an object store, which other machines go on with.
//!
//! # Guarantees
//!
//! - Every subscriber receives every event of its session after its subscription, once and in
//!   order, or ends with an error that says why.
//! - Every question of the CLI is answered exactly once, even if the handler fails or panics. A
//!   permission may be [left open](permission::PermissionDecision::later) for days.
//! - Nothing the CLI sends makes this crate panic, hang or hold memory without bound: [`transport`]
//!   lists every kind of bad input with its outcome.
//! - Tokens and keys never appear in `Debug` output, errors or logs.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod agent;
pub mod attachment;
#[cfg(test)]
mod auto_traits;
mod backoff;
pub mod budget;
pub mod canvas;
pub mod cli;
pub mod client;
mod closed;
mod config;
mod connection;
mod defer;
mod dispatch;
pub mod error;
pub mod event;
mod excerpt;
pub mod github_telemetry;
pub mod github_token;
pub mod handler;
mod heap_size;
pub mod hook;
mod id_hash;
pub mod ids;
pub mod interaction;
mod json_path;
mod json_scan;
mod json_text;
mod jsonrpc;
mod lifecycle;
mod listeners;
#[doc(hidden)]
pub mod macro_support;
#[cfg(feature = "macros")]
mod macros;
pub mod mcp;
mod members;
mod metrics;
pub mod model;
pub mod model_request;
mod nullable;
mod open_enum;
mod payload;
pub mod permission;
pub mod prompt;
#[cfg(feature = "protocol")]
pub mod protocol;
pub mod provider;
mod queue;
pub mod request;
mod router;
#[cfg(feature = "rpc-host")]
pub mod rpc;
mod schema;
mod sealed;
mod secret;
mod seen_ids;
mod server;
pub mod session;
pub mod session_fs;
mod session_peer;
mod sizes;
pub mod skill_provider;
mod sorted_map;
#[cfg(feature = "store")]
pub mod store;
mod subscription;
pub mod system_message;
mod task;
#[cfg(feature = "testing")]
pub mod testing;
mod timestamp;
pub mod tool;
pub mod tool_filter;
pub mod trace;
pub mod transport;
mod turn;
mod unwind;
mod usual_path;
mod visible;

pub use client::Client;
pub use error::{Error, ErrorKind, Result};
pub use event::Event;
#[cfg(feature = "macros")]
pub use macros::{data, tool, toolset};
pub use open_enum::UnknownWord;
pub use prompt::Prompt;
pub use provider::Provider;
pub use session::{Session, SessionBuilder};
pub use tool::{Tool, ToolContext, ToolError, ToolResult};
