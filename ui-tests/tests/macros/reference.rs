//! The examples of the design and of the Python reference, word for word.

#![expect(clippy::unused_async, reason = "the tools under test do little")]

use copilot_sdk::tool::{ResultType, Tool};
use copilot_sdk::{ToolContext, ToolError, ToolResult, data, tool, tools, toolset};
use serde_json::json;
use std::sync::Arc;

#[data]
struct Forecast {
    summary: String,
    high_celsius: f32,
}

#[derive(Debug)]
struct WeatherError;
impl std::fmt::Display for WeatherError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the station burnt down")
    }
}
impl std::error::Error for WeatherError {}

/// Get the weather forecast for a city.
#[tool]
async fn get_weather(
    /// City name, such as "Lisbon".
    city: String,
    /// Days ahead, 0 for today.
    #[arg(default)]
    days_ahead: u8,
) -> Result<Forecast, WeatherError> {
    if city == "Atlantis" {
        return Err(WeatherError);
    }
    Ok(Forecast { summary: format!("{city} in {days_ahead}"), high_celsius: 21.5 })
}

#[data]
struct ReadFileParams {
    /// Path to file to read
    path: String,
}

/// Read a file from the repository
#[tool(show_errors)]
async fn read_file(params: ReadFileParams) -> std::io::Result<String> {
    std::fs::read_to_string(params.path)
}

struct Crm(Vec<String>);

#[toolset]
impl Crm {
    /// Find customers.
    #[tool]
    async fn find(&self, text: String) -> Vec<String> {
        self.0.iter().filter(|name| name.contains(&text)).cloned().collect()
    }

    /// Count customers.
    #[tool(name = "count_customers", terminal)]
    fn count(self: Arc<Self>, context: &ToolContext) -> usize {
        let _ = context.tool_name();
        self.0.len()
    }

    /// Version.
    #[tool]
    const fn version() -> u8 {
        3
    }
}

#[tokio::test]
async fn the_example_of_the_design_works() {
    assert_eq!(
        get_weather::schema(),
        json!({
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "City name, such as \"Lisbon\"."},
                "days_ahead": {"type": "integer", "description": "Days ahead, 0 for today.", "default": 0, "minimum": 0, "maximum": 255},
            },
            "required": ["city"],
        })
    );
    let result = get_weather::call(json!({"city": "Lisbon"})).await;
    assert_eq!(result, ToolResult::success(r#"{"summary":"Lisbon in 0","high_celsius":21.5}"#));
    let result = get_weather::call(json!({"city": "Atlantis"})).await;
    assert_eq!(
        result,
        ToolResult::failure(
            "`get_weather` failed; the reason is in the log of the program that runs it"
        )
    );
    let result = get_weather::call(json!({"ctiy": "Lisbon", "days_ahead": 300})).await;
    assert_eq!(
        result,
        ToolResult::failure(
            "the arguments of `get_weather` do not fit, correct them and call it again:\n- city: missing, but `ctiy` is given\n- days_ahead: expected at most 255, given 300"
        )
    );
    assert!(get_weather("Lisbon".to_owned(), 1).await.is_ok());
}

#[tokio::test]
async fn read_file_of_the_python_reference_works() {
    assert_eq!(
        read_file::schema(),
        json!({"type": "object", "properties": {"path": {"type": "string", "description": "Path to file to read"}}, "required": ["path"]})
    );
    let result = read_file::call(json!({"path": "/nowhere"})).await;
    assert_eq!(result, ToolResult::failure("No such file or directory (os error 2)"));
}

async fn call(tool: &Tool, arguments: impl serde::Serialize) -> ToolResult {
    tool.call(arguments, ToolContext::detached(tool.name())).await
}

#[tokio::test]
async fn toolsets_and_lists_work() {
    let crm = Crm(vec!["Ada".to_owned(), "Bob".to_owned()]);
    let tools: Vec<Tool> = tools![get_weather, ..crm, Tool::new("x").description("y")];
    let names: Vec<&str> = tools.iter().map(Tool::name).collect();
    assert_eq!(names, ["get_weather", "find", "count_customers", "version", "x"]);
    assert_eq!(call(&tools[1], json!({"text": "d"})).await, ToolResult::success(r#"["Ada"]"#));
    assert_eq!(call(&tools[2], "").await, ToolResult::success("2"));
    assert_eq!(call(&tools[3], ()).await, ToolResult::success("3"));
    assert_eq!(call(&tools[4], ()).await.result_type, ResultType::Failure);
}

/// Fail.
#[tool]
async fn anyhow_fails() -> anyhow::Result<()> {
    Err(ToolError::new("try again"))?;
    Ok(())
}

#[tokio::test]
async fn tool_errors_inside_anyhow_are_visible() {
    assert_eq!(anyhow_fails::call("").await, ToolResult::failure("try again"));
}
