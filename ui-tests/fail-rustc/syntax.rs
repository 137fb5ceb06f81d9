//! Half-typed code: the compiler says what is wrong with it, and nothing else does.
#![allow(unused)]
use copilot_sdk::{data, tool, tools, toolset};

struct Crm;

#[toolset]
impl Crm {
    /// Half a body.
    #[tool]
    async fn find(&self, text: String) -> usize {
        let text = text. ;
        5
    }
}

struct Other;

#[toolset]
impl Other {
    /// Half a signature.
    #[tool]
    async fn find(
        &self,
        /// Text.
        #[arg(default)]
        text: ,
    ) {}
}

/// Half a body.
#[tool]
async fn body(text: String) -> usize {
    let text = text. ;
    5
}

/// Half a signature.
#[tool]
async fn signature(text: ) {}

#[data]
struct Half {
    /// Text.
    #[serde(default)]
    text: ,
    days: u8,
}

/// Uses what is half-typed.
#[tool]
async fn uses(half: Half) {
    drop(half);
}

fn main() {
    let _ = tools![body, signature, uses, ..Crm, ..Other];
    drop(signature);
    drop(Crm.find(String::new()));
}
