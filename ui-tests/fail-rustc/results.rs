//! Return types that the model cannot read.
#![allow(unused)]
use copilot_sdk::tool;

struct Ticket;

/// Plain.
#[tool]
async fn plain() -> Ticket {
    Ticket
}

/// In a result.
#[tool]
async fn result() -> Result<Ticket, String> {
    Ok(Ticket)
}

/// In an option.
#[tool]
fn option() -> Option<Ticket> {
    None
}

struct Silent;

/// An error without a text.
#[tool]
async fn silent() -> Result<String, Silent> {
    Err(Silent)
}

/// A future.
#[tool]
fn boxed() -> std::pin::Pin<Box<dyn Future<Output = String> + Send>> {
    Box::pin(async { String::new() })
}

/// Wrapped.
#[tool]
async fn wrapped() -> copilot_sdk::tool::Json<Ticket> {
    copilot_sdk::tool::Json(Ticket)
}

/// The name of the type is at the end of its path.
#[tool]
async fn long_path() -> ::std::vec::Vec<Ticket> {
    Vec::new()
}

/// The name of the type is at the end of its path.
#[tool]
fn long_result() -> std::result::Result<std::vec::Vec<Ticket>, String> {
    Ok(Vec::new())
}

/// The name of the type comes after what borrows it.
#[tool]
async fn reference() -> &'static Ticket {
    &Ticket
}

/// An error is no text for the model.
#[tool]
async fn foreign() -> Result<String, copilot_sdk::ToolError> {
    std::fs::read_to_string("a").map_err(copilot_sdk::ToolError::new)
}

fn main() {}
