//! A turn: the agent's work on one prompt, folded from the session's events.

mod abandoned;
mod agent_failure;
mod beginning;
mod events;
mod interruption;
mod limit;
mod reply;
mod running;
mod standstill;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod turn;
mod wait_for;

pub(crate) use beginning::TurnBeginning;
pub use events::Events;
pub(crate) use reply::milliseconds;
pub use reply::{Reply, ToolCallRecord, Usage};
pub(crate) use standstill::left_open;
pub use turn::Turn;
pub use wait_for::WaitFor;
