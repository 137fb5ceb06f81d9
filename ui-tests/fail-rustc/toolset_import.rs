//! `#[tool]` is used in a toolset and not imported.
#![allow(unused)]
use copilot_sdk::{tools, toolset};

struct Crm;

#[toolset]
impl Crm {
    /// Find.
    #[tool]
    async fn find(&self) {}
}

fn main() {
    let _ = tools![..Crm];
}
