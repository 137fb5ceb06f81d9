use std::sync::Arc;

use copilot_sdk::testing::{ModelReply, ModelToolCall};
use copilot_sdk::{Tool, ToolContext, data, tool, tools};
use copilot_sdk_tests::Stage;
use serde_json::json;
use tokio::sync::Barrier;

/// Encrypts a string.
#[tool]
async fn encrypt_string(
    /// String to encrypt.
    input: String,
) -> String {
    input.to_uppercase()
}

#[tokio::test]
async fn invokes_custom_tool() {
    let stage = Stage::shared([
        ModelReply::tool("encrypt_string", json!({"input": "Hello"})),
        ModelReply::text("HELLO"),
    ])
    .await;
    let session = stage.session().tools(tools![encrypt_string]).create().await.unwrap();
    let reply = session.ask("Use encrypt_string to encrypt this string: Hello").await.unwrap();
    assert_eq!(reply.text(), "HELLO");
    let requests = stage.model.requests();
    assert_eq!(requests[0].tool_description("encrypt_string"), Some("Encrypts a string."));
    let input = json!({"type": "string", "description": "String to encrypt."});
    let schema = json!({"type": "object", "properties": {"input": input}, "required": ["input"]});
    assert_eq!(requests[0].tool_schema("encrypt_string"), Some(&schema));
    assert_eq!(requests[1].tool_results()[0].text, "HELLO");
    stage.stop().await;
}

#[data]
struct Place {
    city: String,
}

#[tokio::test]
async fn should_execute_multiple_custom_tools_in_parallel_single_turn() {
    let both_run = Arc::new(Barrier::new(2));
    let lookup = |name: &'static str| {
        let both_run = both_run.clone();
        let tool = Tool::new(name).description("Looks something up");
        tool.handler(move |place: Place, _: ToolContext| {
            let both_run = both_run.clone();
            async move {
                both_run.wait().await;
                format!("{name} of {}", place.city)
            }
        })
    };
    let calls = [
        ModelToolCall::new("country", json!({"city": "Paris"})),
        ModelToolCall::new("weather", json!({"city": "Rome"})),
    ];
    let stage =
        Stage::shared([ModelReply::tools(calls), ModelReply::text("Both are known.")]).await;
    let session =
        stage.session().tools(vec![lookup("country"), lookup("weather")]).create().await.unwrap();
    let reply = session.ask("Look both up").await.unwrap();
    assert_eq!(reply.text(), "Both are known.");
    let requests = stage.model.requests();
    let schema =
        json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    for name in ["country", "weather"] {
        assert_eq!(requests[0].tool_schema(name), Some(&schema), "{name}");
        assert_eq!(requests[0].tool_description(name), Some("Looks something up"));
    }
    let results = requests[1].tool_results();
    let texts: Vec<_> = results.iter().map(|result| result.text.as_str()).collect();
    assert_eq!(texts, ["country of Paris", "weather of Rome"]);
    stage.stop().await;
}
