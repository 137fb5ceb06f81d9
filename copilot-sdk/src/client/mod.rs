//! The client: one Copilot CLI, and everything that can be asked of it.

mod builder;
mod handle;
mod models;
mod sessions;
mod status;
mod stop;
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
    AuthStatus, AuthType, AutoRestart, LogLevel, OtlpProtocol, Pong, StartupTimings, Telemetry,
};
pub use crate::subscription::Subscription;
