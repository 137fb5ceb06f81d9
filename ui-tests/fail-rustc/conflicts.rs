//! The tool's type meets a type of the same name.
#![allow(unused)]
use copilot_sdk::tool;

mod search {
    pub fn index() {}
}

/// Search.
#[tool]
async fn search() {
    search::index();
}

#[expect(non_camel_case_types)]
struct ticket;

/// Ticket.
#[tool]
async fn ticket() {}

fn main() {}
