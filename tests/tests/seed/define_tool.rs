//! "Custom Tools — `@define_tool`": a function with a params type.

use copilot_sdk::testing::{ModelReply, ModelToolCall};
use copilot_sdk::{data, tool, tools};
use copilot_sdk_tests::Stage;
use serde_json::json;

#[data]
struct ReadFileParams {
    /// Path to file to read
    path: std::path::PathBuf,
}

#[tool(description = "Read a file from the repository", show_errors)]
async fn read_file(params: ReadFileParams) -> std::io::Result<String> {
    std::fs::read_to_string(params.path)
}

/// List a directory.
#[tool(show_errors)]
fn list_directory(path: std::path::PathBuf) -> std::io::Result<Vec<String>> {
    let names =
        std::fs::read_dir(path)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    names.collect()
}

/// Get the diff of a merge request.
#[tool]
async fn get_mr_diff(number: u32) -> String {
    format!("diff of !{number}")
}

#[tokio::test]
async fn the_model_sees_the_params_and_reads_what_the_function_returns() {
    let stage = Stage::answering(|request| match request.tool_results().len() {
        0 => {
            let directory = request.user_texts().concat();
            let path = format!("{directory}/hello.txt");
            ModelReply::tools([
                ModelToolCall::new("read_file", json!({"path": path})),
                ModelToolCall::new("list_directory", json!({"path": directory})),
                ModelToolCall::new("get_mr_diff", json!({"number": 7})),
                ModelToolCall::new("read_file", json!({"path": format!("{directory}/nothing")})),
                ModelToolCall::new("read_file", json!({"file": path})),
            ])
        }
        _ => ModelReply::text("done"),
    })
    .await;
    let directory = stage.place.work().join("docs");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("hello.txt"), "Hello from the file.").unwrap();
    let session = stage
        .session()
        .tools(tools![read_file, list_directory, get_mr_diff])
        .create()
        .await
        .unwrap();
    let reply = session.ask(directory.to_str().unwrap()).await.unwrap();
    assert_eq!(reply.text(), "done");

    let requests = stage.model.requests();
    assert_eq!(requests[0].tool_description("read_file"), Some("Read a file from the repository"));
    let path = json!({"type": "string", "description": "Path to file to read"});
    let schema = json!({"type": "object", "properties": {"path": path}, "required": ["path"]});
    assert_eq!(requests[0].tool_schema("read_file"), Some(&schema));
    let results = requests[1].tool_results();
    let read: Vec<_> = results.iter().map(|result| result.text.as_str()).collect();
    assert_eq!(read[..3], ["Hello from the file.", "[\"hello.txt\"]", "diff of !7"]);
    assert!(read[3].contains("No such file or directory"), "{}", read[3]);
    assert!(
        read[4].contains("path") && read[4].contains("correct them and call it again"),
        "{}",
        read[4]
    );
    let outcomes: Vec<_> = reply.tool_calls().iter().map(|call| call.success).collect();
    assert_eq!(outcomes, [true, true, true, false, false]);
    stage.stop().await;
}

#[tokio::test]
async fn the_functions_are_still_functions() {
    let params = ReadFileParams { path: "Cargo.toml".into() };
    assert!(read_file(params).await.unwrap().contains("copilot-sdk-tests"));
    assert_eq!(get_mr_diff(7).await, "diff of !7");
}
