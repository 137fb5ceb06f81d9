//! Questions of the agent to the user: input, forms, plans, model switches, limits and slash
//! commands.
//!
//! Each has a request type and an answer type; the handler is an async function or closure from one
//! to the other.
//!
//! ```
//! use copilot_sdk::interaction::{UserInputAnswer, UserInputRequest};
//!
//! async fn first_choice(question: UserInputRequest) -> UserInputAnswer {
//!     match question.choices.first() {
//!         Some(choice) => question.answer(choice),
//!         None => UserInputAnswer::text("whatever you think is best"),
//!     }
//! }
//! ```

mod command;
mod elicitation;
mod form;
mod limits;
mod plan;
mod user_input;

pub use crate::event::elicitation::ElicitationMode;
pub use crate::event::exit_plan_mode::ExitPlanModeAction;
pub use command::{CommandCall, SlashCommand};
pub use elicitation::{ElicitationAnswer, ElicitationRequest};
pub use form::Form;
pub use limits::{SessionLimitsExhaustedAnswer, SessionLimitsExhaustedRequest};
pub use plan::{
    AutoModeSwitchAnswer, AutoModeSwitchRequest, ExitPlanModeAnswer, ExitPlanModeRequest,
};
pub use user_input::{UserInputAnswer, UserInputRequest};
