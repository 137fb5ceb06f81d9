//! The turn in whose middle a session is resumed: what becomes of it, and of those who do not want
//! it. The real CLI does this as well; here it is tried in every order.

use copilot_sdk::session::WaitFor;
use copilot_sdk::testing::{FakeRuntime, FakeSession};
use copilot_sdk::{Client, ErrorKind, Session, Tool, ToolError};
use copilot_sdk_tests::Log;
use serde_json::{Value, json};

use super::stage::connect;

const ANSWER: &str = "session.tools.handlePendingToolCall";

/// A session that is resumed while a call of `count` waits.
async fn resume() -> (FakeRuntime, FakeSession, Client, Session) {
    let (fake, client) = connect().await;
    let agent = fake.session("work");
    let call = json!({"requestId": "r", "sessionId": "work", "toolCallId": "c", "toolName": "count", "arguments": {}});
    let message =
        json!({"messageId": "a", "originatingMessageId": "prompt", "content": "Let me count."});
    let events = [("assistant.message", message), ("external_tool.requested", call)];
    let events: Vec<_> =
        events.map(|(name, data)| json!({"type": name, "data": data, "id": name})).into();
    fake.answer("session.getMessages", json!({"events": events}));
    fake.answer("session.tools.listPendingRequests", json!({"items": [{"requestId": "r"}]}));
    let tool = Tool::new("count")
        .description("Counts")
        .raw_handler(|_| async { Ok::<_, ToolError>("42") });
    let session =
        client.session().tool(tool).continue_pending_work(true).resume("work").await.unwrap();
    assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], "r");
    (fake, agent, client, session)
}

fn say(agent: &FakeSession, text: &str) {
    let message = json!({"messageId": text, "content": text, "toolRequests": []});
    agent.emit("assistant.message", message);
}

#[tokio::test]
async fn its_reply_is_what_is_said_from_then_on() {
    let (_fake, agent, _client, session) = resume().await;
    assert!(session.is_busy());
    say(&agent, "There are");
    say(&agent, "42 of them.");
    agent.emit("assistant.idle", json!({}));
    let turn = session.resumed_turn().unwrap();
    assert_eq!(turn.message_id(), &"prompt");
    let reply = turn.reply().await.unwrap();
    assert_eq!(
        (reply.messages(), session.is_busy()),
        (&["There are".to_owned(), "42 of them.".to_owned()][..], false)
    );
}

#[tokio::test]
async fn it_ends_as_every_turn_does() {
    let (_fake, agent, _client, session) = resume().await;
    let turn = session.resumed_turn().unwrap().wait_for(WaitFor::AllTasks);
    agent.emit("assistant.idle", json!({}));
    say(&agent, "late");
    agent.emit("session.idle", json!({}));
    assert_eq!(turn.reply().await.unwrap().text(), "late");

    let (_fake, agent, _client, session) = resume().await;
    agent.emit("session.error", json!({"errorType": "query", "message": "no"}));
    let error = session.resumed_turn().unwrap().reply().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Session, "the agent failed: no")
    );

    let (fake, _agent, _client, session) = resume().await;
    fake.close();
    assert_eq!(
        session.resumed_turn().unwrap().reply().await.unwrap_err().kind(),
        ErrorKind::Closed
    );
}

#[tokio::test]
async fn it_is_there_once_and_only_until_the_next_prompt() {
    let (_fake, _agent, _client, session) = resume().await;
    drop(session.resumed_turn().unwrap());
    assert!(session.resumed_turn().is_none());
    let (_fake, _agent, _client, session) = resume().await;
    session.send("next").await.unwrap();
    assert!(session.resumed_turn().is_none());
}

#[tokio::test]
async fn a_turn_that_ended_elsewhere_while_the_session_was_resumed_is_over() {
    let (fake, client) = connect().await;
    let agent = fake.session("work");
    fake.by_hand("session.getMessages");
    fake.answer("session.tools.listPendingRequests", json!({"items": [{"requestId": "r"}]}));
    let resume = client.session().continue_pending_work(true).resume("work");
    let script = async {
        let history = agent.expect("session.getMessages").await?;
        agent.emit("external_tool.completed", json!({"requestId": "r"}));
        agent.emit("assistant.idle", json!({}));
        let call = json!({"requestId": "r", "sessionId": "work", "toolCallId": "c", "toolName": "theirs", "arguments": {}});
        history.reply(
            json!({"events": [{"type": "external_tool.requested", "data": call, "id": "e"}]}),
        )
    };
    let (session, ()) = tokio::try_join!(resume, script).unwrap();
    assert!(!session.is_busy());
    assert_eq!(session.resumed_turn().unwrap().reply().await.unwrap().text(), "");
    assert_eq!(fake.calls(ANSWER), [] as [Value; 0]);
}

#[tokio::test]
async fn where_nothing_is_open_there_is_none() {
    let (_fake, client) = connect().await;
    let session = client.session().continue_pending_work(true).resume("work").await.unwrap();
    assert!(!session.is_busy() && session.resumed_turn().is_none());
}

#[tokio::test]
async fn a_question_that_the_history_does_not_hold_is_named_in_the_log() {
    let log = Log::capture();
    let (fake, client) = connect().await;
    fake.answer("session.tools.listPendingRequests", json!({"items": [{"requestId": "lost"}]}));
    let session = client.session().continue_pending_work(true).resume("work").await.unwrap();
    assert!(session.resumed_turn().is_none());
    let complaints = log.complaints();
    assert_eq!(
        complaints,
        ["WARN a pending question is missing from the history and is not answered \
             session_id=work request_id=lost"]
    );
}

#[tokio::test]
async fn a_tool_is_told_that_its_call_may_have_run_before() {
    let (fake, client) = connect().await;
    let agent = fake.session("work");
    let call = |id: &str| {
        json!({"requestId": id, "sessionId": "work", "toolCallId": id, "toolName": "count",
            "arguments": {}})
    };
    let stored = json!({"type": "external_tool.requested", "id": "e", "data": call("old")});
    fake.answer("session.getMessages", json!({"events": [stored]}));
    fake.answer("session.tools.listPendingRequests", json!({"items": [{"requestId": "old"}]}));
    let tool = Tool::new("count")
        .description("Counts")
        .handler(|(), context| async move { context.may_have_run().to_string() });
    let session = client.session().tool(tool).continue_pending_work(true);
    let session = session.resume("work").await.unwrap();
    let mut told = Vec::new();
    for _ in 0..2 {
        let answer = agent.expect(ANSWER).await.unwrap();
        told.push(answer.params()["result"]["textResultForLlm"].clone());
        agent.emit("external_tool.requested", call("new"));
    }
    assert_eq!(told, ["true", "false"]);
    drop(session);
}

/// Resumes a session on a CLI that cannot list what waits, with this history.
async fn resume_unlisted(history: &[(&str, Value)]) -> (FakeRuntime, FakeSession, Client, Session) {
    let (fake, client) = connect().await;
    for method in ["session.tools.listPendingRequests", "session.permissions.pendingRequests"] {
        fake.refuse(method, -32601, "Unhandled method");
    }
    let events: Vec<_> = (0..)
        .zip(history)
        .map(|(number, (name, data))| json!({"type": name, "data": data, "id": format!("e{number}")}))
        .collect();
    fake.answer("session.getMessages", json!({"events": events}));
    let tool = Tool::new("count")
        .description("Counts")
        .raw_handler(|_| async { Ok::<_, ToolError>("42") });
    let builder = client.session().tool(tool).continue_pending_work(true);
    let session = builder.resume("work").await.unwrap();
    (fake.clone(), fake.session("work"), client, session)
}

fn asked(request: &str) -> (&'static str, Value) {
    let call = json!({"requestId": request, "sessionId": "work", "toolCallId": request,
        "toolName": "count", "arguments": {}});
    ("external_tool.requested", call)
}

#[tokio::test]
async fn where_the_cli_cannot_list_them_the_questions_of_the_last_turn_are_found_in_the_history() {
    let prompt = ("user.message", json!({"content": "go"}));
    let history = [
        prompt.clone(),
        asked("given up"),
        prompt,
        ("assistant.message", json!({"messageId": "a", "content": "Let me count."})),
        asked("answered"),
        asked("completed"),
        asked("open"),
        ("external_tool.completed", json!({"requestId": "answered"})),
        ("tool.execution_complete", json!({"toolCallId": "completed", "success": true})),
    ];
    let (fake, agent, _client, session) = resume_unlisted(&history).await;
    assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], "open");
    say(&agent, "There are 42.");
    agent.emit("session.idle", json!({}));
    let reply = session.resumed_turn().unwrap().reply().await.unwrap();
    assert_eq!((reply.text(), session.is_busy()), ("There are 42.", false));
    assert_eq!(fake.calls(ANSWER).len(), 1);
}

#[tokio::test]
async fn a_turn_that_was_aborted_left_nothing_open() {
    let history = [
        ("user.message", json!({"content": "go"})),
        asked("aborted"),
        ("abort", json!({"reason": "user_initiated"})),
    ];
    let (fake, _agent, _client, session) = resume_unlisted(&history).await;
    assert!(session.resumed_turn().is_none());
    assert_eq!(fake.calls(ANSWER), [Value::Null; 0]);
}
