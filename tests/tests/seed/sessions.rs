//! "Sessions": the options of `create_session`, on the wire and in what reaches the model.

use std::sync::{Arc, Mutex};

use copilot_sdk::interaction::UserInputRequest;
use copilot_sdk::model::InfiniteSessions;
use copilot_sdk::testing::ModelReply;
use copilot_sdk::{Provider, SessionBuilder, tool, tools};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

use super::stage::{connect, created};

/// Look at something.
#[tool]
async fn my_tool(path: String) -> String {
    format!("seen {path}")
}

/// The snippet's options but the provider, which is `byok`'s.
fn snippet(session: SessionBuilder) -> SessionBuilder {
    session
        .model("gpt-5")
        .session_id("custom-id")
        .streaming(true)
        .tools(tools![my_tool])
        .system_message("You review code.")
        .on_pre_tool_use(|_| async {})
        .infinite_sessions(
            InfiniteSessions::enabled()
                .background_compaction_threshold(0.80)
                .buffer_exhaustion_threshold(0.95),
        )
        .on_user_input_request(|question: UserInputRequest| async move { question.answer("blue") })
}

#[tokio::test]
async fn the_snippets_options_are_what_session_create_says() {
    let wire =
        created(|session| snippet(session).provider(Provider::local("http://localhost:11434/v1")))
            .await;
    let names = [
        "model",
        "sessionId",
        "streaming",
        "hooks",
        "requestUserInput",
        "systemMessage",
        "provider",
    ];
    assert_eq!(
        names.into_iter().map(|name| (name, wire[name].clone())).collect::<Value>(),
        json!({
            "model": "gpt-5",
            "sessionId": "custom-id",
            "streaming": true,
            "hooks": true,
            "requestUserInput": true,
            "systemMessage": {"mode": "append", "content": "You review code."},
            "provider": {"type": "openai", "baseUrl": "http://localhost:11434/v1"},
        })
    );
    assert_eq!(
        wire["infiniteSessions"],
        json!({"enabled": true, "backgroundCompactionThreshold": 0.80, "bufferExhaustionThreshold": 0.95})
    );
    let [tool] = wire["tools"].as_array().unwrap().as_slice() else { panic!("one tool: {wire}") };
    assert_eq!(
        (&tool["name"], &tool["description"]),
        (&json!("my_tool"), &json!("Look at something."))
    );
    let schema =
        json!({"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]});
    assert_eq!(tool["parameters"], schema);
}

#[tokio::test]
async fn what_is_not_set_is_not_said() {
    let wire = created(|session| session).await;
    for name in [
        "model",
        "tools",
        "systemMessage",
        "provider",
        "infiniteSessions",
        "hooks",
        "requestUserInput",
    ] {
        assert_eq!(wire.get(name), None, "{name} in {wire}");
    }
    assert_eq!(wire["streaming"], false);
    assert_eq!(wire["sessionId"].as_str().map(str::len), Some(36), "a random UUID");
    let off = created(|session| session.infinite_sessions(false)).await;
    assert_eq!(off["infiniteSessions"], json!({"enabled": false}));
}

#[tokio::test]
async fn send_posts_a_prompt_and_destroy_is_disconnect() {
    let (fake, client) = connect().await;
    let session = client.session().session_id("custom-id").create().await.unwrap();
    let id = session.send("Review this code").await.unwrap();
    let turn = fake.session("custom-id").prompt().await.unwrap();
    assert_eq!((turn.prompt(), turn.message_id()), ("Review this code", id.as_str()));
    turn.end();
    session.disconnect().await.unwrap();
    assert_eq!(fake.calls("session.detach"), [json!({"sessionId": "custom-id"})]);
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn the_model_is_given_what_the_session_was_made_with() {
    let question = json!({"question": "Which color?", "choices": ["red", "blue"]});
    let stage = Stage::new([
        ModelReply::tool("my_tool", json!({"path": "a.rs"})),
        ModelReply::tool("ask_user", question),
        ModelReply::text("Blue it is."),
    ])
    .await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = asked.clone();
    let session = snippet(stage.client.session())
        .on_user_input_request(move |question| {
            notes.lock().unwrap().push((question.question.clone(), question.choices.clone()));
            async move { question.answer("blue") }
        })
        .provider(stage.model.provider());
    let session = session.create().await.unwrap();
    let directory = stage.place.copilot_home().join("session-state/custom-id");
    assert_eq!(session.workspace_path(), Some(&*directory));
    assert_eq!(session.ask("Review this code").await.unwrap().text(), "Blue it is.");
    assert_eq!(
        *asked.lock().unwrap(),
        [("Which color?".to_owned(), vec!["red".to_owned(), "blue".to_owned()])]
    );

    let requests = stage.model.requests();
    assert_eq!((requests[0].model(), requests[0].is_streaming()), ("gpt-5", true));
    assert!(requests[0].system().contains("You review code."));
    assert!(
        requests[0].tool_names().contains(&"my_tool")
            && requests[0].tool_names().contains(&"ask_user")
    );
    assert_eq!(requests[0].user_texts().last().map(String::as_str), Some("Review this code"));
    assert_eq!(requests[1].tool_results()[0].text, "seen a.rs");
    assert_eq!(requests[2].tool_results()[1].text, "User selected: blue");

    session.disconnect().await.unwrap();
    assert!(directory.exists(), "the session stays on disk");
    stage.stop().await;
}
