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
