//! Hook invocations; the CLI waits for each.

use std::sync::Arc;

use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::Dispatch;
use super::asked::About;
use super::budget::USED_UP;
use crate::hook::{HookAnswer, HookCall, HookSet};
use crate::jsonrpc::Responder;
use crate::session_peer::NoParams;

impl Dispatch {
    /// Answers `hooks.invoke`. What cannot be read counts as a hook that failed.
    pub(crate) fn hook(self: &Arc<Self>, params: &str, responder: Responder) {
        let dispatch = Arc::clone(self);
        let Some(request) = self.begin_request(About::Own("hooks.invoke"), params.len()) else {
            return self.hook_unanswered(params, responder);
        };
        let params = Box::<str>::from(params);
        self.workers.run(async move {
            let answer = match HookCall::of(&params) {
                Ok(call) if call.hook_type() == "preToolUse" && !dispatch.admits_call(&call) => {
                    HookSet::denial(USED_UP)
                }
                Ok(call) => {
                    let hooks = &dispatch.code.handlers.hooks;
                    tokio::select! {
                        biased;
                        answer = hooks.invoke(dispatch.session_id(), &call) => answer,
                        () = request.cancelled() => HookSet::unanswered(call.hook_type()),
                    }
                }
                Err(error) => {
                    tracing::error!(
                        session_id = %dispatch.session_id(), %error,
                        "a hook call cannot be read; it gets no opinion"
                    );
                    HookAnswer::NoOpinion
                }
            };
            let output = match answer {
                HookAnswer::NoOpinion => None,
                HookAnswer::Output(output) => Some(output),
                HookAnswer::StopTurn => {
                    dispatch.stop_turn().await;
                    None
                }
            };
            answer_hook(responder, output);
        });
    }

    /// Whether the tool call that a hook is about is within the budget.
    fn admits_call(&self, call: &HookCall<'_>) -> bool {
        !self.budgets.apply() || self.admits_tool(&call.tool_name())
    }

    /// Answers a hook that is not run as if it had failed: to the CLI an error means "no opinion".
    fn hook_unanswered(&self, params: &str, responder: Responder) {
        let call = HookCall::of(params);
        let output = match call.map(|call| HookSet::unanswered(call.hook_type())) {
            Ok(HookAnswer::Output(output)) => Some(output),
            Ok(HookAnswer::StopTurn) => {
                // On the wire before the answer.
                if let Err(error) = self.peer.post("session.abort", NoParams {}) {
                    tracing::debug!(%error, "the turn of a hook could not be stopped");
                }
                None
            }
            Ok(HookAnswer::NoOpinion) | Err(_) => None,
        };
        answer_hook(responder, output);
    }

    /// Aborts the turn and waits for the confirmation, after which the CLI drops whatever the hook
    /// lets through.
    async fn stop_turn(&self) {
        if let Err(error) = self.peer.ask::<IgnoredAny>("session.abort").await {
            tracing::error!(
                session_id = %self.session_id(), %error,
                "the turn of a failed hook could not be stopped"
            );
        }
    }
}

/// Answers `hooks.invoke`; without an output, with no opinion.
fn answer_hook(responder: Responder, output: Option<Box<RawValue>>) {
    match output {
        Some(output) => responder.result(&Answered { output }),
        None => responder.json(b"{}"),
    }
}

/// The result of `hooks.invoke`.
#[derive(Serialize)]
struct Answered {
    output: Box<RawValue>,
}
