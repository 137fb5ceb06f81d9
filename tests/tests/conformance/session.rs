use copilot_sdk::session::WaitFor;
use copilot_sdk::testing::{Hold, ModelReply};
use copilot_sdk::tool_filter::ToolFilter;
use copilot_sdk::{Tool, system_message::SystemMessage};
use copilot_sdk_tests::Stage;
use serde_json::json;

#[tokio::test]
async fn sendandwait_blocks_until_session_idle_and_returns_final_assistant_message() {
    let hold = Hold::new();
    let look = Tool::new("look").description("Looks").handler(|(), _| async { "seen" });
    let first = ModelReply::text("Let me look.")
        .call(copilot_sdk::testing::ModelToolCall::new("look", json!({})));
    let stage = Stage::shared([first, ModelReply::text("It is 4.").held(&hold)]).await;
    let session = stage.session().tool(look).create().await.unwrap();
    let mut events = session.events();
    let watch = async {
        hold.reached().await;
        assert!(session.is_busy());
        hold.release();
    };
    // Until the session is idle: the agent's own idle comes before it, and a disconnect may come in
    // between.
    let ask = session.ask("What is 2 + 2?").wait_for(WaitFor::AllTasks).into_future();
    let (reply, ()) = tokio::join!(ask, watch);
    let reply = reply.unwrap();
    assert_eq!(
        (reply.text(), reply.messages()),
        ("It is 4.", &["Let me look.".to_owned(), "It is 4.".to_owned()][..])
    );
    assert!(!session.is_busy());
    session.disconnect().await.unwrap();
    let mut types = Vec::new();
    while let Some(event) = events.next().await {
        types.push(event.unwrap().event_type().to_owned());
    }
    let last =
        |name: &str| types.iter().rposition(|each| each == name).expect("it is among the events");
    assert!(last("assistant.message") < last("session.idle"), "{types:?}");
    assert_eq!(stage.model.requests()[0].user_texts(), ["What is 2 + 2?"]);
    stage.stop().await;
}

#[tokio::test]
async fn should_resume_a_session_using_a_new_client() {
    let stage = Stage::answering(|request| ModelReply::text(request.user_texts().join("+"))).await;
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    let id = session.id().clone();
    stage.client.stop().await.unwrap();

    let client = stage.place.client().await.start().await.unwrap();
    let resumed = client.session().provider(stage.model.provider()).resume(&id).await.unwrap();
    assert_eq!(resumed.id(), &id);
    let types: Vec<_> = resumed
        .history()
        .await
        .unwrap()
        .iter()
        .map(|event| event.event_type().to_owned())
        .collect();
    assert!(
        types.iter().any(|name| name == "user.message")
            && types.iter().any(|name| name == "session.resume")
    );
    assert_eq!(
        resumed.ask("two").await.unwrap().text(),
        "one+two",
        "the model reads the whole conversation"
    );
    client.stop().await.unwrap();
}

#[tokio::test]
async fn should_create_a_session_with_replaced_systemmessage_config() {
    let stage = Stage::shared([ModelReply::text("My name is Testy.")]).await;
    let message =
        SystemMessage::replace("You are an assistant called Testy McTestface. Reply succinctly.");
    let session = stage.session().system_message(message).create().await.unwrap();
    session.ask("What is your full name?").await.unwrap();
    let system = stage.model.requests()[0].system();
    assert_eq!(system, "You are an assistant called Testy McTestface. Reply succinctly.");
    stage.stop().await;
}

#[tokio::test]
async fn should_create_a_session_with_availabletools() {
    let stage = Stage::shared([ModelReply::text("2")]).await;
    let tools = [ToolFilter::builtin("view"), ToolFilter::builtin("edit")];
    let session = stage.session().available_tools(tools).create().await.unwrap();
    session.ask("What is 1 + 1?").await.unwrap();
    let request = stage.model.requests().remove(0);
    let mut names = request.tool_names();
    names.sort_unstable();
    assert_eq!(names, ["edit", "view"]);
    stage.stop().await;
}
