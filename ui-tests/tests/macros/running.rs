//! Panics, timeouts, blocking bodies and descriptions.

#![expect(clippy::unused_async, clippy::panic, reason = "the tools under test do little")]

use std::time::Duration;

use copilot_sdk::tool::{Defer, Tool};
use copilot_sdk::{ToolContext, ToolResult, data, tool, tools};
use serde_json::json;

/// Panics.
#[tool]
async fn panics(at_once: bool) -> String {
    if !at_once {
        tokio::task::yield_now().await;
    }
    panic!("secret")
}

/// Panics on its own thread.
#[tool]
fn panics_blocking() {
    panic!("secret")
}

#[tokio::test]
async fn a_panic_is_an_answer() {
    let answer =
        |name: &str| ToolResult::failure(format!("`{name}` stopped because of a bug in its code"));
    assert_eq!(panics::call(json!({"at_once": true})).await, answer("panics"));
    assert_eq!(panics::call(json!({"at_once": false})).await, answer("panics"));
    assert_eq!(panics_blocking::call(()).await, answer("panics_blocking"));
    let tool = Tool::new("x").handler(|(), _| -> std::future::Ready<()> { panic!("secret") });
    assert_eq!(tool.call((), ToolContext::detached("x")).await, answer("x"));
}

/// Never ends.
#[tool(timeout = "30s")]
async fn never_ends() -> String {
    std::future::pending().await
}

/// Ends when it is told to.
#[tool(timeout = "500ms")]
async fn listens(context: ToolContext) -> &'static str {
    context.cancelled().await;
    "too late to matter"
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_an_answer() {
    let start = tokio::time::Instant::now();
    assert_eq!(
        never_ends::call(()).await,
        ToolResult::timeout("`never_ends` did not finish within 30s")
    );
    assert_eq!(start.elapsed().as_secs(), 35, "the limit and the time to clean up");
    let start = tokio::time::Instant::now();
    assert_eq!(
        listens::call(()).await,
        ToolResult::timeout("`listens` did not finish within 500ms")
    );
    assert!(start.elapsed() < Duration::from_secs(1));
}

/// Blocks until it is told to stop.
#[tool(timeout = "10ms")]
fn blocks(context: &ToolContext) -> u8 {
    while !context.is_cancelled() {
        std::thread::yield_now();
    }
    1
}

#[tokio::test]
async fn a_blocking_body_is_told() {
    assert_eq!(blocks::call(()).await, ToolResult::timeout("`blocks` did not finish within 10ms"));
}

/** First line.

    - a list
      - further in

*/
#[tool]
async fn block_comment() {}

/// First line.
///
///  - indented
#[doc = concat!("from ", "pieces")]
#[tool]
async fn pieces() {}

#[tool(description = "wins")]
/// Loses.
async fn key() {}

#[test]
fn descriptions_are_what_the_comment_says() {
    assert_eq!(tools![block_comment, pieces, key].len(), 3);
    assert_eq!(block_comment::DESCRIPTION, "First line.\n\n   - a list\n     - further in");
    assert_eq!(pieces::DESCRIPTION.trim(), "First line.\n\n - indented\nfrom pieces");
    assert_eq!(key::DESCRIPTION, "wins");
}

#[data]
struct Search {
    /// What to look for.
    text: String,
    /// How many at most.
    #[schemars(range(min = 1, max = 9))]
    limit: Option<u8>,
}

/// Search the docs.
#[tool(terminal, ask, defer = "never", timeout = "5s", show_errors, metadata = json!({"team": "docs"}))]
async fn by_macro(search: Search) -> String {
    format!("{} {:?}", search.text, search.limit)
}

/// Search the docs.
#[tool(name = "by_macro", terminal, ask, defer = "never", timeout = "5s", show_errors, metadata = json!({"team": "docs"}))]
async fn by_arguments(
    /// What to look for.
    text: String,
    /// How many at most.
    #[arg(range(min = 1, max = 9))]
    limit: Option<u8>,
) -> String {
    format!("{text} {limit:?}")
}

#[tokio::test]
async fn the_macro_equals_the_hand_written_form() {
    let by_hand = Tool::new("by_macro")
        .description("Search the docs.")
        .handler(|search: Search, _| async move { format!("{} {:?}", search.text, search.limit) })
        .terminal()
        .ask()
        .defer(Defer::Never)
        .timeout(Duration::from_secs(5))
        .show_errors()
        .metadata(json!({"team": "docs"}));
    for tool in [by_macro::tool(), by_arguments::tool()] {
        // The text shows every setting.
        assert_eq!(format!("{tool:?}"), format!("{by_hand:?}"));
        for arguments in [
            json!({"text": "a"}),
            json!({"text": "a", "limit": null}),
            json!({"text": "a", "limit": 300}),
            json!({"text": "a", "limit": 10}),
            json!({"limit": "x"}),
            json!([]),
        ] {
            let call = |tool: &Tool| tool.call(&arguments, ToolContext::detached("by_macro"));
            assert_eq!(call(&tool).await, call(&by_hand).await, "{arguments}");
        }
    }
}
