//! Questions that arrive as events and are answered by a call: forms, slash commands, logins,
//! limits, sampling.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::asked::About;
use super::question::Question;
use super::{Dispatch, Outcome};
use crate::error::Result;
use crate::event::Event;
use crate::event::command::CommandExecute;
use crate::event::elicitation::ElicitationRequested;
use crate::event::mcp::McpOauthRequired;
use crate::event::sampling::SamplingRequested;
use crate::event::session_limits_exhausted::SessionLimitsExhaustedRequested;
use crate::handler::QuestionHandler;
use crate::ids::{AgentId, RequestId};
use crate::interaction::{ElicitationAnswer, SessionLimitsExhaustedAnswer};
use crate::mcp::{McpAuthAnswer, SamplingAnswer, SamplingChoice};
use crate::payload::answers;

impl Dispatch {
    pub(super) fn elicitation(self: &Arc<Self>, event: &Event, form: &ElicitationRequested) {
        let handler = self.code.handlers.elicitation.clone();
        // The CLI would wait forever for a form that nobody shows. On a shared server, another
        // client may show it.
        if handler.is_none() && !self.exclusive {
            return;
        }
        let asked = FromAgent { agent_id: event.agent_id.as_ref(), question: form };
        let answer = self.ask(
            "elicitation",
            handler,
            to_raw_value(&asked),
            written(&ElicitationAnswer::Cancel),
        );
        let (about, request_id) = (&form.message, &form.request_id);
        self.answer_later(Question::Elicitation, about, request_id, event, result(answer));
    }

    pub(super) fn mcp_auth(self: &Arc<Self>, event: &Event, login: &McpOauthRequired) {
        // Without a handler, this client did not request the event; another one did.
        let Some(handler) = self.code.handlers.mcp_auth.clone() else { return };
        let answer = self.ask(
            "mcp_auth",
            Some(handler),
            to_raw_value(login),
            written(&McpAuthAnswer::cancelled()),
        );
        let (server_name, request_id) = (&login.server_name, &login.request_id);
        self.answer_later(Question::McpAuth, server_name, request_id, event, result(answer));
    }

    pub(super) fn session_limits_exhausted(
        self: &Arc<Self>,
        event: &Event,
        limits: &SessionLimitsExhaustedRequested,
    ) {
        let handler = self.code.handlers.session_limits_exhausted.clone();
        // Same as for forms: without an answer, the CLI would wait forever.
        if handler.is_none() && !self.exclusive {
            return;
        }
        let answer = self.ask(
            "session_limits_exhausted",
            handler,
            to_raw_value(limits),
            written(&SessionLimitsExhaustedAnswer::Cancel),
        );
        let decision = async { written(&Decision { response: answer.await? }) };
        let (kind, request_id) = (Question::SessionLimits, &limits.request_id);
        self.answer_later(kind, "AI credits", request_id, event, Box::pin(decision));
    }

    /// Without a handler, refuses sampling: the server would wait for an answer.
    pub(super) fn sampling(self: &Arc<Self>, event: &Event, request: &SamplingRequested) {
        let handler = self.code.handlers.sampling.clone();
        // On a shared server, another client may lend its model.
        if handler.is_none() && !self.exclusive {
            return;
        }
        let asked = self.ask(
            "sampling",
            handler,
            to_raw_value(request),
            written(&SamplingAnswer::reject()),
        );
        let (dispatch, execution) = (Arc::clone(self), Execution::of(request));
        let answer = async move {
            let response = match serde_json::from_str(asked.await?.get()) {
                Ok(SamplingChoice::Response(response)) => Some(response),
                Ok(SamplingChoice::Run) => dispatch.execute(execution).await,
                Ok(SamplingChoice::Reject) | Err(_) => None,
            };
            written(&Sampled { response })
        };
        let (server_name, request_id) = (&request.server_name, &request.request_id);
        self.answer_later(Question::Sampling, server_name, request_id, event, Box::pin(answer));
    }

    /// Lets the session's model answer. None if it could not.
    async fn execute(&self, execution: Execution) -> Option<serde_json::Value> {
        answers! {
            struct Executed {
                result: Option<serde_json::Value> = "result",
                error: Option<String> = "error",
            }
        }
        let executed: Result<Executed> =
            self.peer.call("session.mcp.executeSampling", execution).await;
        let why = match executed {
            Ok(Executed { result: Some(result), .. }) => return Some(result),
            Ok(Executed { error, .. }) => error.unwrap_or_else(|| "it was cancelled".to_owned()),
            Err(error) => error.to_string(),
        };
        tracing::error!(session_id = %self.session_id(), why, "no model answered an mcp server");
        None
    }

    pub(super) fn command(self: &Arc<Self>, event: &Event, call: &CommandExecute) {
        let command = self.code.handlers.command(&call.command_name).cloned();
        if command.is_none() && !self.exclusive {
            return;
        }
        let session_id = self.session_id().clone();
        let name = call.command_name.clone();
        let data = to_raw_value(call);
        let run = async move {
            let Some(command) = command else {
                return CommandResult::failed(format!("unknown command: {name}"));
            };
            let data = match data {
                Ok(data) => data,
                Err(error) => {
                    return CommandResult::failed(format!("the command cannot be read: {error}"));
                }
            };
            match command.run(&session_id, Some(&data)).await {
                Ok(()) => CommandResult { error: None },
                Err(error) => {
                    tracing::error!(command = name, error, "a slash command failed");
                    CommandResult::failed(error)
                }
            }
        };
        let run = async { written(&run.await) };
        let (name, request_id) = (&call.command_name, &call.request_id);
        self.answer_later(Question::Command, name, request_id, event, Box::pin(run));
    }

    /// Asks a handler. The answer is `otherwise` if there is none or it fails.
    fn ask(
        &self,
        kind: &'static str,
        handler: Option<QuestionHandler>,
        event: serde_json::Result<Box<RawValue>>,
        otherwise: Option<Box<RawValue>>,
    ) -> BoxFuture<'static, Option<Box<RawValue>>> {
        let session_id = self.session_id().clone();
        Box::pin(async move {
            let asked = async {
                match &handler {
                    Some(handler) => handler.answer(&session_id, event?).await.map(Some),
                    None => Ok(None),
                }
            };
            let answer = asked.await.unwrap_or_else(|error| {
                tracing::error!(
                    %session_id, handler = kind, error = &*error,
                    "a handler failed; its question is declined"
                );
                None
            });
            answer.or(otherwise)
        })
    }

    /// Runs the handler of a question and sends its answer, unless the question has been completed
    /// in the meantime or is left to others.
    pub(super) fn answer_later(
        self: &Arc<Self>,
        question: Question,
        about: &str,
        request_id: &RequestId,
        event: &Event,
        work: BoxFuture<'static, Option<Box<RawValue>>>,
    ) {
        let Some(cancel) = self.begin(question, About::Theirs(about), request_id, event) else {
            return;
        };
        let dispatch = Arc::clone(self);
        let request_id = request_id.clone();
        self.workers.run(async move {
            // A question completed before its turn does not start the handler.
            if cancel.is_cancelled() {
                return;
            }
            let outcome = tokio::select! {
                biased;
                outcome = work => outcome,
                () = cancel.cancelled() => return,
            };
            let outcome = outcome.as_ref().map(|outcome| outcome.get().as_bytes());
            dispatch.finish(question, &request_id, outcome);
        });
    }
}

/// A question and the sub-agent that asks it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FromAgent<'a, Q> {
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a AgentId>,
    #[serde(flatten)]
    question: &'a Q,
}

/// An answer sent in a field called `response`.
#[derive(Serialize)]
struct Decision {
    response: Box<RawValue>,
}

/// An answer in a field called `result`.
fn result(
    answer: BoxFuture<'static, Option<Box<RawValue>>>,
) -> BoxFuture<'static, Option<Box<RawValue>>> {
    Box::pin(async { written(&Outcome { result: answer.await? }) })
}

/// An answer as JSON.
pub(super) fn written(answer: &impl Serialize) -> Option<Box<RawValue>> {
    to_raw_value(answer).inspect_err(not_written).ok()
}

fn not_written(error: &serde_json::Error) {
    tracing::error!(%error, "an answer cannot be written as JSON");
}

/// The answer to sampling; an empty one refuses it.
#[derive(Serialize)]
struct Sampled {
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<serde_json::Value>,
}

/// The params with which the session's model answers an MCP server.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Execution {
    request_id: RequestId,
    server_name: String,
    mcp_request_id: Option<Box<RawValue>>,
    request: Option<Box<RawValue>>,
}

impl Execution {
    fn of(request: &SamplingRequested) -> Self {
        Self {
            request_id: request.request_id.clone(),
            server_name: request.server_name.clone(),
            mcp_request_id: request.mcp_request_id.clone(),
            request: request.request.clone(),
        }
    }
}

/// The outcome of a slash command.
#[derive(Serialize)]
struct CommandResult {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl CommandResult {
    fn failed(error: String) -> Self {
        Self { error: Some(error) }
    }
}
