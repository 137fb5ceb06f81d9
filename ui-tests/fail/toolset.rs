//! `#[toolset]` and the methods in it.
#![allow(unused)]
use copilot_sdk::{tool, toolset};

struct Crm;

#[toolset]
struct NotABlock;

#[toolset]
fn not_a_block() {}

#[toolset]
impl Clone for Crm {
    fn clone(&self) -> Self {
        Self
    }
}

struct Empty;

#[toolset]
impl Empty {
    fn helper() {}
}

struct Receivers;

#[toolset]
impl Receivers {
    /// Mutable.
    #[tool]
    async fn mutable(&mut self) {}

    /// By value.
    #[tool]
    async fn value(self) {}

    /// Box.
    #[tool]
    async fn boxed(self: Box<Self>) {}

    /// Generic.
    #[tool]
    async fn generic<T>(&self, x: T) {}

    #[tool]
    async fn undocumented(&self) {}

    /// Handle.
    #[tool(handle = Find)]
    async fn handle(&self) {}

    /// Twice.
    #[tool]
    #[tool]
    async fn twice(&self) {}

    /// Keys.
    #[tool(nme = "x")]
    async fn keys(&self, #[arg(defalt)] x: u8) {}
}

struct Names;

#[toolset]
impl Names {
    /// One.
    #[tool]
    async fn one(&self) {}

    /// Other.
    #[tool(name = "one")]
    async fn other(&self) {}
}

struct Keys;

#[toolset(prt = admin)]
impl Keys {
    /// One.
    #[tool]
    async fn one(&self) {}
}

struct Parts;

#[toolset(part = admin, parts(other))]
impl Parts {
    /// One.
    #[tool]
    async fn one(&self) {}
}

#[toolset(parts = admin)]
impl Parts {
    /// Two.
    #[tool]
    async fn two(&self) {}
}

#[toolset(part = a::b)]
impl Parts {
    /// Three.
    #[tool]
    async fn three(&self) {}
}

fn main() {
    not_a_block();
    Empty::helper();
    let _ = (copilot_sdk::tools![..Receivers, ..Names], NotABlock, Crm, Keys, Parts);
}
