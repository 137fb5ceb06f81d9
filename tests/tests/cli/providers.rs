//! Model servers of one's own: what each kind is asked, over a turn with a tool.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use copilot_sdk::provider::{Provider, ProviderModel, TokenRequest, WireApi};
use copilot_sdk::testing::{ModelApi, ModelReply, ModelRequest};
use copilot_sdk::{ErrorKind, SessionBuilder, Tool, ToolError};
use copilot_sdk_tests::Stage;
use serde_json::json;

fn weather() -> Tool {
    Tool::new("get_weather").description("The weather").handler(|(), _| async { "sunny" })
}

async fn stage() -> Stage {
    Stage::shared([ModelReply::tool("get_weather", json!({})), ModelReply::text("It is sunny.")])
        .await
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
    assert_eq!(
        (requests[0].api(), requests[0].path()),
        (ModelApi::ChatCompletions, "/v1/chat/completions")
    );
    assert_eq!(requests[0].header("authorization"), Some("Bearer key-1"));
    assert_eq!((requests[0].header("x-team"), requests[0].model()), (Some("blue"), "real-name"));
    stage.stop().await;
}

#[tokio::test]
async fn openai_responses() {
    let stage = stage().await;
    let provider =
        Provider::openai(stage.model.base_url()).bearer_token("token-1").api_key("key-1");
    let provider = provider.wire_api(WireApi::Responses);
    let requests =
        turn(&stage, stage.client.session().model("mine").streaming(true).provider(provider)).await;
    assert_eq!((requests[0].api(), requests[0].path()), (ModelApi::Responses, "/v1/responses"));
    assert_eq!(
        requests[0].header("authorization"),
        Some("Bearer token-1"),
        "the token wins over the key"
    );
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
async fn new_tool_results_are_told_from_old_ones_on_every_wire() {
    let stage = Stage::shared_answering(|request| match &request.new_tool_results()[..] {
        [] => {
            let number = request.tool_results().len();
            let call = |name: &str| (name.to_owned(), json!({"number": number}));
            ModelReply::text("Let me look.").reasoning("Hm.").call(call("left")).call(call("right"))
        }
        results => {
            let texts: Vec<&str> = results.iter().map(|result| &*result.text).collect();
            ModelReply::text(texts.join(", "))
        }
    })
    .await;
    let echo = |name: &'static str| {
        Tool::new(name).description("Echo").raw_handler(move |call| async move {
            Ok::<_, ToolError>(format!("{name} {}", call.arguments["number"]))
        })
    };
    let openai = Provider::openai(stage.model.base_url()).api_key("k");
    for provider in [
        openai.clone(),
        openai.wire_api(WireApi::Responses),
        Provider::anthropic(stage.model.root_url()).api_key("k"),
    ] {
        let session = stage.client.session().model("mine").provider(provider);
        let session = session.tools([echo("left"), echo("right")]).create().await.unwrap();
        assert_eq!(session.ask("First").await.unwrap().text(), "left 0, right 0");
        assert_eq!(session.ask("Again").await.unwrap().text(), "left 2, right 2");
    }
    assert_eq!(stage.model.requests().len(), 12, "{:?}", stage.model.requests());
    stage.stop().await;
}

#[tokio::test]
async fn two_sessions_with_different_providers_do_not_mix() {
    let stage = Stage::shared_answering(|request| {
        ModelReply::text(format!("{} via {:?}", request.model(), request.api()))
    })
    .await;
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
    let stage = Stage::shared_answering(|request| {
        ModelReply::text(format!("{} via {:?}", request.model(), request.api()))
    })
    .await;
    let session = stage
        .client
        .session()
        .named_provider("work", Provider::openai(stage.model.base_url()).api_key("a"))
        .named_provider("home", Provider::anthropic(stage.model.root_url()).api_key("b"))
        .provider_model(ProviderModel::new("work", "fast").wire_model("gpt-fast"))
        .provider_model(
            ProviderModel::new("home", "slow").name("The slow one").max_output_tokens(500),
        )
        .model("work/fast")
        .create()
        .await
        .unwrap();
    let mut models: Vec<_> =
        session.models().await.unwrap().into_iter().map(|model| model.id).collect();
    models.sort();
    assert_eq!(models, ["home/slow", "work/fast"]);
    assert_eq!(
        session.ask("who?").await.unwrap().text(),
        format!("gpt-fast via {:?}", ModelApi::ChatCompletions)
    );
    session.set_model("home/slow").await.unwrap();
    assert_eq!(
        session.ask("who?").await.unwrap().text(),
        format!("slow via {:?}", ModelApi::Messages)
    );
    stage.stop().await;
}

#[tokio::test]
async fn mistakes_in_a_registry_are_found_before_sending() {
    let stage = Stage::shared([]).await;
    let error = stage
        .client
        .session()
        .named_provider("work", Provider::local("nowhere"))
        .provider_model(ProviderModel::new("play", "fast"))
        .provider_model(ProviderModel::new("work", "slow").max_prompt_tokens(0))
        .model("work/typo")
        .create()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let [address, unregistered, limit, typo] = error.problems() else {
        panic!("four problems: {error}")
    };
    assert!(address.starts_with("provider \"work\""), "{address}");
    assert!(unregistered.contains("\"play\", which is not registered"), "{unregistered}");
    assert!(limit.starts_with("the model \"work/slow\": max_prompt_tokens is 0"), "{limit}");
    assert!(
        typo.contains("the provider \"work\" has no model \"typo\": use one of \"work/slow\""),
        "{typo}"
    );
    stage.stop().await;
}

#[tokio::test]
async fn one_provider_excludes_a_registry_and_a_login() {
    let stage = Stage::shared([]).await;
    let builder = stage.client.session().provider(stage.model.provider()).github_token("token");
    let error =
        builder.provider_model(ProviderModel::new("work", "fast")).create().await.unwrap_err();
    let [no_model, registry, login, unregistered] = error.problems() else {
        panic!("four problems: {error}")
    };
    assert!(no_model.contains("needs a model"), "{no_model}");
    assert!(
        registry.starts_with("provider and named_provider or provider_model exclude each other"),
        "{registry}"
    );
    assert!(login.starts_with("github_token and provider exclude each other"), "{login}");
    assert!(unregistered.contains("\"work\", which is not registered"), "{unregistered}");
    stage.stop().await;
}

#[tokio::test]
async fn a_session_that_selects_none_of_its_models_needs_a_login_and_is_told_of_them() {
    let stage = Stage::shared([]).await;
    let registered = stage
        .client
        .session()
        .named_provider("work", stage.model.provider())
        .provider_model(ProviderModel::new("work", "fast"));
    for builder in [registered.clone(), registered.model("fast")] {
        let error = builder.create().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = error.to_string();
        assert!(text.starts_with("nobody is signed in to GitHub"), "{text}");
        assert!(text.ends_with("select one, such as `.model(\"work/fast\")`"), "{text}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_named_provider_is_given_a_fresh_token_for_each_request() {
    let stage = stage().await;
    let count = AtomicU32::new(0);
    let provider =
        Provider::openai(stage.model.base_url()).on_bearer_token(move |request: TokenRequest| {
            let number = count.fetch_add(1, Ordering::SeqCst);
            async move { format!("{}-{number}", request.provider_name) }
        });
    let builder = stage.client.session().named_provider("work", provider);
    let requests =
        turn(&stage, builder.provider_model(ProviderModel::new("work", "fast")).model("work/fast"))
            .await;
    let keys: Vec<_> = requests.iter().map(|request| request.header("authorization")).collect();
    assert_eq!(keys, [Some("Bearer work-0"), Some("Bearer work-1")]);
    stage.stop().await;
}

#[tokio::test]
async fn without_a_token_no_request_is_sent_and_the_turn_fails_with_the_reason() {
    let stage = Stage::shared([]).await;
    let count = Arc::new(AtomicU32::new(0));
    let counter = count.clone();
    let provider = Provider::openai(stage.model.base_url()).on_bearer_token(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Err::<String, _>("the vault is locked") }
    });
    let session = stage.client.session().model("mine").provider(provider).create().await.unwrap();
    let error = session.ask("go").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session);
    assert!(error.to_string().contains("the vault is locked"), "{error}");
    assert_eq!(
        (count.load(Ordering::SeqCst), stage.model.requests().len()),
        (6, 0),
        "it is tried again five times"
    );
    stage.stop().await;
}

#[tokio::test]
async fn a_command_gives_the_key_or_the_turn_fails() {
    let stage = stage().await;
    let session = |command: &str| {
        let provider = Provider::openai(stage.model.base_url()).api_key_command(command);
        stage.client.session().model("mine").provider(provider)
    };
    let requests = turn(&stage, session("echo key-4")).await;
    assert_eq!(requests[0].header("authorization"), Some("Bearer key-4"));
    let error = session("exit 3").create().await.unwrap().ask("go").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session);
    assert!(error.to_string().contains("exited with status 3"), "{error}");
    assert_eq!(stage.model.requests().len(), 2, "nothing was sent without a key");
    stage.stop().await;
}
