//! What a prompt says besides its text: who says it, who pays, how the agent works on it, and what
//! it has to do.

use copilot_sdk::Tool;
use copilot_sdk::event::{EventData, SessionMode, UserMessage};
use copilot_sdk::prompt::{AgentMode, Prompt};
use copilot_sdk::provider::{Provider, WireApi};
use copilot_sdk::session::Reply;
use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::Stage;
use serde_json::Value;

fn prompt_of(reply: &Reply) -> &UserMessage {
    let mut prompts = reply.events().iter().filter_map(|event| match &event.data {
        EventData::UserMessage(message) => Some(&**message),
        _ => None,
    });
    prompts.next_back().expect("a turn has a prompt")
}

#[tokio::test]
async fn who_says_it_and_who_pays_is_told_to_histories_and_not_to_the_model() {
    let stage = Stage::shared_answering(|_| ModelReply::text("fine")).await;
    let session = stage.session().create().await.unwrap();
    for (prompt, source) in [
        (Prompt::new("go").billable(false), None),
        (Prompt::new("go").source("system"), Some("system")),
        (Prompt::new("go").source("agent-7"), Some("agent-7")),
    ] {
        let reply = session.ask(prompt).await.unwrap();
        assert_eq!((reply.text(), prompt_of(&reply).source.as_deref()), ("fine", source));
        assert_eq!(stage.model.requests().last().unwrap().user_texts().last().unwrap(), "go");
    }
    stage.stop().await;
}

#[tokio::test]
async fn the_mode_of_a_prompt_is_told_to_the_model_and_the_session_keeps_its_own() {
    let stage = Stage::shared_answering(|_| ModelReply::text("fine")).await;
    let session = stage.session().create().await.unwrap();
    for (mode, notice) in [
        (AgentMode::Plan, "plan mode"),
        (AgentMode::Autopilot, "Autopilot mode is currently active"),
        (AgentMode::Shell, "Autopilot mode is no longer active"),
    ] {
        let reply = session.ask(Prompt::new("go").agent_mode(mode.clone())).await.unwrap();
        assert_eq!(
            prompt_of(&reply).agent_mode.as_ref().map(ToString::to_string),
            Some(mode.to_string())
        );
        let asked = stage.model.requests().last().unwrap().body()["messages"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();
        assert!(asked.to_string().contains(notice), "{mode}: {asked}");
        assert_eq!((reply.text(), reply.tool_calls().len()), ("fine", 0), "nothing runs");
        assert_eq!(session.mode().await.unwrap(), SessionMode::Interactive);
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_required_tool_is_told_to_no_provider_of_ones_own() {
    let stage = Stage::shared_answering(|_| ModelReply::text("fine")).await;
    let (base, root) = (stage.model.base_url(), stage.model.root_url());
    for provider in [
        Provider::openai(&base).api_key("k"),
        Provider::openai(&base).api_key("k").wire_api(WireApi::Responses),
        Provider::azure(&root).api_key("k"),
        Provider::anthropic(&root).api_key("k"),
    ] {
        let look = Tool::new("look").description("Looks").handler(|(), _| async { "looked" });
        let session = stage
            .client
            .session()
            .model("mine")
            .provider(provider)
            .tool(look)
            .create()
            .await
            .unwrap();
        for tool in ["look", "nothing of that name"] {
            assert_eq!(
                session.ask(Prompt::new("go").required_tool(tool)).await.unwrap().text(),
                "fine"
            );
            assert_eq!(stage.model.requests().last().unwrap().body()["tool_choice"], Value::Null);
        }
    }
    stage.stop().await;
}
