//! The configuration of a session: options, handlers and checks, apart from the setters that
//! fill them.

mod agents;
mod context;
mod environment;
mod handlers;
mod host;
mod isolated;
mod live;
mod mcp;
mod model;
mod option_group;
mod options;
mod paths;
mod session_config;
mod skills;
mod tools;

pub(crate) use agents::{AgentOptions, DefaultAgent};
pub(crate) use context::{ContextOptions, Enabled};
pub use context::{LargeOutput, Storage};
pub(crate) use environment::EnvironmentOptions;
pub(crate) use handlers::SessionHandlers;
pub(crate) use host::{Cloud, HostOptions};
pub use host::{CloudRepository, RemoteSession};
pub(crate) use live::LiveChanges;
pub(crate) use mcp::McpOptions;
pub(crate) use model::{CreditLimit, ModelOptions, unknown};
pub(crate) use options::SessionOptions;
pub(crate) use session_config::{Opening, SessionConfig};
pub(crate) use skills::SkillOptions;
pub(crate) use tools::ToolOptions;
pub use tools::ToolSearch;
