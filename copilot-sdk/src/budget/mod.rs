//! Budgets: limits on what a turn, a session or a client may spend.
//!
//! A [`Budget`] limits model calls, tool calls, tokens, cost and time, each on its own. It is set
//! on a turn ([`Ask::budget`](crate::session::Ask::budget),
//! [`StartTurn::budget`](crate::session::StartTurn::budget)), on a session
//! ([`SessionBuilder::budget`](crate::SessionBuilder::budget)) or on a client
//! ([`ClientBuilder::budget`](crate::client::ClientBuilder::budget)), and several hold at once.
//!
//! ```no_run
//! # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
//! use copilot_sdk::ErrorKind;
//! use copilot_sdk::budget::Budget;
//!
//! let ask = session.ask("Find the bug").budget(Budget::new().model_calls(20).tokens(500_000));
//! match ask.await {
//!     Ok(reply) => println!("{reply}"),
//!     Err(error) if error.kind() == ErrorKind::Budget => println!("too expensive: {error}"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Sub-agents count, and so do models of your own. The first limit that is reached aborts the turn,
//! which fails with [`ErrorKind::Budget`](crate::ErrorKind::Budget);
//! [`Error::exhausted_budget`](crate::Error::exhausted_budget) says what was spent. As with
//! [`Session::abort`](crate::Session::abort), queued prompts of the session are dropped. Later
//! prompts within an exhausted budget fail at once, and nothing is sent.
//!
//! | limit | when the turn ends |
//! |---|---|
//! | [`tool_calls`](Budget::tool_calls) | after the first call beyond the limit, which is denied |
//! | [`model_calls`](Budget::model_calls), [`tokens`](Budget::tokens), [`cost`](Budget::cost) | after the model call that reaches the limit, if the turn needs another one |
//! | [`wall`](Budget::wall) | when the time has elapsed |
//!
//! So a turn whose last model call reaches a limit succeeds, and what it spends exceeds the limit
//! by one model call at most.
//!
//! A restart of the CLI keeps what was spent. A session resumed by another program, or opened again
//! after it was disconnected, starts at zero.

#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod budget;
mod meter;
mod price;
mod session_budgets;

pub use budget::Budget;
pub(crate) use meter::Meter;
pub use price::Price;
pub(crate) use session_budgets::{SessionBudgets, TurnBudget};

pub use crate::error::{
    BudgetLimit, BudgetScope, ExhaustedBudget, ModelSpending, Spent, ToolSpending,
};
