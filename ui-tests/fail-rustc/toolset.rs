//! Toolsets that cannot be shared.
#![allow(unused)]
use copilot_sdk::{tool, toolset};
use std::cell::RefCell;
use std::sync::Arc;

struct Local(RefCell<u8>);

#[toolset]
impl Local {
    /// Count.
    #[tool]
    async fn count(&self) -> u8 {
        *self.0.borrow()
    }

    /// Add one.
    #[tool]
    fn add(self: Arc<Self>) {
        *self.0.borrow_mut() += 1;
    }
}

struct Generic<T>(T);

#[toolset]
impl<T> Generic<T> {
    /// Count.
    #[tool]
    async fn count(&self) -> u8 {
        1
    }
}

#[toolset(parts(missing))]
impl Plain {
    /// Count.
    #[tool]
    async fn count(&self) -> u8 {
        1
    }
}

struct Plain;

fn main() {
    // No second mistake.
    let _ = copilot_sdk::tools![..Local(RefCell::new(1))];
}
