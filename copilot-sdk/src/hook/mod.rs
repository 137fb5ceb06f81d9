//! Code that runs at fixed points of a session: before and after tools, at prompts, errors, starts
//! and ends.
//!
//! Short hooks are closures, given to the session's builder
//! ([`on_pre_tool_use`](crate::SessionBuilder::on_pre_tool_use) and its neighbours) or collected in
//! a [`HookSet`]; hooks with state are methods of a type of yours, see [`Hooks`]. A hook without an
//! opinion returns `None` or nothing.
//!
//! ```
//! use copilot_sdk::hook::{HookSet, PreToolUseOutput};
//!
//! let hooks = HookSet::new()
//!     .on_pre_tool_use(async |call| (call.tool_name == "bash").then(|| PreToolUseOutput::deny("there is no shell here")))
//!     .on_session_end(async |end| println!("session {} ended: {}", end.session_id, end.reason));
//! ```
//!
//! Who asks a person before a tool runs shows what [`PreToolUse::describe`] says of the call.
//!
//! The CLI waits for each hook, so a hook must not block: see [`handler`](crate::handler). Most
//! kinds also run for what happens in sub-agents, which `agent_id` names.
//!
//! Several hooks of one kind run in the order in which they were added, and each sees what the
//! former ones changed. The first that denies, asks, blocks or aborts ends the row. Additional
//! contexts are joined with a blank line between. A hook that fails or panics is logged and has no
//! opinion, with two exceptions, because a check that does not work must not let through:
//! `pre_tool_use` then denies the call, and `pre_mcp_tool_call`, where the CLI knows no refusal,
//! stops the turn.

mod chain;
mod describe;
mod input;
mod into_hook_output;
mod outcome;
mod output;
mod set;
#[cfg(test)]
mod tests;

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
