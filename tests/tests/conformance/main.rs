//! What every SDK of this CLI has to do: one test for each scenario of the common end-to-end suite,
//! named as there, on the real CLI. Each looks also at what reached the model.

mod abort;
mod ask_user;
mod byok_bearer_token_provider;
mod client;
mod client_lifecycle;
mod elicitation;
mod hooks;
mod hooks_extended;
mod permissions;
mod pre_mcp_tool_call_hook;
mod rpc_session_state;
mod session;
mod skills;
mod streaming_fidelity;
mod tool_results;
mod tools;
