//! Sessions on a store, with which another program goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use copilot_sdk::store::SessionStore;
use copilot_sdk::store::object_store::memory::InMemory;
use copilot_sdk::store::object_store::path::Path;
use copilot_sdk::store::object_store::throttle::{ThrottleConfig, ThrottledStore};
use copilot_sdk::store::object_store::{ObjectStore as _, ObjectStoreExt as _};
use copilot_sdk::testing::{FakeRuntime, FakeSession};
use copilot_sdk::tool::ToolInvocation;
use copilot_sdk::{Client, ErrorKind, Session, Tool, ToolError};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::stage::{call_tool, open, within};

const ANSWER: &str = "session.tools.handlePendingToolCall";
const UNKNOWN: &str = "the program that ran this tool ended before the tool did: it is unknown \
                       whether the call took effect. Find out before you call it again";

/// A program with a session on the store, and its scripted CLI.
struct Program {
    fake: FakeRuntime,
    client: Client,
}

impl Program {
    async fn start(objects: &Arc<InMemory>, holder: &str) -> Self {
        let (fake, transport) = FakeRuntime::new();
        let store = SessionStore::new(Arc::clone(objects) as _, "").holder(holder);
        let client = Client::builder().transport(transport).session_store(store);
        Self { fake, client: client.start().await.unwrap() }
    }

    /// Creates the session, whose only event is the call that is made.
    async fn begin(&self, tool: Tool) -> (FakeSession, Session) {
        let session = self.client.session().session_id("s").tool(tool).create().await.unwrap();
        let events =
            json!({"sessionId": "s", "path": "/session-state/events.jsonl", "content": "{}\n"});
        self.fake.request("sessionFs.appendFile", events).await.unwrap();
        let agent = self.fake.session(session.id());
        call_tool(&agent, "launch", "r");
        (agent, session)
    }

    /// Resumes the session, whose call is open, and returns what the model reads as its result.
    async fn go_on(&self, tool: Tool) -> Value {
        let call = json!({"requestId": "r", "sessionId": "s", "toolCallId": "r", "toolName": "launch", "arguments": {}});
        let event = json!({"type": "external_tool.requested", "id": "e", "data": call});
        self.fake.answer("session.getMessages", json!({"events": [event]}));
        let open = json!({"items": [{"requestId": "r"}]});
        self.fake.answer("session.tools.listPendingRequests", open);
        let agent = self.fake.session("s");
        let session = self.client.session().tool(tool).continue_pending_work(true);
        let session = session.resume("s").await.unwrap();
        let answer = within(agent.expect(ANSWER)).await.unwrap();
        drop(session);
        answer.params().pointer("/result/textResultForLlm").unwrap().clone()
    }
}

/// A tool that waits for its end before it tells whether it may have run before.
#[derive(Default)]
struct Launch {
    runs: AtomicUsize,
    begun: Notify,
    end: Notify,
}

impl Launch {
    fn tool(self: &Arc<Self>) -> Tool {
        let launch = Arc::clone(self);
        Tool::new("launch").description("Launches").raw_handler(move |call: ToolInvocation| {
            let launch = Arc::clone(&launch);
            async move {
                launch.runs.fetch_add(1, Ordering::SeqCst);
                launch.begun.notify_one();
                launch.end.notified().await;
                Ok::<_, ToolError>(format!("may have run: {}", call.context.may_have_run()))
            }
        })
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }
}

/// Lets the heartbeats of all programs seem to have ended.
async fn stop_hearts(objects: &InMemory) {
    let hearts = objects.list_with_delimiter(Some(&Path::from("holders"))).await.unwrap();
    for heart in hearts.objects {
        objects.delete(&heart.location).await.unwrap();
    }
}

#[tokio::test]
async fn a_call_that_another_program_began_runs_again_only_if_that_does_no_harm() {
    let plain: fn(Tool) -> Tool = |tool| tool;
    for (mark, runs, text) in [
        (plain, 0, UNKNOWN),
        (Tool::idempotent, 1, "may have run: true"),
        (Tool::read_only, 1, "may have run: true"),
    ] {
        let objects = Arc::new(InMemory::new());
        let (first, second) = (Arc::new(Launch::default()), Arc::new(Launch::default()));
        let here = Program::start(&objects, "here").await;
        let _open = here.begin(mark(first.tool())).await;
        within(first.begun.notified()).await;
        stop_hearts(&objects).await;
        let there = Program::start(&objects, "there").await;
        second.end.notify_one();
        assert_eq!(there.go_on(mark(second.tool())).await, text);
        assert_eq!((first.runs(), second.runs()), (1, runs));
    }
}

#[tokio::test]
async fn a_result_that_was_stored_is_sent_by_the_next_program() {
    for mark in [|tool| tool, Tool::idempotent] {
        let objects = Arc::new(InMemory::new());
        let (first, second) = (Arc::new(Launch::default()), Arc::new(Launch::default()));
        let here = Program::start(&objects, "here").await;
        first.end.notify_one();
        let (agent, _session) = here.begin(mark(first.tool())).await;
        // The CLI reads the result, and ends before it has stored it.
        within(agent.expect(ANSWER)).await.unwrap();
        stop_hearts(&objects).await;
        let there = Program::start(&objects, "there").await;
        assert_eq!(there.go_on(mark(second.tool())).await, "may have run: false");
        assert_eq!((first.runs(), second.runs()), (1, 0));
    }
}

#[tokio::test]
async fn a_session_on_no_store_is_not_released_and_stays_open() {
    let (_fake, _agent, _client, session) = open().await;
    let error = session.release().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("use `disconnect`, or set `session_store`"), "{error}");
    session.send("still open").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_client_stops_in_time_however_many_sessions_the_store_is_not_told_of() {
    let hour = Duration::from_secs(3600);
    let objects = Arc::new(ThrottledStore::new(InMemory::new(), ThrottleConfig::default()));
    let store = SessionStore::new(Arc::clone(&objects) as _, "").outage(hour);
    let (_fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).session_store(store).start().await.unwrap();
    let mut sessions = Vec::new();
    for id in ["a", "b", "c", "d", "e"] {
        sessions.push(client.session().session_id(id).create().await.unwrap());
    }
    objects.config_mut(|config| config.wait_put_per_call = hour);
    let begun = Instant::now();
    client.stop().await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}
