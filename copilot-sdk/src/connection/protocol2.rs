//! Protocol 2, which the CLI spoke until 0.0.4xx, translated to and from protocol 3.
//!
//! In protocol 2 the CLI asks for tools and permissions by requests; in protocol 3 by events that a
//! later call answers. A request becomes such an event here, and the call becomes its answer.

mod asked;
mod opening;

use std::sync::{Arc, Weak};

use serde::Serialize;
use serde_json::value::RawValue;
use tokio::runtime::Handle;

use self::asked::{AnswerOutcome, AskedRequests, Kind};
use super::json::{fields, raw};
use super::{ANSWER_PERMISSION, CliVersions, hook};
use crate::event::{Event, EventData};
use crate::ids::SessionId;
use crate::jsonrpc::{CODE_INTERNAL, Dialect, Responder, Translated};
use crate::payload::{answers, read_whole};
use crate::router::Router;
use crate::task::spawn_on;

const ANSWER_TOOL: &str = "session.tools.handlePendingToolCall";

/// The translation of one connection.
pub(super) struct Protocol2 {
    itself: Weak<Self>,
    cli: CliVersions,
    router: Arc<Router>,
    asked: AskedRequests,
    runtime: Handle,
}

impl Protocol2 {
    /// The translation of the connection `number` of its owner. Must be called inside a tokio
    /// runtime.
    pub(super) fn new(cli: CliVersions, router: Arc<Router>, number: u64) -> Arc<Self> {
        Arc::new_cyclic(|itself| Self {
            itself: Weak::clone(itself),
            cli,
            router,
            asked: AskedRequests::new(number),
            runtime: Handle::current(),
        })
    }

    /// A request of the CLI.
    pub(super) fn request(&self, method: &str, params: Option<&RawValue>, responder: Responder) {
        match (method, params) {
            ("tool.call", Some(params)) => self.tool_call(params, responder),
            ("permission.request", Some(params)) => {
                self.ask(Kind::Permission, params, responder);
            }
            ("hooks.invoke", Some(params)) => match hook::translate(params) {
                Some(params) => self.router.request(method, Some(&params), responder),
                None => self.router.request(method, Some(params), responder),
            },
            _ => self.router.request(method, params, responder),
        }
    }

    /// An event of the CLI.
    pub(super) fn event(&self, session_id: &str, event: Arc<Event>) {
        let ends = event.is_root()
            && matches!(event.data, EventData::Abort(_) | EventData::SessionIdle(_));
        self.router.event(session_id, event);
        if ends {
            for event in self.asked.give_up(session_id) {
                self.router.event(session_id, event);
            }
        }
    }

    /// Protocol 2 does not ask before it calls a tool of the program: the policy is asked here.
    fn tool_call(&self, params: &RawValue, responder: Responder) {
        answers! {
            struct Call {
                session_id: String = "sessionId" [required],
                tool_name: String = "toolName" [required],
                tool_call_id: Option<Box<RawValue>> = "toolCallId",
                arguments: Option<Box<RawValue>> = "arguments",
            }
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Question<'a> {
            session_id: &'a str,
            permission_request: Request<'a>,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Request<'a> {
            kind: &'static str,
            tool_name: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            tool_call_id: Option<&'a RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            args: Option<&'a RawValue>,
        }
        match read_whole::<Call>(params.get()) {
            Some(call) if self.asked.needs_permission(&call.session_id, &call.tool_name) => {
                let question = raw(&Question {
                    session_id: &call.session_id,
                    permission_request: Request {
                        kind: "custom-tool",
                        tool_name: &call.tool_name,
                        tool_call_id: call.tool_call_id.as_deref(),
                        args: call.arguments.as_deref(),
                    },
                });
                self.ask(Kind::ToolPermission(params.to_owned()), &question, responder);
            }
            _ => self.ask(Kind::Tool, params, responder),
        }
    }

    /// Turns a request into the event that protocol 3 has for it.
    fn ask(&self, kind: Kind, params: &RawValue, responder: Responder) {
        let (Ok(question), Some(OfSession { session_id })) =
            (fields(params), read_whole(params.get()))
        else {
            return responder.error(CODE_INTERNAL, "the request cannot be read");
        };
        let session_id = SessionId::from(session_id);
        if !self.router.is_open(&session_id) {
            let text = format!("session `{session_id}` is not open here");
            return responder.error(CODE_INTERNAL, &text);
        }
        if let Some(event) = self.asked.begin(kind, &session_id, &question, responder) {
            self.router.event(session_id.as_str(), event);
        }
    }

    /// Answers a request by the call that protocol 3 has for it.
    fn answer(&self, params: &RawValue) -> Translated {
        #[derive(Serialize)]
        struct Taken {
            success: bool,
        }
        let answer = self.asked.answer(params);
        if let AnswerOutcome::MayRun(call, responder) = answer {
            // By a task: whoever answers may hold what the next question needs.
            let translation = Weak::clone(&self.itself);
            spawn_on(&self.runtime, async move {
                if let Some(translation) = translation.upgrade() {
                    translation.ask(Kind::Tool, &call, responder);
                }
            });
            return Translated::Result(raw(&Taken { success: true }));
        }
        Translated::Result(raw(&Taken { success: matches!(answer, AnswerOutcome::Given) }))
    }
}

impl Dialect for Protocol2 {
    fn translates(&self, method: &str) -> bool {
        matches!(
            method,
            ANSWER_TOOL
                | ANSWER_PERMISSION
                | "session.create"
                | "session.resume"
                | "session.detach"
                | "runtime.shutdown"
        )
    }

    fn translate(&self, method: &str, params: &RawValue) -> Translated {
        match method {
            ANSWER_TOOL | ANSWER_PERMISSION => self.answer(params),
            "session.create" | "session.resume" => {
                self.asked.opening(params);
                opening::translate(params, &self.cli)
            }
            "session.detach" => {
                if let Some(OfSession { session_id }) = read_whole(params.get()) {
                    self.asked.forget(&session_id);
                }
                Translated::Call { method: Some("session.destroy"), params: params.to_owned() }
            }
            // It ends with its stdin.
            _ => Translated::Result(RawValue::NULL.to_owned()),
        }
    }

    fn advice(&self, code: i64) -> Option<String> {
        self.cli.advice(code)
    }
}

answers! {
    struct OfSession {
        session_id: String = "sessionId" [required],
    }
}
