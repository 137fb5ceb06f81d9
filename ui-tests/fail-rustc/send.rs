//! What a tool holds while it waits has to be `Send`: said at the function.
#![allow(unused)]
use copilot_sdk::{ToolContext, tool, toolset};
use std::rc::Rc;

/// With a context.
#[tool]
async fn context(context: &ToolContext) -> u8 {
    let shared = Rc::new(1);
    std::future::ready(()).await;
    *shared
}

/// A context of its own.
#[tool]
async fn owned(context: ToolContext) -> u8 {
    let shared = Rc::new(1);
    std::future::ready(()).await;
    *shared
}

struct Crm;

#[toolset]
impl Crm {
    /// With `self`.
    #[tool]
    async fn method(&self) -> u8 {
        let shared = Rc::new(1);
        std::future::ready(()).await;
        *shared
    }
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct NotSend {
    text: String,
    #[serde(skip)]
    #[schemars(skip)]
    shared: std::marker::PhantomData<Rc<u8>>,
}

/// Not async: the arguments go to another thread.
#[tool]
fn blocking(argument: NotSend) {
    drop(argument);
}

fn main() {}
