//! Toolsets whose blocks do not fit together, and methods that stand outside of one.
#![deny(unused)]
use copilot_sdk::{tool, tools, toolset};

struct Twice;

#[toolset]
impl Twice {
    /// One.
    #[tool]
    async fn one(&self) {}
}

#[toolset]
impl Twice {
    /// Two.
    #[tool]
    async fn two(&self) {}
}

struct Outside;

impl Outside {
    /// Without `self` it looks like a function.
    #[tool]
    async fn outside() {}
}

fn main() {
    let _ = tools![..Twice];
    let _ = Outside;
}
