use serde_json::{Value, json};

use crate::model::CapabilityOverride;

use super::{Provider, ProviderModel, ProviderTransport, Registry, TokenRequest, WireApi};

fn wire(provider: &Provider) -> Value {
    serde_json::to_value(provider.params()).expect("plain data serializes")
}

#[test]
fn a_provider_is_exactly_what_the_cli_reads() {
    assert_eq!(
        wire(
            &Provider::openai("http://127.0.0.1:9/v1")
                .api_key("KEY")
                .wire_api(WireApi::Responses)
                .transport(ProviderTransport::WebSockets)
                .header("x-team", "a")
                .model_id("gpt-5")
                .wire_model("wire-m")
                .max_prompt_tokens(1)
                .max_context_window_tokens(2)
                .max_output_tokens(3)
                .model_capabilities(CapabilityOverride::new().vision(true))
        ),
        json!({"type": "openai", "baseUrl": "http://127.0.0.1:9/v1", "apiKey": "KEY", "wireApi": "responses",
            "transport": "websockets", "headers": {"x-team": "a"}, "modelId": "gpt-5", "wireModel": "wire-m",
            "maxPromptTokens": 1, "maxContextWindowTokens": 2, "maxOutputTokens": 3,
            "modelCapabilities": {"supports": {"vision": true}}})
    );
    assert_eq!(
        wire(&Provider::openai("http://h").api_key_command("pass show key")),
        json!({"type": "openai", "baseUrl": "http://h", "apiKeyCommand": "pass show key"})
    );
    assert_eq!(
        wire(&Provider::local("http://h")),
        json!({"type": "openai", "baseUrl": "http://h"})
    );
    assert_eq!(
        wire(&Provider::anthropic("http://h")),
        json!({"type": "anthropic", "baseUrl": "http://h"})
    );
}

#[test]
fn azure_gets_the_version_that_the_cli_no_longer_assumes() {
    let azure = Provider::azure("https://r.openai.azure.com");
    let version = |provider: &Provider| wire(provider).get("azure").cloned();
    assert_eq!(version(&azure), Some(json!({"apiVersion": "2024-10-21"})));
    assert_eq!(
        version(&azure.clone().api_version("2025-01-01")),
        Some(json!({"apiVersion": "2025-01-01"}))
    );
    assert_eq!(version(&azure.without_api_version()), None);
}

#[test]
fn a_bearer_token_wins_and_the_key_stays_here() {
    assert_eq!(
        wire(&Provider::openai("http://h").api_key("KEY").bearer_token("BT")),
        json!({"type": "openai", "baseUrl": "http://h", "bearerToken": "BT"})
    );
    assert_eq!(
        wire(
            &Provider::openai("http://h").api_key("KEY").on_bearer_token(async |_| "BT".to_owned())
        ),
        json!({"type": "openai", "baseUrl": "http://h", "hasBearerTokenProvider": true})
    );
}

#[test]
fn secrets_are_never_shown() {
    let provider = Provider::openai("http://h")
        .api_key("sk-1")
        .bearer_token("sk-2")
        .header("authorization", "sk-3");
    let provider = provider.api_key_command("echo sk-5");
    let shown = format!("{provider:?} {:?}", provider.check(None));
    assert!(!shown.contains("sk-"), "{shown}");
    assert!(shown.contains("authorization"), "{shown}");
    let in_url = Provider::openai("http://user:sk-4@h").check(Some("m"));
    assert!(in_url.len() == 1 && !in_url[0].contains("sk-4"), "{in_url:?}");
}

#[test]
fn every_mistake_is_found_at_once() {
    let azure = || Provider::azure("https://r.openai.azure.com").api_key("k");
    let table: Vec<(Provider, &[&str])> = vec![
        (Provider::openai("https://api.openai.com/v1/").api_key("k"), &[]),
        (Provider::openai("http://[::1]:8080/v1"), &[]),
        (azure(), &[]),
        (Provider::azure("http://h/openai/v1").api_key("k").without_api_version(), &[]),
        (
            Provider::openai("https://r.openai.azure.com"),
            &["is an Azure host: use `Provider::azure(\"https://r.openai.azure.com\")`"],
        ),
        (
            Provider::azure("http://h/openai/deployments/x").api_key("k"),
            &["leave \"/openai/deployments/x\" out"],
        ),
        (
            Provider::azure("http://h"),
            &["Azure needs api_key, api_key_command, bearer_token or on_bearer_token"],
        ),
        (azure().api_version(" "), &["api_version is empty"]),
        (Provider::openai("http://h").api_version("1"), &["api_version is for Azure only"]),
        (Provider::anthropic("https://api.anthropic.com/v1/"), &["leave `/v1` out"]),
        (Provider::openai("http://h/v1/chat/completions"), &["leave it out of the base URL"]),
        (
            Provider::openai("localhost:11434").api_key(" "),
            &["the base URL is not", "api_key is empty"],
        ),
        (Provider::openai("ftp://h"), &["the base URL is not"]),
        (Provider::openai("http://h:99999"), &["the base URL is not"]),
        (Provider::openai("http://"), &["the base URL is not"]),
        (Provider::openai("http://h?key=1"), &["the base URL is not"]),
        (Provider::openai("http://h").api_key("k\n"), &["api_key holds a line end"]),
        (
            Provider::openai("http://h").header("a b", "x").header("c", "x\r\ny"),
            &[
                "\"a b\" is not the name of a header",
                "\"c\" holds a line end or another control character",
            ],
        ),
        (
            Provider::openai("http://h").bearer_token("t").on_bearer_token(async |_| String::new()),
            &["contradict each other"],
        ),
        (Provider::openai("http://h").max_output_tokens(0), &["max_output_tokens is 0"]),
        (
            Provider::openai("http://h").api_key_command(" ").api_key("k").bearer_token("t"),
            &[
                "api_key_command is empty",
                "api_key_command and api_key",
                "api_key_command and bearer_token",
            ],
        ),
    ];
    for (provider, expected) in table {
        let problems = provider.check(Some("gpt-5"));
        assert_eq!(problems.len(), expected.len(), "{provider:?}: {problems:?}");
        for (problem, part) in problems.iter().zip(expected) {
            assert!(problem.contains(part), "{problem}");
        }
    }
    for model in [None, Some(" ")] {
        assert_eq!(
            Provider::local("http://h").check(model),
            ["a session with a provider needs a model, which the provider cannot guess: add \
                 `.model(\"..\")`"]
        );
    }
}

#[tokio::test]
async fn a_token_is_given_for_each_request() {
    let provider = Provider::openai("http://h").on_bearer_token(async |request: TokenRequest| {
        if request.provider_name == "p1" { Ok("T".to_owned()) } else { Err("unknown provider") }
    });
    let handler = provider.token_handler().expect("it was just set");
    let ask = |name: &str| {
        let request =
            json!({"providerName": name, "sessionId": "77777777-7777-4777-8777-000000000002"});
        handler.answer(serde_json::from_value(request).expect("a recorded request"))
    };
    assert_eq!(ask("p1").await.ok(), Some(json!({"token": "T"})));
    assert_eq!(
        ask("p2").await.map_err(|error| error.to_string()),
        Err("unknown provider".to_owned())
    );
}

#[test]
fn named_providers_and_their_models_go_out_apart() {
    let mut registry = Registry::default();
    registry.add_provider("p1".to_owned(), Provider::local("http://h/v1"));
    registry.add_model(
        ProviderModel::new("p1", "m1").wire_model("w").name("Fast").max_output_tokens(9),
    );
    for selected in [None, Some("p1/m1"), Some("other/m2"), Some("gpt-5")] {
        assert_eq!(registry.check(selected), Vec::<String>::new());
    }
    assert_eq!(
        serde_json::to_value(registry.providers()).ok(),
        Some(json!([{"name": "p1", "type": "openai", "baseUrl": "http://h/v1"}]))
    );
    assert_eq!(
        serde_json::to_value(registry.models()).ok(),
        Some(
            json!([{"id": "m1", "provider": "p1", "wireModel": "w", "name": "Fast", "maxOutputTokens": 9}])
        )
    );
    assert_eq!(registry.models()[0].selector(), "p1/m1");
}

#[test]
fn a_registry_finds_all_its_mistakes() {
    let mut registry = Registry::default();
    registry.add_provider("a/b".to_owned(), Provider::openai("h").wire_model("x"));
    registry.add_provider("a/b".to_owned(), Provider::openai("h").wire_model("x"));
    registry.add_model(ProviderModel::new("p9", "m"));
    registry.add_model(ProviderModel::new("p9", "m"));
    registry.add_provider(
        "p1".to_owned(),
        Provider::local("http://h").api_key_command("pass show key"),
    );
    registry.add_model(ProviderModel::new("p1", "m1").max_prompt_tokens(0));
    let problems = registry.check(Some("p1/typo"));
    for part in [
        "the provider \"a/b\" is registered twice",
        "provider \"a/b\": the base URL is not",
        "provider \"a/b\": a name is not empty and has no `/`",
        "provider \"a/b\": models and their limits belong to `ProviderModel`",
        "the model \"m\" names the provider \"p9\", which is not registered",
        "the model \"p9/m\" is registered twice",
        "provider \"p1\": the CLI runs no api_key_command for a named provider: use \
         on_bearer_token",
        "the model \"p1/m1\": max_prompt_tokens is 0: give the real limit, or leave it out",
        "`model` is \"p1/typo\", and the provider \"p1\" has no model \"typo\": use one of \
         \"p1/m1\", or add `.provider_model(ProviderModel::new(\"p1\", \"typo\"))`",
    ] {
        assert!(problems.iter().any(|problem| problem.contains(part)), "{part}: {problems:?}");
    }
}
