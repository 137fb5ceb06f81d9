//! Model servers of one's own: what each kind is asked, over a turn with a tool.

use copilot_sdk::provider::{Provider, ProviderModel, WireApi};
use copilot_sdk::testing::{ModelApi, ModelRequest, Reply};
use copilot_sdk::{ErrorKind, SessionBuilder, Tool};
use copilot_sdk_tests::Stage;
use serde_json::json;

fn weather() -> Tool {
    Tool::new("get_weather").description("The weather").handler(|(), _| async { "sunny" })
}

async fn stage() -> Stage {
    Stage::new([Reply::tool("get_weather", json!({})), Reply::text("It is sunny.")]).await
}

/// A turn with a tool; what the model server was asked.
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
async fn turn(stage: &Stage, builder: SessionBuilder) -> Vec<ModelRequest> {
    let session = builder.tool(weather()).create().await.unwrap();
    let reply = session.ask("How is the weather?").await.unwrap();
    assert_eq!(reply.text(), "It is sunny.");
    assert_eq!(reply.tool_calls()[0].output, "sunny");
    assert_eq!(stage.model.problems(), Vec::<String>::new());
    let requests = stage.model.requests();
    assert_eq!(requests[1].tool_results()[0].text, "sunny");
    requests
}

#[tokio::test]
async fn openai_chat_completions() {
    let stage = stage().await;
    let provider = Provider::openai(stage.model.base_url())
        .api_key("key-1")
        .header("x-team", "blue")
        .wire_model("real-name")
        .max_prompt_tokens(90_000);
    let requests = turn(&stage, stage.client.session().model("mine").provider(provider)).await;
    assert_eq!((requests[0].api(), requests[0].path()), (ModelApi::ChatCompletions, "/v1/chat/completions"));
    assert_eq!(requests[0].header("authorization"), Some("Bearer key-1"));
    assert_eq!((requests[0].header("x-team"), requests[0].model()), (Some("blue"), "real-name"));
    stage.stop().await;
}

#[tokio::test]
async fn openai_responses() {
    let stage = stage().await;
    let provider = Provider::openai(stage.model.base_url()).bearer_token("token-1").api_key("key-1");
    let provider = provider.wire_api(WireApi::Responses);
    let requests = turn(&stage, stage.client.session().model("mine").streaming(true).provider(provider)).await;
    assert_eq!((requests[0].api(), requests[0].path()), (ModelApi::Responses, "/v1/responses"));
    assert_eq!(requests[0].header("authorization"), Some("Bearer token-1"), "the token wins over the key");
    assert!(requests[0].is_streaming());
    stage.stop().await;
}

#[tokio::test]
async fn azure_with_and_without_an_api_version() {
    let stage = stage().await;
    let provider = Provider::azure(stage.model.root_url()).api_key("key-2");
    let requests = turn(&stage, stage.client.session().model("mine").provider(provider)).await;
    assert_eq!(requests[0].path(), "/openai/deployments/mine/chat/completions");
    assert_eq!(requests[0].query(), Some("api-version=2024-10-21"));
    assert_eq!(requests[0].header("api-key"), Some("key-2"));
    stage.stop().await;

    let stage = self::stage().await;
    let provider = Provider::azure(stage.model.root_url()).api_key("key-2").without_api_version();
    let requests = turn(&stage, stage.client.session().model("mine").provider(provider)).await;
    assert_eq!((requests[0].path(), requests[0].query()), ("/openai/v1/chat/completions", None));
    stage.stop().await;
}

#[tokio::test]
async fn anthropic_messages() {
    let stage = stage().await;
    let provider = Provider::anthropic(stage.model.root_url()).api_key("key-3");
    let requests = turn(&stage, stage.client.session().model("mine").provider(provider)).await;
    assert_eq!((requests[0].api(), requests[0].path()), (ModelApi::Messages, "/v1/messages"));
    assert_eq!(requests[0].header("x-api-key"), Some("key-3"));
    assert_eq!(requests[0].header("anthropic-version"), Some("2023-06-01"));
    stage.stop().await;
}

#[tokio::test]
async fn two_sessions_with_different_providers_do_not_mix() {
    let stage = Stage::answering(|request| Reply::text(format!("{} via {:?}", request.model(), request.api()))).await;
    let openai = Provider::openai(stage.model.base_url()).api_key("a");
    let anthropic = Provider::anthropic(stage.model.root_url()).api_key("b");
    let one = stage.client.session().model("one").provider(openai).create().await.unwrap();
    let two = stage.client.session().model("two").provider(anthropic).create().await.unwrap();
    let (a, b) = tokio::join!(one.ask("who?"), two.ask("who?"));
    assert_eq!(a.unwrap().text(), format!("one via {:?}", ModelApi::ChatCompletions));
    assert_eq!(b.unwrap().text(), format!("two via {:?}", ModelApi::Messages));
    stage.stop().await;
}

#[tokio::test]
async fn a_session_switches_between_the_models_of_its_named_providers() {
    let stage = Stage::answering(|request| Reply::text(format!("{} via {:?}", request.model(), request.api()))).await;
    let session = stage
        .client
        .session()
        .named_provider("work", Provider::openai(stage.model.base_url()).api_key("a"))
        .named_provider("home", Provider::anthropic(stage.model.root_url()).api_key("b"))
        .provider_model(ProviderModel::new("work", "fast").wire_model("gpt-fast"))
        .provider_model(ProviderModel::new("home", "slow").name("The slow one").max_output_tokens(500))
        .model("work/fast")
        .create()
        .await
        .unwrap();
    let mut models: Vec<_> = session.models().await.unwrap().into_iter().map(|model| model.id).collect();
    models.sort();
    assert_eq!(models, ["home/slow", "work/fast"]);
    assert_eq!(session.ask("who?").await.unwrap().text(), format!("gpt-fast via {:?}", ModelApi::ChatCompletions));
    session.set_model("home/slow").await.unwrap();
    assert_eq!(session.ask("who?").await.unwrap().text(), format!("slow via {:?}", ModelApi::Messages));
    stage.stop().await;
}

#[tokio::test]
async fn mistakes_in_a_registry_are_found_before_sending() {
    let stage = Stage::new([]).await;
    let error = stage
        .client
        .session()
        .named_provider("work", Provider::local("nowhere"))
        .provider_model(ProviderModel::new("play", "fast"))
        .provider(stage.model.provider())
        .github_token("token")
        .create()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let [no_model, exclusive, address, unregistered] = error.problems() else { panic!("four problems: {error}") };
    assert!(no_model.contains("needs a model"), "{no_model}");
    assert!(exclusive.starts_with("github_token and provider exclude each other"), "{exclusive}");
    assert!(address.starts_with("provider \"work\""), "{address}");
    assert!(unregistered.contains("\"play\", which is not registered"), "{unregistered}");
    stage.stop().await;
}
