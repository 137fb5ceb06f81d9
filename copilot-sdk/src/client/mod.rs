//! The client: one Copilot CLI, run as a server.
//!
//! A [`Client`] finds and starts the CLI, signs in, creates sessions, and stops the CLI with
//! everything it has started. [`Client::start`] uses the defaults; [`Client::builder`] has every
//! option. A client from [`build`](ClientBuilder::build) starts the CLI on first use.
//!
//! ```no_run
//! # async fn example() -> copilot_sdk::Result<()> {
//! use copilot_sdk::client::{LogLevel, SessionFilter};
//! use copilot_sdk::{Client, ErrorKind};
//!
//! let client = Client::builder().cwd("/srv/project").log_level(LogLevel::Info).start().await?;
//! for kept in client.sessions(SessionFilter::default().cwd("/srv/project")).await? {
//!     println!("{}: {}", kept.session_id, kept.summary.unwrap_or_default());
//! }
//! let session = match client.session().resume("nightly-report").await {
//!     Err(error) if error.kind() == ErrorKind::NotFound => {
//!         client.session().session_id("nightly-report").create().await?
//!     }
//!     resumed => resumed?,
//! };
//! println!("{}", session.ask("What changed since yesterday?").await?);
//! client.stop().await
//! # }
//! ```
//!
//! # Where to go next
//!
//! | to | see |
//! |---|---|
//! | hold a conversation | [`crate::session`] |
//! | install the CLI | [`crate::cli`] |
//! | sign in | [`ClientBuilder::github_token`], [`Client::auth_status`] |
//! | use a running server | [`ClientBuilder::cli_url`] |
//! | serve several users | [`ClientBuilder::isolated`] |
//! | list the models and the quota | [`Client::models`], [`Client::quota`], [`crate::model`] |
//! | observe the server's sessions | [`Client::lifecycle`], [`Client::on_lifecycle`] |
//! | check its health, and drain it | [`Client::health`], [`Client::drain`] |
//! | record traces | [`Telemetry`], [`crate::trace`] |
//! | call a method that has no typed wrapper | [`Client::call`] |
//! | answer a request that has no typed setter | [`ClientBuilder::on_request`], [`crate::request`] |
//! | test without a CLI or an account | `testing`, with the feature of that name |
//!
//! The book has a page with a complete program: `docs/src/production.md` in the repository.

mod builder;
mod handle;
mod models;
mod operate;
mod requests;
#[cfg(feature = "rpc-host")]
mod rpc;
mod sessions;
mod status;
mod stop;
#[cfg(feature = "store")]
mod store;
#[cfg(test)]
mod tests;

pub use builder::ClientBuilder;
pub use handle::Client;
pub use sessions::{ForegroundSession, SessionContext, SessionFilter, SessionMetadata};
pub use status::Status;

pub use crate::lifecycle::{
    Lifecycle, LifecycleEvent, LifecycleKind, LifecycleMetadata, Lost, SessionLifecycle,
};
pub use crate::server::{
    AuthStatus, AuthType, AutoRestart, CutOff, Drained, Health, LogLevel, OtlpProtocol, Pong,
    ServerPhase, StartupTimings, Telemetry,
};
pub use crate::subscription::Subscription;
