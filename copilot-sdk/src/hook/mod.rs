//! Code that runs at fixed points of a session: before and after tools, at prompts, errors, starts
//! and ends.
//!
//! Short hooks are closures, set on the session's builder
//! ([`on_pre_tool_use`](crate::SessionBuilder::on_pre_tool_use) and its siblings) or collected in a
//! [`HookSet`]. Stateful hooks are methods of a type that implements [`Hooks`]. A hook without an
//! opinion returns `None` or nothing.
//!
//! ```
//! use copilot_sdk::hook::{HookSet, PreToolUseOutput};
//!
//! let hooks = HookSet::new()
//!     .on_pre_tool_use(async |call| {
//!         (call.tool_name == "bash").then(|| PreToolUseOutput::deny("there is no shell here"))
//!     })
//!     .on_session_end(async |end| println!("session {} ended: {}", end.session_id, end.reason));
//! ```
//!
//! Who asks a person before a tool runs shows what [`PreToolUse::describe`] says of the call.
//!
//! The CLI waits for each hook, so a hook must not block: see [`handler`](crate::handler). Most
//! kinds also run for sub-agents, which are identified by `agent_id`.
//!
//! Hooks of the same kind run in the order they were added, and each sees the changes of the
//! previous ones. The first that denies, asks, blocks or aborts ends the chain. Additional contexts
//! are joined with a blank line in between. A hook that fails or panics is logged and counts as
//! having no opinion, with two exceptions, because a broken check must not let a call through:
//! `pre_tool_use` denies the call, and `pre_mcp_tool_call`, which cannot refuse a call, aborts the
//! turn.
//!
//! The book has a page with a complete program: `docs/src/hooks.md` in the repository.

mod call;
mod chain;
mod describe;
mod input;
mod into_hook_output;
mod outcome;
mod output;
mod set;
#[cfg(test)]
mod tests;

pub(crate) use call::HookCall;
pub use input::{
    AgentStop, ErrorContext, ErrorOccurred, HookError, PostToolUse, PostToolUseFailure,
    PreMcpToolCall, PreToolUse, SessionEnd, SessionEndReason, SessionStart, SessionStartSource,
    SubagentStart, SubagentStop, UserPromptSubmitted, UserPromptTransformed,
};
pub use into_hook_output::{HookResult, IntoHookOutput};
pub use outcome::ToolOutcome;
pub use output::{
    ErrorHandling, ErrorOccurredOutput, HookOutput, PostToolUseFailureOutput, PostToolUseOutput,
    PreMcpToolCallOutput, PreToolUseOutput, SessionEndOutput, SessionStartOutput, StopOutput,
    SubagentStartOutput, ToolVerdict, UserPromptSubmittedOutput, UserPromptTransformedOutput,
};
pub(crate) use set::HookAnswer;
pub use set::{HookSet, Hooks};
