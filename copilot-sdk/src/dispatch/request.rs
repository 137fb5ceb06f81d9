//! Questions that arrive as requests: user input, system message transforms, tokens.

use std::sync::Arc;

use serde_json::value::{RawValue, to_raw_value};

use super::Dispatch;
use super::asked::About;
use super::question::TOO_MANY;
use crate::github_token;
use crate::handler::{HandlerError, QuestionHandler};
use crate::interaction::{AutoModeSwitchAnswer, ExitPlanModeAnswer};
use crate::jsonrpc::{CODE_INTERNAL, CODE_METHOD_NOT_FOUND, Responder};
use crate::payload::read_question;
use crate::provider::TokenRequest;
use crate::tool::CancelToken;

/// The text the agent gets if the handler of its plan failed.
const NOBODY_DECIDED: &str = "nobody could be asked about this plan";

impl Dispatch {
    pub(crate) fn request(self: &Arc<Self>, method: &str, params: &RawValue, responder: Responder) {
        if method == "hooks.invoke" {
            return self.hook(params.get(), responder);
        }
        let dispatch = Arc::clone(self);
        let Some(request) = self.begin_request(About::Theirs(method), params.get().len()) else {
            return responder.error(CODE_INTERNAL, TOO_MANY);
        };
        let (method, params) = (Box::<str>::from(method), params.to_owned());
        self.workers.run(async move {
            let answer = tokio::select! {
                biased;
                answer = dispatch.call_handler(&method, &params) => answer,
                // Dropping the responder sends the refusal.
                () = request.cancelled() => return,
            };
            let session_id = dispatch.session_id();
            match answer {
                Some(Ok(answer)) => responder.result(&answer),
                Some(Err(error)) => {
                    tracing::error!(
                        %session_id, method = &*method, error = &*error,
                        "a handler failed"
                    );
                    responder.error(CODE_INTERNAL, &error.to_string());
                }
                None => {
                    let text = format!("session `{session_id}` has no handler for `{method}`");
                    responder.error(CODE_METHOD_NOT_FOUND, &text);
                }
            }
        });
    }

    /// The result of a request, or `None` if the session has no handler for it.
    async fn call_handler(
        &self,
        method: &str,
        params: &RawValue,
    ) -> Option<Result<Box<RawValue>, HandlerError>> {
        let handlers = &self.code.handlers;
        Some(match method {
            "userInput.request" => {
                handlers.user_input.as_ref()?.answer(self.session_id(), params.to_owned()).await
            }
            "exitPlanMode.request" => {
                let rejected = to_raw_value(&ExitPlanModeAnswer::reject(NOBODY_DECIDED));
                self.answer_or(handlers.exit_plan_mode.as_ref()?, method, params, rejected).await
            }
            "autoModeSwitch.request" => {
                let no = to_raw_value(&AutoModeSwitchAnswer::No);
                self.answer_or(handlers.auto_mode_switch.as_ref()?, method, params, no).await
            }
            "systemMessage.transform" => {
                let message = self.code.system_message.as_ref()?;
                message.transform(self.session_id(), params).await.map_err(Into::into)
            }
            "providerToken.getToken" => self.provider_token(params).await,
            "gitHubToken.getToken" => {
                let answer = github_token::answer(
                    handlers.github_token.as_ref()?,
                    self.session_id(),
                    params,
                )
                .await;
                answer.and_then(|answer| Ok(to_raw_value(&answer)?))
            }
            _ => handlers.requests.request(method)?.call(params.to_owned()).await,
        })
    }

    /// The handler's answer, or `otherwise` if it fails.
    async fn answer_or(
        &self,
        handler: &QuestionHandler,
        method: &str,
        params: &RawValue,
        otherwise: serde_json::Result<Box<RawValue>>,
    ) -> Result<Box<RawValue>, HandlerError> {
        match handler.answer(self.session_id(), params.to_owned()).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                let session_id = self.session_id();
                tracing::error!(
                    %session_id, method, error = &*error,
                    "a handler failed; the answer is no"
                );
                Ok(otherwise?)
            }
        }
    }

    async fn provider_token(&self, params: &RawValue) -> Result<Box<RawValue>, HandlerError> {
        let request: TokenRequest = read_question(self.session_id(), Some(params))?;
        let Some(handler) = self.code.token_handlers.get(&request.provider_name) else {
            return Err(format!(
                "the provider `{}` has no bearer token handler",
                request.provider_name
            )
            .into());
        };
        Ok(to_raw_value(&handler.answer(request).await?)?)
    }
}

/// A request that is being answered.
pub(super) struct RunningRequest {
    dispatch: Arc<Dispatch>,
    number: u64,
    cancel: CancelToken,
}

impl Dispatch {
    /// Records that a request of so many bytes is being answered, until the result is dropped.
    /// Returns `None` if too many are.
    pub(super) fn begin_request(
        self: &Arc<Self>,
        method: About<'_>,
        bytes: usize,
    ) -> Option<RunningRequest> {
        let mut asked = self.asked();
        let begun = asked.begin_request(method, bytes);
        if let Some((_, cancel)) = &begun
            && self.over.is_cancelled()
        {
            cancel.cancel();
        }
        drop(asked);
        let Some((number, cancel)) = begun else {
            self.warn(TOO_MANY);
            return None;
        };
        Some(RunningRequest { dispatch: Arc::clone(self), number, cancel })
    }
}

impl RunningRequest {
    /// Resolves when nobody can receive the answer any more.
    pub(super) async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }
}

impl Drop for RunningRequest {
    fn drop(&mut self) {
        self.dispatch.asked().end_request(self.number);
    }
}
