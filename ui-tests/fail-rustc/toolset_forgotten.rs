//! A part that no main block lists is code that nobody uses.
#![deny(unused)]
use copilot_sdk::{tool, tools, toolset};

pub struct Parts;

#[toolset(parts(admin))]
impl Parts {
    /// One.
    #[tool]
    pub async fn one(&self) {}
}

#[toolset(part = admin)]
impl Parts {
    /// Two.
    #[tool]
    pub async fn two(&self) {}
}

#[toolset(part = forgotten)]
impl Parts {
    /// Three.
    #[tool]
    pub async fn three(&self) {}
}

fn main() {
    let _ = tools![..Parts];
}
