//! What a tool may be called.
#![allow(unused)]
use copilot_sdk::tool;

/// Empty.
#[tool(name = "")]
async fn empty() {}

/// Space.
#[tool(name = "get weather")]
async fn space() {}

/// Letter.
#[tool(name = "wéather")]
async fn letter() {}

/// Letter.
#[tool]
async fn wéather() {}

/// Dot.
#[tool(name = "files.read")]
async fn dot() {}

/// Long.
#[tool(name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
async fn long() {}

/// Long.
#[tool]
async fn aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa() {}

/// Built in.
#[tool]
async fn bash() {}

/// Built in.
#[tool(name = "grep")]
async fn search() {}

/// Reserved.
#[tool]
async fn tool_search_tool() {}

/// Reserved.
#[tool(name = "catalog_search", overrides_builtin)]
async fn catalog() {}

fn main() {
    let _ = copilot_sdk::tools![bash, search];
}
