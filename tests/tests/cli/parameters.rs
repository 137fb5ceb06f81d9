//! The parameters that a provider is sent: those of the CLI, and how to do without.

use copilot_sdk::model::{ReasoningEffort, ReasoningSummary};
use copilot_sdk::provider::{Provider, WireApi};
use copilot_sdk::testing::{ModelReply, ModelRequest};
use copilot_sdk::{ErrorKind, SessionBuilder};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

const OF_CONTENT: [&str; 6] =
    ["messages", "input", "instructions", "system", "tools", "prompt_cache_key"];

/// What one turn of the session sends besides its content.
async fn sent(stage: &Stage, builder: SessionBuilder) -> Value {
    builder.create().await.unwrap().ask("Hello").await.unwrap();
    parameters(stage.model.requests().last().unwrap())
}

fn parameters(request: &ModelRequest) -> Value {
    let mut body = request.body().clone();
    body.as_object_mut().unwrap().retain(|name, _| !OF_CONTENT.contains(&name.as_str()));
    body
}

fn sampling(model: &str) -> Value {
    json!({"model": model, "temperature": 0, "top_p": 0.95, "frequency_penalty": 0,
        "presence_penalty": 0})
}

#[tokio::test]
async fn without_an_effort_no_parameter_of_thinking_is_sent_whatever_the_model_is_called() {
    let stage = Stage::shared_answering(|_| ModelReply::text("Hello")).await;
    let openai = Provider::openai(stage.model.base_url()).api_key("k");
    let azure = Provider::azure(stage.model.root_url()).api_key("k");
    let anthropic = Provider::anthropic(stage.model.root_url()).api_key("k");
    let session = |model: &str, provider: &Provider| {
        stage.client.session().model(model).provider(provider.clone())
    };
    for model in ["gpt-4", "gpt-4o", "gpt-3.5-turbo"] {
        for provider in [&openai, &azure] {
            let thinks = json!({"model": model, "reasoning_effort": "medium", "temperature": 1});
            assert_eq!(sent(&stage, session(model, provider)).await, thinks);
            let plain = session(model, provider).reasoning_effort(ReasoningEffort::None);
            assert_eq!(sent(&stage, plain).await, sampling(model));
        }
    }
    assert_eq!(sent(&stage, session("mine", &openai)).await, sampling("mine"));
    let thinks = session("mine", &openai).reasoning_effort(ReasoningEffort::Medium);
    assert_eq!(
        sent(&stage, thinks).await,
        json!({"model": "mine", "reasoning_effort": "medium", "temperature": 1})
    );

    let thinking = sent(&stage, session("claude-3-haiku", &anthropic)).await;
    assert_eq!(
        (&thinking["thinking"]["type"], &thinking["temperature"]),
        (&json!("enabled"), &json!(1))
    );
    let plain = session("claude-3-haiku", &anthropic).reasoning_effort(ReasoningEffort::None);
    let plain = sent(&stage, plain).await;
    assert_eq!(
        (&plain["thinking"], &plain["temperature"]),
        (&json!({"type": "disabled"}), &json!(0))
    );

    let responses = openai.wire_api(WireApi::Responses);
    let least = session("mine", &responses).reasoning_summary(ReasoningSummary::None);
    assert_eq!(
        sent(&stage, least).await,
        json!({"model": "mine", "reasoning": {}, "store": false, "parallel_tool_calls": true,
            "include": ["reasoning.encrypted_content"]})
    );
    stage.stop().await;
}

#[tokio::test]
async fn no_effort_holds_for_the_models_that_come_later() {
    let stage = Stage::shared_answering(|_| ModelReply::text("Hello")).await;
    let builder = stage.client.session().model("gpt-4").provider(stage.model.provider());
    let session = builder.reasoning_effort(ReasoningEffort::None).create().await.unwrap();
    session.set_model("gpt-4o").await.unwrap();
    session.ask("Hello").await.unwrap();
    assert_eq!(parameters(&stage.model.requests()[0]), sampling("gpt-4o"));
    stage.stop().await;
}

#[tokio::test]
async fn names_say_what_the_model_takes_and_what_the_server_calls_it() {
    let stage = Stage::shared_answering(|_| ModelReply::text("Hello")).await;
    let thinks =
        |model: &str| json!({"model": model, "reasoning_effort": "medium", "temperature": 1});
    let openai = || Provider::openai(stage.model.base_url()).api_key("k");
    for (model, provider, expected) in [
        ("gpt-5", openai().wire_model("deployed"), thinks("deployed")),
        ("mine", openai().model_id("gpt-5"), thinks("mine")),
        ("gpt-5", openai().model_id("mine"), sampling("gpt-5")),
        ("mine", openai().wire_model("gpt-4o"), sampling("gpt-4o")),
    ] {
        let session = stage.client.session().model(model).provider(provider);
        assert_eq!(sent(&stage, session).await, expected, "{model}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_refused_parameter_is_named_with_what_turns_it_off() {
    let stage = Stage::shared([
        ModelReply::error(400, "Unrecognized request argument supplied: reasoning_effort"),
        ModelReply::error(
            400,
            "Unsupported value: 'temperature' does not support 0 with this model.",
        ),
    ])
    .await;
    for (model, remedy) in [
        ("gpt-4", "`.reasoning_effort(ReasoningEffort::None)`"),
        ("mine", "`.reasoning_effort(ReasoningEffort::Medium)`"),
    ] {
        let session = stage.client.session().model(model).provider(stage.model.provider());
        let error = session.create().await.unwrap().ask("Hello").await.unwrap_err();
        assert_eq!((error.kind(), error.status_code()), (ErrorKind::Session, Some(400)));
        assert!(error.to_string().contains(remedy), "{error}");
    }
    stage.stop().await;
}
