//! Every method of the CLI's protocol, typed.
//!
//! [`Client::rpc`](crate::Client::rpc) and [`Session::rpc`](crate::Session::rpc) are the entries. A
//! method is reached by its name: `models.list` is `client.rpc().models().list(..)`,
//! `session.plan.read` is `session.rpc().plan().read()`. Params and results stand in
//! [`protocol`](crate::protocol); the id of the session is filled in.
//!
//! ```no_run
//! # #[cfg(feature = "rpc-session")]
//! # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
//! let plan = session.rpc().plan().read().await?;
//! println!("{}", plan.content.unwrap_or_default());
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! Each domain has a cargo feature, `rpc` turns on all of them:
//!
//! | feature | methods |
//! |---|---|
//! | `rpc-account` | accounts, sign-in, managed settings, user settings |
//! | `rpc-host` | the CLI itself: ping, environments, hooks; on with every other one |
//! | `rpc-mcp` | MCP servers and connectors |
//! | `rpc-models` | models, providers, quota |
//! | `rpc-plugins` | plugins, skills, extensions, agents, instructions, canvases, the catalog |
//! | `rpc-session` | sessions, prompts, history, plan, workspace, mode, queue, schedule |
//! | `rpc-tasks` | background tasks, workflows, the fleet |
//! | `rpc-tools` | tools, permissions, sandbox, shell |
//!
//! A cold debug build of this crate alone takes 29 CPU seconds and 1.1 GB at its peak by default,
//! and at most 46 seconds and 1.6 GB with `rpc`. The code of a method and its types is compiled in
//! the programs that call it.
//!
//! # What these calls do not do
//!
//! They are the protocol as it is. A call is sent as given and checked by the CLI alone, and what
//! it changes is not remembered: when a session is reopened after a restart of the CLI, it gets
//! what the methods of [`Session`](crate::Session) have set. Where there is such a method, prefer
//! it. The CLI marks most methods as experimental: their docs say so, and a later CLI may change
//! them. Methods that the CLI calls internal are left out; [`Client::call`](crate::Client::call)
//! calls any by name.

mod call;
mod handles;

#[cfg(feature = "rpc-account")]
pub mod account;
pub mod host;
#[cfg(feature = "rpc-mcp")]
pub mod mcp;
#[cfg(feature = "rpc-models")]
pub mod models;
#[cfg(feature = "rpc-plugins")]
pub mod plugins;
#[cfg(feature = "rpc-session")]
pub mod session;
#[cfg(feature = "rpc-tasks")]
pub mod tasks;
#[cfg(feature = "rpc-tools")]
pub mod tools;

pub(crate) use call::Caller;
pub use call::RpcCall;
pub use handles::{ClientRpc, SessionRpc};
