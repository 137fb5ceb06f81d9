//! What `tools![]`, `Tool::new` and toolsets refuse.
#![allow(unused)]
use copilot_sdk::tool::Tool;
use copilot_sdk::{tool, tools, toolset};

async fn plain() {}

/// A tool.
#[tool]
async fn registered() {}

struct Crm;

#[toolset]
impl Crm {
    /// Find.
    #[tool]
    async fn find(&self) {}
}

struct Ticket;

async fn session(builder: copilot_sdk::SessionBuilder) {
    let _ = builder.tool(registered);
}

async fn sessions(builder: copilot_sdk::SessionBuilder) {
    let _ = builder.tools(registered);
}

fn main() {
    let _ = tools![plain];
    let crm = Crm;
    let _ = tools![crm];
    let _ = tools![Crm];
    let _ = tools![..5];
    let _ = tools![registered()];
    let _: Vec<copilot_sdk::Tool> = tools![..registered];
    let _ = Tool::new("a").handler(|n: u8, _| async move { (n, Ticket) });
    let _ = Tool::new("b").handler(|_: Ticket, _| async move { 5 });
}
