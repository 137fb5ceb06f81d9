//! A CLI that speaks protocol 2: it asks by requests, and has less.

use std::future::{IntoFuture as _, pending};
use std::sync::{Arc, Mutex};

use copilot_sdk::event::SessionMode;
use copilot_sdk::hook::{PreToolUse, PreToolUseOutput};
use copilot_sdk::permission::{self, PermissionDecision, PermissionRequest};
use copilot_sdk::testing::{FakeRuntime, FakeSession};
use copilot_sdk::tool::ToolInvocation;
use copilot_sdk::{Client, ErrorKind, Session, SessionBuilder, Tool, ToolContext};
use copilot_sdk_tests::Log;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::stage::within;

/// A client of a CLI that speaks protocol 2.
async fn connect() -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    fake.refuse("connect", -32601, "Unhandled method connect")
        .answer("ping", json!({"message": "pong", "timestamp": 1, "protocolVersion": 2}))
        .answer("status.get", json!({"version": "0.0.409", "protocolVersion": 2}))
        .refuse("session.detach", -32601, "Unhandled method session.detach")
        .refuse("session.mode.get", -32601, "Unhandled method session.mode.get")
        .refuse("session.tools.getCurrentMetadata", -32601, "Unhandled method");
    let client = Client::builder().transport(transport).start().await.unwrap();
    (fake, client)
}

async fn open(with: impl FnOnce(SessionBuilder) -> SessionBuilder) -> Stage {
    let (fake, client) = connect().await;
    let session = with(client.session()).create().await.unwrap();
    Stage { agent: fake.session(session.id()), fake, client, session }
}

struct Stage {
    fake: FakeRuntime,
    agent: FakeSession,
    client: Client,
    session: Session,
}

impl Stage {
    async fn ask(&self, method: &str, params: Value) -> copilot_sdk::Result<Value> {
        let mut params = params;
        let session_id = json!(self.session.id());
        params.as_object_mut().unwrap().insert("sessionId".to_owned(), session_id);
        within(self.fake.request(method, params)).await
    }

    async fn call(&self, tool: &str) -> copilot_sdk::Result<Value> {
        let call = json!({"toolCallId": "c", "toolName": tool, "arguments": {"city": "Paris"}});
        self.ask("tool.call", call).await
    }

    async fn may(&self, request: Value) -> Value {
        let request = json!({"permissionRequest": request});
        self.ask("permission.request", request).await.unwrap()
    }
}

fn shell() -> Value {
    json!({"kind": "shell", "toolCallId": "c", "fullCommandText": "echo hi", "intention": "say",
        "commands": [{"identifier": "echo hi", "readOnly": false}], "possiblePaths": [],
        "possibleUrls": [], "hasWriteFileRedirection": false, "canOfferSessionApproval": false})
}

fn weather() -> Tool {
    Tool::new("weather")
        .description("Tells the weather")
        .raw_handler(|call: ToolInvocation| async move { format!("sunny: {}", call.arguments) })
}

#[tokio::test]
async fn tools_are_called_by_requests_and_each_is_answered() {
    let stage = open(|session| session.tool(weather())).await;
    let answer = stage.call("weather").await.unwrap();
    assert_eq!(answer["result"]["textResultForLlm"], "sunny: {\"city\":\"Paris\"}");
    assert_eq!(answer["result"]["resultType"], "success");
    let answer = stage.call("unknown").await.unwrap();
    assert_eq!(answer["result"]["textResultForLlm"], "there is no tool named `unknown`");
    let elsewhere = json!({"sessionId": "elsewhere", "toolCallId": "c", "toolName": "weather"});
    let error = stage.fake.request("tool.call", elsewhere).await.unwrap_err();
    assert!(error.to_string().contains("session `elsewhere` is not open here"), "{error}");
    assert_eq!(stage.fake.calls("session.tools.handlePendingToolCall"), [Value::Null; 0]);
}

#[tokio::test]
async fn permissions_are_requests_that_the_policy_decides() {
    let stage = open(|session| session).await;
    let denied = stage.may(shell()).await;
    assert_eq!(denied["result"]["kind"], "denied-interactively-by-user");
    assert!(denied["result"]["feedback"].is_string(), "without it the turn would stop: {denied}");
    let decisions = [
        (PermissionDecision::ApproveOnce, "approved"),
        (
            PermissionDecision::UserNotAvailable,
            "denied-no-approval-rule-and-could-not-request-from-user",
        ),
        // Nobody else is asked.
        (
            PermissionDecision::LeaveToAnotherClient,
            "denied-no-approval-rule-and-could-not-request-from-user",
        ),
    ];
    for (decision, kind) in decisions {
        let policy = permission::ask(move |_| {
            let decision = decision.clone();
            async move { decision }
        });
        let stage = open(|session| session.permissions(policy)).await;
        assert_eq!(stage.may(shell()).await, json!({"result": {"kind": kind}}));
    }
}

#[tokio::test]
async fn i10_requests_that_no_answer_comes_for_are_refused_beyond_a_number() {
    let stage = Arc::new(open(|session| session).await);
    let mut waiting = JoinSet::new();
    for _ in 0..=8192 {
        let stage = Arc::clone(&stage);
        // A hook has decided, says the CLI, and asks all the same: there is nothing to answer.
        waiting.spawn(async move {
            let (session_id, permission) = (stage.session.id(), shell());
            let question = json!({"sessionId": session_id, "permissionRequest": permission,
                "resolvedByHook": true});
            stage.fake.request("permission.request", question).await
        });
    }
    let refused = within(waiting.join_next()).await.unwrap().unwrap().unwrap_err().to_string();
    assert!(refused.contains("too many requests wait for their answer already"), "{refused}");
    assert!(waiting.try_join_next().is_none(), "one more was answered");
}

#[tokio::test]
async fn the_policy_is_asked_about_own_tools_although_the_cli_does_not() {
    let runs = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&runs);
    let tool = weather().ask();
    let counting =
        Tool::new("count").description("Counts").raw_handler(move |_: ToolInvocation| {
            *counted.lock().unwrap() += 1;
            async { "counted" }
        });
    // By default a tool that asks is denied, and others run.
    let stage = open(|session| session.tool(tool).tool(counting.clone())).await;
    let denied = stage.call("weather").await.unwrap();
    assert_eq!(denied["result"]["resultType"], "denied");
    assert_eq!(stage.call("count").await.unwrap()["result"]["textResultForLlm"], "counted");
    let policy = permission::ask(|request: PermissionRequest| async move {
        assert_eq!((request.kind(), request.tool_name()), ("custom-tool", Some("count")));
        PermissionDecision::reject("ask me tomorrow")
    });
    let stage = open(|session| session.tool(counting.clone()).permissions(policy)).await;
    let denied = stage.call("count").await.unwrap();
    assert_eq!(denied["result"]["textResultForLlm"], "ask me tomorrow");
    let stage = open(|session| session.tool(counting).permissions(permission::approve_all())).await;
    assert_eq!(stage.call("count").await.unwrap()["result"]["resultType"], "success");
    assert_eq!(*runs.lock().unwrap(), 2);
}

#[tokio::test]
async fn a_hook_reads_the_arguments_of_a_tool_as_json() {
    let seen = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&seen);
    let hook = move |call: PreToolUse| {
        *kept.lock().unwrap() = Some((call.session_id.to_string(), call.tool_args));
        async { PreToolUseOutput::deny("no") }
    };
    let stage = open(|session| session.session_id("s").on_pre_tool_use(hook)).await;
    let input = json!({"timestamp": 1, "cwd": "/project", "toolName": "bash",
        "toolArgs": "{\"command\":\"echo hi\"}"});
    let answer = stage.ask("hooks.invoke", json!({"hookType": "preToolUse", "input": input})).await;
    assert_eq!(answer.unwrap()["output"]["permissionDecision"], "deny");
    let seen = seen.lock().unwrap().take();
    assert_eq!(seen, Some(("s".to_owned(), json!({"command": "echo hi"}))));
}

#[tokio::test]
async fn a_turn_runs_to_its_idle() {
    let stage = open(|session| session).await;
    let script = async {
        within(stage.agent.expect("session.send")).await.unwrap();
        stage.agent.emit("user.message", json!({"content": "go"}));
        stage.agent.emit("assistant.turn_start", json!({"turnId": "0"}));
        stage.agent.emit("assistant.message", json!({"messageId": "m", "content": "done"}));
        stage.agent.emit("assistant.turn_end", json!({"turnId": "0"}));
        stage.agent.emit("session.idle", json!({}));
    };
    let (reply, ()) = tokio::join!(stage.session.ask("go").into_future(), script);
    assert_eq!(reply.unwrap().text(), "done");
}

#[tokio::test]
async fn an_abort_cancels_the_tools_that_run_and_answers_for_them() {
    let (tell, mut cancelled) = tokio::sync::mpsc::unbounded_channel();
    let (begin, mut running) = tokio::sync::mpsc::unbounded_channel();
    let slow = Tool::new("slow").description("Is slow").handler(move |(), context: ToolContext| {
        let (tell, begin) = (tell.clone(), begin.clone());
        async move {
            begin.send(()).unwrap();
            context.cancelled().await;
            tell.send(()).unwrap();
            pending::<&str>().await
        }
    });
    let stage = open(|session| session.tool(slow)).await;
    let abort = async {
        within(running.recv()).await.unwrap();
        stage.agent.emit("abort", json!({"reason": "user initiated"}));
    };
    let call = json!({"sessionId": stage.session.id(), "toolCallId": "c", "toolName": "slow"});
    let (answer, ()) = tokio::join!(stage.fake.request("tool.call", call), abort);
    assert!(answer.unwrap_err().to_string().contains("the turn is over"));
    within(cancelled.recv()).await.unwrap();
}

#[tokio::test]
async fn sessions_are_left_and_the_cli_is_stopped_without_calls_that_it_lacks() {
    let stage = open(|session| session).await;
    stage.session.disconnect().await.unwrap();
    assert_eq!(stage.fake.calls("session.destroy"), [json!({"sessionId": stage.session.id()})]);
    stage.client.stop().await.unwrap();
    for method in ["session.detach", "runtime.shutdown"] {
        assert_eq!(stage.fake.calls(method), [Value::Null; 0], "{method}");
    }
}

#[tokio::test]
async fn options_that_protocol_2_lacks_are_refused_before_anything_is_sent() {
    let (fake, client) = connect().await;
    let builder = client.session().option("memory", json!({"enabled": true}));
    let error = builder.create().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (
            ErrorKind::Rpc,
            "the cli refused `session.create`: this cli (0.0.409, protocol 2) has no `memory`: leave \
             that out, or use cli 1.0.102 (`copilot_sdk::cli::install()`)"
                .to_owned()
        )
    );
    let builder = client.session().available_tools(["builtin:*"]).excluded_tools(["builtin:bash"]);
    let error = builder.create().await.unwrap_err();
    assert_eq!(
        error.problems(),
        ["this cli (0.0.409, protocol 2) cannot serve available_tools together with \
          excluded_tools, of which it would ignore one; available_tools with `builtin:*`: leave \
          that out, or use cli 1.0.102 (`copilot_sdk::cli::install()`)"]
    );
    assert_eq!(fake.calls("session.create"), [Value::Null; 0]);
}

#[tokio::test]
async fn tool_filters_name_single_tools() {
    let stage = open(|session| session.excluded_tools(["builtin:bash", "view"])).await;
    let [created] = &stage.fake.calls("session.create")[..] else { panic!("one call") };
    assert_eq!(created["excludedTools"], json!(["bash", "view"]));
    assert_eq!(created["toolFilterPrecedence"], Value::Null);
}

#[tokio::test]
async fn a_missing_method_is_an_error_that_names_the_versions_and_the_remedy() {
    let stage = open(|session| session).await;
    stage.fake.refuse("session.mode.set", -32601, "Unhandled method session.mode.set");
    let error = stage.session.set_mode(SessionMode::Plan).await.unwrap_err();
    assert_eq!(error.rpc_code(), Some(-32601));
    assert_eq!(
        error.to_string(),
        "the cli refused `session.mode.set`: Unhandled method session.mode.set; this cli (0.0.409, \
         protocol 2) has no such method: use cli 1.0.102 (`copilot_sdk::cli::install()`)"
    );
}

#[tokio::test]
async fn what_is_not_stored_cannot_be_resumed() {
    let (fake, client) = connect().await;
    fake.refuse("session.getMetadata", -32601, "Unhandled method session.getMetadata").refuse(
        "session.resume",
        -32603,
        "no such session",
    );
    let error = client.session().resume("never-was").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}

#[tokio::test]
async fn i6_a_permission_cannot_wait_and_is_denied_with_a_line_in_the_log() {
    let log = Log::capture();
    let stage = open(|session| session.session_id("s").permissions(permission::later())).await;
    let answer = stage.may(shell()).await;
    assert_eq!(answer["result"]["kind"], "denied-interactively-by-user");
    assert_eq!(
        log.complaints(),
        ["WARN a permission request cannot wait; it is denied session_id=s kind=shell why=\"the \
          cli speaks protocol 2 and forgets it\""]
    );
}
