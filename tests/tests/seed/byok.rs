//! "BYOK Provider Config": both snippets and every field, on the wire and at the model server.

use copilot_sdk::Provider;
use copilot_sdk::provider::WireApi;
use copilot_sdk::testing::{ModelApi, ModelReply};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

use super::stage::created;

async fn wire(model: &str, provider: Provider) -> Value {
    let params = created(|session| session.model(model).provider(provider)).await;
    assert_eq!(params["model"], model);
    params["provider"].clone()
}

#[tokio::test]
async fn the_azure_snippet() {
    let provider = Provider::azure("https://my-resource.openai.azure.com")
        .api_key("azure-key")
        .api_version("2024-10-21");
    let expected = json!({
        "type": "azure",
        "baseUrl": "https://my-resource.openai.azure.com",
        "apiKey": "azure-key",
        "azure": {"apiVersion": "2024-10-21"},
    });
    assert_eq!(wire("gpt-4", provider).await, expected);
    let by_default = Provider::azure("https://my-resource.openai.azure.com").api_key("azure-key");
    assert_eq!(wire("gpt-4", by_default).await, expected);
}

#[tokio::test]
async fn the_openai_snippet() {
    let provider = Provider::openai("https://api.openai.com/v1").api_key("openai-key");
    let expected =
        json!({"type": "openai", "baseUrl": "https://api.openai.com/v1", "apiKey": "openai-key"});
    assert_eq!(wire("gpt-5", provider).await, expected);
}

#[tokio::test]
async fn every_field_has_its_wire_name() {
    let anthropic = Provider::anthropic("https://api.anthropic.com").api_key("k");
    assert_eq!(
        wire("claude", anthropic).await,
        json!({"type": "anthropic", "baseUrl": "https://api.anthropic.com", "apiKey": "k"})
    );
    let local = Provider::local("http://localhost:11434/v1");
    assert_eq!(
        wire("llama", local).await,
        json!({"type": "openai", "baseUrl": "http://localhost:11434/v1"})
    );
    let token = Provider::openai("https://models.example/v1").api_key("k").bearer_token("t");
    let expected =
        json!({"type": "openai", "baseUrl": "https://models.example/v1", "bearerToken": "t"});
    assert_eq!(wire("m", token).await, expected, "the token wins");
    for (wire_api, word) in
        [(WireApi::Completions, "completions"), (WireApi::Responses, "responses")]
    {
        let provider = Provider::local("http://localhost:1/v1").wire_api(wire_api);
        assert_eq!(wire("m", provider).await["wireApi"], word);
    }
}

#[tokio::test]
async fn the_model_server_is_asked_as_the_fields_say() {
    let stage = Stage::answering(|request| ModelReply::text(format!("{:?}", request.api()))).await;
    let (root, base) = (stage.model.root_url(), stage.model.base_url());
    for (provider, api) in [
        (Provider::azure(&root).api_key("azure-key"), ModelApi::ChatCompletions),
        (Provider::openai(&base).api_key("openai-key"), ModelApi::ChatCompletions),
        (
            Provider::openai(&base).api_key("k").bearer_token("t").wire_api(WireApi::Responses),
            ModelApi::Responses,
        ),
        (Provider::anthropic(&root).api_key("anthropic-key"), ModelApi::Messages),
        (Provider::local(&base), ModelApi::ChatCompletions),
    ] {
        let session =
            stage.client.session().model("gpt-4").provider(provider).create().await.unwrap();
        assert_eq!(session.ask("hello").await.unwrap().text(), format!("{api:?}"));
    }
    let requests = stage.model.requests();
    let [azure, openai, responses, anthropic, local] = requests.as_slice() else {
        panic!("five: {requests:?}")
    };
    assert_eq!(
        (azure.path(), azure.query()),
        ("/openai/deployments/gpt-4/chat/completions", Some("api-version=2024-10-21"))
    );
    assert_eq!(azure.header("api-key"), Some("azure-key"));
    assert_eq!(
        (openai.path(), openai.header("authorization")),
        ("/v1/chat/completions", Some("Bearer openai-key"))
    );
    assert_eq!(
        (responses.path(), responses.header("authorization")),
        ("/v1/responses", Some("Bearer t"))
    );
    assert_eq!(
        (anthropic.path(), anthropic.header("x-api-key")),
        ("/v1/messages", Some("anthropic-key"))
    );
    assert_eq!((local.path(), local.model()), ("/v1/chat/completions", "gpt-4"));
    stage.stop().await;
}
