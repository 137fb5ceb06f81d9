//! Opening sessions and letting go of them: nothing is lost in between, and nothing is left behind.

use std::future::IntoFuture as _;

use copilot_sdk::ids::SessionId;
use copilot_sdk::{ErrorKind, Session, Tool, ToolError};
use serde_json::{Value, json};

use super::stage::{call_tool, connect, read, within};

const ANSWER: &str = "session.tools.handlePendingToolCall";

#[tokio::test]
async fn i8_what_is_said_of_a_session_before_its_creation_is_answered_reaches_it() {
    let (fake, client) = connect().await;
    fake.by_hand("session.create");
    let tool = Tool::new("early")
        .description("Is called early")
        .raw_handler(|_| async { Ok::<_, ToolError>("ok") });
    let create = client.session().session_id("s1").tool(tool).create();
    let script = async {
        let call = fake.expect("session.create").await.unwrap();
        let agent = fake.session("s1");
        agent.emit("session.start", json!({"sessionId": "s1"}));
        agent.emit("session.title_changed", json!({"title": "early"}));
        call_tool(&agent, "early", "r1");
        let answer = agent.expect(ANSWER).await.unwrap();
        assert_eq!(answer.params()["result"]["textResultForLlm"], "ok");
        let refused = fake.request("nobody.knows", json!({"sessionId": "s1"})).await.unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the client refused `nobody.knows`: session `s1` has no handler for `nobody.knows`"
        );
        call.reply(json!({"sessionId": "s1"})).unwrap();
    };
    let (session, ()) = tokio::join!(create, script);
    let session = session.unwrap();
    let events = read(&mut session.events(), 3).await;
    let types: Vec<_> = events.iter().map(|event| event.event_type()).collect();
    assert_eq!(types, ["session.start", "session.title_changed", "external_tool.requested"]);
}

#[tokio::test]
async fn a_session_that_could_not_be_created_leaves_nothing_behind() {
    let (fake, client) = connect().await;
    fake.refuse("session.create", -32603, "no room");
    let error = client.session().session_id("s1").create().await.unwrap_err();
    assert_eq!((error.kind(), error.rpc_code()), (ErrorKind::Rpc, Some(-32603)));
    let refused = fake.request("hooks.invoke", json!({"sessionId": "s1"})).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the client refused `hooks.invoke`: session `s1` is not open here"
    );
    fake.answer("session.create", json!({"sessionId": "s1"}));
    let session: Session = client.session().session_id("s1").create().await.unwrap();
    assert_eq!(session.id(), &"s1");
}

/// The CLI has no code for a session that is not there, and its text may change.
#[tokio::test]
async fn whether_a_session_is_there_is_asked_and_not_read_from_a_refusal() {
    let (fake, client) = connect().await;
    for method in ["session.resume", "session.delete", "session.setForeground"] {
        fake.refuse(method, -32603, "no");
    }
    let kinds = async |id| {
        [
            client.session().resume(id).await.unwrap_err(),
            client.delete_session(id).await.unwrap_err(),
            client.set_foreground_session(id).await.unwrap_err(),
        ]
        .map(|error| (error.kind(), error.rpc_code(), error.session_id().cloned()))
    };
    let all = |kind| [(); 3].map(|()| (kind, Some(-32603), Some(SessionId::from("s1"))));
    assert_eq!(kinds("s1").await, all(ErrorKind::NotFound));
    let kept = json!({"session": {"sessionId": "s1"}});
    for (method, answer) in [("session.getMetadata", kept), ("session.mode.get", json!("plan"))] {
        let (fake, client) = connect().await;
        fake.refuse("session.resume", -32603, "Session not found: s1").answer(method, answer);
        let error = client.session().resume("s1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rpc, "{method} knows the session");
    }
    // An older CLI only lists its sessions.
    fake.refuse("session.getMetadata", -32601, "no such method");
    assert_eq!(kinds("s1").await, all(ErrorKind::NotFound));
    fake.answer("session.list", json!({"sessions": [{"sessionId": "s1"}]}));
    assert_eq!(kinds("s1").await, all(ErrorKind::Rpc));
    fake.refuse("session.list", -32603, "no");
    assert_eq!(kinds("s1").await, all(ErrorKind::Rpc));
}

#[tokio::test]
async fn a_session_whose_creation_is_given_up_is_given_back_once_it_exists() {
    let (fake, client) = connect().await;
    fake.by_hand("session.create").by_hand("session.detach");
    let call = tokio::select! {
        opened = client.session().session_id("s1").create() => panic!("{opened:?}"),
        call = fake.expect("session.create") => call.unwrap(),
    };
    client.ping("the future is dropped").await.unwrap();
    assert_eq!(fake.calls("session.detach"), [] as [Value; 0]);
    call.reply(json!({"sessionId": "s1"})).unwrap();
    let detach = fake.expect("session.detach").await.unwrap();
    assert_eq!(detach.params(), &json!({"sessionId": "s1"}));
}

#[tokio::test]
async fn an_id_is_free_again_when_the_cli_has_let_go_of_its_session() {
    let (fake, client) = connect().await;
    fake.by_hand("session.detach");
    let session = client.session().session_id("s1").create().await.unwrap();
    drop(session);
    let resume = client.session().resume("s1");
    let script = async {
        let detach = fake.expect("session.detach").await.unwrap();
        client.ping("resume waits").await.unwrap();
        assert_eq!(fake.calls("session.resume"), [] as [Value; 0]);
        detach.reply(json!({"success": true})).unwrap();
    };
    let (resumed, ()) = within(async { tokio::join!(resume, script) }).await;
    assert_eq!(resumed.unwrap().id(), &"s1");
}

#[tokio::test]
async fn a_session_is_opened_again_as_soon_as_the_one_before_it_is_disconnected() {
    let (fake, client) = connect().await;
    fake.by_hand("session.detach");
    let session = client.session().session_id("s1").create().await.unwrap();
    let script = async {
        let detach = fake.expect("session.detach").await.unwrap();
        detach.reply(json!({"success": true})).unwrap();
    };
    let both = async { tokio::join!(session.disconnect(), client.session().resume("s1"), script) };
    let (disconnected, resumed, ()) = within(both).await;
    disconnected.unwrap();
    assert_eq!(resumed.unwrap().id(), &"s1");
}

#[tokio::test]
async fn an_old_handle_takes_nothing_from_the_session_that_has_its_id_now() {
    let (fake, client) = connect().await;
    let old = client.session().session_id("s1").create().await.unwrap();
    old.disconnect().await.unwrap();
    let new = client.session().resume("s1").await.unwrap();
    let agent = fake.session("s1");
    drop(old);
    let script = async {
        let turn = agent.prompt().await?;
        turn.say("still here");
        turn.end();
        Ok(())
    };
    let (reply, ()) =
        within(async { tokio::try_join!(new.ask("go").into_future(), script) }).await.unwrap();
    assert_eq!(reply.text(), "still here");
    assert_eq!(fake.calls("session.detach").len(), 1);
}

#[tokio::test]
async fn a_second_stop_waits_for_the_farewells_of_the_first() {
    let (fake, client) = connect().await;
    fake.by_hand("session.detach");
    let _session = client.session().create().await.unwrap();
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.stop().await }
    });
    let detach = fake.expect("session.detach").await.unwrap();
    let second = tokio::spawn(async move { client.stop().await });
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!first.is_finished() && !second.is_finished());
    detach.reply(json!({"success": true})).unwrap();
    within(first).await.unwrap().unwrap();
    within(second).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_session_whose_opening_cannot_be_read_is_given_back() {
    let (fake, client) = connect().await;
    fake.answer("session.create", json!({"sessionId": "s1", "workspacePath": 7}));
    let error = client.session().session_id("s1").create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    let detach = fake.expect("session.detach").await.unwrap();
    assert_eq!(detach.params(), &json!({"sessionId": "s1"}));
}
