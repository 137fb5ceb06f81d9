//! Permissions: requests of the agent, decisions, and policies that make them.
//!
//! A policy consists of rules. The first matching rule decides; requests that no rule matches are
//! denied, with a neutral sentence for the model.
//!
//! ```
//! use copilot_sdk::permission::{self, PermissionDecision};
//!
//! let policy = permission::allow_own_tools()
//!     .or(permission::allow_read_only())
//!     .or(permission::allow_shell(["cargo check", "git status", "git diff --stat"]))
//!     .or(permission::ask(async |request| {
//!         println!("{}", request.describe());
//!         PermissionDecision::reject("ask the person to do this")
//!     }));
//! ```
//!
//! A policy can be tested without a session:
//!
//! ```
//! use copilot_sdk::permission::{self, PermissionDecision, PermissionRequest};
//! use serde_json::json;
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let request = PermissionRequest::new("session", json!({"kind": "read", "path": "/etc/hosts"}));
//! assert_eq!(
//!     permission::allow_read_only().decide(&request).await,
//!     PermissionDecision::ApproveOnce
//! );
//! # });
//! ```
//!
//! The book has a page with a complete program: `docs/src/permissions.md` in the repository.

mod access;
mod action;
mod approval;
mod decision;
mod describe;
mod gate;
mod mounts;
mod parts;
mod path;
mod pattern;
mod policy;
mod request;
mod shell;
#[cfg(test)]
mod tests;

pub use access::{PathAccess, PathAccessKind};
pub use action::{
    CustomToolCall, ExtensionEnvAccess, ExtensionManagement, ExtensionPermissionAccess, FactoryRun,
    FileRead, FileWrite, HookQuestion, McpToolCall, MemoryChange, PermissionAction, ShellCommand,
    UrlFetch,
};
pub use approval::Approval;
pub use decision::PermissionDecision;
pub(crate) use gate::Gate;
pub use parts::{
    FactoryOperation, FactoryPhase, FileEdit, FileVersion, MemoryAction, MemoryDirection,
    MemoryScope, SandboxAccess, SandboxPathGrant, ShellCommandName, ShellSegment, ShellUrl,
};
pub use policy::{
    PermissionHandler, Policy, allow_own_tools, allow_paths_in, allow_read_only, allow_servers,
    allow_shell, allow_tools, allow_when, approve_all, ask, ask_handler, deny, deny_all, later,
    leave_to_others,
};
pub use request::PermissionRequest;
pub(crate) use request::ToolConsent;
