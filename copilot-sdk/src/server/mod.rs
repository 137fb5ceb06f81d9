//! One Copilot CLI: its options, start, handshake, state and shutdown.
//!
//! [`Client`](crate::Client) and [`Session`](crate::Session) are handles over a [`Server`];
//! neither knows the other.

mod address;
mod auto_restart;
mod check;
mod drain;
mod handle;
mod handshake;
mod health;
mod launch;
mod liveness;
mod model_requests;
mod options;
mod phase;
mod progress;
mod provide;
mod requests;
mod restart;
mod sessions;
mod shutdown;
mod start;
mod status;
mod surroundings;
mod telemetry;
mod variables;
mod whoami;

pub use auto_restart::AutoRestart;
pub use drain::{CutOff, Drained};
pub(crate) use handle::Server;
pub use health::Health;
pub(crate) use model_requests::ModelExchanges;
pub use options::LogLevel;
pub(crate) use options::{ClientInfo, Options};
pub use phase::ServerPhase;
pub use progress::StartupTimings;
pub use status::{AuthStatus, AuthType, Pong};
pub use telemetry::{OtlpProtocol, Telemetry};
