//! Hook invocations; the CLI waits for each.

use std::sync::Arc;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::Dispatch;
use crate::hook::{HookAnswer, HookSet};
use crate::jsonrpc::Responder;

impl Dispatch {
    pub(super) fn hook(self: &Arc<Self>, params: &RawValue, responder: Responder) {
        let dispatch = Arc::clone(self);
        let params = params.to_owned();
        let request = self.begin_request("hooks.invoke");
        tokio::spawn(async move {
            let answer = match serde_json::from_str::<Invocation>(params.get()) {
                Ok(Invocation { hook_type, input }) => {
                    let hooks = &dispatch.code.handlers.hooks;
                    tokio::select! {
                        biased;
                        answer = hooks.invoke(dispatch.session_id(), &hook_type, input) => answer,
                        () = request.cancelled() => HookSet::unanswered(&hook_type),
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
            responder.result(&Answered { output });
        });
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

/// The params of `hooks.invoke`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    hook_type: String,
    #[serde(borrow, default)]
    input: Option<&'a RawValue>,
}

/// The result of `hooks.invoke`.
#[derive(Serialize)]
struct Answered {
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<Value>,
}
