//! The model of a session: what it is asked, what it costs, what limits it.

use std::time::Duration;

use copilot_sdk::event::EventData;
use copilot_sdk::event::assistant::AiCreditsStatus;
use copilot_sdk::model::{
    AdaptiveThinking, CapabilityOverride, ContextTier, ReasoningEffort, ReasoningSummary, Verbosity,
};
use copilot_sdk::provider::{Provider, WireApi};
use copilot_sdk::testing::{Hold, ModelReply};
use copilot_sdk::{ErrorKind, Session};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

#[tokio::test]
async fn set_model_changes_what_the_next_prompt_is_answered_by() {
    let stage = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    let session = stage.session().create().await.unwrap();
    session.ask("first").await.unwrap();
    let change = session
        .set_model("other")
        .reasoning_effort(ReasoningEffort::High)
        .context_tier(ContextTier::LongContext)
        .await
        .unwrap();
    assert_eq!((change.status.as_deref(), change.deferred), (Some("applied"), false));
    let current = session.current_model().await.unwrap();
    assert_eq!(current.model_id.as_deref(), Some("other"));
    assert_eq!(current.reasoning_effort, Some(ReasoningEffort::High));
    assert_eq!(current.context_tier, Some(ContextTier::LongContext));
    session.ask("second").await.unwrap();
    let requests = stage.model.requests();
    assert_eq!([requests[0].model(), requests[1].model()], ["scripted", "other"]);
    assert_eq!(requests[1].body()["reasoning_effort"], "high");
    let error = session.set_model("").reasoning_effort("hihg").await.unwrap_err();
    assert_eq!((error.kind(), error.problems().len()), (ErrorKind::Config, 2), "{error}");
    stage.stop().await;
}

/// What the model is asked after a change that says this much of its effort, and what the session
/// says of it.
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
async fn asked(
    stage: &Stage,
    session: &Session,
) -> (Value, Option<ReasoningEffort>, Option<ContextTier>) {
    session.ask("go").await.unwrap();
    let effort = stage.model.requests().pop().unwrap().body()["reasoning_effort"].clone();
    let current = session.current_model().await.unwrap();
    (effort, current.reasoning_effort, current.context_tier)
}

#[tokio::test]
async fn an_effort_outlives_changes_of_the_model_and_a_context_tier_does_not() {
    let stage = Stage::shared_answering(|_| ModelReply::text("fine")).await;
    let session = stage.session().create().await.unwrap();
    let high = session
        .set_model("one")
        .reasoning_effort(ReasoningEffort::High)
        .context_tier(ContextTier::LongContext);
    let change = high.await.unwrap();
    assert_eq!(change.model_id.as_deref(), Some("one"));
    assert_eq!(change.model_state, Some(session.current_model().await.unwrap()));
    let high = Some(ReasoningEffort::High);
    assert_eq!(
        asked(&stage, &session).await,
        (json!("high"), high.clone(), Some(ContextTier::LongContext))
    );
    session.set_model("two").await.unwrap();
    assert_eq!(asked(&stage, &session).await, (json!("high"), high, None));
    session.set_model("three").default_reasoning_effort().await.unwrap();
    assert_eq!(asked(&stage, &session).await, (Value::Null, None, None));
    stage.stop().await;
}

#[tokio::test]
async fn summaries_verbosity_and_capabilities_of_a_change_reach_the_model_and_stay() {
    let stage = Stage::shared_answering(|_| ModelReply::text("fine")).await;
    let provider =
        Provider::openai(stage.model.base_url()).api_key("k").wire_api(WireApi::Responses);
    let builder = stage.client.session().model("zero").provider(provider);
    let session = builder.reasoning_summary(ReasoningSummary::Concise).create().await.unwrap();
    let mut events = session.events();
    session.ask("go").await.unwrap();
    session
        .set_model("one")
        .reasoning_summary(ReasoningSummary::None)
        .verbosity(Verbosity::Low)
        .model_capabilities(CapabilityOverride::new().max_prompt_tokens(64_000))
        .await
        .unwrap();
    session.ask("go").await.unwrap();
    session.set_model("two").await.unwrap();
    session.ask("go").await.unwrap();
    let requests = stage.model.requests();
    let told = |number: usize| {
        let body = requests[number].body();
        [&body["model"], &body["reasoning"]["summary"], &body["text"]["verbosity"]]
            .map(Value::clone)
    };
    assert_eq!(told(0), [json!("zero"), json!("concise"), Value::Null]);
    assert_eq!(told(1), [json!("one"), Value::Null, json!("low")]);
    assert_eq!(told(2), [json!("two"), Value::Null, json!("low")]);
    let mut limits = Vec::new();
    while limits.last() != Some(&64_000) {
        if let EventData::SessionUsageInfo(info) = &events.next().await.unwrap().unwrap().data {
            limits.push(info.token_limit);
        }
    }
    assert_eq!(limits.first(), Some(&128_000));
    stage.stop().await;
}

#[tokio::test]
async fn a_change_during_a_turn_waits_for_its_end() {
    let hold = Hold::new();
    let stage = Stage::shared([ModelReply::text("one").held(&hold), ModelReply::text("two")]).await;
    let session = stage.session().create().await.unwrap();
    let turn = session.stream("first").await.unwrap();
    hold.reached().await;
    let change = session.set_model("other").await.unwrap();
    assert_eq!((change.deferred, change.model_id.as_deref()), (true, Some("scripted")));
    hold.release();
    turn.reply().await.unwrap();
    session.ask("second").await.unwrap();
    let models: Vec<_> =
        stage.model.requests().iter().map(|request| request.model().to_owned()).collect();
    assert_eq!(models, ["scripted", "other"]);
    stage.stop().await;
}

#[tokio::test]
async fn a_model_that_thinks_by_itself_is_asked_so() {
    let stage = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    let session = |thinks: AdaptiveThinking| {
        let provider = Provider::anthropic(stage.model.root_url()).api_key("k");
        let capabilities = CapabilityOverride::new().adaptive_thinking(thinks);
        let builder = stage.client.session().model("mine").provider(provider);
        builder.model_capabilities(capabilities).reasoning_effort(ReasoningEffort::High)
    };
    for thinks in [AdaptiveThinking::Unsupported, AdaptiveThinking::Required] {
        session(thinks).create().await.unwrap().ask("go").await.unwrap();
    }
    let kinds = stage
        .model
        .requests()
        .into_iter()
        .map(|request| request.body()["thinking"]["type"].clone());
    assert_eq!(kinds.collect::<Vec<_>>(), ["enabled", "adaptive"]);
    stage.stop().await;
}

#[tokio::test]
async fn usage_adds_up_over_the_turns() {
    let stage = Stage::shared([
        ModelReply::text("one").usage(100, 7),
        ModelReply::text("two").usage(200, 8),
    ])
    .await;
    let session = stage.session().create().await.unwrap();
    let first = session.ask("first").await.unwrap();
    assert_eq!(
        (first.model(), first.usage().model_calls, first.usage().cost),
        (Some("scripted"), 1, 0.0)
    );
    assert!(first.usage().model_time > Duration::ZERO);
    session.ask("second").await.unwrap();
    let usage = session.usage().await.unwrap();
    let total = usage.total();
    assert_eq!((usage.user_requests, total.model_calls), (2, 2));
    assert_eq!((total.input_tokens, total.output_tokens), (300, 15));
    let scripted = usage.models["scripted"];
    assert_eq!((scripted.model_calls, scripted.input_tokens, scripted.output_tokens), (2, 300, 15));
    assert_eq!(usage.agents["main"].usage, total);
    assert_eq!((usage.last_call_input_tokens, usage.last_call_output_tokens), (200, 8));
    assert_eq!(usage.current_model.as_deref(), Some("scripted"));
    assert_eq!(
        usage.ai_credits_status,
        Some(AiCreditsStatus::Unavailable),
        "a provider of one's own has no credits"
    );
    assert!(usage.session_start_time.starts_with("20"), "{}", usage.session_start_time);
    stage.stop().await;
}

#[tokio::test]
async fn the_limit_of_credits_stands_in_the_session_and_too_small_ones_are_refused_before_sending()
{
    let stage = Stage::shared([]).await;
    let session = stage.session().max_ai_credits(30.5).create().await.unwrap();
    let start = session.events().next().await.unwrap().unwrap();
    let EventData::SessionStart(start) = &start.data else {
        panic!("it starts with {}", start.event_type())
    };
    assert_eq!(start.session_limits.as_ref().and_then(|limits| limits.max_ai_credits), Some(30.5));
    for credits in [0.0, 29.99, f64::NAN] {
        let error = stage.session().max_ai_credits(credits).create().await.unwrap_err();
        assert_eq!(
            error.problems(),
            [format!("max_ai_credits is {credits}: a session needs 30 or more")]
        );
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_github_token_of_a_session_is_checked_by_github_when_it_is_created() {
    let stage = Stage::shared([]).await;
    let error = stage.client.session().github_token("gho_invalid").create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignedOut);
    assert!(error.to_string().contains("GitHub token validation failed"), "{error}");
    assert!(error.to_string().contains("that GitHub can be reached"), "{error}");
    assert!(!format!("{error:?}").contains("gho_invalid"));
    stage.stop().await;
}
