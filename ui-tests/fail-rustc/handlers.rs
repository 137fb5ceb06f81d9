//! Closures that cannot answer questions.
#![allow(unused)]
use std::sync::Arc;

use copilot_sdk::SessionBuilder;
use copilot_sdk::permission::{self, PermissionDecision};

/// It captures, so it cannot be called again and again.
fn captures(session: SessionBuilder) -> SessionBuilder {
    let allowed = Arc::new(vec!["make".to_owned()]);
    session.permissions(permission::ask(async move |request| match request.command() {
        Some(line) if allowed.iter().any(|one| one == line) => PermissionDecision::ApproveOnce,
        _ => PermissionDecision::reject("only make"),
    }))
}

/// It takes no question.
fn no_question(session: SessionBuilder) -> SessionBuilder {
    session.on_user_input_request(async || "yes")
}

/// It answers something else.
fn no_answer(session: SessionBuilder) -> SessionBuilder {
    session.on_user_input_request(async |_| 7)
}

#[copilot_sdk::data]
struct Find {
    name: String,
}

/// The handler of a tool captures too.
fn tool_captures() -> copilot_sdk::Tool {
    let customers = Arc::new(vec!["Ada".to_owned()]);
    copilot_sdk::Tool::new("find")
        .handler(async move |find: Find, _context| customers.contains(&find.name))
}

fn main() {}
