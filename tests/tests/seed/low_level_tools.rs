//! "Custom Tools — Low-Level API": name, description, parameters and a handler of the invocation.

use copilot_sdk::testing::ModelReply;
use copilot_sdk::{Tool, ToolError, ToolResult};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

use super::stage::connect;

fn parameters() -> Value {
    json!({
        "type": "object",
        "properties": {
            "path": {"type": "string", "description": "Path to file"},
        },
        "required": ["path"],
    })
}

fn read_file_tool() -> Tool {
    Tool::new("read_file")
        .description("Read a file from the repository")
        .schema(parameters())
        .raw_handler(|invocation| async move {
            let path = invocation.arguments["path"]
                .as_str()
                .ok_or_else(|| ToolError::new("path is missing"))?;
            let content =
                std::fs::read_to_string(path).map_err(|error| ToolError::new(error.to_string()))?;
            Ok::<_, ToolError>(ToolResult::success(content).session_log(format!("Read {path}")))
        })
}

#[tokio::test]
async fn its_result_goes_out_with_all_three_fields() {
    let (fake, client) = connect().await;
    let session = client.session().tool(read_file_tool()).create().await.unwrap();
    let sent = &fake.calls("session.create")[0]["tools"][0];
    assert_eq!((&sent["name"], &sent["parameters"]), (&json!("read_file"), &parameters()));
    assert_eq!(sent["description"], "Read a file from the repository");
    session.send("go").await.unwrap();
    let turn = fake.session(session.id()).prompt().await.unwrap();
    let result = turn.call_tool("read_file", json!({"path": "Cargo.toml"})).await.unwrap();
    let content = std::fs::read_to_string("Cargo.toml").unwrap();
    let expected = json!({"textResultForLlm": content, "resultType": "success", "sessionLog": "Read Cargo.toml"});
    assert_eq!(result, expected);
    turn.end();
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn every_result_type_has_its_word() {
    let (fake, client) = connect().await;
    let named = |name: &'static str, result: ToolResult| {
        Tool::new(name)
            .description("Answers")
            .handler(move |(), _| std::future::ready(result.clone()))
    };
    let tools = [
        named("success", ToolResult::success("text")),
        named("failure", ToolResult::failure("text")),
        named("rejected", ToolResult::rejected("text")),
        named("denied", ToolResult::denied("text")),
        named("timeout", ToolResult::timeout("text")),
    ];
    let session = client.session().tools(tools.to_vec()).create().await.unwrap();
    session.send("go").await.unwrap();
    let turn = fake.session(session.id()).prompt().await.unwrap();
    for tool in &tools {
        let result = turn.call_tool(tool.name(), json!({})).await.unwrap();
        assert_eq!(result, json!({"textResultForLlm": "text", "resultType": tool.name()}));
    }
    turn.end();
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn the_agent_calls_it_although_the_cli_has_a_tool_of_that_name() {
    let stage = Stage::new([
        ModelReply::tool("read_file", json!({"path": "Cargo.toml"})),
        ModelReply::text("A manifest."),
    ])
    .await;
    let session = stage.session().tool(read_file_tool()).create().await.unwrap();
    let reply = session.ask("What is Cargo.toml?").await.unwrap();
    assert_eq!(reply.text(), "A manifest.");
    let requests = stage.model.requests();
    assert_eq!(requests[0].tool_schema("read_file"), Some(&parameters()));
    assert_eq!(requests[1].tool_results()[0].text, std::fs::read_to_string("Cargo.toml").unwrap());
    stage.stop().await;
}
