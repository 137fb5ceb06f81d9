//! Argument types that the model cannot fill in.
#![allow(unused)]
use copilot_sdk::{data, tool};
use std::rc::Rc;

struct Place;

/// Missing derives.
#[tool]
async fn missing(place: Place) {
    drop(place);
}

/// Missing derives, further in.
#[tool]
async fn inner(places: Vec<Place>) {
    drop(places);
}

/// Missing derives, in an option and beside another argument.
#[tool]
async fn optional(place: Option<Place>, n: u8) {
    drop(place);
}

#[derive(schemars::JsonSchema)]
struct Described {
    _x: u8,
}

/// The other half of the derives.
#[tool]
async fn described(described: Described) {
    drop(described);
}

#[derive(serde::Deserialize)]
struct Half {
    _x: u8,
}

/// Half of the derives.
#[tool]
async fn half(half: Half) {
    drop(half);
}

/// No default.
#[tool]
async fn no_default(#[arg(default)] unit: Unit) {
    drop(unit);
}

#[data]
enum Unit {
    Celsius,
}

/// Wrong default.
#[tool]
async fn wrong_default(#[arg(default = "ten")] n: u32) {
    let _ = n;
}

/// Not `Send`.
#[tool]
async fn not_send(n: u8) -> u8 {
    let shared = Rc::new(n);
    std::future::ready(()).await;
    *shared
}

/// One name twice.
#[tool]
async fn same(city: String, city: String) {
    drop(city);
}

const DOC: u8 = 1;

#[tool(description = DOC)]
async fn not_text() {}

/// Unknown type.
#[tool]
async fn unknown(x: Unknown) {
    drop(x);
}

/// Without a size.
#[tool]
async fn not_sized(text: dyn std::fmt::Display) {}

mod other {
    pub struct ToolContext;
}

/// Not the context.
#[tool]
async fn another_context(context: other::ToolContext) {
    drop(context);
}

fn main() {
    let _ = Unit::Celsius;
    let outer = 5;
    /// A function is no closure.
    #[tool]
    async fn inner_tool() -> u8 {
        outer
    }
}
