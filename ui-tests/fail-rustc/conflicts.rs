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

mod crm {
    /// One tool per file.
    #[copilot_sdk::tool]
    pub async fn crm() {}
}
pub use crm::crm;

mod clock {
    use std::time;

    /// The time.
    #[copilot_sdk::tool]
    pub async fn time() -> u64 {
        time::Duration::from_secs(1).as_secs()
    }
}

/// A function with the name of a crate hides that crate.
#[tool]
async fn tokio() {
    tokio::task::yield_now().await;
}

fn main() {}
