//! The compiler refuses these itself, and nothing is said twice.
#![allow(unused)]
use copilot_sdk::{data, tool, tools, toolset};

#[tool = "Find customers"]
async fn find() {}

struct Crm;

#[toolset = "crm"]
impl Crm {
    /// Close.
    #[tool]
    async fn close(&self) {}
}

#[data = "page"]
struct Page {
    size: u8,
}

/// Its type is data all the same.
#[tool]
async fn page(page: Page) {
    drop(page);
}

fn main() {
    let _ = tools![find, page, ..Crm];
}
