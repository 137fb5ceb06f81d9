//! Custom agents: what they have that the session's agent has not, and which events are theirs.

use copilot_sdk::agent::CustomAgent;
use copilot_sdk::event::EventData;
use copilot_sdk::testing::{ModelReply, ModelRequest};
use copilot_sdk::{ErrorKind, SessionBuilder, Tool};
use copilot_sdk_tests::Stage;
use serde_json::json;

use super::mcp_server;

/// The session's agent hands its prompt to the agent `helper` and says `above`; the helper says
/// `below`.
async fn stage() -> Stage {
    let task = json!({"agent_type": "helper", "name": "help", "description": "help",
        "prompt": "do it", "mode": "sync"});
    Stage::shared_answering(move |request| {
        match (is_helper(request), request.tool_results().is_empty()) {
            (true, _) => ModelReply::chunks(["be", "low"]),
            (false, true) => ModelReply::tool("task", task.clone()),
            (false, false) => ModelReply::chunks(["ab", "ove"]),
        }
    })
    .await
}

fn is_helper(request: &ModelRequest) -> bool {
    request.system().contains("HELP WITH ALL")
}

fn helper() -> CustomAgent {
    CustomAgent::new("helper", "HELP WITH ALL").description("Helps")
}

#[tokio::test]
async fn a_helper_has_tools_servers_skills_and_a_model_that_the_sessions_agent_has_not() {
    let stage = stage().await;
    let skills = stage.place.work().join("skills");
    std::fs::create_dir_all(skills.join("knots")).unwrap();
    let text = "---\nname: knots\ndescription: Ties knots\n---\nOVER AND UNDER\n";
    std::fs::write(skills.join("knots/SKILL.md"), text).unwrap();
    let greet = Tool::new("greet").description("Says hello").handler(|(), _| async { "hello" });
    let helper = helper()
        .tools(["view", "greet", "srv/echo"])
        .mcp_server("srv", mcp_server::echo())
        .skills(["knots"])
        .model("other")
        .reasoning_effort("low");
    let session = stage
        .session()
        .tool(greet)
        .skill_directories([skills])
        .custom_agent(helper)
        .default_agent_excluded_tools(["greet", "view"]);
    session.create().await.unwrap().ask("go").await.unwrap();
    let requests = stage.model.requests();
    let [above, below] = [&requests[0], &requests[1]];
    assert!(above.tool_names().contains(&"task"));
    assert!(!["greet", "view", "srv-echo"].iter().any(|name| above.tool_names().contains(name)));
    assert_eq!((above.model(), is_helper(below), below.model()), ("scripted", true, "other"));
    assert_eq!(below.body()["reasoning_effort"], "low");
    let mut tools = below.tool_names();
    tools.sort_unstable();
    assert_eq!(tools, ["greet", "srv-echo", "view"]);
    assert!(below.user_texts().join("").contains("OVER AND UNDER"));
    stage.stop().await;
}

#[tokio::test]
async fn the_events_of_a_helper_carry_its_id_and_can_be_passed_over() {
    let stage = stage().await;
    let session = |deltas: bool| {
        let session = stage.session().custom_agent(helper()).streaming(true);
        session.include_sub_agent_streaming_events(deltas)
    };
    // Who said what, piece by piece: `below` where the event belongs to a sub-agent.
    let said = async |builder: SessionBuilder| {
        let session = builder.create().await.unwrap();
        let (mut all, mut root) = (session.events(), session.events().root_only());
        let reply = session.ask("go").await.unwrap();
        session.disconnect().await.unwrap();
        let (mut pieces, mut messages, mut above) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(event) = all.next().await {
            let event = event.unwrap();
            let place = if event.agent_id.is_some() { "helper" } else { "root" };
            match &event.data {
                EventData::AssistantMessageDelta(delta) => {
                    pieces.push((place, delta.delta_content.clone()));
                }
                EventData::AssistantMessage(message) if !message.content.is_empty() => {
                    messages.push((place, message.content.clone()));
                }
                _ => {}
            }
        }
        while let Some(event) = root.next().await {
            let event = event.unwrap();
            assert_eq!(event.agent_id, None);
            if let EventData::AssistantMessage(message) = &event.data
                && !message.content.is_empty()
            {
                above.push(message.content.clone());
            }
        }
        assert_eq!(reply.text(), "above");
        assert_eq!(messages, [("helper", "below".to_owned()), ("root", "above".to_owned())]);
        assert_eq!(above, ["above"]);
        pieces
    };
    let piece = |place, text: &str| (place, text.to_owned());
    let all =
        [piece("helper", "be"), piece("helper", "low"), piece("root", "ab"), piece("root", "ove")];
    assert_eq!(said(session(true)).await, all);
    assert_eq!(said(session(false)).await, all[2..]);
    stage.stop().await;
}

#[tokio::test]
async fn names_that_the_cli_would_take_for_none_are_mistakes() {
    let stage = Stage::shared([]).await;
    let session =
        stage.session().custom_agent(helper().tools(["builtin:view"]).reasoning_effort("hihg"));
    let session = session
        .default_agent_excluded_tools(["builtin:view", "custom:*", "*", "view"])
        .agent("explore");
    let error = session.create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let [tool, effort, explore, excluded @ ..] = error.problems() else {
        panic!("some problems: {error}")
    };
    assert!(tool.starts_with("custom agent \"helper\": \"builtin:view\" names no tool"), "{tool}");
    assert!(
        effort.starts_with("custom agent \"helper\": the reasoning effort `hihg` is not known"),
        "{effort}"
    );
    assert!(explore.starts_with("agent: \"explore\" is a helper of the CLI"), "{explore}");
    assert_eq!(excluded.len(), 3, "{error}");
    assert!(
        excluded[0].starts_with("default_agent_excluded_tools: \"builtin:view\" excludes nothing"),
        "{error}"
    );
    stage.stop().await;
}

#[tokio::test]
async fn an_agent_that_nobody_knows_cannot_be_started_with() {
    let stage = Stage::shared([]).await;
    let error = stage.session().custom_agent(helper()).agent("helpr").create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rpc);
    assert!(error.to_string().contains("helpr"), "{error}");
    stage.stop().await;
}

#[tokio::test]
async fn an_own_agent_may_have_the_name_of_a_helper_of_the_cli() {
    let stage = Stage::shared([ModelReply::text("found")]).await;
    let own = CustomAgent::new("explore", "EXPLORE THE SEA");
    stage
        .session()
        .custom_agent(own)
        .agent("explore")
        .create()
        .await
        .unwrap()
        .ask("go")
        .await
        .unwrap();
    assert!(stage.model.requests()[0].system().contains("EXPLORE THE SEA"));
    stage.stop().await;
}
