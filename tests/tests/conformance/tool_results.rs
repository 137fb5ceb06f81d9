use copilot_sdk::event::EventData;
use copilot_sdk::testing::ModelReply;
use copilot_sdk::{ToolResult, tool, tools};
use copilot_sdk_tests::Stage;
use serde_json::json;

/// Gets the weather of a city.
#[tool]
async fn get_weather(city: String) -> ToolResult {
    ToolResult::success(format!("The weather in {city} is sunny and 72°F"))
        .session_log(format!("weather of {city}"))
        .telemetry("metrics", json!({"stations": 1}))
}

#[tokio::test]
async fn should_handle_structured_toolresultobject_from_custom_tool() {
    let stage = Stage::shared([
        ModelReply::tool("get_weather", json!({"city": "Paris"})),
        ModelReply::text("Sunny."),
    ])
    .await;
    let session = stage.session().tools(tools![get_weather]).create().await.unwrap();
    let reply = session.ask("What is the weather in Paris?").await.unwrap();
    assert_eq!(reply.text(), "Sunny.");
    assert!(reply.tool_calls()[0].success);
    let done = reply.events().iter().find_map(|event| match &event.data {
        EventData::ToolExecutionComplete(done) => Some(done),
        _ => None,
    });
    let done = done.expect("the call is done");
    let result = done.result.as_ref().expect("it succeeded");
    assert_eq!(result.detailed_content.as_deref(), Some("weather of Paris"), "the session's log");
    let metrics = serde_json::to_value(&done.tool_telemetry["metrics"]).unwrap();
    assert_eq!(metrics["stations"], 1, "{metrics}");
    let told = &stage.model.requests()[1].tool_results()[0].text;
    assert_eq!(
        told, "The weather in Paris is sunny and 72°F",
        "the text alone, not the object around it"
    );
    stage.stop().await;
}
