//! Other attributes next to `#[tool]`.

#![expect(clippy::unused_async, reason = "the tools under test do little")]

use copilot_sdk::{ToolResult, tool, tools};
use serde_json::json;

/// Expanded before the other.
#[tool]
#[tracing::instrument]
async fn above(
    /// Number.
    number: u8,
    #[arg(default)] more: u8,
) -> Result<u8, String> {
    number.checked_add(more).ok_or_else(|| "too large".to_owned())
}

/// Expanded after the other.
#[tracing::instrument(skip(more), err)]
#[tool]
async fn below(
    /// Number.
    number: u8,
    #[arg(default)] more: u8,
) -> Result<u8, String> {
    number.checked_add(more).ok_or_else(|| "too large".to_owned())
}

/// Not async.
#[tracing::instrument]
#[tool]
fn below_blocking(#[arg(rename = "count")] number: u8) -> u8 {
    number
}

/// Ignores what it is given.
#[tool]
#[deny(unused)]
async fn allowed(#[allow(unused_variables)] number: u8, mut text: String) -> String {
    text.push('!');
    text
}

#[tokio::test]
async fn the_function_is_called_through_them() {
    let tools = tools![above, below, below_blocking, allowed];
    assert_eq!(tools.len(), 4);
    let three = ToolResult::success("3");
    assert_eq!(above::call(json!({"number": 1, "more": 2})).await, three);
    assert_eq!(below::call(json!({"number": 1, "more": 2})).await, three);
    assert_eq!(below_blocking::call(json!({"count": 3})).await, three);
    assert_eq!(allowed::call(json!({"number": 3, "text": "a"})).await, ToolResult::success("a!"));
    assert_eq!(above::schema(), below::schema());
}
