//! A session that the CLI has unloaded, because nobody used it for long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use copilot_sdk::ErrorKind;
use serde_json::{Value, json};

use crate::stage::{open, within};

const GONE: &str = "Session not found for sessionId";

#[tokio::test]
async fn the_next_prompt_loads_it_and_is_sent_once_more() {
    let (fake, agent, _client, session) = open().await;
    agent.emit("user.message", json!({"content": "before"}));
    fake.answer("session.mode.set", json!({"status": "applied", "modeApplied": true}));
    session.set_mode("plan").await.unwrap();
    let loaded = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&loaded);
    fake.answer_with("session.resume", move |params| {
        now.store(true, Ordering::Relaxed);
        json!({"sessionId": params["sessionId"]})
    });
    fake.refuse("session.mode.get", -32603, GONE).by_hand("session.send");
    let script = async {
        let call = fake.expect("session.send").await?;
        assert!(!loaded.load(Ordering::Relaxed));
        call.refuse(-32603, GONE)?;
        let call = fake.expect("session.send").await?;
        assert!(loaded.load(Ordering::Relaxed));
        call.reply(json!({"messageId": "m"}))
    };
    let (id, ()) = within(async { tokio::try_join!(session.send("go"), script) }).await.unwrap();
    assert_eq!(id.as_str(), "m");
    let resumed = fake.calls("session.resume");
    assert_eq!((resumed.len(), &resumed[0]["sessionId"]), (1, &json!(session.id())));
    assert_eq!(fake.calls("session.mode.set").len(), 2, "what was changed is changed again");
}

#[tokio::test]
async fn one_that_is_loaded_is_not_loaded_again_whatever_is_refused() {
    let (fake, _agent, _client, session) = open().await;
    fake.answer("session.mode.get", json!("interactive")).refuse("session.send", -32603, "no");
    let error = session.send("go").await.unwrap_err();
    assert_eq!((error.kind(), error.rpc_code()), (ErrorKind::Rpc, Some(-32603)));
    assert_eq!(fake.calls("session.create").len() + fake.calls("session.resume").len(), 1);
    assert_eq!(fake.calls("session.send").len(), 1);
}

#[tokio::test]
async fn any_call_loads_it_once_and_is_made_once_more() {
    let (fake, agent, _client, session) = open().await;
    agent.emit("user.message", json!({"content": "before"}));
    let loaded = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&loaded);
    fake.answer_with("session.resume", move |params| {
        now.store(true, Ordering::Relaxed);
        json!({"sessionId": params["sessionId"]})
    });
    fake.refuse("session.mode.get", -32603, GONE).by_hand("session.name.get");
    let script = async {
        let calls =
            [fake.expect("session.name.get").await?, fake.expect("session.name.get").await?];
        assert!(!loaded.load(Ordering::Relaxed));
        for call in calls {
            call.refuse(-32603, GONE)?;
        }
        for _ in 0..2 {
            let call = fake.expect("session.name.get").await?;
            assert!(loaded.load(Ordering::Relaxed));
            call.reply(json!({"name": "a name"}))?;
        }
        Ok(())
    };
    let name = || session.call::<Value>("session.name.get", json!({}));
    let (one, two, ()) = within(async { tokio::try_join!(name(), name(), script) }).await.unwrap();
    assert_eq!([one, two], [json!({"name": "a name"}), json!({"name": "a name"})]);
    assert_eq!(fake.calls("session.resume").len(), 1);
}

#[tokio::test]
async fn a_call_fails_with_the_reason_why_it_could_not_be_loaded() {
    let (fake, agent, _client, session) = open().await;
    agent.emit("user.message", json!({"content": "before"}));
    fake.refuse("session.mode.get", -32603, GONE).refuse("session.name.get", -32603, GONE);
    fake.refuse("session.resume", -32603, "the file of its events is damaged");
    fake.answer("session.getMetadata", json!({"session": {}}));
    let error = session.call::<Value>("session.name.get", json!({})).await.unwrap_err();
    assert!(error.to_string().contains("the file of its events is damaged"), "{error}");
}
